/// Walks one row of delimited text at a time and reports its wanted fields.
///
/// The rules of RFC 4180, and where it is silent, those of `CSVRowSplitter`, which cut the chunk: a
/// quote opens only at the start of a field, `""` inside is one quote of the text, any other quote
/// is text. Without quoting, every quote is text. A row ends at LF or CR LF; a lone CR is data.
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
  /// Blanks around unquoted values are passed over.
  let trims: Bool
  /// In ascending order of `index`.
  var columns: [Column] = []
  private var scanner: DelimitedScanner

  init(delimiter: UInt8, isQuoting: Bool) {
    self.delimiter = delimiter
    self.isQuoting = isQuoting
    trims = delimiter != UInt8(ascii: " ")
    scanner = DelimitedScanner(delimiter: delimiter)
  }

  /// To be called before the first row, and after anything else than the previous row's end.
  mutating func start(at offset: Int, in bytes: Span<UInt8>) {
    scanner.move(to: offset, in: bytes)
    _ = scanner.takeNonASCII()
  }

  /// Walks the row at `start`, which is less than `bytes.count`, and fills the wanted values that
  /// it has.
  mutating func next(in bytes: Span<UInt8>, from start: Int, values: inout [RawValue]) -> Row {
    var row = Row()
    var fieldStart = start
    var wanted = 0
    var wantedIndex = columns.isEmpty ? -1 : columns[0].index
    while true {
      // Three plain numbers: a whole `RawValue` is put together for wanted columns alone.
      var valueStart = fieldStart
      var valueEnd: Int
      var shape = RawValue.Shape.text
      let end: Int
      var isQuoted = false
      if isQuoting, fieldStart < bytes.count, bytes[fieldStart] == UInt8(ascii: "\"") {
        let value: RawValue
        (value, end) = quotedField(at: fieldStart + 1, in: bytes, of: &row)
        (valueStart, valueEnd, shape) = (value.start, value.end, value.shape)
        isQuoted = true
      } else {
        end = scanner.next(in: bytes)
        valueEnd = end
        if end < bytes.count, bytes[end] == UInt8(ascii: "\n"), end > fieldStart,
          bytes[end - 1] == UInt8(ascii: "\r")
        {
          valueEnd = end - 1
        }
      }
      if row.fields == wantedIndex, !isQuoted, trims, valueEnd > valueStart,
        bytes[valueStart] <= UInt8(ascii: " ") || bytes[valueEnd - 1] <= UInt8(ascii: " ")
      {
        (valueStart, valueEnd) = Self.trim(bytes, valueStart, valueEnd)
      }
      while row.fields == wantedIndex {
        values[columns[wanted].slot] = RawValue(start: valueStart, end: valueEnd, shape: shape)
        wanted += 1
        wantedIndex = wanted < columns.count ? columns[wanted].index : -1
      }
      row.fields += 1
      if end == bytes.count || bytes[end] == UInt8(ascii: "\n") {
        row.contentEnd = end
        row.end = min(end + 1, bytes.count)
        row.lines += 1
        if end > start, end < bytes.count, bytes[end - 1] == UInt8(ascii: "\r") {
          row.contentEnd = end - 1
        }
        row.isBlank = row.contentEnd == start
        row.hasNonASCII = scanner.takeNonASCII()
        return row
      }
      fieldStart = end + 1
    }
  }

  @inline(never)
  private static func trim(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> (Int, Int) {
    func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    var (start, end) = (start, end)
    while start < end, isBlank(bytes[start]) { start += 1 }
    while end > start, isBlank(bytes[end - 1]) { end -= 1 }
    return (start, end)
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
      guard place + 1 < bytes.count, bytes[place + 1] == UInt8(ascii: "\"") else { break }
      value.shape = .doubledQuotes
      place += 2
    }
    value.end = place
    scanner.move(to: place + 1, in: bytes)
    let end = scanner.next(in: bytes)
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
