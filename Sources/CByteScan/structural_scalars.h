// Literals, numbers with exponents, and whatever else stands where a value should: one by one.
#ifndef TWINFUNNEL_STRUCTURAL_SCALARS_H
#define TWINFUNNEL_STRUCTURAL_SCALARS_H

#include "structural_lexical.h"

/// The bytes that end a scalar: white space, a quote or a structural byte.
ALWAYS_INLINE bool is_scalar_end(uint8_t byte) {
  switch (byte) {
  case ' ': case '\t': case '\r': case '\n': case '"': case ',': case ':':
  case '{': case '}': case '[': case ']':
    return true;
  default:
    return false;
  }
}

/// Adds the bytes `[start, end)` to a step's mask.
ALWAYS_INLINE void add_range(uint64_t *mask, size_t start, size_t end) {
  for (size_t lane = start / STRUCTURAL_BLOCK; lane * STRUCTURAL_BLOCK < end; lane++) {
    const size_t base = lane * STRUCTURAL_BLOCK;
    uint64_t bits = ~(uint64_t)0;
    if (start > base) bits <<= start - base;
    if (end - base < STRUCTURAL_BLOCK) bits &= ((uint64_t)1 << (end - base)) - 1;
    mask[lane] |= bits;
  }
}

/// The length of the literal at `at`, 0 where there is none: they are by far the most of what is looked
/// at here.
ALWAYS_INLINE size_t literal_length(const uint8_t *bytes, size_t at, size_t count) {
  if (count - at < 5 || (at > 0 && !is_scalar_end(bytes[at - 1]))) return 0;
  size_t length = 0;
  if (memcmp(bytes + at, "true", 4) == 0 || memcmp(bytes + at, "null", 4) == 0) length = 4;
  if (memcmp(bytes + at, "false", 5) == 0) length = 5;
  return at + length == count || is_scalar_end(bytes[at + length]) ? length : 0;
}

/// Looks at the scalars that have one of the `odd` bytes of the step at `position`: `known` becomes all
/// their bytes in it, and `errors` the first odd ones of those that are no number and no literal.
///
/// Returns where the last of them ends, here or in a step to come; `known_until` is what the step
/// before returned.
RARE size_t find_odd_scalars(const uint64_t *odd, size_t position, size_t known_until,
                             const uint8_t *bytes, size_t count, uint64_t *known, uint64_t *errors) {
  const size_t step_end = position + STEP_SIZE;
  if (known_until > position) {
    add_range(known, 0, (known_until < step_end ? known_until : step_end) - position);
  }
  for (size_t lane = 0; lane < STRUCTURAL_LANES; lane++) {
    for (uint64_t left = odd[lane] & ~known[lane]; left; left &= ~known[lane]) {
      const int bit = __builtin_ctzll(left);
      const size_t at = position + lane * STRUCTURAL_BLOCK + (size_t)bit;
      size_t start = at, end = at + literal_length(bytes, at, count);
      if (end == at) {
        while (start > 0 && !is_scalar_end(bytes[start - 1])) start--;
        do { end++; } while (end < count && !is_scalar_end(bytes[end]));
        if (!is_scalar(bytes + start, end - start)) errors[lane] |= (uint64_t)1 << bit;
      }
      add_range(known, start > position ? start - position : 0,
                (end < step_end ? end : step_end) - position);
      known_until = end;
    }
  }
  return known_until;
}

#endif
