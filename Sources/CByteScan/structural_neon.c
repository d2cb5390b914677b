// The scan with NEON, which every arm64 processor has.
#if defined(__aarch64__)

#include <arm_neon.h>

#include "structural_utf8_tables.h"

#define TARGET
#define VERSION(name) name##_neon
#include "structural_step.h"
#include "delimited_block.h"
#include "shape_block.h"

/// NEON has no instruction that gathers one bit per byte: each compared byte keeps the bit of its
/// place, and pairs are added until eight bytes are one.
ALWAYS_INLINE uint64_t join_neon(uint8x16_t a, uint8x16_t b, uint8x16_t c, uint8x16_t d) {
  static const uint8_t places[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  const uint8x16_t place = vld1q_u8(places);
  const uint8x16_t low = vpaddq_u8(vandq_u8(a, place), vandq_u8(b, place));
  const uint8x16_t high = vpaddq_u8(vandq_u8(c, place), vandq_u8(d, place));
  const uint8x16_t both = vpaddq_u8(low, high);
  return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(both, both)), 0);
}

ALWAYS_INLINE uint64_t equal_to_neon(const uint8x16_t *bytes, uint8_t byte) {
  const uint8x16_t all = vdupq_n_u8(byte);
  return join_neon(vceqq_u8(bytes[0], all), vceqq_u8(bytes[1], all), vceqq_u8(bytes[2], all),
                   vceqq_u8(bytes[3], all));
}

TARGET ALWAYS_INLINE uint64_t control_neon(const uint8_t *block) {
  const uint8x16_t space = vdupq_n_u8(0x20);
  return join_neon(vcltq_u8(vld1q_u8(block), space), vcltq_u8(vld1q_u8(block + 16), space),
                   vcltq_u8(vld1q_u8(block + 32), space), vcltq_u8(vld1q_u8(block + 48), space));
}

TARGET ALWAYS_INLINE uint64_t non_ascii_neon(const uint8_t *block) {
  const uint8x16_t first = vdupq_n_u8(0x80);
  return join_neon(vcgeq_u8(vld1q_u8(block), first), vcgeq_u8(vld1q_u8(block + 16), first),
                   vcgeq_u8(vld1q_u8(block + 32), first), vcgeq_u8(vld1q_u8(block + 48), first));
}

TARGET ALWAYS_INLINE bool plain_masks_neon(const uint8_t *block, step_masks *masks) {
  uint8x16_t bytes[4], folded[4];
  const uint8x16_t fold = vdupq_n_u8(0x20);
  uint8x16_t special = vdupq_n_u8(0);
  for (int part = 0; part < 4; part++) {
    bytes[part] = vld1q_u8(block + 16 * part);
    folded[part] = vorrq_u8(bytes[part], fold);
    // As signed numbers, bytes beyond ASCII are below a space too.
    special = vorrq_u8(special, vcltq_s8(vreinterpretq_s8_u8(bytes[part]), vdupq_n_s8(0x20)));
    special = vorrq_u8(special, vceqq_u8(bytes[part], vdupq_n_u8('\\')));
  }
  *masks->quote = equal_to_neon(bytes, '"');
  *masks->open = equal_to_neon(folded, '{');
  *masks->close = equal_to_neon(folded, '}');
  *masks->comma = equal_to_neon(bytes, ',');
  *masks->colon = equal_to_neon(bytes, ':');
  *masks->white = equal_to_neon(bytes, ' ');
  return vmaxvq_u8(special) != 0;
}

TARGET ALWAYS_INLINE uint64_t equal_neon(const uint8_t *block, uint8_t byte) {
  const uint8x16_t bytes[4] = {vld1q_u8(block), vld1q_u8(block + 16), vld1q_u8(block + 32),
                               vld1q_u8(block + 48)};
  return equal_to_neon(bytes, byte);
}

ALWAYS_INLINE uint8x16_t digits_quarter_neon(uint8x16_t bytes) {
  return vcltq_u8(vsubq_u8(bytes, vdupq_n_u8('0')), vdupq_n_u8(10));
}

