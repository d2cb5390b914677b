// The choice of a version, made once, and the entry points.
#include "Structural.h"
#include "structural_lexical.h"

typedef struct {
  const char *name;
  structural_function *run;
  delimited_function *delimited;
  shape_function *shape;
} structural_version;

// From the slowest to the fastest; those that the compiler could not build are not in it.
static const structural_version versions[] = {
    {"portable", structural_run_portable, delimited_run_portable, shape_read_portable},
#if defined(__x86_64__)
    {"sse2", structural_run_sse2, delimited_run_sse2, shape_read_sse2},
    {"avx2", structural_run_avx2, delimited_run_avx2, shape_read_avx2},
    {"avx512", structural_run_avx512, delimited_run_avx512, shape_read_avx512},
#elif defined(__aarch64__)
    {"neon", structural_run_neon, delimited_run_neon, shape_read_neon},
#endif
};

int structural_version_count(void) { return (int)(sizeof versions / sizeof versions[0]); }

const char *structural_version_name(int version) { return versions[version].name; }

bool structural_version_is_supported(int version) {
  if (version < 0 || version >= structural_version_count()) return false;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (versions[version].run == structural_run_avx2 ||
      versions[version].run == structural_run_avx512) {
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("pclmul") ||
        !__builtin_cpu_supports("bmi") || !__builtin_cpu_supports("bmi2") ||
        !__builtin_cpu_supports("popcnt")) {
      return false;
    }
  }
  if (versions[version].run == structural_run_avx512) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2") &&
           __builtin_cpu_supports("gfni") && __builtin_cpu_supports("vpclmulqdq");
  }
#endif
  return true;
}

bool structural_scan_run_version(int version, structural_scan *scan, const uint8_t *bytes,
                                 size_t count, const structural_output *output) {
  if (!structural_version_is_supported(version)) return false;
  versions[version].run(scan, bytes, count, output);
  return true;
}

bool delimited_scan_run_version(int version, delimited_scan *scan, const uint8_t *bytes, size_t count,
                                uint8_t delimiter, uint8_t quote,
                                const delimited_output *output) {
  if (!structural_version_is_supported(version)) return false;
  versions[version].delimited(scan, bytes, count, delimiter, quote, output);
  return true;
}

/// The fastest, chosen once. Every thread that finds no choice yet makes the same one, so the races are
/// between equal values.
static const structural_version *chosen_version(void) {
  static const structural_version *chosen;
  const structural_version *found = __atomic_load_n(&chosen, __ATOMIC_RELAXED);
  if (found) return found;
  int version = structural_version_count() - 1;
  while (!structural_version_is_supported(version)) version--;
  __atomic_store_n(&chosen, &versions[version], __ATOMIC_RELAXED);
  return &versions[version];
}

void structural_scan_run(structural_scan *scan, const uint8_t *bytes, size_t count,
                         const structural_output *output) {
  chosen_version()->run(scan, bytes, count, output);
}

void delimited_scan_run(delimited_scan *scan, const uint8_t *bytes, size_t count, uint8_t delimiter,
                        uint8_t quote, const delimited_output *output) {
  chosen_version()->delimited(scan, bytes, count, delimiter, quote, output);
}

size_t shape_read_version(int version, shape_reader *reader, const uint8_t *bytes, size_t count,
                          size_t start) {
  return structural_version_is_supported(version)
             ? versions[version].shape(reader, bytes, count, start)
             : 0;
}

size_t shape_read(shape_reader *reader, const uint8_t *bytes, size_t count, size_t start) {
  return chosen_version()->shape(reader, bytes, count, start);
}
