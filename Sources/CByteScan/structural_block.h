// The logic of one block, the same for all versions, written in terms of bit masks (bit i is byte i).
//
// A version includes this file after defining
//     TARGET          function attributes of its instruction set, or nothing
//     VERSION(name)   its own name for a function
//     HAS_OWN_BITS    if it has instructions for `prefix_xor` and `lowest`
//     HAS_OWN_WRITE   if it has a `write` of its own
// and defines, after it, the functions that are declared first.
//
// What a plain block of a log lacks (backslashes, control characters, text beyond ASCII, white space
// outside strings, empty containers) is behind branches: it is rare, and costs where it occurs.
#include "structural_lexical.h"

/// The masks of the block's bytes, before anything is known of strings.
TARGET ALWAYS_INLINE block_masks VERSION(masks)(const uint8_t *block);
/// The bytes of the block that are `byte`.
TARGET ALWAYS_INLINE uint64_t VERSION(equal)(const uint8_t *block, uint8_t byte);
/// The bytes of the block below 0x20.
TARGET ALWAYS_INLINE uint64_t VERSION(control)(const uint8_t *block);
/// The bytes of the block from 0x80.
TARGET ALWAYS_INLINE uint64_t VERSION(non_ascii)(const uint8_t *block);
/// Bit i of the result is the parity of bits 0 to i.
TARGET ALWAYS_INLINE uint64_t VERSION(prefix_xor)(uint64_t bits);
/// Adds the bytes at which the text stops to be UTF-8 to `errors`, and returns what the next block
/// must know: `needed` is zero where this one ends with a whole character.
TARGET RARE utf8_state VERSION(utf8)(utf8_state state, const uint8_t *block, uint64_t *errors);

/// The first byte outside `run` from each of `from`, where `from` are bytes or runs' first bytes: a
/// bit added to the start of a run of ones carries to the first byte behind it.
TARGET ALWAYS_INLINE uint64_t VERSION(past)(uint64_t from, uint64_t run, uint64_t *carry) {
  uint64_t sum;
  *carry |= (uint64_t)__builtin_add_overflow(from & run, run, &sum);
  return (sum | from) & ~run;
}

#ifndef HAS_OWN_BITS
TARGET ALWAYS_INLINE uint64_t VERSION(prefix_xor)(uint64_t bits) {
  bits ^= bits << 1;
  bits ^= bits << 2;
  bits ^= bits << 4;
  bits ^= bits << 8;
  bits ^= bits << 16;
  bits ^= bits << 32;
  return bits;
}

TARGET ALWAYS_INLINE uint64_t VERSION(lowest)(uint64_t bits) {
  return (uint64_t)__builtin_ctzll(bits | (uint64_t)1 << 63);
}
#endif

#ifndef HAS_OWN_WRITE
/// The place of the lowest bit; any number when there is none.
TARGET ALWAYS_INLINE uint64_t VERSION(lowest)(uint64_t bits);

/// Writes the positions of `found`, four at a time, whether there are as many or not.
TARGET ALWAYS_INLINE void VERSION(write)(uint32_t *to, uint64_t found, uint32_t position) {
  for (; found; to += 4) {
    for (int step = 0; step < 4; step++) {
      to[step] = (uint32_t)opaque(VERSION(lowest)(found) + position);
      found &= found - 1;
    }
  }
}
#endif

/// What rows that end in the block, or go on behind it, are told of it.
TARGET RARE void VERSION(rows)(structural_scan *scan, uint64_t newlines, uint64_t found,
                                        uint64_t errors, uint64_t backslashes,
                                        const structural_output *output) {
  uint32_t flags = scan->row_flags;
  for (uint64_t ends = newlines; ends; ends &= ends - 1) {
    const uint64_t row = ends ^ (ends - 1);
    flags |= (errors & row) ? STRUCTURAL_DOUBTFUL : 0;
    flags |= (backslashes & row) ? STRUCTURAL_ESCAPES : 0;
    errors &= ~row;
    backslashes &= ~row;
    output->rows[scan->rows_count++] = (structural_row){
        .end = (uint32_t)scan->position + (uint32_t)__builtin_ctzll(ends),
        .tokens_end = (uint32_t)scan->tokens_count + (uint32_t)__builtin_popcountll(found & row),
        .flags = flags,
    };
    flags = 0;
  }
  flags |= errors ? STRUCTURAL_DOUBTFUL : 0;
  flags |= backslashes ? STRUCTURAL_ESCAPES : 0;
  scan->row_flags = flags;
}

