// Reading a row of JSON by the texts between the values of rows before it.
//
// Rows of one source have the same keys and brackets in a few orders. Those of the rows that have been
// read stand in a tree; a row is then read by comparing whole texts, and going over values:
//
//     {"user":"u1","n":3}\n         {"user":"   string   ","n":   scalar   }\n
//     {"user":"u2"}\n                                ╰───  "}\n
//
// If a row has all texts of one that was valid, and valid strings and scalars where that one had some,
// it is valid, too, and has the same keys: nothing is taken on trust. Whatever else a row is, it is for
// `Structural.h`.
#ifndef TWINFUNNEL_SHAPES_H
#define TWINFUNNEL_SHAPES_H

#include <stddef.h>
#include <stdint.h>

/// What stands behind a node's text.
enum {
  /// The inside of a string; its quotes are in the texts before and behind it.
  SHAPE_STRING,
  /// A number, `true`, `false` or `null`.
  SHAPE_SCALAR,
  /// More text.
  SHAPE_MORE,
  /// The end of the row: the text has its line feed.
  SHAPE_END,
  /// More text, and a wanted object or array begins with the last byte before; the text is empty.
  SHAPE_OPENS,
  /// The same where it ends.
  SHAPE_CLOSES,
  /// Of values alone: a string with a backslash.
  SHAPE_ESCAPED,
};

enum {
  /// A longer text is of several nodes.
  SHAPE_TEXT = 64,
  /// Bytes that have to be there behind a row for it to be read.
  SHAPE_SLACK = 256,
};

typedef struct {
  uint8_t bytes[SHAPE_TEXT];
} shape_text;

typedef struct {
  /// The first of the nodes that may follow, -1 for none.
  int32_t first;
  /// The next one that may stand in the place of this one, -1 after the last. One that is passed again
  /// and again moves to the front, and the more rarely the longer that goes on.
  int32_t other;
  /// How often it was passed while it was not the first.
  uint32_t passed;
  uint8_t length;
  uint8_t kind;
  /// What the value is wanted for, -1 for nothing.
  int16_t slot;
} shape_node;

typedef struct {
  uint32_t start;
  uint32_t end;
  int16_t slot;
  uint16_t kind;
} shape_value;

/// A row that was read.
typedef struct {
  /// Behind its line feed.
  uint32_t end;
  /// Values up to and including its own.
  uint32_t values_end;
} shape_row;

/// A tree of shapes, and what it is used with; all owned by the caller.
typedef struct {
  /// The first is the root, which has no text.
  shape_node *nodes;
  const shape_text *texts;
  /// One bit per byte of `bytes`: what cannot stand in a string as it is, and quotes. Room for
  /// count / 64 + 2 words.
  uint64_t *signs;
  /// Bytes whose signs are known; 0 to begin with.
  size_t signed_to;
  shape_row *rows;
  size_t rows_capacity;
  /// Room for as many values as a row may have, and one more, in each row.
  shape_value *values;
  size_t row_values_capacity;
} shape_reader;

/// Reads rows from `start` on, as many as there is room for, or up to one that the tree has not; near
/// the end of `bytes` none is read. Returns how many.
///
/// `bytes` are fewer than 2^32 - 64.
size_t shape_read(shape_reader *reader, const uint8_t *bytes, size_t count, size_t start);

/// The same by a version of one's choice (`structural_version_count`), for tests: all give the same.
size_t shape_read_version(int version, shape_reader *reader, const uint8_t *bytes, size_t count,
                          size_t start);

#endif
