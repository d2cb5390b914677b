/// Whole rows of one file, inflated: the unit that is handed from reading to parsing.
///
/// Reused: a source fills it, a parser reads `bytes[0..<count]`, and it goes back. `bytes` may be
/// longer than `count`; what lies behind is not defined.
package struct Chunk: Sendable {
  package var bytes: [UInt8]
  package var count: Int
  /// 0 for the first chunk of a file, then 1, 2, ...
  package var index: Int
  /// Inflated bytes of the file before this chunk (a byte order mark counts, and is not in `bytes`).
  package var offset: Int
  /// Lines of the file before this chunk that no chunk holds, because their row was too long. The
  /// chunk's first line has the 1-based number 1 + the lines of all chunks before + this.
  package var droppedLines: Int
  /// JSON values however laid out, where lines were expected.
  package var holdsValues = false

  package init(capacity: Int = 0) {
    bytes = [UInt8](repeating: 0, count: capacity)
    count = 0
    index = 0
    offset = 0
    droppedLines = 0
  }
}
