// Bit masks of eight blocks in one register. Part of `structural_avx512.c`.

typedef uint64_t words __attribute__((vector_size(64), may_alias));

TARGET ALWAYS_INLINE words words_at_avx512(const uint64_t *from) { return *(const words *)from; }

TARGET ALWAYS_INLINE void put_words_avx512(uint64_t *to, words from) { *(words *)to = from; }

TARGET ALWAYS_INLINE words repeated_avx512(uint64_t word) {
  return (words)_mm512_set1_epi64((long long)word);
}

TARGET ALWAYS_INLINE words first_avx512(uint64_t word) { return (words){word}; }

TARGET ALWAYS_INLINE words last_avx512(uint64_t word) { return (words){0, 0, 0, 0, 0, 0, 0, word}; }

TARGET ALWAYS_INLINE uint64_t last_of_avx512(words bits) { return bits[STRUCTURAL_LANES - 1]; }

TARGET ALWAYS_INLINE words behind_avx512(words now, words before) {
  const words lower = __builtin_shufflevector(before, now, 7, 8, 9, 10, 11, 12, 13, 14);
  return now << 1 | lower >> 63;
}

TARGET ALWAYS_INLINE words ahead_avx512(words now, int count) {
  const words none = {0};
  const words higher = __builtin_shufflevector(now, none, 1, 2, 3, 4, 5, 6, 7, 8);
  return now >> (uint64_t)count | higher << (uint64_t)(STRUCTURAL_BLOCK - count);
}

TARGET ALWAYS_INLINE bool any_avx512(words bits) {
  return _mm512_test_epi64_mask((__m512i)bits, (__m512i)bits) != 0;
}

TARGET ALWAYS_INLINE uint32_t filled_avx512(words bits) {
  return _cvtmask8_u32(_mm512_test_epi64_mask((__m512i)bits, (__m512i)bits));
}

/// Words that overflow carry into the next one, and through those that are all ones: which the sum of
/// two numbers of eight bits says, one bit a word.
TARGET ALWAYS_INLINE words add_avx512(words a, words b, uint64_t *carry) {
  const __m512i ones = _mm512_set1_epi64(-1);
  const __m512i sums = (__m512i)(a + b);
  const uint32_t overflowing = _cvtmask8_u32(_mm512_cmplt_epu64_mask(sums, (__m512i)b));
  const uint32_t full = _cvtmask8_u32(_mm512_cmpeq_epi64_mask(sums, ones));
  const uint32_t carried = (overflowing << 1 | (uint32_t)*carry) + full;
  *carry = carried >> 8;
  return (words)_mm512_mask_sub_epi64(sums, _cvtu32_mask8((carried ^ full) & 0xFF), sums, ones);
}

TARGET ALWAYS_INLINE words parities_avx512(words bits, uint64_t *carry) {
  const __m512i ones = _mm512_set1_epi64(-1);
  const __m512i parities =
      _mm512_unpacklo_epi64(_mm512_clmulepi64_epi128((__m512i)bits, ones, 0x00),
                            _mm512_clmulepi64_epi128((__m512i)bits, ones, 0x01));
  // The words' own parities, added up likewise; the ninth is that of all.
  uint32_t odd = _cvtmask8_u32(_mm512_movepi64_mask(parities)) << 1 | (uint32_t)*carry;
  odd ^= odd << 1;
  odd ^= odd << 2;
  odd ^= odd << 4;
  odd ^= odd << 8;
  *carry = odd >> 8 & 1;
  return (words)_mm512_mask_xor_epi64(parities, _cvtu32_mask8(odd & 0xFF), parities, ones);
}
