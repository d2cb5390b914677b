/// Parses the chunks of a file into batches, by the file's format. A new format is one more line in
/// each of the two functions.
///
/// A value: once it is ready, a copy of it can parse any other chunk of the file, on any thread. It is
/// ready when it has seen a CSV's header, which is in the first chunk that is not blank.
package struct ChunkParser: Sendable {
  // One of them is there. Not an enum: a payload is changed in place only as a stored property.
  private var json: JSONRowParser?
  private var delimited: DelimitedRowParser?
  private var combined: CombinedRowParser?

  package init(extraction: Extraction, limits: ReadLimits) {
    switch extraction.format {
    case .jsonl: json = JSONRowParser(extraction: extraction, limits: limits)
    case .csv, .tsv: delimited = DelimitedRowParser(extraction: extraction, limits: limits)
    case .combined: combined = CombinedRowParser(extraction: extraction, limits: limits)
    }
  }

  /// Why the file cannot be read at all, such as a column that its header does not have; known
  /// once it is ready.
  package var problem: String? { delimited?.problem ?? combined?.problem }

  /// Whether a copy can parse chunks that are not the next one.
  package var isReady: Bool { delimited?.hasHeader ?? true }

  /// To be called at the end of a file with the rows that no chunk held because they were too long.
  package mutating func finish(droppedRows: Int) {
    if droppedRows > 0 { delimited?.missHeader() }
  }

  /// Adds the chunk's rows to the batch and what became of them to the tally.
  package mutating func parse(
    _ chunk: borrowing Chunk, into batch: inout EventBatch, tally: inout RowTally
  ) {
    let bytes = chunk.bytes.span.extracting(0..<chunk.count)
    let isFirst = chunk.index == 0
    if chunk.droppedLines > 0, !isReady {
      delimited?.missHeader()
      return
    }
    json?.parse(bytes, isFirstChunk: isFirst, into: &batch, tally: &tally)
    delimited?.parse(bytes, isFirstChunk: isFirst, into: &batch, tally: &tally)
    combined?.parse(bytes, isFirstChunk: isFirst, into: &batch, tally: &tally)
  }
}
