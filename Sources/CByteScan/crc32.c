// CRC-32 four ways. All work on the register as the algorithm defines it (inverted); only the
// public functions invert, so that one call's result can be the next call's start.
#include "Checksum.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#endif

// MARK: Portable: slicing by eight

// A CRC is linear over XOR, so each table of 256 follows from its eight entries for single bits, and
// all eight tables can be constants that the compiler works out, with nothing to set up at run time.
#define ENTRY(i, b0, b1, b2, b3, b4, b5, b6, b7)                                                   \
  (((i) & 1 ? b0 : 0u) ^ ((i) & 2 ? b1 : 0u) ^ ((i) & 4 ? b2 : 0u) ^ ((i) & 8 ? b3 : 0u) ^         \
   ((i) & 16 ? b4 : 0u) ^ ((i) & 32 ? b5 : 0u) ^ ((i) & 64 ? b6 : 0u) ^ ((i) & 128 ? b7 : 0u))
#define ENTRIES4(i, ...)                                                                           \
  ENTRY((i), __VA_ARGS__), ENTRY((i) + 1, __VA_ARGS__), ENTRY((i) + 2, __VA_ARGS__),               \
      ENTRY((i) + 3, __VA_ARGS__)
#define ENTRIES16(i, ...)                                                                          \
  ENTRIES4((i), __VA_ARGS__), ENTRIES4((i) + 4, __VA_ARGS__), ENTRIES4((i) + 8, __VA_ARGS__),      \
      ENTRIES4((i) + 12, __VA_ARGS__)
#define ENTRIES64(i, ...)                                                                          \
  ENTRIES16((i), __VA_ARGS__), ENTRIES16((i) + 16, __VA_ARGS__), ENTRIES16((i) + 32, __VA_ARGS__), \
      ENTRIES16((i) + 48, __VA_ARGS__)
#define TABLE(...)                                                                                 \
  {ENTRIES64(0, __VA_ARGS__), ENTRIES64(64, __VA_ARGS__), ENTRIES64(128, __VA_ARGS__),             \
   ENTRIES64(192, __VA_ARGS__)}

// table[s][b]: the register after the byte b and then s bytes of zero, from a register of zero.
static const uint32_t table[8][256] = {
    TABLE(0x77073096u, 0xee0e612cu, 0x076dc419u, 0x0edb8832u, 0x1db71064u, 0x3b6e20c8u,
          0x76dc4190u, 0xedb88320u),
    TABLE(0x191b3141u, 0x32366282u, 0x646cc504u, 0xc8d98a08u, 0x4ac21251u, 0x958424a2u,
          0xf0794f05u, 0x3b83984bu),
    TABLE(0x01c26a37u, 0x0384d46eu, 0x0709a8dcu, 0x0e1351b8u, 0x1c26a370u, 0x384d46e0u,
          0x709a8dc0u, 0xe1351b80u),
    TABLE(0xb8bc6765u, 0xaa09c88bu, 0x8f629757u, 0xc5b428efu, 0x5019579fu, 0xa032af3eu,
          0x9b14583du, 0xed59b63bu),
    TABLE(0x3d6029b0u, 0x7ac05360u, 0xf580a6c0u, 0x30704bc1u, 0x60e09782u, 0xc1c12f04u,
          0x58f35849u, 0xb1e6b092u),
    TABLE(0xcb5cd3a5u, 0x4dc8a10bu, 0x9b914216u, 0xec53826du, 0x03d6029bu, 0x07ac0536u,
          0x0f580a6cu, 0x1eb014d8u),
    TABLE(0xa6770bb4u, 0x979f1129u, 0xf44f2413u, 0x33ef4e67u, 0x67de9cceu, 0xcfbd399cu,
          0x440b7579u, 0x8816eaf2u),
    TABLE(0xccaa009eu, 0x4225077du, 0x844a0efau, 0xd3e51bb5u, 0x7cbb312bu, 0xf9766256u,
          0x299dc2edu, 0x533b85dau),
};

