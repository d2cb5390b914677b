/// Parses the chunks of one file, whatever its format: the one place where formats part.
///
/// A value: a copy made after the first chunk knows what that chunk said about the file (the header of
/// a CSV file) and can parse later chunks on another thread.
public struct ChunkParser: Sendable {
  private let format: LogFormat
  private var json: JSONRowParser?

  public init(extraction: Extraction, limits: ReadLimits) {
    format = extraction.format
    switch extraction.format {
    case .jsonl: json = JSONRowParser(extraction: extraction, limits: limits)
    case .csv, .tsv: break
    case .combined: break
    }
  }

  /// Appends the chunk's events to `batch`, and accounts for each of its rows in `tally`.
  public mutating func parse(
    _ chunk: borrowing Chunk, into batch: inout EventBatch, tally: inout RowTally
  ) {
    let bytes = chunk.bytes.span.extracting(0..<chunk.count)
    let isFirstChunk = chunk.index == 0
    // In place through optionals: a parser taken out of an enum would be copied with its buffers.
    switch format {
    case .jsonl:
      json?.parse(bytes, isFirstChunk: isFirstChunk, into: &batch, tally: &tally)
    case .csv, .tsv: break
    case .combined: break
    }
  }
}
