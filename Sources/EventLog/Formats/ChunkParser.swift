/// Parses the chunks of a file into batches, by the file's format.
///
/// A value: once it is ready, a copy of it can parse any other chunk of the file, on any thread. It is
/// ready when it has seen a CSV's header, which is in the first chunk that is not blank.
package struct ChunkParser: Sendable {
  // The format that most logs have stands by itself: a call to it costs nothing.
  private var lines: JSONRowParser?
  private var other: (any RowParser)?
  /// For files that should be JSON lines and are laid out otherwise.
  private var values: JSONValuesParser?

  package init(extraction: Extraction, limits: ReadLimits) {
    switch extraction.format {
    case .jsonl:
      lines = JSONRowParser(extraction: extraction, limits: limits)
      values = JSONValuesParser(extraction: extraction, limits: limits)
    case .json: values = JSONValuesParser(extraction: extraction, limits: limits)
    case .delimited: other = DelimitedRowParser(extraction: extraction, limits: limits)
    case .lines(let format): other = format.makeParser(extraction, limits)
    }
  }

  /// Why the file cannot be read at all, such as a column that its header does not have; known
  /// once it is ready.
  package var problem: String? { other?.problem }

  /// Whether a copy can parse chunks that are not the next one.
  package var isReady: Bool { other?.isReady ?? true }

  /// To be called at the end of a file with the rows that no chunk held because they were too long.
  package mutating func finish(droppedRows: Int) {
    if droppedRows > 0 { other?.missRows() }
  }

  /// Larger chunks are of few long rows, whose bytes no one needs twice.
  private static let takenBytesMax = 4 << 20

  /// The same as below for an empty batch, which may take over the chunk's bytes: then nothing is to be
  /// read from them until `EventBatch.giveBack`.
  package mutating func parse(
    taking chunk: inout Chunk, into batch: inout EventBatch, tally: inout RowTally
  ) {
    guard chunk.bytes.count <= Self.takenBytesMax else {
      parse(chunk, into: &batch, tally: &tally)
      return
    }
    batch.begin(behind: chunk.bytes.count)
    parse(chunk, into: &batch, tally: &tally)
    batch.takeOver(&chunk.bytes)
  }

  /// Adds the chunk's rows to the batch and what became of them to the tally.
  package mutating func parse(
    _ chunk: borrowing Chunk, into batch: inout EventBatch, tally: inout RowTally
  ) {
    let bytes = chunk.bytes.span.extracting(0..<chunk.count)
    let isFirst = chunk.index == 0
    if chunk.droppedLines > 0, !isReady { other?.missRows() }
    if chunk.holdsValues || lines == nil {
      values?.parse(bytes, isFirstChunk: isFirst, into: &batch, tally: &tally)
    } else {
      lines?.parse(bytes, isFirstChunk: isFirst, into: &batch, tally: &tally)
    }
    other?.parse(bytes, isFirstChunk: isFirst, into: &batch, tally: &tally)
  }
}
