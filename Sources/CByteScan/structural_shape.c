// The comparison of a row with one that was walked before.
#include "Structural.h"

#include <string.h>

bool structural_matches(const uint8_t *bytes, const uint32_t *tokens,
                        const structural_check *checks, size_t count) {
  uint64_t difference = 0;
  size_t at = 0;
  // Rows of another shape differ early as a rule, so it pays to stop now and then.
  while (at < count) {
    const size_t stop = count - at < 8 ? count : at + 8;
    for (; at < stop; at++) {
      uint64_t word;
      memcpy(&word, bytes + tokens[checks[at].token] - checks[at].back, sizeof word);
      difference |= (word ^ checks[at].word) & checks[at].mask;
    }
    if (difference) return false;
  }
  return true;
}
