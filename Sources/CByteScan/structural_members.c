// The brackets of a row, and where the members of its objects are.
//
// Every token of a row costs the same few instructions, whatever it is: rows of real logs differ in
// which keys they have and how long their arrays are, so that a branch on what comes next is taken
// wrongly once in every three or four tokens, and each of these costs as much as five tokens do here.
#include "Structural.h"

#include "structural_lexical.h"

/// What a token does to the stack of open containers, one bit each, the innermost lowest: 1 for an
/// object, 0 for an array.
typedef struct {
  uint64_t opens, closes;
  /// What an opening byte puts on the stack.
  uint64_t is_object;
  /// The bit that must be lowest on the stack before; an opening byte needs a 1 where it is a value.
  uint64_t needs;
  uint64_t is_opening;
  /// All ones for a colon.
  uint64_t colon;
  /// What makes any other token seem too far away from the next one.
  uint64_t distance;
  uint64_t padding;
} token_effect;

static const token_effect effects[256] = {
    ['{'] = {.opens = 1, .is_object = 1, .is_opening = 1, .distance = 8},
    ['['] = {.opens = 1, .is_opening = 1, .distance = 8},
    ['}'] = {.closes = 1, .needs = 1, .distance = 8},
    [']'] = {.closes = 1, .distance = 8},
    [','] = {.distance = 8},
    [':'] = {.needs = 1, .colon = ~(uint64_t)0},
};

ALWAYS_INLINE ptrdiff_t members(const uint8_t *bytes, const uint32_t *tokens, size_t count,
                             uint64_t stack_max, structural_member *found) {
  // The row's own object stands above a bit that is always there, so that what lies outside of it is
  // below 2, and a stack without room has its highest bit set.
  uint64_t stack = 3;
  uint64_t wrong = 0, outside = 0;
  uint64_t previous = (uint64_t)tokens[0] - 8;
  structural_member *next = found;
  for (size_t at = 1; at + 1 < count; at++) {
    const uint64_t place = tokens[at];
    const token_effect *effect = &effects[bytes[place]];
    // A container that is the value of a key stands behind its colon, with a blank between at most;
    // any other value between would be longer.
    const uint64_t is_near = opaque(place - previous < 3);
    wrong |= stack ^ (effect->needs | (is_near & effect->is_opening));
    stack = (stack << effect->opens | effect->is_object) >> effect->closes;
    outside |= stack - 2;
    next->token = (uint32_t)at;
    if (stack_max == 3) {
      next += stack <= (effect->colon & 3);
    } else {
      next->stack = (uint32_t)stack;
      next += (stack <= (effect->colon & stack_max)) & ((stack & (stack + 1)) == 0);
    }
    previous = place - effect->distance;
  }
  const bool is_sound = !(wrong & 1) && !(outside >> 63) && stack == 3;
  return is_sound ? next - found : -1;
}

#if defined(__x86_64__)
/// With shifts by a register that keep the flags.
__attribute__((target("bmi,bmi2"))) static ptrdiff_t members_bmi2(
    const uint8_t *bytes, const uint32_t *tokens, size_t count, uint64_t stack_max,
    structural_member *found) {
  return stack_max == 3 ? members(bytes, tokens, count, 3, found)
                        : members(bytes, tokens, count, stack_max, found);
}
#endif

ptrdiff_t structural_members(const uint8_t *bytes, const uint32_t *tokens, size_t count,
                          uint32_t depth_max, structural_member *found) {
  if (count < 2 || bytes[tokens[0]] != '{' || bytes[tokens[count - 1]] != '}') {
    return -1;
  }
  const uint64_t stack_max = ((uint64_t)2 << depth_max) - 1;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("bmi2")) return members_bmi2(bytes, tokens, count, stack_max, found);
#endif
  return members(bytes, tokens, count, stack_max, found);
}
