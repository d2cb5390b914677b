// Choice of the way to scan, and the parts that all ways share.
#include "structural.h"

static int is_hex(uint8_t byte) {
  return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f') ||
         (byte >= 'A' && byte <= 'F');
}

/// Whether the escape whose backslash stands at `place` is one of RFC 8259, section 7. Digits that
/// reach out of the string meet its quote, which is no digit.
static int is_escape(const scan_state *state, size_t place) {
  if (place + 1 >= state->count) return 0;
  switch (state->bytes[place + 1]) {
    case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't':
      return 1;
    case 'u':
      if (place + 5 >= state->count) return 0;
      for (size_t digit = place + 2; digit < place + 6; digit++)
        if (!is_hex(state->bytes[digit])) return 0;
      return 1;
    default:
      return 0;
  }
}

uint64_t cbytescan_escaped(scan_state *state, size_t base, uint64_t backslash,
                           uint64_t *wrong) {
  state->has_backslash = 1;
  uint64_t escaped = state->escape_carry;
  state->escape_carry = 0;
  // A backslash that is escaped escapes nothing.
  uint64_t rest = backslash & ~escaped;
  while (rest) {
    int place = __builtin_ctzll(rest);
    if (!is_escape(state, base + (size_t)place)) *wrong |= 1ull << place;
    if (place == 63) {
      state->escape_carry = 1;
      break;
    }
    escaped |= 2ull << place;
    rest &= ~(3ull << place);
  }
  return escaped;
}

/// The length of the UTF-8 sequence at `place`, 0 when it is none (RFC 3629, section 4).
static size_t sequence(const uint8_t *bytes, size_t place, size_t count) {
  uint8_t lead = bytes[place];
  size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || place + length > count) return 0;
  uint8_t second = bytes[place + 1];
  uint8_t least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  uint8_t most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (second < least || second > most) return 0;
  for (size_t next = 2; next < length; next++)
    if ((bytes[place + next] & 0xC0) != 0x80) return 0;
  return length;
}

void cbytescan_check_utf8(scan_state *state, size_t base, uint64_t high) {
  while (high) {
    size_t place = base + (size_t)__builtin_ctzll(high);
    if (place < state->checked) place = state->checked;
    while (place < state->count && state->bytes[place] >= 0x80) {
      size_t length = sequence(state->bytes, place, state->count);
      if (length == 0) {
        note_fault(state, place, (uint32_t)CBYTESCAN_FAULT_UTF8);
        length = 1;
      }
      place += length;
    }
    state->checked = place;
    if (place >= base + 64) return;
    high &= ~0ull << (place - base);
  }
}

#define SCAN_CONCAT_(a, b) a##b
#define SCAN_CONCAT(a, b) SCAN_CONCAT_(a, b)

static inline uint64_t prefix_xor(uint64_t mask) {
  mask ^= mask << 1;
  mask ^= mask << 2;
  mask ^= mask << 4;
  mask ^= mask << 8;
  mask ^= mask << 16;
  mask ^= mask << 32;
  return mask;
}

static byte_classes classify_portable(const uint8_t *block) {
  byte_classes classes = {0};
  for (int i = 0; i < 64; i++) {
    uint8_t byte = block[i];
    uint64_t bit = 1ull << i;
    if (byte == '"') classes.quote |= bit;
    if (byte == '\\') classes.backslash |= bit;
    if (byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n') classes.white |= bit;
    uint8_t folded = byte | 0x20;
    int is_brace = folded == '{' || folded == '}';
    if (is_brace || folded == ':' || folded == ',') classes.punctuation |= bit;
    if (is_brace) classes.brace |= bit;
    if (byte == '\n') classes.newline |= bit;
    if (byte < 0x20) classes.control |= bit;
    if (byte >= 0x80) classes.high |= bit;
  }
  return classes;
}

#define SCAN_NAME scan_portable
#define SCAN_TARGET
#define SCAN_CLASSIFY classify_portable
#define SCAN_PREFIX_XOR prefix_xor
#include "structural_block.h"

#if defined(__x86_64__)
#include <immintrin.h>

/// One register's comparisons as bits.
static inline uint64_t sse2_equal(__m128i v, char c) {
  return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8(c)));
}

