// What needs a look at single bytes: escapes, numbers and literals. All are rare enough per row, or
// short enough, to be read one by one; bit masks say where they are.
#ifndef TWINFUNNEL_STRUCTURAL_LEXICAL_H
#define TWINFUNNEL_STRUCTURAL_LEXICAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "Delimited.h"
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

/// Bit masks of one block: bit i is byte i.
typedef struct {
  uint64_t quote, open, close, comma, colon, space;
  /// Not zero when the block has a control character, a backslash, or a byte beyond ASCII.
  uint64_t is_special;
} block_masks;

typedef struct {
  /// Bytes behind the backslash that begins an escape.
  uint64_t escaped;
  /// Backslashes of escapes that do not exist.
  uint64_t errors;
  /// 1 when the next block's first byte is escaped.
  uint64_t carry;
} escape_masks;

/// What a block has that most do not.
typedef struct {
  uint64_t backslashes, escaped, controls, newlines;
  /// Tabs and carriage returns.
  uint64_t white;
  uint64_t errors;
} special_masks;

typedef structural_utf8_state utf8_state;

typedef void structural_function(structural_scan *, const uint8_t *, size_t,
                                 const structural_output *);
structural_function structural_run_portable, structural_run_sse2, structural_run_avx2,
    structural_run_avx512, structural_run_neon;

typedef void delimited_function(delimited_scan *, const uint8_t *, size_t, uint8_t, uint8_t,
                                const delimited_output *);
delimited_function delimited_run_portable, delimited_run_sse2, delimited_run_avx2,
    delimited_run_avx512, delimited_run_neon;

ALWAYS_INLINE bool is_digit(uint8_t byte) { return (uint8_t)(byte - '0') <= 9; }

ALWAYS_INLINE bool is_hexadecimal(uint8_t byte) {
  return is_digit(byte) || (uint8_t)((byte | 0x20) - 'a') <= 5;
}

ALWAYS_INLINE bool is_blank(uint8_t byte) {
  return byte == ' ' || byte == '\t' || byte == '\r';
}

/// Whether the backslash at `at` begins one of the escapes of RFC 8259.
ALWAYS_INLINE bool is_escape(const uint8_t *bytes, size_t at, size_t count) {
  if (at + 1 >= count) return false;
  switch (bytes[at + 1]) {
  case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't':
    return true;
  case 'u':
    return at + 6 <= count && is_hexadecimal(bytes[at + 2]) && is_hexadecimal(bytes[at + 3]) &&
           is_hexadecimal(bytes[at + 4]) && is_hexadecimal(bytes[at + 5]);
  default:
    return false;
  }
}

/// Marks escaped bytes, and checks every escape that begins in the block at `position`.
RARE escape_masks find_escapes(uint64_t backslashes, uint64_t escaped,
                                        const uint8_t *bytes, size_t position, size_t count) {
  escape_masks masks = {.escaped = escaped, .errors = 0, .carry = 0};
  backslashes &= ~escaped;
  while (backslashes) {
    const int at = __builtin_ctzll(backslashes);
    if (!is_escape(bytes, position + (size_t)at, count)) masks.errors |= (uint64_t)1 << at;
    // The byte behind a backslash begins no escape of its own.
    if (at == STRUCTURAL_BLOCK - 1) {
      masks.carry = 1;
      break;
    }
    masks.escaped |= (uint64_t)2 << at;
    backslashes &= ~((uint64_t)3 << at);
  }
  return masks;
}

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

/// The end of the run of scalar bytes from `at`: white space, a quote or a structural byte.
static inline size_t scalar_end(const uint8_t *bytes, size_t at, size_t count) {
  while (at < count) {
    switch (bytes[at]) {
    case ' ': case '\t': case '\r': case '\n': case '"': case ',': case ':':
    case '{': case '}': case '[': case ']':
      return at;
    default:
      at++;
    }
  }
  return at;
}

/// Those of the scalars that begin in the block at `position` which are no number and no literal, or
/// have a colon behind them, as only keys may.
RARE uint64_t find_bad_scalars(uint64_t scalars, uint64_t starts, const uint8_t *bytes,
                               size_t position, size_t count) {
  uint64_t errors = 0;
  for (; starts; starts &= starts - 1) {
    const int at = __builtin_ctzll(starts);
    const size_t start = position + (size_t)at;
    const uint64_t behind_run = ~(scalars >> at);
    const int length = behind_run ? __builtin_ctzll(behind_run) : STRUCTURAL_BLOCK;
    const size_t size = at + length < STRUCTURAL_BLOCK
                            ? (size_t)length
                            : scalar_end(bytes, start, count) - start;
    size_t behind = start + size;
    while (behind < count && is_blank(bytes[behind])) behind++;
    const bool is_key = behind < count && bytes[behind] == ':';
    if (is_key || !is_scalar(bytes + start, size)) errors |= (uint64_t)1 << at;
  }
  return errors;
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
