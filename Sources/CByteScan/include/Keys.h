// Packing short keys, and loading what they lead to.
#ifndef TWINFUNNEL_KEYS_H
#define TWINFUNNEL_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct {
  /// Sixteen bytes, as little-endian words.
  uint64_t first;
  uint64_t second;
  /// Whether the text is a UUID in lower case with its four hyphens.
  bool is_uuid;
} uuid_words;

enum { UUID_TEXT_BYTES = 36 };

/// The bytes of a UUID of `UUID_TEXT_BYTES`. Sixteen digits at a time, in vectors of the compiler's that
/// every processor has.
static inline uuid_words uuid_pack(const uint8_t *text) {
  typedef uint8_t bytes16 __attribute__((vector_size(16)));
  typedef int8_t signed16 __attribute__((vector_size(16)));
  typedef uint16_t pairs8 __attribute__((vector_size(16)));
  typedef uint8_t bytes8 __attribute__((vector_size(8)));
  // Where four digits stand that no hyphen parts.
  static const uint8_t quarters[2][4] = {{0, 4, 9, 14}, {19, 24, 28, 32}};
  uint64_t words[2];
  bytes16 wrong = {0};
  for (int half = 0; half < 2; half++) {
    bytes16 v;
    for (int part = 0; part < 4; part++)
      memcpy((uint8_t *)&v + 4 * part, text + quarters[half][part], 4);
    bytes16 letter = (bytes16)((signed16)v > '9');
    bytes16 digit = v - '0' - (letter & ('a' - '9' - 1));
    // A letter's digit is ten or more; what is less than '0' or not ASCII is more than fifteen.
    wrong |= (bytes16)(digit > 15) | (letter & (bytes16)(digit < 10));
    pairs8 pairs = (pairs8)digit;
    bytes8 joined = __builtin_convertvector((pairs << 4 & 0xf0) | pairs >> 8, bytes8);
    memcpy(&words[half], &joined, 8);
  }
  uint64_t rest[2];
  memcpy(rest, &wrong, 16);
  int hyphens = (text[8] ^ '-') | (text[13] ^ '-') | (text[18] ^ '-') | (text[23] ^ '-');
  return (uuid_words){words[0], words[1], (rest[0] | rest[1] | (uint64_t)hyphens) == 0};
}

/// Asks for the line of the cache at an address, without waiting for it; no address is wrong.
static inline void line_prefetch(uintptr_t address) { __builtin_prefetch((const void *)address); }

#endif