static uint32_t portable(uint32_t state, const uint8_t *bytes, size_t count) {
  while (count >= 8) {
    // Bytes are put together one by one: right on either byte order, and one load where it can be.
    uint32_t low = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
                   (uint32_t)bytes[3] << 24;
    low ^= state;
    state = table[7][low & 0xff] ^ table[6][low >> 8 & 0xff] ^ table[5][low >> 16 & 0xff] ^
            table[4][low >> 24] ^ table[3][bytes[4]] ^ table[2][bytes[5]] ^ table[1][bytes[6]] ^
            table[0][bytes[7]];
    bytes += 8;
    count -= 8;
  }
  while (count > 0) {
    state = state >> 8 ^ table[0][(state ^ *bytes) & 0xff];
    bytes += 1;
    count -= 1;
  }
  return state;
}

// MARK: x86-64: folding by carry-less multiplication

#if defined(__x86_64__)

// Folding (Gopal et al., "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ", 2009): 16
// bytes that stand d bits before other 16 can be moved onto them, as low * (x^(d+32) mod P) XOR
// high * (x^(d-32) mod P), without changing the remainder by P. The multipliers below are those
// remainders, bit-reflected and shifted left by one as the instruction wants reflected operands.
// What is left is 16 bytes with the same CRC, which the tables finish.
#define FOLD_16 _mm_set_epi64x(0x00ccaa009e, 0x01751997d0)
#define FOLD_64 _mm_set_epi64x(0x01c6e41596, 0x0154442bd4)
#define FOLD_128 _mm256_set_epi64x(0x014a7fe880, 0x01e88ef372, 0x014a7fe880, 0x01e88ef372)

#define CARRYLESS __attribute__((target("pclmul,sse4.1")))
#define CARRYLESS_WIDE __attribute__((target("vpclmulqdq,pclmul,avx2,sse4.1")))

CARRYLESS static inline __m128i fold(__m128i x, __m128i onto, __m128i by) {
  return _mm_xor_si128(_mm_xor_si128(_mm_clmulepi64_si128(x, by, 0x00), onto),
                       _mm_clmulepi64_si128(x, by, 0x11));
}

CARRYLESS static inline __m128i load(const uint8_t *bytes) {
  return _mm_loadu_si128((const __m128i *)bytes);
}

// From one folded block to the register: the remaining whole blocks, then the tables.
CARRYLESS static uint32_t finish(__m128i x, const uint8_t *bytes, size_t count) {
  while (count >= 16) {
    x = fold(x, load(bytes), FOLD_16);
    bytes += 16;
    count -= 16;
  }
  uint8_t block[16];
  _mm_storeu_si128((__m128i *)block, x);
  return portable(portable(0, block, 16), bytes, count);
}

CARRYLESS static uint32_t carryless(uint32_t state, const uint8_t *bytes, size_t count) {
  if (count < 64) return portable(state, bytes, count);
  // Four blocks at a time, because a multiplication takes several cycles and one can start each.
  __m128i a = _mm_xor_si128(load(bytes), _mm_cvtsi32_si128((int)state));
  __m128i b = load(bytes + 16), c = load(bytes + 32), d = load(bytes + 48);
  bytes += 64;
  count -= 64;
  while (count >= 64) {
    a = fold(a, load(bytes), FOLD_64);
    b = fold(b, load(bytes + 16), FOLD_64);
    c = fold(c, load(bytes + 32), FOLD_64);
    d = fold(d, load(bytes + 48), FOLD_64);
    bytes += 64;
    count -= 64;
  }
  b = fold(a, b, FOLD_16);
  c = fold(b, c, FOLD_16);
  d = fold(c, d, FOLD_16);
  return finish(d, bytes, count);
}

CARRYLESS_WIDE static inline __m256i fold_wide(__m256i x, const uint8_t *onto) {
  __m256i next = _mm256_loadu_si256((const __m256i *)onto);
  return _mm256_xor_si256(_mm256_xor_si256(_mm256_clmulepi64_epi128(x, FOLD_128, 0x00), next),
                          _mm256_clmulepi64_epi128(x, FOLD_128, 0x11));
}

