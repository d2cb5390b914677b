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

/// The length of the literal that begins at `at`, where five bytes are readable; 0 for anything else.
/// No branch has to guess which it is.
ALWAYS_INLINE int literal_length(const uint8_t *at) {
  const int is_true = memcmp(at, "true", 4) == 0, is_null = memcmp(at, "null", 4) == 0;
  const int begins_false = at[0] == 'f', ends_false = memcmp(at + 1, "alse", 4) == 0;
  return 4 * (is_true | is_null) + 5 * (begins_false & ends_false);
}

/// The scalars of a step, and where they are wrong: a word for each of its blocks.
typedef struct {
  /// All bytes of scalars, and those behind one.
  uint64_t all[STRUCTURAL_LANES], behind[STRUCTURAL_LANES];
  /// The bytes that are neither digit, dot nor minus.
  uint64_t odd[STRUCTURAL_LANES];
  /// What is found: all bytes of scalars that have odd ones; the first odd ones of those that are no
  /// number and no literal.
  uint64_t known[STRUCTURAL_LANES], wrong[STRUCTURAL_LANES];
} odd_scalars __attribute__((aligned(64)));

/// Looks at one scalar, which has an odd byte `at`, and returns where it ends.
RARE size_t read_odd_scalar(odd_scalars *scalars, size_t position, size_t at, const uint8_t *bytes,
                            size_t count) {
  const size_t step_end = position + STEP_SIZE, place = at - position;
  size_t start = at, end = at + 1;
  while (start > 0 && !is_scalar_end(bytes[start - 1])) start--;
  while (end < count && !is_scalar_end(bytes[end])) end++;
  if (!is_scalar(bytes + start, end - start)) add_range(scalars->wrong, place, place + 1);
  add_range(scalars->known, start > position ? start - position : 0,
            (end < step_end ? end : step_end) - position);
  return end;
}

/// Looks at the scalars with odd bytes of the step at `position`. Returns where the last of them ends,
/// here or in a step to come; `known_until` is what the step before returned.
RARE size_t find_odd_scalars(odd_scalars *scalars, size_t position, size_t known_until,
                             const uint8_t *bytes, size_t count) {
  const size_t step_end = position + STEP_SIZE;
  if (known_until > position) {
    add_range(scalars->known, 0, (known_until < step_end ? known_until : step_end) - position);
  }
  for (size_t lane = 0; lane < STRUCTURAL_LANES; lane++) {
    const size_t base = position + lane * STRUCTURAL_BLOCK;
    const uint64_t all = scalars->all[lane], behind = scalars->behind[lane];
    for (uint64_t left; (left = scalars->odd[lane] & ~scalars->known[lane]) != 0;) {
      const int bit = __builtin_ctzll(left);
      const size_t at = base + (size_t)bit;
      const int length = count - at >= 5 ? literal_length(bytes + at) : 0;
      const bool is_inside = bit + length < STRUCTURAL_BLOCK;
      if (length > 0 && is_inside && ((behind >> bit | all >> (bit + length)) & 1) == 0) {
        scalars->known[lane] |= (((uint64_t)1 << length) - 1) << bit;
      } else {
        known_until = read_odd_scalar(scalars, position, at, bytes, count);
      }
    }
  }
  return known_until;
}

#endif
