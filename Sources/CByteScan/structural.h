// Shared by the ways to scan: what a block becomes, and what is done where speed does not matter.
#ifndef TWINFUNNEL_STRUCTURAL_INTERNAL_H
#define TWINFUNNEL_STRUCTURAL_INTERNAL_H

#include "include/Structural.h"

/// The classes of 64 bytes, bit i for byte i.
typedef struct {
  uint64_t quote;
  uint64_t backslash;
  /// Space, tab, carriage return, line feed.
  uint64_t white;
  /// Braces, brackets, colon, comma; also bytes that differ from one of them in bit 5 only, which
  /// are control characters: the reader of the index sees what they are.
  uint64_t punctuation;
  /// Of these, braces and brackets.
  uint64_t brace;
  uint64_t newline;
  /// Below 0x20.
  uint64_t control;
  /// 0x80 and above.
  uint64_t high;
} byte_classes;

/// What goes from block to block.
typedef struct {
  const uint8_t *bytes;
  size_t count;
  uint32_t *tokens;
  uint32_t *faults;
  size_t token_count;
  size_t fault_count;
  /// All ones inside a string.
  uint64_t in_string;
  /// 1 when the next block's first byte is escaped.
  uint64_t escape_carry;
  /// 1 when the last byte belonged to a scalar.
  uint64_t scalar_carry;
  /// UTF-8 is checked up to here.
  size_t checked;
  int has_backslash;
} scan_state;

/// Bytes after backslashes, which are not what they seem; adds the backslashes of bad escapes to
/// `wrong`.
uint64_t cbytescan_escaped(scan_state *state, size_t base, uint64_t backslash, uint64_t *wrong);

/// Checks the UTF-8 of the bytes `high` of the block at `base`, and what follows without a gap.
void cbytescan_check_utf8(scan_state *state, size_t base, uint64_t high);

static inline void note_fault(scan_state *state, size_t position, uint32_t kind) {
  state->faults[state->fault_count++] = (uint32_t)position | kind;
}

#endif
