// The structural scan of JSON lines: blocks of 64 bytes to bit masks, masks to an index of the
// bytes where tokens begin. What stands between two tokens is left to the reader of the index.
//
//     {"user": "u1", "n": [1,2]}\n
//     ^^       ^     ^    ^^ ^ ^^     { key value key [ 1 2 ] } newline: see below
//
// The index holds, in order, the positions of
//   - the opening quote of every string,
//   - every brace and bracket outside strings,
//   - the first byte of every scalar (a run of bytes outside strings that are none of braces,
//     brackets, colons, commas, quotes and white space),
//   - every line feed, inside or outside of a string: it ends the row.
// Closing quotes, colons, commas and white space are not indexed. Between a token's end and the
// next token nothing else can stand, so a reader that checks those few bytes has seen them all.
//
// The scan itself finds what is wrong inside strings and between bytes: control characters,
// bad escapes, strings without an end, bytes that are not UTF-8. Each gives an entry in `faults`.
// A string that a line feed cuts off does not reach into the next row: the scan starts anew behind
// it, so that one malformed row never swallows another.
#ifndef TWINFUNNEL_STRUCTURAL_H
#define TWINFUNNEL_STRUCTURAL_H

#include <stddef.h>
#include <stdint.h>

/// What a scan produced.
typedef struct {
  /// Positions in the index.
  size_t token_count;
  /// Entries in the list of faults.
  size_t fault_count;
  /// 1 when a backslash occurs anywhere.
  int has_backslash;
} cbytescan_structure;

/// A fault's position is its low 31 bits; with this bit it is one of UTF-8, else one of JSON.
enum { CBYTESCAN_FAULT_UTF8 = (int)0x80000000 };

/// Scans `count` bytes (below 2^31), which are whole rows. `tokens` and `faults` have room for
/// `count` + 64 entries each; faults come in ascending order of position within each of the two
/// kinds, and at most one fault of a kind is noted for each byte.
cbytescan_structure cbytescan_structural(const uint8_t *bytes, size_t count, uint32_t *tokens,
                                         uint32_t *faults);

/// The ways to scan, for tests that compare them all.
enum {
  /// Byte by byte through a table. Runs everywhere.
  CBYTESCAN_STRUCTURAL_PORTABLE = 0,
  /// x86-64 SSE2, 16 bytes a register.
  CBYTESCAN_STRUCTURAL_SSE2 = 1,
  /// x86-64 AVX2 and PCLMULQDQ, 32 bytes a register.
  CBYTESCAN_STRUCTURAL_AVX2 = 2,
  /// ARMv8 NEON, 16 bytes a register.
  CBYTESCAN_STRUCTURAL_NEON = 3,
  /// x86-64 AVX-512 BW and PCLMULQDQ, 64 bytes a register.
  CBYTESCAN_STRUCTURAL_AVX512 = 4,
};

enum { CBYTESCAN_STRUCTURAL_METHODS = 5 };

/// Whether this build and this machine have the method: 1 or 0.
int cbytescan_structural_has(int method);

/// As `cbytescan_structural` with a given method, which this machine must have.
cbytescan_structure cbytescan_structural_by(int method, const uint8_t *bytes, size_t count,
                                            uint32_t *tokens, uint32_t *faults);

#endif
