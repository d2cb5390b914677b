// What all versions share that does not depend on their instructions: the masks of a step, and what is
// read byte by byte.
#ifndef TWINFUNNEL_STRUCTURAL_LEXICAL_H
#define TWINFUNNEL_STRUCTURAL_LEXICAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "Delimited.h"
#include "Shapes.h"
#include "Structural.h"

#define ALWAYS_INLINE static inline __attribute__((always_inline))
/// Kept out of the block's code, whose registers are all in use.
#define RARE static __attribute__((noinline, unused))

/// The same value, of which the compiler knows nothing. Compilers take masks that came from vectors,
/// and chains of counted zeros, back into vectors, which costs more than the whole scan.
ALWAYS_INLINE uint64_t opaque(uint64_t value) {
  __asm__("" : "+r"(value));
  return value;
}

/// The blocks that a version scans at once.
#ifndef STRUCTURAL_LANES
#define STRUCTURAL_LANES 1
#endif

enum { STEP_SIZE = STRUCTURAL_LANES * STRUCTURAL_BLOCK };

/// Bit masks of the blocks of a step: bit i is byte i. From `list_close` on they are only there where a
/// version makes all masks at once.
typedef struct {
  uint64_t quote[STRUCTURAL_LANES], open[STRUCTURAL_LANES], close[STRUCTURAL_LANES],
      comma[STRUCTURAL_LANES], colon[STRUCTURAL_LANES];
  /// Spaces, tabs and carriage returns.
  uint64_t white[STRUCTURAL_LANES];
  uint64_t backslash[STRUCTURAL_LANES];
  /// Control characters but line feeds, and bytes beyond ASCII; DEL may be taken for one of them.
  uint64_t unusual[STRUCTURAL_LANES];
  uint64_t newline[STRUCTURAL_LANES];
  /// Closing brackets, which are in `close` too.
  uint64_t list_close[STRUCTURAL_LANES];
  /// For numbers.
  uint64_t digits[STRUCTURAL_LANES], dots[STRUCTURAL_LANES], minuses[STRUCTURAL_LANES];
  /// The digit zero, and the u among names.
  uint64_t zeros[STRUCTURAL_LANES];
  /// For escapes: the digits behind a u; what stands behind a backslash, " \ / b f n r t u.
  uint64_t hexadecimal[STRUCTURAL_LANES], names[STRUCTURAL_LANES];
} step_masks __attribute__((aligned(64)));

typedef structural_utf8_state utf8_state;

typedef void structural_function(structural_scan *, const uint8_t *, size_t,
                                 const structural_output *);
structural_function structural_run_portable, structural_run_sse2, structural_run_avx2,
    structural_run_avx512, structural_run_neon;

typedef void delimited_function(delimited_scan *, const uint8_t *, size_t, uint8_t, uint8_t,
                                const delimited_output *);
delimited_function delimited_run_portable, delimited_run_sse2, delimited_run_avx2,
    delimited_run_avx512, delimited_run_neon;

typedef size_t shape_function(shape_reader *, const uint8_t *, size_t, size_t);
shape_function shape_read_portable, shape_read_sse2, shape_read_avx2, shape_read_avx512,
    shape_read_neon;

ALWAYS_INLINE bool is_digit(uint8_t byte) { return (uint8_t)(byte - '0') <= 9; }

ALWAYS_INLINE bool is_hexadecimal(uint8_t byte) {
  return is_digit(byte) || (uint8_t)((byte | 0x20) - 'a') <= 5;
}

ALWAYS_INLINE bool is_blank(uint8_t byte) {
  return byte == ' ' || byte == '\t' || byte == '\r';
}

/// Whether there are four hexadecimal digits at `at`, as behind \u.
ALWAYS_INLINE bool has_four_hexadecimal(const uint8_t *bytes, size_t at, size_t count) {
  return at + 4 <= count && is_hexadecimal(bytes[at]) && is_hexadecimal(bytes[at + 1]) &&
         is_hexadecimal(bytes[at + 2]) && is_hexadecimal(bytes[at + 3]);
}

/// The bytes that name an escape but for the quote and b, each at the place that its low half says.
static const uint8_t escape_names[16] __attribute__((aligned(16), unused)) = {
    0xFF, 0, 'r', 0, 't', 'u', 'f', 0, 0, 0, 0, 0, '\\', 0, 'n', '/'};

