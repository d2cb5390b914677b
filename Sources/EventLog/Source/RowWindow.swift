/// How far the rows in a buffer are known: whole ones up to `rowStart`, and a row not known to end
/// from there on, of which the splitter has passed the bytes before `passed`.
struct RowWindow {
  private(set) var rowStart = 0
  private(set) var passed: Int

  init(passed: Int) {
    self.passed = passed
  }

  /// Passes over the rest of `bytes`, stopping at a row too long. Returns whether the row at
  /// `rowStart` is one: then `splitter` stands inside it, at `passed`, or at its end.
  ///
  /// Only as much is passed at once as a row may have, its LF included. So no row that ends in there
  /// is too long, and a row that does not is, unless it is only for the CR of its line end. As chunks
  /// are mostly smaller than the limit, this is mostly a single step.
  mutating func advance(
    in bytes: Span<UInt8>, with splitter: inout RowSplitter, lineBytesMax: Int, isLast: Bool
  ) -> Bool {
    while passed < bytes.count {
      let allowed = rowStart + lineBytesMax + 1
      let end = min(bytes.count, allowed)
      if passed < end {
        if let rowEnd = splitter.lastRowEnd(in: bytes.extracting(0..<end), from: passed) {
          rowStart = rowEnd
        }
        passed = end
        continue
      }
      // All that is allowed is passed, and one byte more is there: it must be the LF after a CR.
      guard bytes[allowed - 1] == UInt8(ascii: "\r") else { return true }
      guard bytes[allowed] == UInt8(ascii: "\n") else { return true }
      var ahead = splitter
      guard let rowEnd = ahead.lastRowEnd(in: bytes.extracting(0..<allowed + 1), from: passed)
      else { return true }
      splitter = ahead
      rowStart = rowEnd
      passed = rowEnd
    }
    // Without a line end the CR, too, is part of the row.
    return isLast && bytes.count - rowStart > lineBytesMax
  }
}
