// The logic of reading by shape, the same for all versions: see `structural_block.h`, which is included
// before it, and whose masks these are. A version with HAS_OWN_TEXT has an `is_text` of its own; one
// whose blocks are single vectors has BLOCK_IS_VECTOR, and looks at all of a block at once.
//
// Each value begins where the text before it ends, and so a row is one chain of additions. The end of
// a string, which is the longest link, is looked up in bits that were found before.
#include "Shapes.h"

#include "shape_scalar.h"

enum {
  /// Signs are found for so many bytes at a time, which are then still in the first cache.
  SHAPE_AHEAD = 4096,
  /// Of the signs that one load finds, wherever they begin in their first byte.
  SHAPE_WINDOW = 56,
  /// Of a string, that are looked at one by one.
  SHAPE_SINGLE_SIGNS = 8,
  /// A node that was passed twice as often as the one in front of it, and so many times more, takes
  /// its place. Two that are as frequent change places ever more rarely: a processor guesses well what
  /// comes next only where the order stays.
  SHAPE_PATIENCE = 16,
};

// The farthest look: a text begins right before the end at hand, and the string behind it is looked
// at three times, the last time as far as a word reaches.
_Static_assert(SHAPE_TEXT + 2 * SHAPE_WINDOW + 64 <= SHAPE_SLACK, "signs that are not known yet");

/// Whether `bytes` begin with a text; 64 of them are readable.
TARGET ALWAYS_INLINE bool VERSION(is_text)(const uint8_t *bytes, const shape_text *text,
                                           uint32_t length);

/// The bytes of the block that are a quote, or cannot stand in a string as they are.
TARGET ALWAYS_INLINE uint64_t VERSION(signs)(const uint8_t *block);

#ifndef HAS_OWN_SIGNS
TARGET ALWAYS_INLINE uint64_t VERSION(signs)(const uint8_t *block) {
  return VERSION(equal)(block, '"') | VERSION(equal)(block, '\\') | VERSION(control)(block) |
         VERSION(non_ascii)(block);
}
#endif

/// The end of the number at `at`, as `number_end` has it; 16 bytes are readable.
TARGET ALWAYS_INLINE size_t VERSION(short_number_end)(const uint8_t *bytes, size_t count, size_t at);

#ifndef HAS_OWN_NUMBERS
TARGET ALWAYS_INLINE size_t VERSION(short_number_end)(const uint8_t *bytes, size_t count, size_t at) {
  return number_end(bytes, count, at);
}
#endif

#ifndef HAS_OWN_TEXT
TARGET ALWAYS_INLINE bool VERSION(is_text)(const uint8_t *bytes, const shape_text *text,
                                           uint32_t length) {
  const uint8_t *mask = shape_masks + SHAPE_TEXT - length;
  shape_pair difference = shape_difference(bytes, text->bytes, mask) |
                          shape_difference(bytes + 16, text->bytes + 16, mask + 16);
  if (length > 32) {
    difference |= shape_difference(bytes + 32, text->bytes + 32, mask + 32) |
                  shape_difference(bytes + 48, text->bytes + 48, mask + 48);
  }
  return (difference[0] | difference[1]) == 0;
}
#endif

/// Finds the signs of more bytes, up to some behind `place`.
TARGET ALWAYS_INLINE void VERSION(shape_signs)(shape_reader *reader, const uint8_t *bytes,
                                               size_t count, size_t place) {
  uint64_t *const signs = reader->signs;
  const size_t ahead = place + 2 * SHAPE_AHEAD, end = ahead < count ? ahead : count;
  size_t at = reader->signed_to;
  for (; at + STRUCTURAL_BLOCK <= end; at += STRUCTURAL_BLOCK) {
    signs[at / STRUCTURAL_BLOCK] = VERSION(signs)(bytes + at);
  }
  if (at < end && end == count) {
    uint8_t last[STRUCTURAL_BLOCK] = {0};
    memcpy(last, bytes + at, count - at);
    signs[at / STRUCTURAL_BLOCK] = VERSION(signs)(last);
    at += STRUCTURAL_BLOCK;
  }
  reader->signed_to = at;
}

/// Where there is too little behind a place at hand.
TARGET ALWAYS_INLINE size_t VERSION(shape_stop)(const shape_reader *reader, size_t count) {
  const size_t end = reader->signed_to < count ? reader->signed_to : count;
  return end < SHAPE_SLACK ? 0 : end - SHAPE_SLACK;
}

