// What all versions of a scan are made of, one block at a time, in terms of bit masks (bit i is byte
// i).
//
// A version includes `structural_step.h`, which includes this file, after defining
//     TARGET          function attributes of its instruction set, or nothing
//     VERSION(name)   its own name for a function
//     HAS_OWN_BITS    if it has instructions for `prefix_xor` and `lowest`
//     HAS_OWN_WRITE   if it has a `write` of its own
//     HAS_OWN_WORDS   if it scans many blocks at once, and makes all their masks whether they are
//                     asked for or not: see `structural_words.h`
// and defines, after it, the functions that are declared first.
#include "structural_lexical.h"

#ifdef HAS_OWN_WORDS
/// The masks of a step, before anything is known of strings.
TARGET ALWAYS_INLINE void VERSION(masks)(const uint8_t *block, step_masks *masks);
#else
/// Quotes, brackets, commas, colons and, as white space, spaces. Whether there is anything else that
/// counts: a control character, a backslash, or a byte beyond ASCII.
TARGET ALWAYS_INLINE bool VERSION(plain_masks)(const uint8_t *block, step_masks *masks);
/// The decimal digits of the block.
TARGET ALWAYS_INLINE uint64_t VERSION(digits)(const uint8_t *block);
#endif
/// Those of the `escaped` bytes that name an escape: " \ / b f n r t u. Others may be among them.
TARGET ALWAYS_INLINE uint64_t VERSION(names)(const uint8_t *block, uint64_t escaped);
/// The decimal digits, and the letters from a to f in either case.
TARGET ALWAYS_INLINE uint64_t VERSION(hexadecimal)(const uint8_t *block);
/// The bytes of the block that are `byte`.
TARGET ALWAYS_INLINE uint64_t VERSION(equal)(const uint8_t *block, uint8_t byte);
/// The bytes of the block below 0x20.
TARGET ALWAYS_INLINE uint64_t VERSION(control)(const uint8_t *block);
/// The bytes of the block from 0x80.
TARGET ALWAYS_INLINE uint64_t VERSION(non_ascii)(const uint8_t *block);
/// Bit i of the result is the parity of bits 0 to i.
TARGET ALWAYS_INLINE uint64_t VERSION(prefix_xor)(uint64_t bits);
/// Adds the bytes at which the text stops to be UTF-8 to `errors`, and returns what the next block
/// must know: `needed` is zero where this one ends with a whole character.
TARGET RARE utf8_state VERSION(utf8)(utf8_state state, const uint8_t *block, uint64_t *errors);

#ifndef HAS_OWN_BITS
TARGET ALWAYS_INLINE uint64_t VERSION(prefix_xor)(uint64_t bits) {
  bits ^= bits << 1;
  bits ^= bits << 2;
  bits ^= bits << 4;
  bits ^= bits << 8;
  bits ^= bits << 16;
  bits ^= bits << 32;
  return bits;
}

TARGET ALWAYS_INLINE uint64_t VERSION(lowest)(uint64_t bits) {
  return (uint64_t)__builtin_ctzll(bits | (uint64_t)1 << 63);
}
#endif

#ifndef HAS_OWN_WRITE
/// The place of the lowest bit; any number when there is none.
TARGET ALWAYS_INLINE uint64_t VERSION(lowest)(uint64_t bits);

/// Writes the positions of `found`, four at a time, whether there are as many or not.
TARGET ALWAYS_INLINE void VERSION(write)(uint32_t *to, uint64_t found, uint32_t position) {
  for (; found; to += 4) {
    for (int step = 0; step < 4; step++) {
      to[step] = (uint32_t)opaque(VERSION(lowest)(found) + position);
      found &= found - 1;
    }
  }
}
#endif
