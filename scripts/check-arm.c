// Compares all versions of CByteScan that this processor has with the portable one, and each CRC-32
// method with one that goes bit by bit. The tests in Swift do the same and more; this one needs
// nothing but C, so that scripts/check-arm can run the ARM versions on any machine.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CByteScan.h"

enum { BYTES_MAX = 1024, ROWS_MAX = BYTES_MAX + 1 };

typedef struct {
  uint32_t tokens[BYTES_MAX];
  structural_row rows[ROWS_MAX];
  uint64_t quotes[BYTES_MAX / 64 + 1];
  size_t tokens_count;
  size_t rows_count;
} scan_result;

static uint64_t random_state = 0x9e3779b97f4a7c15;

static uint32_t below(uint32_t bound) {
  random_state += 0x9e3779b97f4a7c15;
  uint64_t mixed = random_state;
  mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
  return (uint32_t)((mixed ^ mixed >> 31) % bound);
}

/// The whole scan by a version that has room for `capacity` tokens and rows at a time.
static scan_result scan_all(int version, const uint8_t *bytes, size_t count, size_t capacity) {
  static uint32_t tokens[BYTES_MAX];
  static structural_row rows[ROWS_MAX];
  scan_result result;
  memset(&result, 0, sizeof result);
  structural_scan scan;
  memset(&scan, 0, sizeof scan);
  const structural_output output = {tokens, capacity, rows, capacity, result.quotes};
  while (!scan.is_done) {
    structural_scan_run_version(version, &scan, bytes, count, &output);
    for (size_t row = 0; row < scan.rows_count; row++) {
      rows[row].tokens_end += (uint32_t)result.tokens_count;
      result.rows[result.rows_count++] = rows[row];
    }
    memcpy(result.tokens + result.tokens_count, tokens, scan.tokens_count * sizeof *tokens);
    result.tokens_count += scan.tokens_count;
    scan.tokens_count = scan.rows_count = 0;
  }
  return result;
}

static void fail(const char *what, const uint8_t *bytes, size_t count) {
  printf("differs: %s\n", what);
  for (size_t at = 0; at < count; at++) printf("%02x", bytes[at]);
  printf("\n");
  exit(1);
}

/// `is_text`: the bytes are UTF-8. If not, only the first row's doubts are the same for sure.
static void check_scan(const uint8_t *bytes, size_t count, bool is_text) {
  static const size_t capacities[] = {64, 100, BYTES_MAX};
  const scan_result expected = scan_all(0, bytes, count, BYTES_MAX);
  for (int version = 1; version < structural_version_count(); version++) {
    if (!structural_version_is_supported(version)) continue;
    const size_t capacity = capacities[below(3)];
    const scan_result actual = scan_all(version, bytes, count, capacity);
    const char *name = structural_version_name(version);
    if (actual.rows_count != expected.rows_count) fail(name, bytes, count);
    if (actual.tokens_count != expected.tokens_count) fail(name, bytes, count);
    if (memcmp(actual.tokens, expected.tokens, sizeof actual.tokens)) fail(name, bytes, count);
    if (memcmp(actual.quotes, expected.quotes, sizeof actual.quotes)) fail(name, bytes, count);
    for (size_t row = 0; row < actual.rows_count; row++) {
      const uint32_t doubts = is_text || row == 0 ? 0 : STRUCTURAL_DOUBTFUL;
      structural_row a = actual.rows[row], b = expected.rows[row];
      if (a.end != b.end || a.tokens_end != b.tokens_end ||
          (a.flags | doubts) != (b.flags | doubts)) {
        fail(name, bytes, count);
      }
    }
  }
}

static size_t put(uint8_t *bytes, size_t at, const char *text) {
  const size_t count = strlen(text);
  if (at + count > BYTES_MAX) return at;
  memcpy(bytes + at, text, count);
  return at + count;
}

static void check_scans(int rounds) {
  static const char *const hostile[] = {"{", "}", "[", "]", ":", ",", "\"", "\"", "\"", "\\", "\\",
                                        "\n", " ", "x", "1", "\t", "\xC3\xA9", "\xE4\xB8\x8A",
                                        "\xF0\x9F\x98\x80", "\x7F", "\x01"};
  static const char *const parts[] = {"{\"a\":", "\"b\":", "1", "-2.5e3", "true", "null", "[1,2,{}]",
                                      ",", "}", "}\n", "\"\xC3\xA9 \\u00e9 \\\"\"", "\"\"", " ",
                                      "{\"k\":[]}\n", "[[", "]]", "\"\xF0\x9F\x98\x80\""};
  // Room before the bytes, so that they begin at every alignment.
  static uint8_t memory[64 + BYTES_MAX + 64];
  for (int round = 0; round < rounds; round++) {
    uint8_t *bytes = memory + below(64);
    const size_t limit = below(BYTES_MAX - 64);
    size_t count = 0;
    while (count < limit) {
      count = round & 1 ? put(bytes, count, hostile[below(sizeof hostile / sizeof *hostile)])
                        : put(bytes, count, parts[below(sizeof parts / sizeof *parts)]);
    }
    check_scan(bytes, count, true);
    for (uint32_t broken = below(4); broken > 0 && count > 0; broken--) {
      bytes[below((uint32_t)count)] = (uint8_t)below(256);
    }
    check_scan(bytes, count, false);
    for (size_t at = 0; at < count; at++) bytes[at] = (uint8_t)below(256);
    check_scan(bytes, count, false);
  }
}

/// One row: whatever the bytes, all versions doubt or none.
static void check_utf8(void) {
  uint8_t bytes[80];
  for (uint32_t pair = 0; pair < 1 << 16; pair++) {
    memset(bytes, ' ', sizeof bytes);
    const size_t at = 60 + (pair & 7);
    bytes[at - 1] = '"';
    bytes[at] = (uint8_t)(pair >> 8);
    bytes[at + 1] = (uint8_t)pair;
    bytes[at + 2] = (uint8_t)(0x80 + below(64));
    bytes[at + 3] = (uint8_t)(0x80 + below(64));
    bytes[at + 4] = '"';
    check_scan(bytes, sizeof bytes, false);
  }
}

static void check_crc(int rounds) {
  static uint8_t memory[4096 + 64];
  for (int round = 0; round < rounds; round++) {
    uint8_t *bytes = memory + below(64);
    const size_t count = below(round % 8 ? 300 : 4096);
    const uint32_t start = round & 1 ? 0 : below(UINT32_MAX);
    for (size_t at = 0; at < count; at++) bytes[at] = (uint8_t)below(256);
    uint32_t expected = ~start;
    for (size_t at = 0; at < count; at++) {
      expected ^= bytes[at];
      for (int bit = 0; bit < 8; bit++) expected = expected >> 1 ^ (expected & 1) * 0xEDB88320u;
    }
    for (int method = 0; method < CBYTESCAN_CRC32_METHODS; method++) {
      if (!cbytescan_crc32_has(method)) continue;
      if (cbytescan_crc32_by(method, start, bytes, count) != ~expected) fail("CRC-32", bytes, count);
    }
  }
}

int main(void) {
  check_scans(20000);
  check_utf8();
  check_crc(20000);
  for (int version = 0; version < structural_version_count(); version++) {
    printf("scan %s: %s\n", structural_version_name(version),
           structural_version_is_supported(version) ? "equal" : "not on this processor");
  }
  for (int method = 0; method < CBYTESCAN_CRC32_METHODS; method++) {
    printf("CRC-32 method %d: %s\n", method,
           cbytescan_crc32_has(method) ? "equal" : "not on this processor");
  }
  return 0;
}
