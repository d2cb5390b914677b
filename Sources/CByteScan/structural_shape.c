// The comparison of a row with one that was read before.
#include "Structural.h"

#include <string.h>

/// Sixteen bytes, for which every compiler has vector instructions where the machine does.
typedef uint64_t pair __attribute__((vector_size(16)));

static inline pair load(const uint8_t *bytes) {
  pair value;
  memcpy(&value, bytes, sizeof value);
  return value;
}

/// Not zero where the bytes differ under the mask.
static inline pair compare(const uint8_t *bytes, const uint8_t *word, const uint8_t *mask) {
  return (load(bytes) ^ load(word)) & load(mask);
}

bool structural_matches(const uint8_t *bytes, const uint32_t *tokens,
                        const structural_shape *shape) {
  const structural_token_check *ends = shape->ends;
  pair difference = {0, 0};
  size_t at = 0;
  // Rows of another shape differ early as a rule, so it pays to stop now and then.
  for (; at + 8 <= shape->ends_count; at += 8) {
    for (size_t step = at; step < at + 8; step++) {
      difference |= compare(bytes + tokens[step] - 15, ends[step].word, ends[step].mask);
    }
    if (difference[0] | difference[1]) return false;
  }
  for (; at < shape->ends_count; at++) {
    difference |= compare(bytes + tokens[at] - 15, ends[at].word, ends[at].mask);
  }
  for (at = 0; at < shape->beginnings_count; at++) {
    const structural_key_check *check = &shape->beginnings[at];
    difference |=
        compare(bytes + tokens[check->token] - check->back, check->word, check->mask);
  }
  return (difference[0] | difference[1]) == 0;
}
