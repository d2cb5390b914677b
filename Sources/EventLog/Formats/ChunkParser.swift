/// Parses the chunks of a file into batches, by the file's format. A new format is one more line in
/// each of the two functions.
///
/// A value: a copy made after the first chunk of a file can parse any other chunk of it, on any
/// thread (a CSV's header is in the first chunk).
public struct ChunkParser: Sendable {
  // One of them is there. Not an enum: a payload is changed in place only as a stored property.
  private var json: JSONRowParser?
  private var delimited: DelimitedRowParser?
  private var combined: CombinedRowParser?

  public init(extraction: Extraction, limits: ReadLimits) {
    switch extraction.format {
    case .jsonl: json = JSONRowParser(extraction: extraction, limits: limits)
    case .csv, .tsv: delimited = DelimitedRowParser(extraction: extraction, limits: limits)
    case .combined: combined = CombinedRowParser(extraction: extraction, limits: limits)
    }
  }

  /// Why the file cannot be read at all, such as a column that its header does not have; known
  /// after the first chunk.
  public var problem: String? { delimited?.problem ?? combined?.problem }

  /// Adds the chunk's rows to the batch and what became of them to the tally.
  public mutating func parse(
    _ chunk: borrowing Chunk, into batch: inout EventBatch, tally: inout RowTally
  ) {
    let bytes = chunk.bytes.span.extracting(0..<chunk.count)
    let isFirst = chunk.index == 0
    json?.parse(bytes, isFirstChunk: isFirst, into: &batch, tally: &tally)
    delimited?.parse(bytes, isFirstChunk: isFirst, into: &batch, tally: &tally)
    combined?.parse(bytes, isFirstChunk: isFirst, into: &batch, tally: &tally)
  }
}
