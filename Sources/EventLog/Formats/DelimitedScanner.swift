/// Walks over the bytes that end fields and rows, a word of eight bytes at a time.
///
/// For `,` as the delimiter, one load finds both ends in
///
///     bytes   u 1 , v i e w LF       mask   0 0 80 0 0 0 0 80
///
/// and `next` then takes them off one by one. The scanner also keeps whether any byte of the words
/// it passed was not ASCII, which spares ASCII rows their UTF-8 check.
struct DelimitedScanner {
  private let delimiters: UInt64
  private static let newlines = WordScan.repeated(UInt8(ascii: "\n"))
  private let quotes: UInt64
  /// The same as `quotes` where nothing else escapes.
  private let escapes: UInt64

  /// Where the current word begins.
  private var base = 0
  /// The current word's bytes.
  private var word: UInt64 = 0
  /// High bits at the ends that `next` has not returned.
  private var mask: UInt64 = 0
  private var seen: UInt64 = 0

  init(delimiter: UInt8, quote: UInt8, escape: UInt8) {
    delimiters = WordScan.repeated(delimiter)
    quotes = WordScan.repeated(quote)
    escapes = WordScan.repeated(escape)
  }

  /// Starts anew at `start`.
  @inline(always)
  mutating func move(to start: Int, in bytes: Span<UInt8>) {
    base = start
    load(bytes)
  }

  /// The place of the next delimiter or LF, `bytes.count` when there is none.
  @inline(always)
  mutating func next(in bytes: Span<UInt8>) -> Int {
    while mask == 0 {
      base += 8
      if base >= bytes.count { return bytes.count }
      load(bytes)
    }
    let place = base + mask.trailingZeroBitCount >> 3
    mask &= mask &- 1
    return place
  }

  /// The place of the next quote or escape from `start`, `bytes.count` when there is none; LFs on the
  /// way are added to `lines`. The scanner is moved, not `next`'s places: call `move` afterwards.
  mutating func nextQuote(in bytes: Span<UInt8>, from start: Int, lines: inout Int) -> Int {
    var place = start
    while place < bytes.count {
      let word = WordScan.word(bytes, at: place, end: bytes.count)
      let quotes = WordScan.matches(word, quotes) | WordScan.matches(word, escapes)
      let newlines = WordScan.matches(word, Self.newlines)
      if quotes != 0 {
        // Everything below the lowest quote's bit lies before the quote.
        let before = quotes & (0 &- quotes) &- 1
        seen |= word & before
        lines += (newlines & before).nonzeroBitCount
        return place + quotes.trailingZeroBitCount >> 3
      }
      seen |= word
      lines += newlines.nonzeroBitCount
      place += 8
    }
    return bytes.count
  }

  /// Whether a byte since the last call, or beside those in their words, is not ASCII.
  @inline(always)
  mutating func takeNonASCII() -> Bool {
    defer { seen = word }
    return seen & WordScan.highBits != 0
  }

  @inline(always)
  private mutating func load(_ bytes: Span<UInt8>) {
    word = WordScan.word(bytes, at: base, end: bytes.count)
    seen |= word
    mask = WordScan.matches(word, delimiters) | WordScan.matches(word, Self.newlines)
  }
}
