/// What parses the chunks of files of one format.
///
/// A value: once it is ready, a copy of it can parse any other chunk of the file, on any thread.
protocol RowParser: Sendable {
  /// Why the file cannot be read at all; known once it is ready.
  var problem: String? { get }
  /// Whether a copy can parse chunks that are not the next one.
  var isReady: Bool { get }
  /// Rows before the next chunk are in no chunk, because they were too long.
  mutating func missRows()
  /// Adds the chunk's events to the batch and what became of its rows to the tally.
  mutating func parse(
    _ bytes: Span<UInt8>, isFirstChunk: Bool, into batch: inout EventBatch, tally: inout RowTally)
}

extension RowParser {
  var problem: String? { nil }
  var isReady: Bool { true }
  mutating func missRows() {}
}

/// Of a format whose rows are lines: also tells what any line holds, whatever was asked for.
protocol LineParser: RowParser {
  mutating func look(at line: Range<Int>, of bytes: Span<UInt8>) -> LineLook
}

/// What a line holds.
enum LineLook {
  /// Fields that have a value, in their order.
  case fields([(name: String, range: Range<Int>)])
  /// It does not fit the format.
  case misfit
  /// It names the fields of the lines after it.
  case header([String])
  /// Neither a row nor a header.
  case comment
}
