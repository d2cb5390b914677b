/// Walks one row of delimited text at a time and reports its wanted fields.
///
/// The rules of RFC 4180, and where it is silent, those of `CSVRowSplitter`, which cut the chunk: a
/// quote opens only at the start of a field, `""` inside is one quote of the text, any other quote
/// is text; but quotes around all of a value that has blanks before it are none of its text. Without
/// quoting, every quote is text. An escape makes the quote or escape behind it text in quotes, and the
/// delimiter or escape outside. A row ends at LF or CR LF; a lone CR is data.
struct DelimitedRowWalker: Sendable {
  /// A column to be extracted into a slot; one column may fill several.
  struct Column: Sendable, Equatable {
    var index: Int
    var slot: Int
  }

  /// What a row turned out to be, beside its values.
  struct Row {
    /// Offset behind the row's line end.
    var end = 0
    /// Offset of its line end.
    var contentEnd = 0
    var fields = 0
    /// Line ends passed, those inside quotes and the row's own.
    var lines = 0
    /// Of these, those before the last quote that closed before a delimiter.
    var closedLines = 0
    var isBlank = false
    var hasNonASCII = false
    /// `unclosedQuote` or `malformedLine`.
    var problem: RejectReason?
  }

  let delimiter: UInt8
  let isQuoting: Bool
  /// NUL where quotes are text.
  let quote: UInt8
  /// Nil where a quote in quotes is doubled, and nothing else.
  let escape: UInt8?
  /// Blanks around unquoted values are passed over.
  let trims: Bool
  /// In ascending order of `index`.
  var columns: [Column] = []
  private var scanner: DelimitedScanner
  /// Where the scanner stands between rows; -1 for nowhere.
  private var place = -1

  init(_ format: DelimitedFormat) {
    delimiter = format.delimiter
    isQuoting = format.quote != nil
    quote = format.quote ?? 0
    escape = format.escape == format.quote ? nil : format.escape
    trims = delimiter != UInt8(ascii: " ")
    scanner = DelimitedScanner(delimiter: delimiter, quote: quote, escape: escape ?? quote)
  }

  /// Forgets where it stands: the next row is one of other bytes, or of bytes that end elsewhere.
  mutating func leave() { place = -1 }