CARRYLESS_WIDE static uint32_t carryless_wide(uint32_t state, const uint8_t *bytes, size_t count) {
  if (count < 256) return carryless(state, bytes, count);
  const __m256i *blocks = (const __m256i *)bytes;
  __m256i a = _mm256_xor_si256(_mm256_loadu_si256(blocks),
                               _mm256_zextsi128_si256(_mm_cvtsi32_si128((int)state)));
  __m256i b = _mm256_loadu_si256(blocks + 1), c = _mm256_loadu_si256(blocks + 2);
  __m256i d = _mm256_loadu_si256(blocks + 3);
  bytes += 128;
  count -= 128;
  while (count >= 128) {
    a = fold_wide(a, bytes);
    b = fold_wide(b, bytes + 32);
    c = fold_wide(c, bytes + 64);
    d = fold_wide(d, bytes + 96);
    bytes += 128;
    count -= 128;
  }
  __m128i x = _mm256_castsi256_si128(a);
  x = fold(x, _mm256_extracti128_si256(a, 1), FOLD_16);
  x = fold(x, _mm256_castsi256_si128(b), FOLD_16);
  x = fold(x, _mm256_extracti128_si256(b, 1), FOLD_16);
  x = fold(x, _mm256_castsi256_si128(c), FOLD_16);
  x = fold(x, _mm256_extracti128_si256(c, 1), FOLD_16);
  x = fold(x, _mm256_castsi256_si128(d), FOLD_16);
  x = fold(x, _mm256_extracti128_si256(d, 1), FOLD_16);
  return finish(x, bytes, count);
}

static int has_carryless(void) {
  return __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1");
}

static int has_carryless_wide(void) {
  return has_carryless() && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("vpclmulqdq");
}

#endif

// MARK: ARMv8: the CRC32 instructions

#if defined(__aarch64__)

__attribute__((target("crc"))) static uint32_t arm(uint32_t state, const uint8_t *bytes,
                                                   size_t count) {
  while (count >= 8) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    state = __builtin_arm_crc32d(state, word);
    bytes += 8;
    count -= 8;
  }
  while (count > 0) {
    state = __builtin_arm_crc32b(state, *bytes);
    bytes += 1;
    count -= 1;
  }
  return state;
}

static int has_arm(void) {
#if defined(__APPLE__)
  return 1;  // Every 64-bit Apple chip that runs a supported system has them.
#elif defined(__linux__)
  return (getauxval(AT_HWCAP) & (1ul << 7)) != 0;  // HWCAP_CRC32
#else
  return 0;
#endif
}

#endif

// MARK: Choice

int cbytescan_crc32_has(int method) {
  switch (method) {
  case CBYTESCAN_CRC32_PORTABLE: return 1;
#if defined(__x86_64__)
  case CBYTESCAN_CRC32_CARRYLESS: return has_carryless();
  case CBYTESCAN_CRC32_CARRYLESS_WIDE: return has_carryless_wide();
#elif defined(__aarch64__)
  case CBYTESCAN_CRC32_ARM: return has_arm();
#endif
  default: return 0;
  }
}

uint32_t cbytescan_crc32_by(int method, uint32_t crc, const uint8_t *bytes, size_t count) {
  switch (method) {
#if defined(__x86_64__)
  case CBYTESCAN_CRC32_CARRYLESS: return ~carryless(~crc, bytes, count);
  case CBYTESCAN_CRC32_CARRYLESS_WIDE: return ~carryless_wide(~crc, bytes, count);
#elif defined(__aarch64__)
  case CBYTESCAN_CRC32_ARM: return ~arm(~crc, bytes, count);
#endif
  default: return ~portable(~crc, bytes, count);
  }
}

// The questions to the machine are reads of what it answered at start: cheap enough for each call.
uint32_t cbytescan_crc32(uint32_t crc, const uint8_t *bytes, size_t count) {
#if defined(__x86_64__)
  if (count >= 64 && has_carryless()) {
    return has_carryless_wide() ? ~carryless_wide(~crc, bytes, count)
                                : ~carryless(~crc, bytes, count);
  }
#elif defined(__aarch64__)
  if (has_arm()) return ~arm(~crc, bytes, count);
#endif
  return ~portable(~crc, bytes, count);
}
