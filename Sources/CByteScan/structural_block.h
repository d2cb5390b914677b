// The body of a scan, included once for each way: the includer defines
//   SCAN_NAME            the function's name
//   SCAN_TARGET          its target attribute, or nothing
//   SCAN_CLASSIFY(p)     byte_classes of the 64 bytes at p
//   SCAN_PREFIX_XOR(m)   the mask whose bit i is the parity of m's bits 0...i

#include <string.h>

/// Writes the positions of the mask's bits. Eight at a time, since most blocks have fewer: writing
/// too much is cheaper than a branch for each.
SCAN_TARGET static inline void SCAN_CONCAT(SCAN_NAME, _flatten)(scan_state *state, size_t base,
                                                                uint64_t mask) {
  if (mask == 0) return;
  uint32_t *out = state->tokens + state->token_count;
  int bits = __builtin_popcountll(mask);
  state->token_count += (size_t)bits;
  for (int i = 0; i < 8; i++) {
    out[i] = (uint32_t)base + (uint32_t)__builtin_ctzll(mask | (1ull << 63));
    mask &= mask - 1;
  }
  if (__builtin_expect(bits > 8, 0)) {
    out += 8;
    while (mask) {
      *out++ = (uint32_t)base + (uint32_t)__builtin_ctzll(mask);
      mask &= mask - 1;
    }
  }
}

SCAN_TARGET static cbytescan_structure SCAN_NAME(const uint8_t *bytes, size_t count,
                                                 uint32_t *tokens, uint32_t *faults) {
  scan_state state = {.bytes = bytes, .count = count, .tokens = tokens, .faults = faults};
  uint8_t last[64];
  size_t base = 0;
  while (base < count) {
    const uint8_t *block = bytes + base;
    size_t size = count - base;
    if (__builtin_expect(size < 64, 0)) {
      // The last bytes, filled up with spaces, which mean nothing.
      memset(last, ' ', 64);
      memcpy(last, block, size);
      block = last;
    } else {
      size = 64;
    }
    byte_classes classes = SCAN_CLASSIFY(block);
    uint64_t escaped = 0, wrong = 0;
    if (__builtin_expect(classes.backslash | state.escape_carry, 0))
      escaped = cbytescan_escaped(&state, base, classes.backslash, &wrong);
    if (__builtin_expect(classes.high != 0, 0))
      cbytescan_check_utf8(&state, base, classes.high);

    uint64_t quote = classes.quote & ~escaped;
    // Opening quotes and the inside of strings; closing quotes are outside.
    uint64_t in_string = SCAN_PREFIX_XOR(quote) ^ state.in_string;
    uint64_t scalar = ~(classes.white | classes.punctuation | quote | in_string);
    uint64_t scalar_start = scalar & ~(scalar << 1 | state.scalar_carry);
    uint64_t found = (quote & in_string) | (classes.brace & ~in_string) | scalar_start;
    // A control character inside a string is wrong, and a line feed cuts the string off.
    wrong |= classes.control & in_string;
    if (__builtin_expect(wrong != 0, 0)) {
      uint64_t cut = classes.newline & in_string;
      uint64_t upto = cut ? cut ^ (cut - 1) : ~0ull;
      for (uint64_t rest = wrong & upto; rest; rest &= rest - 1)
        note_fault(&state, base + (size_t)__builtin_ctzll(rest), 0);
      if (cut) {
        SCAN_CONCAT(SCAN_NAME, _flatten)(&state, base, (found | classes.newline) & upto);
        // Start anew behind the line feed, as if the file began there.
        base += (size_t)__builtin_ctzll(cut) + 1;
        state.in_string = state.escape_carry = state.scalar_carry = 0;
        continue;
      }
    }
    SCAN_CONCAT(SCAN_NAME, _flatten)(&state, base, found | classes.newline);
    state.in_string = (uint64_t)((int64_t)in_string >> 63);
    state.scalar_carry = scalar >> 63;
    base += size;
  }
  if (state.in_string && count > 0) note_fault(&state, count - 1, 0);
  cbytescan_structure structure = {state.token_count, state.fault_count, state.has_backslash};
  return structure;
}

#undef SCAN_NAME
#undef SCAN_TARGET
#undef SCAN_CLASSIFY
#undef SCAN_PREFIX_XOR