/// The same, with as much behind `place` as there is.
TARGET RARE size_t VERSION(shape_stop_behind)(shape_reader *reader, const uint8_t *bytes,
                                              size_t count, size_t place) {
  VERSION(shape_signs)(reader, bytes, count, place);
  return VERSION(shape_stop)(reader, count);
}

/// The signs of `SHAPE_WINDOW` bytes and some more.
ALWAYS_INLINE uint64_t VERSION(window)(const uint64_t *signs, size_t at) {
  uint64_t word;
  memcpy(&word, (const uint8_t *)signs + at / 8, sizeof word);
  return word >> at % 8;
}

/// The end of a string with many signs, from any place of it where a character begins: its quote, 0 where
/// it is not valid or the end of `bytes` is near. The three bytes before are there.
TARGET RARE size_t VERSION(shape_text_end)(const uint8_t *bytes, size_t count, size_t start,
                                           bool *has_escapes) {
  uint64_t escaped = 0;
  utf8_state utf8 = {0};
  for (size_t at = start; at + STRUCTURAL_BLOCK <= count; at += STRUCTURAL_BLOCK) {
    const uint8_t *block = bytes + at;
    const uint64_t quotes = VERSION(equal)(block, '"');
    uint64_t left = (VERSION(equal)(block, '\\') | quotes) & ~escaped;
    uint64_t end = 0;
    escaped = 0;
    // From escape to escape: there are few.
    while (left) {
      const int place = __builtin_ctzll(left);
      end = quotes & left & (0 - left);
      if (end) break;
      if (!is_escape(bytes, at + (size_t)place, count)) return 0;
      *has_escapes = true;
      if (place == STRUCTURAL_BLOCK - 1) {
        escaped = 1;
        break;
      }
      left &= ~((uint64_t)3 << place);
    }
    // All bytes where the string goes on. A character that is cut is an error at the quote behind it.
    const uint64_t inside = end ^ (end - 1);
    uint64_t errors = VERSION(control)(block);
    if (utf8.needed || (VERSION(non_ascii)(block) & inside)) {
      utf8 = VERSION(utf8)(utf8, block, &errors);
    }
    if (errors & inside) return 0;
    if (end) return at + (size_t)__builtin_ctzll(end);
  }
  return 0;
}

#ifdef BLOCK_IS_VECTOR
/// The same of a string that ends within a block and is valid, 0 for any other: no branch has to guess
/// what is in it.
TARGET ALWAYS_INLINE size_t VERSION(shape_text_in_block)(const uint8_t *bytes, size_t start,
                                                         bool *has_escapes) {
  const uint64_t odd_places = 0xAAAAAAAAAAAAAAAA;
  const uint8_t *block = bytes + start;
  const uint64_t backslashes = VERSION(equal)(block, '\\');
  // Of backslashes in a row every second one is escaped, and the byte behind them where they are odd.
  // The difference tells rows that begin at even places from others: it borrows from the odd places.
  const uint64_t escaped =
      (((backslashes << 1 | odd_places) - backslashes) ^ odd_places) ^ backslashes;
  const uint64_t end = VERSION(equal)(block, '"') & ~escaped;
  const uint64_t inside = end ^ (end - 1);
  uint64_t digits = VERSION(equal)(block, 'u') & escaped;
  digits = digits << 1 | digits << 2;
  digits |= digits << 2;
  uint64_t errors = VERSION(control)(block) | (escaped & ~VERSION(names)(block, escaped)) |
                    (digits & ~VERSION(hexadecimal)(block));
  if (VERSION(non_ascii)(block) & inside) VERSION(utf8)((utf8_state){0}, block, &errors);
  if (end == 0 || (errors & inside)) return 0;
  *has_escapes = (backslashes & inside) != 0;
  return start + (size_t)__builtin_ctzll(end);
}
#endif

/// The same from a sign on. A few of them are looked at one by one, for most strings have no more.
TARGET RARE size_t VERSION(shape_string)(const uint64_t *signs, size_t stop, const uint8_t *bytes,
                                         size_t count, size_t at, bool *has_escapes) {
#ifdef BLOCK_IS_VECTOR
  if (at >= 3 && at + STRUCTURAL_BLOCK <= count) {
    const size_t end = VERSION(shape_text_in_block)(bytes, at, has_escapes);
    if (end) return end;
  }
#endif
  for (int few = 0; few < SHAPE_SINGLE_SIGNS && at < stop; few++) {
    const uint8_t byte = bytes[at];
    if (byte == '"') return at;
    if (byte == '\\') {
      if (!is_escape(bytes, at, count)) return 0;
      *has_escapes = true;
      at += 2;
    } else {
      const size_t size = character_size(bytes + at);
      if (size == 0) return 0;
      at += size;
    }
    uint64_t next;
    while ((next = VERSION(window)(signs, at)) == 0 && at + SHAPE_WINDOW < stop) at += SHAPE_WINDOW;
    if (next == 0) break;
    at += (size_t)__builtin_ctzll(next);
  }
  return VERSION(shape_text_end)(bytes, count, at, has_escapes);
}

