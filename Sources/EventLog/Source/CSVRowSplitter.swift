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
    /// After blanks behind a closing quote.
    case closed
  }

  /// Line ends inside quotes that do not close as they should: with more, a quote is a stray one, and
  /// the row ends there. A quote that closes before a delimiter has held what it was to hold.
  static let quotedLinesMax = 1000

  private let delimiter: UInt8
  private let quote: UInt8
  private let escape: UInt8?
  private var state = State.fieldStart
  /// Line ends of this row inside quotes, since the last quote that closed before a delimiter.
  private var openLines = 0
  private var isEscaped = false
  /// Text stood behind a closing quote of this row.
  private var isBroken = false
  /// Whether a stray quote, and not its last line, made the row that ended first, in what was passed
  /// last, as long as it is.
  private(set) var endedStray = false

  init(format: DelimitedFormat) {
    delimiter = format.delimiter
    quote = format.quote ?? UInt8(ascii: "\"")
    escape = format.escape == format.quote ? nil : format.escape
  }

  init(delimiter: UInt8) { self.init(format: DelimitedFormat(delimiter: delimiter)) }

  /// Whether a stray quote holds the row that has not ended, if nothing follows.
  var isStray: Bool { state == .quoted || isBroken }

  /// Passes over `bytes[start...]`. Returns the offset just after the last row end in it, nil when no
  /// row ends there.
  mutating func lastRowEnd(in bytes: Span<UInt8>, from start: Int) -> Int? {
    var index = start
    var rowEnd: Int?
    while index < bytes.count {
      switch state {
      case .fieldStart where bytes[index] == quote:
        state = .quoted
        index += 1
      case .fieldStart, .unquoted:
        if escape != nil {
          if passUnquoted(bytes[index]) { rowEnd = index + 1 }
          index += 1
          continue
        }
        // As far as the next quote, or all of it, nothing but line breaks matters. Whether that quote
        // opens a field depends only on the byte before it.
        let end = firstOffset(of: quote, in: bytes, from: index) ?? bytes.count
        if end == index {
          state = .unquoted
          index += 1
          continue
        }
        if let found = LineSplitter.lastLineEnd(in: bytes, range: index..<end) {
          rowEnd = found
          startRow(afterStray: isBroken)
        }
        state = startsField(after: bytes[end - 1]) ? .fieldStart : .unquoted
        index = end
      case .quoted:
        let found = closingQuote(in: bytes, from: index)
        let end = found ?? bytes.count
        if let stray = strayEnd(in: bytes, index..<end) {
          rowEnd = stray
          startRow(afterStray: true)
          index = stray
          continue
        }
        if found != nil { state = .quoteInQuoted }
        index = end + (found == nil ? 0 : 1)
      case .quoteInQuoted where bytes[index] == quote:
        state = .quoted
        index += 1
      case .quoteInQuoted, .closed:
        close(before: bytes[index])
        if state != .unquoted { index += 1 }
      }
    }
    return rowEnd
  }

  /// One byte outside quotes where a delimiter may be escaped; whether it ends the row.
  private mutating func passUnquoted(_ byte: UInt8) -> Bool {
    if byte == UInt8(ascii: "\n") {
      startRow(afterStray: isBroken)
      return true
    }
    state = byte == delimiter && !isEscaped ? .fieldStart : .unquoted
    isEscaped = byte == escape && !isEscaped
    return false
  }

  /// What stands behind a closing quote; with the state `unquoted` it is still to be passed over.
  private mutating func close(before byte: UInt8) {
    if byte == delimiter {
      state = .fieldStart
      if !isBroken { openLines = 0 }
    } else if byte == UInt8(ascii: " ") {
      state = .closed
    } else {
      state = .unquoted
      if byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") { isBroken = true }
    }
  }

  private mutating func startRow(afterStray: Bool) {
    state = .fieldStart
    isEscaped = false
    openLines = 0
    isBroken = false
    endedStray = afterStray
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

  /// The next quote that no escape stands before.
  private mutating func closingQuote(in bytes: Span<UInt8>, from start: Int) -> Int? {
    guard let escape else { return firstOffset(of: quote, in: bytes, from: start) }
    for place in start..<bytes.count {
      if isEscaped {
        isEscaped = false
      } else if bytes[place] == escape {
        isEscaped = true
      } else if bytes[place] == quote {
        return place
      }
    }
    return nil
  }

  /// The offset after the line end with which the row has too many, nil when it has not; line ends up
  /// to there are counted.
  private mutating func strayEnd(in bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    var place = range.lowerBound
    while place < range.upperBound {
      guard let end = WordScan.first(UInt8(ascii: "\n"), in: bytes, place..<range.upperBound) else {
        return nil
      }
      openLines += 1
      place = end + 1
      if openLines > Self.quotedLinesMax { return place }
    }
    return nil
  }

  /// The delimiter that a first line `sep=;` names.
  static func statedDelimiter(_ head: Span<UInt8>) -> UInt8? {
    guard head.count > 4 else { return nil }
    for (place, byte) in "sep=".utf8.enumerated() where head[place] | 0x20 != byte | 0x20 {
      return nil
    }
    guard head[4] < 0x80, head[4] >= UInt8(ascii: " ") || head[4] == UInt8(ascii: "\t"),
      head.count == 5 || head[5] == UInt8(ascii: "\n") || head[5] == UInt8(ascii: "\r")
    else { return nil }
    return head[4]
  }

  private func startsField(after byte: UInt8) -> Bool {
    byte == delimiter || byte == UInt8(ascii: "\n")
  }
}
