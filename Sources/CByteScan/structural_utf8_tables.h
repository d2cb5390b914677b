// Tables for the check of UTF-8 by lookup (Keiser and Lemire, "Validating UTF-8 In Less Than One
// Instruction Per Byte", 2020). Each kind of mistake in two neighbouring bytes is a bit; three
// lookups, by the first byte's halves and the second byte's high half, are and-ed: a bit that stays
// names the mistake. Third and fourth bytes are checked by where their lead stands.
#ifndef TWINFUNNEL_STRUCTURAL_UTF8_TABLES_H
#define TWINFUNNEL_STRUCTURAL_UTF8_TABLES_H

#include "structural_lexical.h"

/// Whether the block's last character goes on behind it.
ALWAYS_INLINE uint32_t utf8_is_cut(const uint8_t *block) {
  return block[STRUCTURAL_BLOCK - 1] >= 0xC0 || block[STRUCTURAL_BLOCK - 2] >= 0xE0 ||
         block[STRUCTURAL_BLOCK - 3] >= 0xF0;
}

enum {
  /// A lead, then no continuation.
  TOO_SHORT = 1 << 0,
  /// ASCII, then a continuation.
  TOO_LONG = 1 << 1,
  /// E0 and a continuation below A0.
  OVERLONG_3 = 1 << 2,
  /// ED and a continuation from A0: half a surrogate pair.
  SURROGATE = 1 << 3,
  /// C0 or C1.
  OVERLONG_2 = 1 << 4,
  /// F4 and a continuation from 90, or F5 and above.
  TOO_LARGE = 1 << 5,
  /// F0 and a continuation below 90; for F5 and above the same bit.
  OVERLONG_4 = 1 << 6,
  /// Two continuations: right where a lead before them asks for it, wrong elsewhere.
  TWO_CONTINUATIONS = 1 << 7,
  /// What the first byte's low half cannot tell.
  CARRIED = TOO_SHORT | TOO_LONG | TWO_CONTINUATIONS,
};

/// By the first byte's high half.
static const uint8_t utf8_first_high[16] __attribute__((aligned(16))) = {
  TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG,
      TWO_CONTINUATIONS, TWO_CONTINUATIONS, TWO_CONTINUATIONS, TWO_CONTINUATIONS,
      TOO_SHORT | OVERLONG_2, TOO_SHORT, TOO_SHORT | OVERLONG_3 | SURROGATE,
      TOO_SHORT | TOO_LARGE | OVERLONG_4};

/// By the first byte's low half.
static const uint8_t utf8_first_low[16] __attribute__((aligned(16))) = {
  CARRIED | OVERLONG_2 | OVERLONG_3 | OVERLONG_4, CARRIED | OVERLONG_2, CARRIED, CARRIED,
      CARRIED | TOO_LARGE, CARRIED | TOO_LARGE | OVERLONG_4, CARRIED | TOO_LARGE | OVERLONG_4,
      CARRIED | TOO_LARGE | OVERLONG_4, CARRIED | TOO_LARGE | OVERLONG_4,
      CARRIED | TOO_LARGE | OVERLONG_4, CARRIED | TOO_LARGE | OVERLONG_4,
      CARRIED | TOO_LARGE | OVERLONG_4, CARRIED | TOO_LARGE | OVERLONG_4,
      CARRIED | TOO_LARGE | OVERLONG_4 | SURROGATE, CARRIED | TOO_LARGE | OVERLONG_4,
      CARRIED | TOO_LARGE | OVERLONG_4};

/// By the second byte's high half.
static const uint8_t utf8_second_high[16] __attribute__((aligned(16))) = {
  TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
      TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | OVERLONG_3 | OVERLONG_4,
      TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | OVERLONG_3 | TOO_LARGE,
      TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | SURROGATE | TOO_LARGE,
      TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | SURROGATE | TOO_LARGE, TOO_SHORT, TOO_SHORT,
      TOO_SHORT, TOO_SHORT};

#endif
