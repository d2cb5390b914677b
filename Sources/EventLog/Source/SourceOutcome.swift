/// A row that no chunk holds, because it is longer than `ReadLimits.lineBytesMax`.
package struct DroppedRow: Sendable, Equatable {
  /// The row stood before this chunk of its file (after the last chunk: their number).
  package var chunkIndex: Int
  /// `line`: lines of the file before it that no chunk holds either. `byte`: inflated bytes of the
  /// file before it. Without its line end the `prefix`.
  package var reject: Reject

  package init(chunkIndex: Int, reject: Reject) {
    self.chunkIndex = chunkIndex
    self.reject = reject
  }
}

/// What a `ChunkSource` has to say about its file; final once `next` has returned false.
package struct SourceOutcome: Sendable, Equatable {
  /// Bytes read of the file, as it is on disk.
  package var fileBytes = 0
  /// Bytes of content, a byte order mark included; equal to `fileBytes` for plain text.
  package var inflatedBytes = 0
  /// Bytes of text in all rows: of the content, decoded.
  package var textBytes = 0
  /// Empty for a sound file. The first is what ended the reading, if anything did.
  package var damages: [Damage] = []
  package var isGzip = false
  /// Gzip was found inside gzip, and inflated as well.
  package var isGzipTwice = false
  /// The encoding that the content was decoded from; nil for UTF-8.
  package var encoding: String?
  /// A byte order mark said so.
  package var isEncodingMarked = false
  /// Bytes of content that are no character of it.
  package var undecodableBytes = 0
  /// The file (not its content) has no bytes at all.
  package var isEmpty = false
  /// The content began with a byte order mark, which is in no chunk.
  package var hadByteOrderMark = false
  /// JSON lines were expected, and the content is laid out otherwise.
  package var isReadAsValues = false
  /// Line ends are lone CRs.
  package var hasReturnsOnly = false
  /// Rows longer than `ReadLimits.lineBytesMax`: rows of the file, rejected as `lineTooLong`. One whose
  /// quotes hold line breaks counts by its lines.
  package var droppedRows = 0
  /// Bytes of those rows.
  package var droppedBytes = 0
  /// Lines those rows spread over: quoted CSV rows can have several.
  package var droppedLines = 0
  /// The first `ReadLimits.rejectSamplesMax` of those rows.
  package var droppedSamples: [DroppedRow] = []
  /// If the content was digested.
  package var content: ContentDigest?

  package init() {}

  /// The samples with the 1-based line numbers of the file. `linesByChunk`: `RowTally.lines` of each
  /// chunk, in order.
  package func rejects(linesByChunk: [Int]) -> [Reject] {
    var rejects: [Reject] = []
    var chunk = 0
    var lines = 0
    for row in droppedSamples {
      while chunk < row.chunkIndex {
        lines += linesByChunk[chunk]
        chunk += 1
      }
      var reject = row.reject
      reject.line += lines + 1
      rejects.append(reject)
    }
    return rejects
  }
}
