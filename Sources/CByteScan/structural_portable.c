// The scan without vector instructions: words of eight bytes.
#define TARGET
#define VERSION(name) name##_portable
#include "structural_step.h"
#include "delimited_block.h"
#include "shape_block.h"

static const uint64_t ones = 0x0101010101010101u;
static const uint64_t highs = 0x8080808080808080u;

ALWAYS_INLINE uint64_t word_portable(const uint8_t *bytes) {
  // Put together one by one: right on either byte order, and one load where it can be.
  return (uint64_t)bytes[0] | (uint64_t)bytes[1] << 8 | (uint64_t)bytes[2] << 16 |
         (uint64_t)bytes[3] << 24 | (uint64_t)bytes[4] << 32 | (uint64_t)bytes[5] << 40 |
         (uint64_t)bytes[6] << 48 | (uint64_t)bytes[7] << 56;
}

/// The high bit of each byte that is zero, and no other bit.
ALWAYS_INLINE uint64_t zeros_portable(uint64_t word) {
  return ~(((word & ~highs) + ~highs) | word) & highs;
}

/// One bit per byte from its high bit: the product moves bit 8i to bit 56 + i.
ALWAYS_INLINE uint64_t gather_portable(uint64_t high_bits) {
  return ((high_bits >> 7) * 0x0102040810204080u) >> 56;
}

ALWAYS_INLINE uint64_t matches_portable(uint64_t word, uint8_t byte) {
  return gather_portable(zeros_portable(word ^ ones * byte));
}

/// The high bit of each byte of `word` that is from `first` to `last`, both ASCII.
ALWAYS_INLINE uint64_t between_portable(uint64_t word, uint8_t first, uint8_t last) {
  const uint64_t low = word & ~highs;
  return (low + ones * (0x80u - first)) & ~(low + ones * (0x7Fu - last)) & ~word & highs;
}

TARGET ALWAYS_INLINE bool plain_masks_portable(const uint8_t *block, step_masks *masks) {
  uint64_t special = 0;
  *masks->quote = *masks->open = *masks->close = *masks->comma = *masks->colon = *masks->white = 0;
  for (int shift = 0; shift < STRUCTURAL_BLOCK; shift += 8) {
    const uint64_t word = word_portable(block + shift);
    const uint64_t folded = word | ones * 0x20;
    *masks->quote |= matches_portable(word, '"') << shift;
    *masks->open |= matches_portable(folded, '{') << shift;
    *masks->close |= matches_portable(folded, '}') << shift;
    *masks->comma |= matches_portable(word, ',') << shift;
    *masks->colon |= matches_portable(word, ':') << shift;
    *masks->white |= matches_portable(word, ' ') << shift;
    special |= zeros_portable(word & ones * 0xE0);
    special |= zeros_portable(word ^ ones * '\\');
    special |= word & highs;
  }
  return special != 0;
}

TARGET ALWAYS_INLINE uint64_t equal_portable(const uint8_t *block, uint8_t byte) {
  uint64_t mask = 0;
  for (int shift = 0; shift < STRUCTURAL_BLOCK; shift += 8) {
    mask |= matches_portable(word_portable(block + shift), byte) << shift;
  }
  return mask;
}

/// The bytes of the block from `first` to `last`, or the same with `fold` set.
ALWAYS_INLINE uint64_t range_portable(const uint8_t *block, uint8_t first, uint8_t last,
                                      uint8_t fold) {
  uint64_t mask = 0;
  for (int shift = 0; shift < STRUCTURAL_BLOCK; shift += 8) {
    const uint64_t word = word_portable(block + shift) | ones * fold;
    mask |= gather_portable(between_portable(word, first, last)) << shift;
  }
  return mask;
}

TARGET ALWAYS_INLINE uint64_t control_portable(const uint8_t *block) {
  return range_portable(block, 0x00, 0x1F, 0);
}

TARGET ALWAYS_INLINE uint64_t digits_portable(const uint8_t *block) {
  return range_portable(block, '0', '9', 0);
}

TARGET ALWAYS_INLINE uint64_t hexadecimal_portable(const uint8_t *block) {
  return range_portable(block, '0', '9', 0) | range_portable(block, 'a', 'f', 0x20);
}

TARGET ALWAYS_INLINE uint64_t names_portable(const uint8_t *block, uint64_t escaped) {
  return escape_names_bytewise(block, escaped);
}

TARGET ALWAYS_INLINE uint64_t non_ascii_portable(const uint8_t *block) {
  uint64_t mask = 0;
  for (int shift = 0; shift < STRUCTURAL_BLOCK; shift += 8) {
    mask |= gather_portable(word_portable(block + shift) & highs) << shift;
  }
  return mask;
}

TARGET RARE utf8_state utf8_portable(utf8_state state, const uint8_t *block, uint64_t *errors) {
  *errors |= utf8_errors_bytewise(&state, block);
  return state;
}

void structural_run_portable(structural_scan *scan, const uint8_t *bytes, size_t count,
                             const structural_output *output) {
  run_portable(scan, bytes, count, output);
}

void delimited_run_portable(delimited_scan *scan, const uint8_t *bytes, size_t count, uint8_t delimiter,
                       uint8_t quote, const delimited_output *output) {
  delimited_portable(scan, bytes, count, delimiter, quote, output);
}

size_t shape_read_portable(shape_reader *reader, const uint8_t *bytes, size_t count, size_t start) {
  return shape_portable(reader, bytes, count, start);
}