/// Reads the row at `start`, and adds its values to `*found`. Returns where it ends, 0 where it is not
/// read. `reader` is a copy of what `shared` has, which nothing else can reach: it may live in registers.
TARGET ALWAYS_INLINE size_t VERSION(shape_row)(shape_reader *shared, const shape_reader *reader,
                                               const uint8_t *bytes, size_t count, size_t start,
                                               size_t *found_count) {
  size_t stop = VERSION(shape_stop)(shared, count);
  shape_value *value = reader->values + *found_count;
  size_t at = start;
  const shape_value *const values_end = value + reader->row_values_capacity;
  shape_node *parent = reader->nodes;
  for (;;) {
    if (at >= stop) {
      stop = VERSION(shape_stop_behind)(shared, bytes, count, at);
      if (at >= stop) return 0;
    }
    int32_t *before = NULL, *link = &parent->first;
    shape_node *node;
    size_t behind;
    for (;; before = link, link = &node->other) {
      const int32_t number = *link;
      if (number < 0) return 0;
      node = reader->nodes + number;
      if (!VERSION(is_text)(bytes + at, reader->texts + number, node->length)) continue;
      behind = at + node->length;
      // The text before a scalar is one before a string, too, but for the quote.
      if (node->kind != SHAPE_SCALAR || may_be_scalar(bytes[behind])) break;
    }
    if (before && ++node->passed >= 2 * (uint64_t)reader->nodes[*before].passed + SHAPE_PATIENCE) {
      const int32_t number = *link;
      *link = node->other;
      node->other = *before;
      *before = number;
    }
    at = behind;
    uint16_t kind = node->kind;
    if (kind == SHAPE_STRING) {
      for (;;) {
        const uint64_t signs = VERSION(window)(reader->signs, at);
        if (__builtin_expect(signs != 0, 1)) {
          at += (size_t)__builtin_ctzll(signs);
          break;
        }
        // Two at a time: no branch has to guess how long a long string is.
        const uint64_t second = VERSION(window)(reader->signs, at + SHAPE_WINDOW);
        const uint64_t third = VERSION(window)(reader->signs, at + 2 * SHAPE_WINDOW);
        if (second | third) {
          at += second ? SHAPE_WINDOW : 2 * SHAPE_WINDOW;
          at += (size_t)__builtin_ctzll(second ? second : third);
          break;
        }
        at += 3 * SHAPE_WINDOW;
        if (at >= stop) {
          stop = VERSION(shape_stop_behind)(shared, bytes, count, at);
          if (at >= stop) return 0;
        }
      }
      if (bytes[at] != '"') {
        bool has_escapes = false;
        at = VERSION(shape_string)(reader->signs, stop, bytes, count, at, &has_escapes);
        if (at == 0) return 0;
        kind = has_escapes ? SHAPE_ESCAPED : SHAPE_STRING;
      }
    } else if (kind == SHAPE_SCALAR) {
      at = bytes[at] > '9' ? literal_end(bytes, at) : VERSION(short_number_end)(bytes, count, at);
      if (at == 0) return 0;
    } else if (kind == SHAPE_END) {
      *found_count = (size_t)(value - reader->values);
      return at;
    }
    if (node->slot >= 0) {
      *value++ = (shape_value){(uint32_t)behind, (uint32_t)at, node->slot, kind};
      if (value == values_end) return 0;
    }
    parent = node;
  }
}

TARGET static size_t VERSION(shape)(shape_reader *shared, const uint8_t *bytes, size_t count,
                                    size_t start) {
  const shape_reader reader = *shared;
  size_t rows = 0, values = 0;
  while (rows < reader.rows_capacity) {
    start = VERSION(shape_row)(shared, &reader, bytes, count, start, &values);
    if (start == 0) break;
    reader.rows[rows++] = (shape_row){(uint32_t)start, (uint32_t)values};
  }
  return rows;
}
