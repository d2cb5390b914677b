// The ends of the fields and rows of delimited text, found in blocks of 64 bytes and written down, so
// that a row is read by looking them up: what no one asks for costs nothing, and no branch has to guess
// how long a field is.
//
//     bytes    u1,view\nu2,"a,b"\n
//     ends     2  7  10  16          rows   up to 2; up to 4, with quotes
//
// Quotes count as RFC 4180 has it: around whole fields, with two for one inside. At the first that
// stands elsewhere the scan ends; it is for a reader of single bytes, behind whose row another scan may
// begin.
#ifndef TWINFUNNEL_DELIMITED_H
#define TWINFUNNEL_DELIMITED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  /// The row has quotes.
  DELIMITED_QUOTES = 1,
  /// The row has a byte that is not ASCII.
  DELIMITED_NON_ASCII = 2,
};

typedef struct {
  /// Ends up to and including this row's, its line feed.
  uint32_t ends_end;
  /// Line feeds in quotes.
  uint32_t inner_feeds;
  uint32_t flags;
} delimited_row;

/// Where a scan stands.
typedef struct {
  /// Bytes scanned; to begin with, where a row begins.
  size_t position;
  size_t ends_count;
  size_t rows_count;
  /// A quote stood where it should not, in the row behind the last.
  bool is_irregular;

  // What the blocks before hand on to the next one; for its owner to leave alone, and 0 to begin with.
  uint32_t row_flags;
  uint32_t row_feeds;
  bool is_underway;
  /// All bits in quotes, or none.
  uint64_t in_quotes;
  // One bit each: what the next byte may or must be.
  uint64_t may_open;
  uint64_t must_end;
  uint64_t must_feed;
} delimited_scan;

/// Output of a scan, owned by the caller.
typedef struct {
  /// Positions of delimiters and line feeds outside quotes.
  uint32_t *ends;
  size_t ends_capacity;
  delimited_row *rows;
  size_t rows_capacity;
} delimited_output;

/// Both outputs need as much room as this for each block.
enum { DELIMITED_BLOCK = 64 };

/// Scans on from `scan->position` until `bytes` end, the output has no room for one more block, or a
/// quote is irregular. A last row without a line feed is none.
///
/// `bytes` are fewer than 2^32 - 64. `quote` is NUL where quotes are text.
void delimited_scan_run(delimited_scan *scan, const uint8_t *bytes, size_t count, uint8_t delimiter,
                        uint8_t quote, const delimited_output *output);

/// The same by a version of one's choice (`structural_version_count`), for tests: all give the same.
bool delimited_scan_run_version(int version, delimited_scan *scan, const uint8_t *bytes, size_t count,
                                uint8_t delimiter, uint8_t quote, const delimited_output *output);

#endif
