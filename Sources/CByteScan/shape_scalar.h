// What reading by shape needs of bytes one by one: texts compared sixteen bytes at a time, and scalars.
#ifndef TWINFUNNEL_SHAPE_SCALAR_H
#define TWINFUNNEL_SHAPE_SCALAR_H

#include "Shapes.h"
#include "structural_lexical.h"
#include "structural_scalars.h"

/// Sixteen bytes, for which every compiler has vector instructions where the machine does.
typedef uint64_t shape_pair __attribute__((vector_size(16)));

#define SIXTEEN(byte)                                                                              \
  byte, byte, byte, byte, byte, byte, byte, byte, byte, byte, byte, byte, byte, byte, byte, byte
/// As many ones as a text has bytes, from `SHAPE_TEXT` less its length on.
static const uint8_t shape_masks[2 * SHAPE_TEXT] __attribute__((unused)) = {
    SIXTEEN(0xFF), SIXTEEN(0xFF), SIXTEEN(0xFF), SIXTEEN(0xFF),
    SIXTEEN(0), SIXTEEN(0), SIXTEEN(0), SIXTEEN(0)};
#undef SIXTEEN

ALWAYS_INLINE shape_pair shape_load(const uint8_t *bytes) {
  shape_pair value;
  memcpy(&value, bytes, sizeof value);
  return value;
}

/// Not zero where the bytes differ under the mask.
ALWAYS_INLINE shape_pair shape_difference(const uint8_t *bytes, const uint8_t *text,
                                          const uint8_t *mask) {
  return (shape_load(bytes) ^ shape_load(text)) & shape_load(mask);
}

/// Whether the backslash at `at` begins one of the escapes of RFC 8259.
ALWAYS_INLINE bool is_escape(const uint8_t *bytes, size_t at, size_t count) {
  return at + 1 < count && is_escape_name(bytes[at + 1]) &&
         (bytes[at + 1] != 'u' || has_four_hexadecimal(bytes, at + 2, count));
}

/// The bytes of the character beyond ASCII that begins with the first of `bytes`; 0 where it is not
/// UTF-8. Four bytes are readable.
ALWAYS_INLINE size_t character_size(const uint8_t *bytes) {
  const uint8_t first = bytes[0], second = bytes[1];
  const bool has_second = (second & 0xC0) == 0x80, has_third = (bytes[2] & 0xC0) == 0x80;
  if (first >= 0xC2 && first <= 0xDF) return has_second ? 2 : 0;
  if ((first & 0xF0) == 0xE0) {
    // Neither overlong spellings nor halves of surrogate pairs.
    const bool is_sound = first == 0xE0 ? second >= 0xA0 : first != 0xED || second <= 0x9F;
    return has_second && has_third && is_sound ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool is_sound = first == 0xF0 ? second >= 0x90 : first != 0xF4 || second <= 0x8F;
    return has_second && has_third && (bytes[3] & 0xC0) == 0x80 && is_sound ? 4 : 0;
  }
  return 0;
}

ALWAYS_INLINE bool may_be_scalar(uint8_t byte) {
  return is_digit(byte) || byte == '-' || byte == 't' || byte == 'f' || byte == 'n';
}

/// The first byte from `at` that is no digit, eight at a time; `count` where the end is near.
ALWAYS_INLINE size_t digits_end(const uint8_t *bytes, size_t count, size_t at) {
  for (; at + 8 <= count; at += 8) {
    uint64_t word;
    memcpy(&word, bytes + at, sizeof word);
    // Digits have become 0 to 9; a byte reaches its high bit from 10 on, and none carries.
    const uint64_t low = word ^ 0x3030303030303030;
    const uint64_t others =
        (((low & 0x7F7F7F7F7F7F7F7F) + 0x7676767676767676) | low) & 0x8080808080808080;
    if (others) return at + (size_t)__builtin_ctzll(others) / 8;
  }
  return count;
}

/// The end of the literal at `at`, 0 where it is none. Five bytes are readable.
ALWAYS_INLINE size_t literal_end(const uint8_t *bytes, size_t at) {
  const int length = literal_length(bytes + at);
  return length > 0 ? at + (size_t)length : 0;
}

/// The end of the number at `at`; 0 where it is none, and where the end of `bytes` is near. What may
/// follow is for the text behind it to say.
RARE size_t number_end(const uint8_t *bytes, size_t count, size_t at) {
  const size_t start = at + (bytes[at] == '-');
  size_t end = digits_end(bytes, count, start);
  if (bytes[start] == '0' ? end != start + 1 : end == start) return 0;
  if (end < count && bytes[end] == '.') {
    const size_t point = end;
    end = digits_end(bytes, count, point + 1);
    if (end == point + 1) return 0;
  }
  if (end == count) return 0;
  if ((bytes[end] | 0x20) != 'e') return end;
  while (end < count && !is_scalar_end(bytes[end])) end++;
  return is_scalar(bytes + at, end - at) ? end : 0;
}

#endif
