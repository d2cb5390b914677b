// The scan with AVX-512: a table tells what each byte is, and masks are its bits transposed.
#if defined(__x86_64__)

#include <immintrin.h>

#define TARGET                                                                                     \
  __attribute__((                                                                                  \
      target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,gfni,vpclmulqdq,pclmul,"   \
             "bmi,bmi2,popcnt")))
#define VERSION(name) name##_avx512
#define HAS_OWN_BITS
#define HAS_OWN_WRITE
#define HAS_OWN_SIGNS
#define HAS_OWN_TEXT
#define HAS_OWN_NUMBERS
#define HAS_OWN_WORDS
#define BLOCK_IS_VECTOR
#define STRUCTURAL_LANES 8
#include "structural_classes.h"
#include "structural_utf8_tables.h"
#include "structural_lexical.h"
TARGET ALWAYS_INLINE void write_avx512(uint32_t *to, uint64_t found, uint32_t position);
#include "structural_words_avx512.h"
#include "structural_step.h"
#include "delimited_block.h"
#include "shape_block.h"

TARGET ALWAYS_INLINE __m512i load_avx512(const uint8_t *bytes) {
  return _mm512_loadu_si512((const void *)bytes);
}

TARGET ALWAYS_INLINE uint64_t equal_to_avx512(__m512i bytes, char byte) {
  uint64_t mask = _cvtmask64_u64(_mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(byte)));
  return opaque(mask);
}

/// The classes of 64 bytes, from a table of 128. Bytes beyond ASCII take the last one's.
TARGET ALWAYS_INLINE __m512i classes_avx512(__m512i bytes, const uint8_t *table) {
  return _mm512_permutex2var_epi8(load_avx512(table), bytes, load_avx512(table + 64));
}

/// Eight masks of each of eight blocks, from the classes of their bytes. Each word of eight bytes is
/// transposed as a matrix of 8 by 8 bits, for which its bytes must come in reverse. What belongs to one
/// mask is then brought together: first the bytes of two blocks, then words.
TARGET ALWAYS_INLINE void transpose_avx512(const __m512i *classes, uint64_t *to) {
#define EIGHT(mask, block)                                                                         \
  block + mask, block + 8 + mask, block + 16 + mask, block + 24 + mask, block + 32 + mask,         \
      block + 40 + mask, block + 48 + mask, block + 56 + mask
  static const uint8_t even[STRUCTURAL_BLOCK] __attribute__((aligned(64))) = {
      EIGHT(0, 0), EIGHT(0, 64), EIGHT(2, 0), EIGHT(2, 64),
      EIGHT(4, 0), EIGHT(4, 64), EIGHT(6, 0), EIGHT(6, 64)};
  static const uint8_t odd[STRUCTURAL_BLOCK] __attribute__((aligned(64))) = {
      EIGHT(1, 0), EIGHT(1, 64), EIGHT(3, 0), EIGHT(3, 64),
      EIGHT(5, 0), EIGHT(5, 64), EIGHT(7, 0), EIGHT(7, 64)};
#undef EIGHT
  const __m512i identity = _mm512_set1_epi64((long long)0x8040201008040201u);
  __m512i pairs[8], fours[8];
  for (int i = 0; i < 8; i += 2) {
    const __m512i first = _mm512_gf2p8affine_epi64_epi8(identity, classes[i], 0);
    const __m512i second = _mm512_gf2p8affine_epi64_epi8(identity, classes[i + 1], 0);
    pairs[i] = _mm512_permutex2var_epi8(first, load_avx512(even), second);
    pairs[i + 1] = _mm512_permutex2var_epi8(first, load_avx512(odd), second);
  }
  for (int i = 0; i < 2; i++) {
    fours[i] = _mm512_shuffle_i64x2(pairs[i], pairs[i + 2], 0x88);
    fours[i + 2] = _mm512_shuffle_i64x2(pairs[i], pairs[i + 2], 0xDD);
    fours[i + 4] = _mm512_shuffle_i64x2(pairs[i + 4], pairs[i + 6], 0x88);
    fours[i + 6] = _mm512_shuffle_i64x2(pairs[i + 4], pairs[i + 6], 0xDD);
  }
  for (int i = 0; i < 4; i++) {
    const __m512i low = _mm512_shuffle_i64x2(fours[i], fours[i + 4], 0x88);
    const __m512i high = _mm512_shuffle_i64x2(fours[i], fours[i + 4], 0xDD);
    _mm512_store_si512((void *)(to + 8 * i), low);
    _mm512_store_si512((void *)(to + 8 * (i + 4)), high);
  }
}

TARGET ALWAYS_INLINE void masks_avx512(const uint8_t *block, step_masks *masks) {
  const __m512i reverse = _mm512_broadcast_i32x4(
      _mm_set_epi8(8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  __m512i structural[STRUCTURAL_LANES], lexical[STRUCTURAL_LANES];
  for (int lane = 0; lane < STRUCTURAL_LANES; lane++, block += STRUCTURAL_BLOCK) {
    const __m512i bytes = _mm512_min_epu8(_mm512_shuffle_epi8(load_avx512(block), reverse),
                                          _mm512_set1_epi8(0x7F));
    structural[lane] = classes_avx512(bytes, structural_classes);
    lexical[lane] = classes_avx512(bytes, lexical_classes);
  }
  uint64_t *const words = (uint64_t *)masks;
  transpose_avx512(structural, words);
  transpose_avx512(lexical, words + 8 * STRUCTURAL_LANES);
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

/// The bytes of the block that are of a class.
TARGET ALWAYS_INLINE uint64_t lexical_avx512(const uint8_t *block, uint8_t class) {
  const __m512i bytes = _mm512_min_epu8(load_avx512(block), _mm512_set1_epi8(0x7F));
  return opaque(_cvtmask64_u64(_mm512_test_epi8_mask(classes_avx512(bytes, lexical_classes),
                                                     _mm512_set1_epi8((char)class))));
}

TARGET ALWAYS_INLINE uint64_t names_avx512(const uint8_t *block, uint64_t escaped) {
  (void)escaped;
  return lexical_avx512(block, NAME);
}

TARGET ALWAYS_INLINE uint64_t hexadecimal_avx512(const uint8_t *block) {
  return lexical_avx512(block, HEXADECIMAL);
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

TARGET ALWAYS_INLINE uint64_t signs_avx512(const uint8_t *block) {
  static const uint8_t signs[128] __attribute__((aligned(64))) = {
      [0x00 ... 0x1F] = 0x80, ['"'] = 0x80, ['\\'] = 0x80};
  const __m512i bytes = load_avx512(block);
  // The highest bit tells, and is set in bytes beyond ASCII.
  return opaque(_cvtmask64_u64(
      _mm512_movepi8_mask(_mm512_or_si512(bytes, classes_avx512(bytes, signs)))));
}

TARGET ALWAYS_INLINE bool is_text_avx512(const uint8_t *bytes, const shape_text *text,
                                         uint32_t length) {
  const uint64_t other = _cvtmask64_u64(
      _mm512_cmpneq_epi8_mask(load_avx512(bytes), load_avx512(text->bytes)));
  return _bzhi_u64(other, length) == 0;
}

TARGET ALWAYS_INLINE size_t short_number_end_avx512(const uint8_t *bytes, size_t count, size_t at) {
  const __m128i all = _mm_loadu_si128((const __m128i *)(bytes + at));
  // From the minus on there stand the dot, the slash and the digits.
  const __m128i places = _mm_sub_epi8(all, _mm_set1_epi8('-'));
  const uint32_t others = _cvtmask16_u32(_mm_cmpgt_epu8_mask(places, _mm_set1_epi8('9' - '-')));
  const uint32_t marks = _cvtmask16_u32(_mm_cmplt_epu8_mask(places, _mm_set1_epi8('0' - '-')));
  const uint32_t dots = _cvtmask16_u32(_mm_cmpeq_epi8_mask(all, _mm_set1_epi8('.')));
  const size_t size = _tzcnt_u32(others);
  const uint32_t minus = bytes[at] == '-', inside = _bzhi_u32(marks ^ minus, (uint32_t)size);
  // No mark but one dot, digits at the beginning and behind the dot, and not a zero before others.
  const uint32_t digits = ~(others | marks), needed = inside << 1 | 1u << minus;
  const uint32_t wrong = (inside & ~dots) | (inside & (inside - 1)) | (needed & ~digits) |
                         ((bytes[at + minus] == '0') & digits >> (minus + 1));
  // Long numbers, exponents and mistakes are for the other one to tell.
  const bool is_simple = others != 0 && wrong == 0 && (bytes[at + size] | 0x20) != 'e';
  return __builtin_expect(is_simple, 1) ? at + size : number_end(bytes, count, at);
}

void structural_run_avx512(structural_scan *scan, const uint8_t *bytes, size_t count,
                           const structural_output *output) {
  run_avx512(scan, bytes, count, output);
}

void delimited_run_avx512(delimited_scan *scan, const uint8_t *bytes, size_t count, uint8_t delimiter,
                       uint8_t quote, const delimited_output *output) {
  delimited_avx512(scan, bytes, count, delimiter, quote, output);
}

size_t shape_read_avx512(shape_reader *reader, const uint8_t *bytes, size_t count, size_t start) {
  return shape_avx512(reader, bytes, count, start);
}

#else
typedef int structural_avx512_is_not_built;
#endif
