// The scan with SSE2, which every x86_64 processor has.
#if defined(__x86_64__)

#include <immintrin.h>

#define TARGET
#define VERSION(name) name##_sse2
#include "structural_step.h"
#include "delimited_block.h"
#include "shape_block.h"

ALWAYS_INLINE __m128i load_sse2(const uint8_t *block, int part) {
  return _mm_loadu_si128((const __m128i *)(block + 16 * part));
}

/// Four quarters of a mask from four compared vectors.
#define MASK_SSE2(result, value, expression)                                                       \
  do {                                                                                             \
    uint64_t joined = 0;                                                                           \
    for (int part = 0; part < 4; part++) {                                                         \
      const __m128i value = load_sse2(block, part);                                                \
      joined |= (uint64_t)(uint32_t)_mm_movemask_epi8(expression) << (16 * part);                  \
    }                                                                                              \
    result = opaque(joined);                                                                       \
  } while (0)

TARGET ALWAYS_INLINE bool plain_masks_sse2(const uint8_t *block, step_masks *masks) {
  const __m128i fold = _mm_set1_epi8(0x20);
  MASK_SSE2(*masks->quote, v, _mm_cmpeq_epi8(v, _mm_set1_epi8('"')));
  MASK_SSE2(*masks->open, v, _mm_cmpeq_epi8(_mm_or_si128(v, fold), _mm_set1_epi8('{')));
  MASK_SSE2(*masks->close, v, _mm_cmpeq_epi8(_mm_or_si128(v, fold), _mm_set1_epi8('}')));
  MASK_SSE2(*masks->comma, v, _mm_cmpeq_epi8(v, _mm_set1_epi8(',')));
  MASK_SSE2(*masks->colon, v, _mm_cmpeq_epi8(v, _mm_set1_epi8(':')));
  MASK_SSE2(*masks->white, v, _mm_cmpeq_epi8(v, fold));
  // As signed numbers, bytes beyond ASCII are below a space too.
  __m128i special = _mm_setzero_si128();
  for (int part = 0; part < 4; part++) {
    const __m128i bytes = load_sse2(block, part);
    special = _mm_or_si128(special, _mm_or_si128(_mm_cmplt_epi8(bytes, fold),
                                                 _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))));
  }
  return (uint32_t)_mm_movemask_epi8(special) != 0;
}

TARGET ALWAYS_INLINE uint64_t equal_sse2(const uint8_t *block, uint8_t byte) {
  uint64_t mask;
  MASK_SSE2(mask, v, _mm_cmpeq_epi8(v, _mm_set1_epi8((char)byte)));
  return mask;
}

/// The bytes from `first` to `last`, as a compared vector.
ALWAYS_INLINE __m128i between_sse2(__m128i bytes, uint8_t first, uint8_t last) {
  const __m128i values = _mm_sub_epi8(bytes, _mm_set1_epi8((char)first));
  return _mm_cmpeq_epi8(_mm_min_epu8(values, _mm_set1_epi8((char)(last - first))), values);
}

TARGET ALWAYS_INLINE uint64_t control_sse2(const uint8_t *block) {
  uint64_t mask;
  MASK_SSE2(mask, v, between_sse2(v, 0x00, 0x1F));
  return mask;
}

TARGET ALWAYS_INLINE uint64_t digits_sse2(const uint8_t *block) {
  uint64_t mask;
  MASK_SSE2(mask, v, between_sse2(v, '0', '9'));
  return mask;
}

TARGET ALWAYS_INLINE uint64_t hexadecimal_sse2(const uint8_t *block) {
  uint64_t mask;
  MASK_SSE2(mask, v, between_sse2(_mm_or_si128(v, _mm_set1_epi8(0x20)), 'a', 'f'));
  return mask | digits_sse2(block);
}

TARGET ALWAYS_INLINE uint64_t names_sse2(const uint8_t *block, uint64_t escaped) {
  return escape_names_bytewise(block, escaped);
}

TARGET ALWAYS_INLINE uint64_t non_ascii_sse2(const uint8_t *block) {
  uint64_t mask;
  MASK_SSE2(mask, v, v);
  return mask;
}

TARGET RARE utf8_state utf8_sse2(utf8_state state, const uint8_t *block, uint64_t *errors) {
  *errors |= utf8_errors_bytewise(&state, block);
  return state;
}

void structural_run_sse2(structural_scan *scan, const uint8_t *bytes, size_t count,
                         const structural_output *output) {
  run_sse2(scan, bytes, count, output);
}

void delimited_run_sse2(delimited_scan *scan, const uint8_t *bytes, size_t count, uint8_t delimiter,
                       uint8_t quote, const delimited_output *output) {
  delimited_sse2(scan, bytes, count, delimiter, quote, output);
}

size_t shape_read_sse2(shape_reader *reader, const uint8_t *bytes, size_t count, size_t start) {
  return shape_sse2(reader, bytes, count, start);
}

#else
typedef int structural_sse2_is_not_built;
#endif