  /// Walks the row at `start`, which is less than `bytes.count`, and fills the wanted values that
  /// it has.
  mutating func next(in bytes: Span<UInt8>, from start: Int, values: inout [RawValue]) -> Row {
    if start != place {
      scanner.move(to: start, in: bytes)
      _ = scanner.takeNonASCII()
    }
    var row = Row()
    var fieldStart = start
    var wanted = 0
    var wantedIndex = columns.isEmpty ? -1 : columns[0].index
    // Behind the last field in quotes.
    var unquotedStart = start
    var isTornApart = false
    while true {
      // Three plain numbers: a whole `RawValue` is put together for wanted columns alone.
      var valueStart = fieldStart
      var valueEnd: Int
      var shape = RawValue.Shape.text
      let end: Int
      var isQuoted = false
      if isQuoting, fieldStart < bytes.count, bytes[fieldStart] == quote {
        let value: RawValue
        (value, end) = quotedField(at: fieldStart + 1, in: bytes, of: &row)
        (valueStart, valueEnd, shape) = (value.start, value.end, value.shape)
        isQuoted = true
        unquotedStart = end
      } else {
        end = escape == nil ? scanner.next(in: bytes) : escapedEnd(from: fieldStart, in: bytes)
        valueEnd = end
        if end < bytes.count, bytes[end] == UInt8(ascii: "\n"), end > fieldStart,
          bytes[end - 1] == UInt8(ascii: "\r")
        {
          valueEnd = end - 1
        }
        if isQuoting, valueEnd > valueStart, bytes[valueEnd - 1] == quote,
          isOpen(in: bytes, unquotedStart..<valueStart)
        {
          isTornApart = true
        }
      }
      if row.fields == wantedIndex, !isQuoted, trims, valueEnd > valueStart,
        bytes[valueStart] <= UInt8(ascii: " ") || bytes[valueEnd - 1] <= UInt8(ascii: " ")
      {
        let trimmed = Self.trim(bytes, valueStart, valueEnd)
        // A blank that is the delimiter, behind an escape, is text.
        let isText = trimmed.1 < valueEnd && isEscaped(bytes, at: trimmed.1, from: fieldStart)
        (valueStart, valueEnd) = (trimmed.0, isText ? trimmed.1 + 1 : trimmed.1)
        // A quote at the field's own start would have opened it.
        if isQuoting, valueEnd > valueStart, bytes[valueStart] == quote,
          let value = quotedBehindBlanks(bytes, valueStart..<valueEnd)
        {
          (valueStart, valueEnd, shape) = (value.start, value.end, value.shape)
          isQuoted = true
        }
      }
      if escape != nil, !isQuoted, row.fields == wantedIndex,
        hasEscapes(bytes, valueStart..<valueEnd)
      {
        shape = .escapedField
      }
      while row.fields == wantedIndex {
        values[columns[wanted].slot] = RawValue(
          start: valueStart, end: valueEnd, shape: shape, sign: isQuoted ? quote : delimiter,
          escape: escape ?? quote)
        wanted += 1
        wantedIndex = wanted < columns.count ? columns[wanted].index : -1
      }
      row.fields += 1
      if end == bytes.count || bytes[end] == UInt8(ascii: "\n") {
        row.contentEnd = end
        row.end = min(end + 1, bytes.count)
        // Where a stray quote has ended the row, the scanner does not stand behind its line feed.
        place = row.problem == .unclosedQuote ? -1 : row.end
        row.lines += 1
        if end > start, end < bytes.count, bytes[end - 1] == UInt8(ascii: "\r") {
          row.contentEnd = end - 1
        }
        row.isBlank = row.contentEnd == start
        row.hasNonASCII = scanner.takeNonASCII()
        if isTornApart, row.problem == nil { row.problem = .malformedLine }
        return row
      }
      fieldStart = end + 1
    }
  }

  /// Whether a quote stands open in the last field before one that has a quote at its end alone.
  ///
  /// Such is a row that has lost the delimiter before a quoted value with delimiters in it:
  ///
  ///     12.50"Table, round",x    for    12.50,"Table, round",x
  ///
  /// It has as many fields as it should, and two of them are wrong. Quotes are open where there is an
  /// odd one in a field, and the first stands before text: `55",65"` are two sizes.
  @inline(never)
  private func isOpen(in bytes: Span<UInt8>, _ fields: Range<Int>) -> Bool {
    var place = fields.upperBound - 1
    while place >= fields.lowerBound, bytes[place] != quote { place -= 1 }
    var quotes = 0
    var first = place
    while place >= fields.lowerBound,
      bytes[place] != delimiter || isEscaped(bytes, at: place, from: fields.lowerBound)
    {
      if bytes[place] == quote {
        quotes += 1
        first = place
      }
      place -= 1
    }
    guard quotes % 2 == 1 else { return false }
    var behind = first + 1
    while bytes[behind] == UInt8(ascii: " "), bytes[behind] != delimiter { behind += 1 }
    return bytes[behind] != delimiter
  }

