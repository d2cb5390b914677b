// The comparison of a row with one that was read before.
#include "Structural.h"

#include <string.h>

static inline uint64_t load(const uint8_t *bytes) {
  uint64_t word;
  memcpy(&word, bytes, sizeof word);
  return word;
}

bool structural_matches(const uint8_t *bytes, const uint32_t *tokens,
                        const structural_shape *shape) {
  const structural_token_check *ends = shape->ends;
  uint64_t difference = 0;
  size_t at = 0;
  // Rows of another shape differ early as a rule, so it pays to stop now and then.
  for (; at + 8 <= shape->ends_count; at += 8) {
    for (size_t step = at; step < at + 8; step++) {
      difference |= (load(bytes + tokens[step] - 7) ^ ends[step].word) & ends[step].mask;
    }
    if (difference) return false;
  }
  for (; at < shape->ends_count; at++) {
    difference |= (load(bytes + tokens[at] - 7) ^ ends[at].word) & ends[at].mask;
  }
  for (at = 0; at < shape->beginnings_count; at++) {
    const structural_key_check check = shape->beginnings[at];
    difference |= (load(bytes + tokens[check.token] - check.back) ^ check.word) & check.mask;
  }
  return difference == 0;
}