/// Backslashes, control characters, and text that is not ASCII.
TARGET RARE special_masks VERSION(special)(structural_scan *scan, const uint8_t *block,
                                           const uint8_t *bytes, size_t count) {
  special_masks masks = {.controls = VERSION(control)(block)};
  if (masks.controls) {
    masks.newlines = VERSION(equal)(block, '\n');
    masks.white = VERSION(equal)(block, '\t') | VERSION(equal)(block, '\r');
  }
  masks.backslashes = VERSION(equal)(block, '\\');
  if (masks.backslashes | scan->escaped) {
    const escape_masks escapes =
        find_escapes(masks.backslashes, scan->escaped, bytes, scan->position, count);
    scan->escaped = escapes.carry;
    masks.escaped = escapes.escaped;
    masks.errors = escapes.errors;
  }
  if (scan->utf8.needed || VERSION(non_ascii)(block)) {
    scan->utf8 = VERSION(utf8)(scan->utf8, block, &masks.errors);
  }
  scan->pending = scan->escaped | scan->utf8.needed;
  return masks;
}

/// Scans one block. `block` is readable from 16 bytes before to its end; `bytes` is all input.
TARGET ALWAYS_INLINE void VERSION(block)(structural_scan *scan, const uint8_t *block,
                                         const uint8_t *bytes, size_t count,
                                         const structural_output *output, bool *is_full) {
  const size_t position = scan->position;
  const block_masks masks = VERSION(masks)(block);
  uint64_t quotes = masks.quote;
  uint64_t white = masks.space;
  uint64_t errors = 0, backslashes = 0, controls = 0, newlines = 0;

  if (masks.is_special | scan->pending) {
    const special_masks special = VERSION(special)(scan, block, bytes, count);
    quotes &= ~special.escaped;
    white |= special.white;
    errors = special.errors;
    backslashes = special.backslashes;
    controls = special.controls;
    newlines = special.newlines;
  }

  // Strings, and the ends of rows.
  uint64_t in_string = VERSION(prefix_xor)(quotes) ^ scan->in_string;
  if (controls) {
    // A line feed ends the row, in a string too: what follows is outside, and its row unharmed.
    uint64_t broken = newlines & in_string;
    while (__builtin_expect(broken != 0, 0)) {
      const int at = __builtin_ctzll(broken);
      errors |= (uint64_t)1 << at;
      in_string ^= ~(uint64_t)0 << at;
      broken = newlines & in_string;
    }
    errors |= controls & in_string;
  }
  scan->in_string = (uint64_t)((int64_t)in_string >> 63);
  output->quotes[position / STRUCTURAL_BLOCK] = quotes;

  // Separators and values alternate: a value begins right behind each opening byte, comma, colon
  // and line feed, and nowhere else. An empty container is the one exception.
  const uint64_t open = masks.open & ~in_string;
  const uint64_t close = masks.close & ~in_string;
  const uint64_t comma = masks.comma & ~in_string;
  const uint64_t colon = masks.colon & ~in_string;
  const uint64_t listed = open | comma;
  const uint64_t separators = listed | colon | newlines;
  const uint64_t structural = separators | close;
  const uint64_t scalars = ~(in_string | quotes | white | structural);
  const uint64_t scalar_starts = scalars & ~(scalars << 1 | scan->scalar);
  const uint64_t value_starts = (quotes & in_string) | scalar_starts | open;
  uint64_t expected = separators << 1 | scan->opened;
  scan->opened = separators >> 63;
  if (expected & white) expected = VERSION(past)(expected, white, &scan->opened);
  uint64_t misplaced = expected ^ value_starts;
  if (misplaced) errors |= misplaced & ~empty_containers(misplaced & expected & close, block);

  // Which structural bytes are the next ones behind a comma or an opening byte. Where an object ends
  // with one of them, or a row, the last thing in it is no member.
  const uint64_t behind_listed = listed << 1 | scan->separated;
  scan->separated = listed >> 63;
  const uint64_t next = VERSION(past)(behind_listed, ~structural, &scan->separated);
  // A colon stands behind the one value that is behind a comma or an opening byte; numbers and
  // literals there are found below.
  errors |= colon & ~next;

  const uint64_t ends_list = (close | newlines) & next & ~expected;
  if (ends_list) errors |= ends_list & ~VERSION(equal)(block, ']');
  scan->scalar = scalars >> 63;

  if (scalar_starts) {
    errors |= find_bad_scalars(scalars, scalar_starts, bytes, position, count);
  }

  const uint64_t found = open | close | colon | (comma & next);
  VERSION(write)(output->tokens + scan->tokens_count, found, (uint32_t)position);
  if (newlines | errors | backslashes) {
    VERSION(rows)(scan, newlines, found, errors, backslashes, output);
    // A block without room behind it is the last for now.
    if (scan->rows_count > output->rows_capacity - STRUCTURAL_BLOCK) *is_full = true;
  }
  scan->tokens_count += (size_t)__builtin_popcountll(found);
  scan->position = position + STRUCTURAL_BLOCK;
}

