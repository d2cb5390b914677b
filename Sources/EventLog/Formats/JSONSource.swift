/// Where the value of a wanted path stands, as indices into its row's tokens.
struct JSONSource: Sendable, Equatable {
  /// The colon before the value, -1 when the path does not occur.
  var colon: Int32
  /// The closing byte of an object or array, -1 for any other value.
  var close: Int32

  static let absent = JSONSource(colon: -1)

  @inline(__always)
  init(colon: Int, close: Int = -1) {
    self.colon = Int32(truncatingIfNeeded: colon)
    self.close = Int32(truncatingIfNeeded: close)
  }
}

/// Reads values off a row that is known to be valid: first bytes tell what they are.
struct JSONValueReader {
  let row: Range<Int>
  /// The index of the row's first token.
  let firstToken: Int
  let hasEscapes: Bool

  /// Gives each slot its value.
  @inline(__always)
  func read(
    _ sources: [JSONSource], _ bytes: Span<UInt8>, of index: borrowing JSONIndex,
    into values: inout [RawValue]
  ) {
    let sources = sources.span
    var values = values.mutableSpan
    for slot in sources.indices {
      values[slot] =
        sources[slot] == .absent ? .absent : value(sources[slot], bytes, of: index)
    }
  }

  /// The first byte of a value that is there.
  @inline(__always)
  func start(_ source: JSONSource, _ bytes: Span<UInt8>, of index: borrowing JSONIndex) -> Int {
    var start = Int(index.tokens[firstToken + Int(source.colon)]) + 1
    while JSONWalk.isBlank(bytes[start]) { start += 1 }
    return start
  }

  @inline(__always)
  private func value(
    _ source: JSONSource, _ bytes: Span<UInt8>, of index: borrowing JSONIndex
  ) -> RawValue {
    let quotes = index.quotes.span
    let start = start(source, bytes, of: index)
    if source.close >= 0 {
      let end = Int(index.tokens[firstToken + Int(source.close)]) + 1
      return RawValue(start: start, end: end, shape: .container)
    }
    switch bytes[start] {
    case UInt8(ascii: "\""):
      let end = closingQuote(from: start + 1, quotes)
      let isEscaped = hasEscapes && hasBackslash(bytes, start + 1..<end)
      return RawValue(start: start + 1, end: end, shape: isEscaped ? .escaped : .text)
    case UInt8(ascii: "n"): return .absent
    case UInt8(ascii: "t"): return RawValue(start: start, end: start + 4, shape: .boolean)
    case UInt8(ascii: "f"): return RawValue(start: start, end: start + 5, shape: .boolean)
    default:
      var end = start + 1
      while end < row.upperBound, isNumberPart(bytes[end]) { end += 1 }
      return RawValue(start: start, end: end, shape: .number)
    }
  }

  /// The quote that ends the string whose inside begins at `start`.
  @inline(__always)
  private func closingQuote(from start: Int, _ quotes: Span<UInt64>) -> Int {
    var word = start &>> 6
    let shift = UInt64(truncatingIfNeeded: start & 63)
    // The 64 bytes from `start`, put together from two words: no branch on where a word ends, which
    // is anybody's guess. There is always a second word, and what it has lies behind the quote.
    let window = quotes[word] &>> shift | (quotes[word + 1] &<< 1) &<< (63 - shift)
    if window != 0 { return start + window.trailingZeroBitCount }
    word += 1
    while quotes[word] == 0 { word += 1 }
    return word &<< 6 + quotes[word].trailingZeroBitCount
  }

  @inline(__always)
  private func isNumberPart(_ byte: UInt8) -> Bool {
    byte &- UInt8(ascii: "0") <= 9 || byte == UInt8(ascii: ".") || byte | 0x20 == UInt8(ascii: "e")
      || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
  }
}
