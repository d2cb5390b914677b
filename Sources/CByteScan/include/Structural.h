// The structural scan of JSON lines: everything about a row that can be told from bits of 64-byte
// blocks, so that the walk in Swift visits about one token per key and not one per byte.
//
//     bytes    {"a":[1,{}],"b":"x,\"y"}\n
//     tokens   {   :[ ,{}]    :        }      one row, ending at the \n
//
// Tokens are the braces, brackets and colons outside strings, and those commas whose previous
// structural byte is a comma or an opening one (they occur in arrays, and in broken objects). The
// commas between the members of an object are no tokens.
//
// What the scan cannot vouch for, it marks as doubtful; a slower parser then looks at the row's
// bytes and nothing else. A row that is not marked is valid JSON exactly when, for its tokens,
//   - the first is a `{` and the row's first byte that is not white space,
//   - brackets match, and the last token closes the first,
//   - directly inside an object there is no comma token, and an opening one follows a colon,
//   - directly inside an array there is no colon.
// For such a row the scan has checked UTF-8, strings, escapes, numbers, literals, that values and
// separators alternate, that a colon follows a string, and that one a comma or an opening byte, and
// that a comma in an object is followed by a key. Bytes of one row never
// change what is said about another, except that a row after one that is not UTF-8 may be doubtful
// without need.
#ifndef TWINFUNNEL_STRUCTURAL_H
#define TWINFUNNEL_STRUCTURAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  /// The row must be looked at byte by byte.
  STRUCTURAL_DOUBTFUL = 1,
  /// The row has a backslash.
  STRUCTURAL_ESCAPES = 2,
};

typedef struct {
  /// The position of the row's line feed, or the count of bytes for a last row without one.
  uint32_t end;
  /// Tokens up to and including this row's.
  uint32_t tokens_end;
  uint32_t flags;
} structural_row;

/// A character of UTF-8 under way: bytes it still needs, and the bounds of the next one.
typedef struct {
  uint32_t needed;
  uint8_t low;
  uint8_t high;
} structural_utf8_state;

/// Where a scan stands. Zero all of it to begin with.
typedef struct {
  /// Bytes scanned: a multiple of 512 until the scan is done.
  size_t position;
  size_t tokens_count;
  size_t rows_count;
  bool is_done;

  // What the blocks before hand on to the next one; for its owner to leave alone.
  bool is_underway;
  uint32_t row_flags;
  uint64_t in_string;
  uint64_t escaped;
  uint64_t opened;
  uint64_t closed;
  uint64_t listed;
  uint64_t separated;
  uint64_t scalar;
  uint64_t digit;
  uint64_t dot;
  uint64_t minus;
  uint64_t leading_zero;
  uint64_t fraction;
  size_t scalars_known;
  structural_utf8_state utf8;
} structural_scan;

/// Output of a scan, owned by the caller.
typedef struct {
  /// Positions of tokens.
  uint32_t *tokens;
  size_t tokens_capacity;
  structural_row *rows;
  size_t rows_capacity;
  /// One bit per byte: quotes that begin or end a string. Room for count / 64 + 1 words.
  uint64_t *quotes;
} structural_output;

enum {
  /// Bytes of a word of quotes.
  STRUCTURAL_BLOCK = 64,
  /// Bytes that are scanned at once.
  STRUCTURAL_STEP = 512,
};

/// Scans on from `scan->position` until `bytes` end or the output has no room for one more step:
/// its tokens and rows, at most 512 of each.
///
/// `bytes` are whole lines; the last need not end. Fewer than 2^32 - 512 of them.
void structural_scan_run(structural_scan *scan, const uint8_t *bytes, size_t count,
                         const structural_output *output);

/// The same by a version of one's choice, for tests. All versions give the same rows that are not
/// doubtful, and the same tokens for them.
bool structural_scan_run_version(int version, structural_scan *scan, const uint8_t *bytes,
                                 size_t count, const structural_output *output);

/// A member of the row's object, or of an object in it that is reached without an array.
typedef struct {
  /// Its colon, as an index into the row's tokens.
  uint32_t token;
  /// As many ones as there are objects around it, and one more.
  uint32_t stack;
} structural_member;

/// Checks the brackets of a row that is not doubtful, and finds members at most `depth_max` (1 to 30)
/// levels deep, 1 being the row's own, in the order of the row.
///
/// Rows with more than 62 levels, or with more than one blank between a colon and a brace or bracket,
/// are not taken: -1, as for those that are not valid. `found` has room for as many as there are tokens.
ptrdiff_t structural_members(const uint8_t *bytes, const uint32_t *tokens, size_t count,
                             uint32_t depth_max, structural_member *found);

/// The number of versions in this build: 0 is portable, the last is the fastest.
int structural_version_count(void);
/// False when this processor lacks what the version needs.
bool structural_version_is_supported(int version);
const char *structural_version_name(int version);

#endif