static inline byte_classes classify_sse2(const uint8_t *block) {
  byte_classes classes = {0};
  for (int part = 0; part < 4; part++) {
    __m128i v = _mm_loadu_si128((const __m128i *)(block + 16 * part));
    __m128i folded = _mm_or_si128(v, _mm_set1_epi8(0x20));
    int shift = 16 * part;
    uint64_t newline = sse2_equal(v, '\n');
    uint64_t brace = sse2_equal(folded, '{') | sse2_equal(folded, '}');
    classes.quote |= sse2_equal(v, '"') << shift;
    classes.backslash |= sse2_equal(v, '\\') << shift;
    classes.newline |= newline << shift;
    classes.white |=
        (sse2_equal(v, ' ') | sse2_equal(v, '\t') | sse2_equal(v, '\r') | newline) << shift;
    classes.brace |= brace << shift;
    classes.punctuation |= (brace | sse2_equal(folded, ':') | sse2_equal(folded, ',')) << shift;
    __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1F)), v);
    classes.control |= (uint64_t)(uint32_t)_mm_movemask_epi8(low) << shift;
    classes.high |= (uint64_t)(uint32_t)_mm_movemask_epi8(v) << shift;
  }
  return classes;
}

#define SCAN_NAME scan_sse2
#define SCAN_TARGET
#define SCAN_CLASSIFY classify_sse2
#define SCAN_PREFIX_XOR prefix_xor
#include "structural_block.h"

#define AVX2 __attribute__((target("avx2,pclmul,bmi,bmi2,popcnt,lzcnt")))

/// Parity of all bits up to each: a carry-less product with all ones.
AVX2 static inline uint64_t prefix_xor_carryless(uint64_t mask) {
  __m128i product =
      _mm_clmulepi64_si128(_mm_set_epi64x(0, (int64_t)mask), _mm_set1_epi8((char)0xFF), 0);
  return (uint64_t)_mm_cvtsi128_si64(product);
}