/// The same out of line, for the few blocks that are copies.
TARGET RARE void VERSION(single)(structural_scan *scan, const uint8_t *block, const uint8_t *bytes,
                                 size_t count, const structural_output *output, bool *is_full) {
  structural_scan copy = *scan;
  VERSION(block)(&copy, block, bytes, count, output, is_full);
  *scan = copy;
}

TARGET static void VERSION(run)(structural_scan *shared, const uint8_t *bytes, size_t count,
                                const structural_output *shared_output) {
  // Copies that nothing else can reach may live in registers.
  structural_scan scan = *shared;
  const structural_output output = *shared_output;
  if (!scan.is_underway) {
    scan.is_underway = true;
    scan.opened = 1;
  }
  bool is_full = scan.rows_count > output.rows_capacity - STRUCTURAL_BLOCK;
  const size_t tokens_max = output.tokens_capacity - STRUCTURAL_BLOCK;
  const size_t last = count / STRUCTURAL_BLOCK * STRUCTURAL_BLOCK;
  while (!scan.is_done && !is_full && scan.tokens_count <= tokens_max) {
    if (scan.position > 0 && scan.position < last) {
      do {
        VERSION(block)(&scan, bytes + scan.position, bytes, count, &output, &is_full);
      } while (scan.position < last && scan.tokens_count <= tokens_max && !is_full);
      continue;
    }
    // The first block and the last are read from a copy: one has nothing before it, the other may
    // not be whole. Behind the input stands a line feed if it does not end with one, then spaces.
    const bool is_ended = count > 0 && bytes[count - 1] == '\n';
    if (count == 0 || scan.position > last || (scan.position == count && is_ended)) {
      scan.is_done = true;
      break;
    }
    uint8_t copy[16 + STRUCTURAL_BLOCK];
    memset(copy, 0, 16);
    memset(copy + 16, ' ', STRUCTURAL_BLOCK);
    const size_t left = count - scan.position;
    const size_t size = left < STRUCTURAL_BLOCK ? left : STRUCTURAL_BLOCK;
    memcpy(copy + 16, bytes + scan.position, size);
    if (size < STRUCTURAL_BLOCK && !is_ended) copy[16 + size] = '\n';
    if (scan.position >= 16) memcpy(copy, bytes + scan.position - 16, 16);
    VERSION(single)(&scan, copy + 16, bytes, count, &output, &is_full);
  }
  *shared = scan;
}
