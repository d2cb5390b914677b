// Bit masks of a step: bit i is byte i. Part of `structural_step.h`.
//
// A step is one block, and `words` one number, unless a version has registers for many: then it defines
// STRUCTURAL_LANES and HAS_OWN_WORDS, and all that is here.
#ifndef HAS_OWN_WORDS

typedef uint64_t words;

TARGET ALWAYS_INLINE words VERSION(words_at)(const uint64_t *from) { return *from; }

TARGET ALWAYS_INLINE void VERSION(put_words)(uint64_t *to, words from) { *to = from; }

/// `word` in each block.
TARGET ALWAYS_INLINE words VERSION(repeated)(uint64_t word) { return word; }

/// `word` in the first block, and zeros.
TARGET ALWAYS_INLINE words VERSION(first)(uint64_t word) { return word; }

/// `word` in the last block, and zeros.
TARGET ALWAYS_INLINE words VERSION(last)(uint64_t word) { return word; }

TARGET ALWAYS_INLINE uint64_t VERSION(last_of)(words bits) { return bits; }

/// The bytes behind those of `now`, the last one of `before` being in front of them all.
TARGET ALWAYS_INLINE words VERSION(behind)(words now, words before) {
  // Not by one instruction that shifts both, which some processors make of many.
  return now << 1 | opaque(before >> 63);
}

/// The bytes that stand `count` before those of `now`.
TARGET ALWAYS_INLINE words VERSION(ahead)(words now, int count) { return now >> count; }

TARGET ALWAYS_INLINE bool VERSION(any)(words bits) { return bits != 0; }

/// The blocks with any of the bits, one bit for each.
TARGET ALWAYS_INLINE uint32_t VERSION(filled)(words bits) { return bits != 0; }

/// The sum of two numbers as long as a step, and of `*carry`, which becomes the bit that is too many.
TARGET ALWAYS_INLINE words VERSION(add)(words a, words b, uint64_t *carry) {
  unsigned long long carried;
  const words sum = (words)__builtin_addcll(a, b, *carry, &carried);
  *carry = carried;
  return sum;
}

/// Bit i of the result is the parity of bits 0 to i and of `*carry`, which becomes the last one.
TARGET ALWAYS_INLINE words VERSION(parities)(words bits, uint64_t *carry) {
  const uint64_t parities = VERSION(prefix_xor)(bits) ^ (0 - *carry);
  *carry = parities >> 63;
  return parities;
}

#endif

/// The first byte outside `run` from each of `from`, where `from` are bytes or runs' first bytes: a
/// bit added to the start of a run of ones carries to the first byte behind it.
TARGET ALWAYS_INLINE words VERSION(past)(words from, words run, uint64_t *carry) {
  return (VERSION(add)(from & run, run, carry) | from) & ~run;
}