ALWAYS_INLINE uint8x16_t hexadecimal_quarter_neon(uint8x16_t bytes) {
  const uint8x16_t folded = vorrq_u8(bytes, vdupq_n_u8(0x20));
  return vorrq_u8(digits_quarter_neon(bytes),
                  vcltq_u8(vsubq_u8(folded, vdupq_n_u8('a')), vdupq_n_u8(6)));
}

TARGET ALWAYS_INLINE uint64_t digits_neon(const uint8_t *block) {
  return join_neon(digits_quarter_neon(vld1q_u8(block)), digits_quarter_neon(vld1q_u8(block + 16)),
                   digits_quarter_neon(vld1q_u8(block + 32)),
                   digits_quarter_neon(vld1q_u8(block + 48)));
}

TARGET ALWAYS_INLINE uint64_t hexadecimal_neon(const uint8_t *block) {
  return join_neon(hexadecimal_quarter_neon(vld1q_u8(block)),
                   hexadecimal_quarter_neon(vld1q_u8(block + 16)),
                   hexadecimal_quarter_neon(vld1q_u8(block + 32)),
                   hexadecimal_quarter_neon(vld1q_u8(block + 48)));
}

ALWAYS_INLINE uint8x16_t names_quarter_neon(uint8x16_t bytes) {
  const uint8x16_t place = vandq_u8(bytes, vdupq_n_u8(0x0F));
  const uint8x16_t names = vceqq_u8(vqtbl1q_u8(vld1q_u8(escape_names), place), bytes);
  return vorrq_u8(names, vorrq_u8(vceqq_u8(bytes, vdupq_n_u8('"')),
                                  vceqq_u8(bytes, vdupq_n_u8('b'))));
}

TARGET ALWAYS_INLINE uint64_t names_neon(const uint8_t *block, uint64_t escaped) {
  (void)escaped;
  return join_neon(names_quarter_neon(vld1q_u8(block)), names_quarter_neon(vld1q_u8(block + 16)),
                   names_quarter_neon(vld1q_u8(block + 32)),
                   names_quarter_neon(vld1q_u8(block + 48)));
}

ALWAYS_INLINE uint8x16_t utf8_quarter_neon(const uint8_t *bytes) {
  const uint8x16_t second = vld1q_u8(bytes);
  const uint8x16_t first = vld1q_u8(bytes - 1);
  const uint8x16_t mistakes =
      vandq_u8(vandq_u8(vqtbl1q_u8(vld1q_u8(utf8_first_high), vshrq_n_u8(first, 4)),
                        vqtbl1q_u8(vld1q_u8(utf8_first_low), vandq_u8(first, vdupq_n_u8(0x0F)))),
               vqtbl1q_u8(vld1q_u8(utf8_second_high), vshrq_n_u8(second, 4)));
  // A lead of three bytes stands two before, or one of four bytes three before.
  const uint8x16_t third = vqsubq_u8(vld1q_u8(bytes - 2), vdupq_n_u8(0xE0 - 0x80));
  const uint8x16_t fourth = vqsubq_u8(vld1q_u8(bytes - 3), vdupq_n_u8(0xF0 - 0x80));
  const uint8x16_t asked = vandq_u8(vorrq_u8(third, fourth), vdupq_n_u8(0x80));
  return vceqq_u8(mistakes, asked);
}

TARGET RARE utf8_state utf8_neon(utf8_state state, const uint8_t *block, uint64_t *errors) {
  state.needed = utf8_is_cut(block);
  *errors |= ~join_neon(utf8_quarter_neon(block), utf8_quarter_neon(block + 16),
                    utf8_quarter_neon(block + 32), utf8_quarter_neon(block + 48));
  return state;
}

void structural_run_neon(structural_scan *scan, const uint8_t *bytes, size_t count,
                         const structural_output *output) {
  run_neon(scan, bytes, count, output);
}

void delimited_run_neon(delimited_scan *scan, const uint8_t *bytes, size_t count, uint8_t delimiter,
                       uint8_t quote, const delimited_output *output) {
  delimited_neon(scan, bytes, count, delimiter, quote, output);
}

size_t shape_read_neon(shape_reader *reader, const uint8_t *bytes, size_t count, size_t start) {
  return shape_neon(reader, bytes, count, start);
}

#else
typedef int structural_neon_is_not_built;
#endif