AVX2 static inline uint64_t avx2_bits(__m256i low, __m256i high) {
  return (uint64_t)(uint32_t)_mm256_movemask_epi8(low) |
         (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

AVX2 static inline byte_classes classify_avx2(const uint8_t *block) {
  // By low nibble, the one byte of the class with that nibble: white space; punctuation, folded.
  const __m256i white_table = _mm256_setr_epi8(
      ' ', 100, 100, 100, 17, 100, 113, 2, 100, '\t', '\n', 112, 100, '\r', 100, 100,
      ' ', 100, 100, 100, 17, 100, 113, 2, 100, '\t', '\n', 112, 100, '\r', 100, 100);
  const __m256i punctuation_table = _mm256_setr_epi8(
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ':', '{', ',', '}', 0, 0,
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ':', '{', ',', '}', 0, 0);
  __m256i a = _mm256_loadu_si256((const __m256i *)block);
  __m256i b = _mm256_loadu_si256((const __m256i *)(block + 32));
  const __m256i fold = _mm256_set1_epi8(0x20);
  const __m256i limit = _mm256_set1_epi8(0x1F);
  const __m256i quote = _mm256_set1_epi8('"');
  const __m256i backslash = _mm256_set1_epi8('\\');
  const __m256i newline = _mm256_set1_epi8('\n');
  byte_classes classes;
  classes.quote = avx2_bits(_mm256_cmpeq_epi8(a, quote), _mm256_cmpeq_epi8(b, quote));
  classes.backslash =
      avx2_bits(_mm256_cmpeq_epi8(a, backslash), _mm256_cmpeq_epi8(b, backslash));
  classes.white = avx2_bits(_mm256_cmpeq_epi8(_mm256_shuffle_epi8(white_table, a), a),
                            _mm256_cmpeq_epi8(_mm256_shuffle_epi8(white_table, b), b));
  classes.punctuation = avx2_bits(
      _mm256_cmpeq_epi8(_mm256_shuffle_epi8(punctuation_table, a), _mm256_or_si256(a, fold)),
      _mm256_cmpeq_epi8(_mm256_shuffle_epi8(punctuation_table, b), _mm256_or_si256(b, fold)));
  // Braces and brackets have bit 6, colon and comma have not: moved up, it is the sign.
  classes.brace =
      classes.punctuation & avx2_bits(_mm256_slli_epi16(a, 1), _mm256_slli_epi16(b, 1));
  classes.newline = avx2_bits(_mm256_cmpeq_epi8(a, newline), _mm256_cmpeq_epi8(b, newline));
  classes.control = avx2_bits(_mm256_cmpeq_epi8(_mm256_min_epu8(a, limit), a),
                              _mm256_cmpeq_epi8(_mm256_min_epu8(b, limit), b));
  classes.high = avx2_bits(a, b);
  return classes;
}

#define SCAN_NAME scan_avx2
#define SCAN_TARGET AVX2
#define SCAN_CLASSIFY classify_avx2
#define SCAN_PREFIX_XOR prefix_xor_carryless
#include "structural_block.h"

#define AVX512 \
  __attribute__((target("avx512f,avx512bw,avx512vl,avx2,pclmul,bmi,bmi2,popcnt,lzcnt")))

AVX512 static inline byte_classes classify_avx512(const uint8_t *block) {
  __m512i v = _mm512_loadu_si512(block);
  __m512i folded = _mm512_or_si512(v, _mm512_set1_epi8(0x20));
  byte_classes classes;
  classes.quote = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('"'));
  classes.backslash = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('\\'));
  classes.newline = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('\n'));
  classes.white = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8(' ')) |
                  _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('\t')) |
                  _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('\r')) | classes.newline;
  classes.brace = _mm512_cmpeq_epi8_mask(folded, _mm512_set1_epi8('{')) |
                  _mm512_cmpeq_epi8_mask(folded, _mm512_set1_epi8('}'));
  classes.punctuation = classes.brace | _mm512_cmpeq_epi8_mask(folded, _mm512_set1_epi8(':')) |
                        _mm512_cmpeq_epi8_mask(folded, _mm512_set1_epi8(','));
  classes.control = _mm512_cmplt_epu8_mask(v, _mm512_set1_epi8(0x20));
  classes.high = (uint64_t)_mm512_movepi8_mask(v);
  return classes;
}

AVX512 static inline uint64_t prefix_xor_carryless512(uint64_t mask) {
  __m128i product =
      _mm_clmulepi64_si128(_mm_set_epi64x(0, (int64_t)mask), _mm_set1_epi8((char)0xFF), 0);
  return (uint64_t)_mm_cvtsi128_si64(product);
}

#define SCAN_NAME scan_avx512
#define SCAN_TARGET AVX512
#define SCAN_CLASSIFY classify_avx512
#define SCAN_PREFIX_XOR prefix_xor_carryless512
#include "structural_block.h"

#elif defined(__aarch64__)
#include <arm_neon.h>

/// The comparison results of 64 bytes as bits: each byte keeps its own bit, and sums of neighbours
/// bring them together.
static inline uint64_t neon_bits(uint8x16_t a, uint8x16_t b, uint8x16_t c, uint8x16_t d) {
  const uint8x16_t weights = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  uint8x16_t low = vpaddq_u8(vandq_u8(a, weights), vandq_u8(b, weights));
  uint8x16_t high = vpaddq_u8(vandq_u8(c, weights), vandq_u8(d, weights));
  uint8x16_t sums = vpaddq_u8(low, high);
  sums = vpaddq_u8(sums, sums);
  return vgetq_lane_u64(vreinterpretq_u64_u8(sums), 0);
}

#define NEON_EQUAL(c)                                                   \
  neon_bits(vceqq_u8(v[0], vdupq_n_u8(c)), vceqq_u8(v[1], vdupq_n_u8(c)), \
            vceqq_u8(v[2], vdupq_n_u8(c)), vceqq_u8(v[3], vdupq_n_u8(c)))