  @inline(never)
  static func trim(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> (Int, Int) {
    func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    var (start, end) = (start, end)
    while start < end, isBlank(bytes[start]) { start += 1 }
    while end > start, isBlank(bytes[end - 1]) { end -= 1 }
    return (start, end)
  }

  /// What quotes hold behind blanks, as programs write that put `, ` between values; nil where the
  /// quote is not closed by the last byte of `field`, and so is text.
  @inline(never)
  private func quotedBehindBlanks(_ bytes: Span<UInt8>, _ field: Range<Int>) -> RawValue? {
    var value = RawValue(start: field.lowerBound + 1, end: field.upperBound - 1, shape: .text)
    guard value.start <= value.end, bytes[value.end] == quote else { return nil }
    var place = value.start
    while place < value.end {
      let isSign = place + 1 < value.end && isQuoteOrEscape(bytes[place + 1])
      if bytes[place] == quote {
        guard isSign, bytes[place + 1] == quote else { return nil }
      }
      if isSign, isQuoteOrEscape(bytes[place]) {
        value.shape = .escapedField
        place += 1
      } else if bytes[place] == escape, place + 1 == value.end {
        // The last quote is none.
        return nil
      }
      place += 1
    }
    return value
  }

  private func isQuoteOrEscape(_ byte: UInt8) -> Bool { byte == quote || byte == escape }

  /// The end of a field without quotes: a delimiter behind an escape is text.
  @inline(never)
  private mutating func escapedEnd(from start: Int, in bytes: Span<UInt8>) -> Int {
    while true {
      let end = scanner.next(in: bytes)
      guard end < bytes.count, bytes[end] == delimiter else { return end }
      if !isEscaped(bytes, at: end, from: start) { return end }
    }
  }

  /// Whether an escape stands before a delimiter outside quotes: of a run of them, every second one is
  /// text.
  private func isEscaped(_ bytes: Span<UInt8>, at delimiter: Int, from start: Int) -> Bool {
    guard escape != nil, bytes[delimiter] == self.delimiter else { return false }
    var place = delimiter
    while place > start, bytes[place - 1] == escape { place -= 1 }
    return !(delimiter - place).isMultiple(of: 2)
  }

  /// Whether an escape in a field without quotes is none of its text.
  @inline(never)
  private func hasEscapes(_ bytes: Span<UInt8>, _ field: Range<Int>) -> Bool {
    for place in field.dropLast() where bytes[place] == escape {
      if bytes[place + 1] == escape || bytes[place + 1] == delimiter { return true }
    }
    return false
  }

  /// The field whose text begins at `start`, behind its opening quote, and where the field ends: at
  /// a delimiter, an LF or the end of the bytes.
  @inline(never)
  private mutating func quotedField(
    at start: Int, in bytes: Span<UInt8>, of row: inout Row
  ) -> (RawValue, end: Int) {
    var value = RawValue(start: start, end: start, shape: .text)
    var place = start
    while true {
      place = scanner.nextQuote(in: bytes, from: place, lines: &row.lines)
      if place == bytes.count || row.lines - row.closedLines > CSVRowSplitter.quotedLinesMax {
        place = Self.strayEnd(in: bytes, value.start..<place, &row)
        row.problem = .unclosedQuote
        value.end = place
        scanner.move(to: place, in: bytes)
        return (value, place)
      }
      let next = place + 1 < bytes.count ? bytes[place + 1] : nil
      if bytes[place] == escape, next != quote, next != escape {
        place += 1
        continue
      }
      if bytes[place] == quote, next != quote { break }
      value.shape = .escapedField
      place += 2
    }
    value.end = place
    scanner.move(to: place + 1, in: bytes)
    let end = escape == nil ? scanner.next(in: bytes) : escapedEnd(from: place + 1, in: bytes)
    let isAtLineEnd =
      end == place + 2 && end < bytes.count && bytes[end] == UInt8(ascii: "\n")
      && bytes[place + 1] == UInt8(ascii: "\r")
    if end != place + 1, !isAtLineEnd {
      // Blanks, and the CR of a line end.
      let endsLine = end == bytes.count || bytes[end] == UInt8(ascii: "\n")
      for between in place + 1..<end where bytes[between] != UInt8(ascii: " ") {
        let isReturn = endsLine && bytes[between] == UInt8(ascii: "\r") && between + 1 == end
        if !isReturn { row.problem = .malformedLine }
      }
    }
    if row.problem == nil { row.closedLines = row.lines }
    return (value, end)
  }

  /// Where the row is held to end whose quote at the start of `range` is open: at the line end with
  /// which it has been too long, or else where the range ends. Line ends from there on count no more.
  private static func strayEnd(
    in bytes: Span<UInt8>, _ range: Range<Int>, _ row: inout Row
  ) -> Int {
    let ends = range.filter { bytes[$0] == UInt8(ascii: "\n") }
    let linesBefore = row.lines - ends.count
    let allowed = CSVRowSplitter.quotedLinesMax - (linesBefore - row.closedLines)
    guard allowed < ends.count else { return bytes.count }
    row.lines = linesBefore + allowed
    return ends[allowed]
  }
}
