// The scan with AVX2, carry-less multiplication and the bit instructions that came with them.
#if defined(__x86_64__)

#include <immintrin.h>

#include "structural_utf8_tables.h"

#define TARGET __attribute__((target("avx2,pclmul,bmi,bmi2,popcnt")))
#define VERSION(name) name##_avx2
#define HAS_OWN_BITS
#define HAS_OWN_SIGNS
#include "structural_step.h"
#include "delimited_block.h"
#include "shape_block.h"

TARGET ALWAYS_INLINE uint64_t join_avx2(__m256i low, __m256i high) {
  uint64_t mask = (uint64_t)(uint32_t)_mm256_movemask_epi8(low) |
                  (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
  return opaque(mask);
}

TARGET ALWAYS_INLINE uint64_t equal_to_avx2(__m256i low, __m256i high, char byte) {
  const __m256i bytes = _mm256_set1_epi8(byte);
  return join_avx2(_mm256_cmpeq_epi8(low, bytes), _mm256_cmpeq_epi8(high, bytes));
}

TARGET ALWAYS_INLINE __m256i load_avx2(const uint8_t *bytes) {
  return _mm256_loadu_si256((const __m256i *)bytes);
}

TARGET ALWAYS_INLINE bool plain_masks_avx2(const uint8_t *block, step_masks *masks) {
  const __m256i low = load_avx2(block);
  const __m256i high = load_avx2(block + 32);
  const __m256i space = _mm256_set1_epi8(0x20);
  const __m256i backslash = _mm256_set1_epi8('\\');
  const __m256i folded_low = _mm256_or_si256(low, space);
  const __m256i folded_high = _mm256_or_si256(high, space);
  *masks->quote = equal_to_avx2(low, high, '"');
  *masks->open = equal_to_avx2(folded_low, folded_high, '{');
  *masks->close = equal_to_avx2(folded_low, folded_high, '}');
  *masks->comma = equal_to_avx2(low, high, ',');
  *masks->colon = equal_to_avx2(low, high, ':');
  *masks->white = equal_to_avx2(low, high, ' ');
  // As signed numbers, bytes beyond ASCII are below a space too.
  const __m256i special = _mm256_or_si256(
      _mm256_or_si256(_mm256_cmpgt_epi8(space, low), _mm256_cmpgt_epi8(space, high)),
      _mm256_or_si256(_mm256_cmpeq_epi8(backslash, low), _mm256_cmpeq_epi8(backslash, high)));
  return (uint32_t)_mm256_movemask_epi8(special) != 0;
}

TARGET ALWAYS_INLINE uint64_t equal_avx2(const uint8_t *block, uint8_t byte) {
  return equal_to_avx2(load_avx2(block), load_avx2(block + 32), (char)byte);
}

/// A product without carries by all ones adds up, modulo 2, all bits at or below each.
TARGET ALWAYS_INLINE uint64_t prefix_xor_avx2(uint64_t bits) {
  return (uint64_t)_mm_cvtsi128_si64(_mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)bits),
                                                          _mm_set1_epi8((char)0xFF), 0));
}

/// The bytes from `first` to `last`.
TARGET ALWAYS_INLINE uint64_t between_avx2(__m256i low, __m256i high, uint8_t first, uint8_t last) {
  const __m256i base = _mm256_set1_epi8((char)first);
  const __m256i width = _mm256_set1_epi8((char)(last - first));
  const __m256i low_values = _mm256_sub_epi8(low, base);
  const __m256i high_values = _mm256_sub_epi8(high, base);
  return join_avx2(_mm256_cmpeq_epi8(_mm256_min_epu8(low_values, width), low_values),
                   _mm256_cmpeq_epi8(_mm256_min_epu8(high_values, width), high_values));
}

TARGET ALWAYS_INLINE uint64_t control_avx2(const uint8_t *block) {
  return between_avx2(load_avx2(block), load_avx2(block + 32), 0x00, 0x1F);
}

TARGET ALWAYS_INLINE uint64_t digits_avx2(const uint8_t *block) {
  return between_avx2(load_avx2(block), load_avx2(block + 32), '0', '9');
}

