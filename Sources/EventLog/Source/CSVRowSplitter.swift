import System

/// Finds the ends of CSV rows (RFC 4180), where line breaks inside quotes do not end a row.
///
/// A quote opens only at the start of a field; inside, two are one quote of the text, and one closes.
/// Anywhere else a quote is text. The state is carried over pieces of any size:
///
///     a,"b          quoted at the end of the first piece
///     c",d LF       so the first line break, inside, ended no row, and this one does
struct CSVRowSplitter {
  private enum State {
    case fieldStart
    case unquoted
    case quoted
    /// After a quote inside quotes: it closed them, unless another follows.
    case quoteInQuoted
  }

  private let delimiter: UInt8
  private var state = State.fieldStart

  init(delimiter: UInt8) {
    self.delimiter = delimiter
  }

  /// Passes over `bytes[start...]`. Returns the offset just after the last row end in it, nil when no
  /// row ends there.
  mutating func lastRowEnd(in bytes: Span<UInt8>, from start: Int) -> Int? {
    var index = start
    var rowEnd: Int?
    while index < bytes.count {
      switch state {
      case .fieldStart where bytes[index] == UInt8(ascii: "\""):
        state = .quoted
        index += 1
      case .fieldStart, .unquoted:
        // As far as the next quote, or all of it, nothing but line breaks matters. Whether that quote
        // opens a field depends only on the byte before it.
        let end = firstOffset(of: UInt8(ascii: "\""), in: bytes, from: index) ?? bytes.count
        if end == index {
          state = .unquoted
          index += 1
          continue
        }
        if let found = LineSplitter.lastLineEnd(in: bytes, range: index..<end) { rowEnd = found }
        state = startsField(after: bytes[end - 1]) ? .fieldStart : .unquoted
        index = end
      case .quoted:
        guard let quote = firstOffset(of: UInt8(ascii: "\""), in: bytes, from: index) else {
          index = bytes.count
          continue
        }
        state = .quoteInQuoted
        index = quote + 1
      case .quoteInQuoted:
        if bytes[index] == UInt8(ascii: "\"") {
          state = .quoted
          index += 1
        } else {
          // Not a quote, so text or a delimiter, to be looked at as such.
          state = .unquoted
        }
      }
    }
    return rowEnd
  }

  /// As `lastRowEnd`, up to the first row end: for the end of a row that is too long to keep.
  mutating func firstRowEnd(in bytes: Span<UInt8>, from start: Int) -> Int? {
    // A row ends at a line break, so only the bytes up to each have to be passed.
    var index = start
    while index < bytes.count {
      let end = LineSplitter.firstLineEnd(in: bytes, from: index) ?? bytes.count
      if let rowEnd = lastRowEnd(in: bytes.extracting(0..<end), from: index) { return rowEnd }
      index = end
    }
    return nil
  }

  private func startsField(after byte: UInt8) -> Bool {
    byte == delimiter || byte == UInt8(ascii: "\n")
  }
}