#define NEON_FOLDED(c)                                                  \
  neon_bits(vceqq_u8(f[0], vdupq_n_u8(c)), vceqq_u8(f[1], vdupq_n_u8(c)), \
            vceqq_u8(f[2], vdupq_n_u8(c)), vceqq_u8(f[3], vdupq_n_u8(c)))

static inline byte_classes classify_neon(const uint8_t *block) {
  uint8x16_t v[4], f[4];
  for (int part = 0; part < 4; part++) {
    v[part] = vld1q_u8(block + 16 * part);
    f[part] = vorrq_u8(v[part], vdupq_n_u8(0x20));
  }
  byte_classes classes;
  classes.quote = NEON_EQUAL('"');
  classes.backslash = NEON_EQUAL('\\');
  classes.newline = NEON_EQUAL('\n');
  classes.white = NEON_EQUAL(' ') | NEON_EQUAL('\t') | NEON_EQUAL('\r') | classes.newline;
  classes.brace = NEON_FOLDED('{') | NEON_FOLDED('}');
  classes.punctuation = classes.brace | NEON_FOLDED(':') | NEON_FOLDED(',');
  const uint8x16_t space = vdupq_n_u8(0x20), top = vdupq_n_u8(0x80);
  classes.control = neon_bits(vcltq_u8(v[0], space), vcltq_u8(v[1], space),
                              vcltq_u8(v[2], space), vcltq_u8(v[3], space));
  classes.high = neon_bits(vcgeq_u8(v[0], top), vcgeq_u8(v[1], top), vcgeq_u8(v[2], top),
                           vcgeq_u8(v[3], top));
  return classes;
}

#define SCAN_NAME scan_neon
#define SCAN_TARGET
#define SCAN_CLASSIFY classify_neon
#define SCAN_PREFIX_XOR prefix_xor
#include "structural_block.h"
#endif

int cbytescan_structural_has(int method) {
  switch (method) {
    case CBYTESCAN_STRUCTURAL_PORTABLE:
      return 1;
#if defined(__x86_64__)
    case CBYTESCAN_STRUCTURAL_SSE2:
      return 1;
    case CBYTESCAN_STRUCTURAL_AVX2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul") &&
             __builtin_cpu_supports("bmi2");
    case CBYTESCAN_STRUCTURAL_AVX512:
      return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
             __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("bmi2");
#elif defined(__aarch64__)
    case CBYTESCAN_STRUCTURAL_NEON:
      return 1;
#endif
    default:
      return 0;
  }
}

cbytescan_structure cbytescan_structural_by(int method, const uint8_t *bytes, size_t count,
                                            uint32_t *tokens, uint32_t *faults) {
  switch (method) {
#if defined(__x86_64__)
    case CBYTESCAN_STRUCTURAL_SSE2:
      return scan_sse2(bytes, count, tokens, faults);
    case CBYTESCAN_STRUCTURAL_AVX2:
      return scan_avx2(bytes, count, tokens, faults);
    case CBYTESCAN_STRUCTURAL_AVX512:
      return scan_avx512(bytes, count, tokens, faults);
#elif defined(__aarch64__)
    case CBYTESCAN_STRUCTURAL_NEON:
      return scan_neon(bytes, count, tokens, faults);
#endif
    default:
      return scan_portable(bytes, count, tokens, faults);
  }
}

/// The fastest method that this machine has.
static int best(void) {
  static const int order[] = {CBYTESCAN_STRUCTURAL_AVX512, CBYTESCAN_STRUCTURAL_AVX2,
                              CBYTESCAN_STRUCTURAL_NEON, CBYTESCAN_STRUCTURAL_SSE2};
  for (size_t i = 0; i < sizeof order / sizeof *order; i++)
    if (cbytescan_structural_has(order[i])) return order[i];
  return CBYTESCAN_STRUCTURAL_PORTABLE;
}

cbytescan_structure cbytescan_structural(const uint8_t *bytes, size_t count, uint32_t *tokens,
                                         uint32_t *faults) {
  // The answers of the processor are cached by the compiler's runtime: this costs a few loads for
  // each chunk of some hundred kilobytes.
  return cbytescan_structural_by(best(), bytes, count, tokens, faults);
}