TARGET ALWAYS_INLINE uint64_t hexadecimal_avx2(const uint8_t *block) {
  const __m256i fold = _mm256_set1_epi8(0x20);
  return digits_avx2(block) | between_avx2(_mm256_or_si256(load_avx2(block), fold),
                                           _mm256_or_si256(load_avx2(block + 32), fold), 'a', 'f');
}

TARGET ALWAYS_INLINE __m256i table_avx2(const uint8_t *table) {
  return _mm256_broadcastsi128_si256(_mm_load_si128((const __m128i *)table));
}

TARGET ALWAYS_INLINE __m256i names_half_avx2(__m256i bytes) {
  const __m256i names = _mm256_shuffle_epi8(table_avx2(escape_names), bytes);
  return _mm256_or_si256(_mm256_cmpeq_epi8(names, bytes),
                         _mm256_or_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('"')),
                                         _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('b'))));
}

TARGET ALWAYS_INLINE uint64_t names_avx2(const uint8_t *block, uint64_t escaped) {
  (void)escaped;
  return join_avx2(names_half_avx2(load_avx2(block)), names_half_avx2(load_avx2(block + 32)));
}

TARGET ALWAYS_INLINE uint64_t non_ascii_avx2(const uint8_t *block) {
  return join_avx2(load_avx2(block), load_avx2(block + 32));
}

TARGET ALWAYS_INLINE uint64_t lowest_avx2(uint64_t bits) { return _tzcnt_u64(bits); }

TARGET ALWAYS_INLINE __m256i utf8_half_avx2(const uint8_t *bytes) {
  const __m256i first_high =
      table_avx2(utf8_first_high);
  const __m256i first_low = table_avx2(utf8_first_low);
  const __m256i second_high =
      table_avx2(utf8_second_high);
  const __m256i halves = _mm256_set1_epi8(0x0F);
  const __m256i second = load_avx2(bytes);
  const __m256i first = load_avx2(bytes - 1);
  const __m256i mistakes = _mm256_and_si256(
      _mm256_and_si256(
          _mm256_shuffle_epi8(first_high, _mm256_and_si256(_mm256_srli_epi16(first, 4), halves)),
          _mm256_shuffle_epi8(first_low, _mm256_and_si256(first, halves))),
      _mm256_shuffle_epi8(second_high, _mm256_and_si256(_mm256_srli_epi16(second, 4), halves)));
  // A lead of three bytes stands two before, or one of four bytes three before.
  const __m256i third = _mm256_subs_epu8(load_avx2(bytes - 2), _mm256_set1_epi8(0xE0 - 0x80));
  const __m256i fourth = _mm256_subs_epu8(load_avx2(bytes - 3), _mm256_set1_epi8(0xF0 - 0x80));
  const __m256i asked =
      _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8((char)0x80));
  return _mm256_cmpeq_epi8(_mm256_xor_si256(mistakes, asked), _mm256_setzero_si256());
}

TARGET RARE utf8_state utf8_avx2(utf8_state state, const uint8_t *block, uint64_t *errors) {
  state.needed = utf8_is_cut(block);
  *errors |= ~join_avx2(utf8_half_avx2(block), utf8_half_avx2(block + 32));
  return state;
}

TARGET ALWAYS_INLINE __m256i sign_bytes_avx2(__m256i bytes) {
  // As signed numbers, bytes beyond ASCII are below a space too.
  return _mm256_or_si256(
      _mm256_cmpgt_epi8(_mm256_set1_epi8(0x20), bytes),
      _mm256_or_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('"')),
                      _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\'))));
}

TARGET ALWAYS_INLINE uint64_t signs_avx2(const uint8_t *block) {
  return join_avx2(sign_bytes_avx2(load_avx2(block)), sign_bytes_avx2(load_avx2(block + 32)));
}

void structural_run_avx2(structural_scan *scan, const uint8_t *bytes, size_t count,
                         const structural_output *output) {
  run_avx2(scan, bytes, count, output);
}

void delimited_run_avx2(delimited_scan *scan, const uint8_t *bytes, size_t count, uint8_t delimiter,
                       uint8_t quote, const delimited_output *output) {
  delimited_avx2(scan, bytes, count, delimiter, quote, output);
}

size_t shape_read_avx2(shape_reader *reader, const uint8_t *bytes, size_t count, size_t start) {
  return shape_avx2(reader, bytes, count, start);
}

#else
typedef int structural_avx2_is_not_built;
#endif