/// Whether a backslash may stand before the byte; a u asks for digits besides.
ALWAYS_INLINE bool is_escape_name(uint8_t byte) {
  return byte == '"' || byte == 'b' || escape_names[byte & 0x0F] == byte;
}

/// Those of the escaped bytes that name an escape, for versions without a table lookup.
ALWAYS_INLINE uint64_t escape_names_bytewise(const uint8_t *block, uint64_t escaped) {
  uint64_t names = 0;
  for (; escaped; escaped &= escaped - 1) {
    const int at = __builtin_ctzll(escaped);
    names |= (uint64_t)is_escape_name(block[at]) << at;
  }
  return names;
}

/// What one block in some has: out of line where a step is one block, whose code has all registers in
/// use; in line where a step is so many that most have it.
#if STRUCTURAL_LANES == 1
#define SOMETIMES RARE
#else
#define SOMETIMES ALWAYS_INLINE
#endif

/// Those of the closing bytes that only blanks separate from an opening one, at most 16 bytes before
/// the block; more blanks than that are not worth a look. `block[-16]` is readable.
RARE uint64_t empty_containers(uint64_t closing, const uint8_t *block) {
  uint64_t empty = 0;
  for (; closing; closing &= closing - 1) {
    const int at = __builtin_ctzll(closing);
    int before = at - 1;
    while (before > -16 && is_blank(block[before])) before--;
    if ((block[before] | 0x20) == '{') empty |= (uint64_t)1 << at;
  }
  return empty;
}

/// Whether `bytes[0..<count]` is one of JSON's numbers or literals; `count` is at least 1.
static inline bool is_scalar(const uint8_t *bytes, size_t count) {
  size_t at = 0;
  switch (bytes[0]) {
  case 't': return count == 4 && memcmp(bytes, "true", 4) == 0;
  case 'n': return count == 4 && memcmp(bytes, "null", 4) == 0;
  case 'f': return count == 5 && memcmp(bytes, "false", 5) == 0;
  case '-':
    at = 1;
    if (count == 1) return false;
    break;
  default: break;
  }
  if (bytes[at] == '0') {
    at++;
  } else {
    const size_t start = at;
    while (at < count && is_digit(bytes[at])) at++;
    if (at == start) return false;
  }
  if (at == count) return true;
  if (bytes[at] == '.') {
    const size_t start = ++at;
    while (at < count && is_digit(bytes[at])) at++;
    if (at == start) return false;
    if (at == count) return true;
  }
  if ((bytes[at] | 0x20) != 'e') return false;
  at++;
  if (at < count && (bytes[at] == '+' || bytes[at] == '-')) at++;
  const size_t start = at;
  while (at < count && is_digit(bytes[at])) at++;
  return at == count && at > start;
}

/// Checks UTF-8 byte by byte, for versions without a table lookup: returns the bytes at which the
/// text stops to be UTF-8.
ALWAYS_INLINE uint64_t utf8_errors_bytewise(utf8_state *state, const uint8_t *block) {
  uint64_t errors = 0;
  uint32_t needed = state->needed;
  uint8_t low = state->low, high = state->high;
  for (int at = 0; at < STRUCTURAL_BLOCK; at++) {
    const uint8_t byte = block[at];
    if (needed) {
      if (byte >= low && byte <= high) {
        needed--;
        low = 0x80;
        high = 0xBF;
        continue;
      }
      errors |= (uint64_t)1 << at;
      needed = 0;
    }
    if (byte < 0x80) continue;
    low = 0x80;
    high = 0xBF;
    if (byte >= 0xC2 && byte <= 0xDF) {
      needed = 1;
    } else if (byte >= 0xE0 && byte <= 0xEF) {
      needed = 2;
      // Overlong spellings, and halves of surrogate pairs.
      if (byte == 0xE0) low = 0xA0;
      if (byte == 0xED) high = 0x9F;
    } else if (byte >= 0xF0 && byte <= 0xF4) {
      needed = 3;
      if (byte == 0xF0) low = 0x90;
      if (byte == 0xF4) high = 0x8F;
    } else {
      errors |= (uint64_t)1 << at;
    }
  }
  state->needed = needed;
  state->low = low;
  state->high = high;
  return errors;
}

#endif
