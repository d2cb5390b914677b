// The scan with AVX-512: one register a block, and compares that give masks.
#if defined(__x86_64__)

#include <immintrin.h>

#include "structural_utf8_tables.h"

#define TARGET                                                                                     \
  __attribute__((target(                                                                           \
      "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,pclmul,bmi,bmi2,popcnt")))
#define VERSION(name) name##_avx512
#define HAS_OWN_BITS
#define HAS_OWN_WRITE
#include "structural_lexical.h"
TARGET ALWAYS_INLINE void write_avx512(uint32_t *to, uint64_t found, uint32_t position);
#include "structural_block.h"
#include "delimited_block.h"

TARGET ALWAYS_INLINE __m512i load_avx512(const uint8_t *bytes) {
  return _mm512_loadu_si512((const void *)bytes);
}

TARGET ALWAYS_INLINE uint64_t equal_to_avx512(__m512i bytes, char byte) {
  uint64_t mask = _cvtmask64_u64(_mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(byte)));
  return opaque(mask);
}

TARGET ALWAYS_INLINE block_masks masks_avx512(const uint8_t *block) {
  const __m512i bytes = load_avx512(block);
  const __m512i folded = _mm512_or_si512(bytes, _mm512_set1_epi8(0x20));
  block_masks masks;
  masks.quote = equal_to_avx512(bytes, '"');
  masks.open = equal_to_avx512(folded, '{');
  masks.close = equal_to_avx512(folded, '}');
  masks.comma = equal_to_avx512(bytes, ',');
  masks.colon = equal_to_avx512(bytes, ':');
  masks.space = equal_to_avx512(bytes, ' ');
  // As signed numbers, bytes beyond ASCII are below a space too.
  masks.is_special = _cvtmask64_u64(_mm512_cmplt_epi8_mask(bytes, _mm512_set1_epi8(0x20))) |
                     equal_to_avx512(bytes, '\\');
  return masks;
}

TARGET ALWAYS_INLINE uint64_t equal_avx512(const uint8_t *block, uint8_t byte) {
  return equal_to_avx512(load_avx512(block), (char)byte);
}

TARGET ALWAYS_INLINE uint64_t control_avx512(const uint8_t *block) {
  return opaque(
      _cvtmask64_u64(_mm512_cmplt_epu8_mask(load_avx512(block), _mm512_set1_epi8(0x20))));
}

TARGET ALWAYS_INLINE uint64_t non_ascii_avx512(const uint8_t *block) {
  return opaque(_cvtmask64_u64(_mm512_movepi8_mask(load_avx512(block))));
}

TARGET ALWAYS_INLINE uint64_t prefix_xor_avx512(uint64_t bits) {
  return (uint64_t)_mm_cvtsi128_si64(_mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)bits),
                                                          _mm_set1_epi8((char)0xFF), 0));
}

TARGET ALWAYS_INLINE __m512i table_avx512(const uint8_t *table) {
  return _mm512_broadcast_i32x4(_mm_load_si128((const __m128i *)table));
}

TARGET RARE utf8_state utf8_avx512(utf8_state state, const uint8_t *block, uint64_t *errors) {
  state.needed = utf8_is_cut(block);
  const __m512i first_high = table_avx512(utf8_first_high);
  const __m512i first_low = table_avx512(utf8_first_low);
  const __m512i second_high = table_avx512(utf8_second_high);
  const __m512i halves = _mm512_set1_epi8(0x0F);
  const __m512i second = load_avx512(block);
  const __m512i first = load_avx512(block - 1);
  const __m512i mistakes = _mm512_and_si512(
      _mm512_and_si512(
          _mm512_shuffle_epi8(first_high, _mm512_and_si512(_mm512_srli_epi16(first, 4), halves)),
          _mm512_shuffle_epi8(first_low, _mm512_and_si512(first, halves))),
      _mm512_shuffle_epi8(second_high, _mm512_and_si512(_mm512_srli_epi16(second, 4), halves)));
  const __m512i third = _mm512_subs_epu8(load_avx512(block - 2), _mm512_set1_epi8(0xE0 - 0x80));
  const __m512i fourth = _mm512_subs_epu8(load_avx512(block - 3), _mm512_set1_epi8(0xF0 - 0x80));
  const __m512i asked =
      _mm512_and_si512(_mm512_or_si512(third, fourth), _mm512_set1_epi8((char)0x80));
  *errors |= _cvtmask64_u64(_mm512_cmpneq_epi8_mask(mistakes, asked));
  return state;
}

/// Sixteen positions at a time: the indices of the bytes found are moved together, then widened.
TARGET ALWAYS_INLINE void write_avx512(uint32_t *to, uint64_t found, uint32_t position) {
  static const uint8_t indices[STRUCTURAL_BLOCK] __attribute__((aligned(64))) = {
      0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
      22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
      44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
  const __m512i together = _mm512_maskz_compress_epi8(_cvtu64_mask64(found), load_avx512(indices));
  const __m512i base = _mm512_set1_epi32((int)position);
  const int found_count = __builtin_popcountll(found);
  _mm512_storeu_si512(
      to, _mm512_add_epi32(base, _mm512_cvtepu8_epi32(_mm512_castsi512_si128(together))));
  if (__builtin_expect(found_count > 16, 0)) {
    _mm512_storeu_si512(to + 16, _mm512_add_epi32(base, _mm512_cvtepu8_epi32(
                                     _mm512_extracti32x4_epi32(together, 1))));
    _mm512_storeu_si512(to + 32, _mm512_add_epi32(base, _mm512_cvtepu8_epi32(
                                     _mm512_extracti32x4_epi32(together, 2))));
    _mm512_storeu_si512(to + 48, _mm512_add_epi32(base, _mm512_cvtepu8_epi32(
                                     _mm512_extracti32x4_epi32(together, 3))));
  }
}

void structural_run_avx512(structural_scan *scan, const uint8_t *bytes, size_t count,
                           const structural_output *output) {
  run_avx512(scan, bytes, count, output);
}

void delimited_run_avx512(delimited_scan *scan, const uint8_t *bytes, size_t count, uint8_t delimiter,
                       uint8_t quote, const delimited_output *output) {
  delimited_avx512(scan, bytes, count, delimiter, quote, output);
}

#else
typedef int structural_avx512_is_not_built;
#endif
