// The logic of the scan of delimited text, the same for all versions: see `structural_block.h`, which
// is included before it, and whose masks these are.
#include <string.h>

#include "Delimited.h"

typedef struct {
  /// Outside quotes, each; line feeds are ends, too.
  uint64_t ends, feeds;
  /// Line feeds in quotes.
  uint64_t inner;
  /// Up to the first quote that stands where it should not.
  uint64_t regular;
} VERSION(delimited_masks);

/// What quotes make of the ends of a block. A quote opens at the start of a field, and another one
/// ends the field, or is followed by one more and means itself: in the masks that is a field that ends
/// and one that begins at once.
TARGET ALWAYS_INLINE VERSION(delimited_masks)
    VERSION(delimited_quoted)(delimited_scan *scan, const uint8_t *block, uint64_t quotes,
                              VERSION(delimited_masks) masks) {
  const uint64_t inside = VERSION(prefix_xor)(quotes) ^ scan->in_quotes;
  masks.inner = masks.feeds & inside;
  masks.ends &= ~inside;
  masks.feeds &= ~inside;
  const uint64_t opening = quotes & inside, closing = quotes & ~inside;
  const uint64_t returns = VERSION(equal)(block, '\r') & ~inside;
  const uint64_t starts = (masks.ends | closing) << 1 | scan->may_open;
  const uint64_t behind = closing << 1 | scan->must_end;
  const uint64_t line_ends = (behind & returns) << 1 | scan->must_feed;
  const uint64_t bad = (opening & ~starts) | (behind & ~(masks.ends | opening | returns)) |
                       (line_ends & ~masks.feeds);
  masks.regular = bad ? (bad & (0 - bad)) - 1 : ~(uint64_t)0;
  scan->in_quotes = 0 - (inside >> 63);
  scan->may_open = (masks.ends | closing) >> 63;
  scan->must_end = closing >> 63;
  scan->must_feed = (behind & returns) >> 63;
  return masks;
}

TARGET ALWAYS_INLINE uint32_t VERSION(delimited_flags)(uint64_t quotes, uint64_t high) {
  return (quotes ? DELIMITED_QUOTES : 0) | (high ? DELIMITED_NON_ASCII : 0);
}

TARGET ALWAYS_INLINE void VERSION(delimited_block)(delimited_scan *scan, const uint8_t *block,
                                                   uint8_t delimiter, uint8_t quote,
                                                   const delimited_output *output) {
  VERSION(delimited_masks) masks = {0, VERSION(equal)(block, '\n'), 0, ~(uint64_t)0};
  masks.ends = VERSION(equal)(block, delimiter) | masks.feeds;
  uint64_t quotes = quote ? VERSION(equal)(block, quote) : 0;
  uint64_t high = VERSION(non_ascii)(block);
  if (quotes | scan->in_quotes | scan->must_end | scan->must_feed) {
    masks = VERSION(delimited_quoted)(scan, block, quotes, masks);
    masks.ends &= masks.regular;
    masks.feeds &= masks.regular;
    scan->is_irregular = masks.regular != ~(uint64_t)0;
  } else {
    scan->may_open = masks.ends >> 63;
  }
  VERSION(write)(output->ends + scan->ends_count, masks.ends, (uint32_t)scan->position);
  // Most blocks have one line feed or none: the first is written in any case, and counts if it is
  // there.
  uint64_t feeds = masks.feeds, inner = masks.inner;
  do {
    // All bytes, where there is none.
    const uint64_t own = feeds ^ (feeds - 1);
    const bool is_row = feeds != 0;
    const uint32_t flags = scan->row_flags | VERSION(delimited_flags)(quotes & own, high & own);
    const uint32_t inner_feeds = scan->row_feeds + (uint32_t)__builtin_popcountll(inner & own);
    output->rows[scan->rows_count] = (delimited_row){
        (uint32_t)(scan->ends_count + (size_t)__builtin_popcountll(masks.ends & own)), inner_feeds,
        flags};
    scan->rows_count += is_row;
    quotes &= ~own;
    high &= ~own;
    inner &= ~own;
    feeds &= feeds - 1;
    // What is behind the last row belongs to the next one.
    scan->row_flags = (is_row ? 0 : flags) | (feeds ? 0 : VERSION(delimited_flags)(quotes, high));
    scan->row_feeds =
        (is_row ? 0 : inner_feeds) + (feeds ? 0 : (uint32_t)__builtin_popcountll(inner));
  } while (__builtin_expect(feeds != 0, 0));
  scan->ends_count += (size_t)__builtin_popcountll(masks.ends);
  scan->position += DELIMITED_BLOCK;
}

TARGET static void VERSION(delimited)(delimited_scan *scan, const uint8_t *bytes, size_t count,
                                      uint8_t delimiter, uint8_t quote,
                                      const delimited_output *output) {
  if (!scan->is_underway) scan->may_open = 1;
  scan->is_underway = true;
  while (scan->position < count && !scan->is_irregular) {
    if (output->ends_capacity - scan->ends_count < DELIMITED_BLOCK ||
        output->rows_capacity - scan->rows_count < DELIMITED_BLOCK) {
      return;
    }
    if (count - scan->position >= DELIMITED_BLOCK) {
      VERSION(delimited_block)(scan, bytes + scan->position, delimiter, quote, output);
    } else {
      uint8_t last[DELIMITED_BLOCK] = {0};
      memcpy(last, bytes + scan->position, count - scan->position);
      VERSION(delimited_block)(scan, last, delimiter, quote, output);
    }
  }
}
