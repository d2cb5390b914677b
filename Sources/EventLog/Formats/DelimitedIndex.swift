internal import CByteScan

/// Where the fields of a chunk's rows end, found some rows ahead: rows are read by looking up the
/// columns that are wanted, whatever else they have (see `Delimited.h`).
///
/// A row with a quote that stands elsewhere than around a field is for `DelimitedRowWalker`, which goes
/// from byte to byte, and so are all where something escapes. A chunk with many such rows is not looked
/// through to its end.
struct DelimitedIndex: Sendable {
  /// In ascending order of `index`.
  var columns: [DelimitedRowWalker.Column] = []
  private let delimiter: UInt8
  /// Blanks around values are passed over.
  private let trims: Bool
  /// NUL where quotes are text.
  private let quote: UInt8
  private let hasEscapes: Bool
  private var ends: [UInt32]
  private var rows: [delimited_row]
  private var scan = delimited_scan()
  /// The row at hand among `rows`, and its first end.
  private var row = 0
  private var first = 0
  /// The first of `rows`, or the row that is being scanned, has more ends than there is room for.
  private var isOverfull = false
  /// Where the row at hand begins; -1 where that is not known.
  private var place = 0
  /// Rows that were found less scans that began anew, as far as they are remembered; nil for no more.
  private var balance: Int? = 0

  /// Ends of a row that are kept, at least: longer rows are for the walker.
  private static let rowEndsMax = 1 << 16
  /// A scan looks through as many rows as there is room for, or to the end of the chunk where a quote
  /// is open.
  private static let (balanceMax, restartWeight) = (64, 8)

  /// False where too little was found in the chunk.
  var looksOn: Bool { balance != nil }

  /// - Parameter walker: whose rules and columns it has.
  init(_ walker: DelimitedRowWalker) {
    columns = walker.columns
    (delimiter, trims) = (walker.delimiter, walker.trims)
    (quote, hasEscapes) = (walker.quote, walker.escape != nil)
    ends = [UInt32](repeating: 0, count: 2048)
    rows = [delimited_row](repeating: delimited_row(), count: 2 * Int(DELIMITED_BLOCK))
  }

  /// Starts with a new chunk, at a row of it.
  mutating func begin(at start: Int, in bytes: Span<UInt8>) {
    restart(at: start)
    // The scan knows no escapes, and its places are 32 bits wide.
    balance = hasEscapes || bytes.count >= Int(UInt32.max) - Int(DELIMITED_BLOCK) ? nil : 0
  }

  private mutating func restart(at start: Int) {
    scan = delimited_scan()
    scan.position = start
    (row, first, place) = (0, 0, start)
    isOverfull = false
  }

  /// Goes on behind what stands before a row and is none of it: marks, or a comment, a line that was
  /// scanned as a row, unless it has a quote that goes on behind it.
  mutating func pass(_ range: Range<Int>, isLine: Bool, in bytes: Span<UInt8>) {
    guard balance != nil, range.lowerBound == place else { return }
    place = -1
    if isLine {
      guard row < scan.rows_count || scanOn(bytes) else { return }
      let last = Int(rows[row].ends_end) - 1
      guard Int(ends[last]) + 1 == range.upperBound else { return }
      (row, first) = (row + 1, last + 1)
    }
    place = range.upperBound
  }

  /// The row at `start`, with its wanted values; nil for one that the walker has to look at.
  ///
  /// Mostly that is the row behind the one before. Wherever else, the scan begins anew: what quotes
  /// mean depends on where a row begins.
  @inline(__always)
  mutating func next(
    in bytes: Span<UInt8>, from start: Int, values: inout [RawValue]
  ) -> DelimitedRowWalker.Row? {
    guard var known = balance else { return nil }
    if start != place {
      known -= Self.restartWeight + scan.rows_count - row
      if known < -Self.balanceMax {
        balance = nil
        return nil
      }
      restart(at: start)
    }
    balance = min(known + 1, Self.balanceMax)
    place = -1
    guard row < scan.rows_count || scanOn(bytes), !isOverfull || row > 0,
      Int(rows[row].inner_feeds) <= CSVRowSplitter.quotedLinesMax
    else { return nil }
    let (flags, last) = (rows[row].flags, Int(rows[row].ends_end) - 1)
    let end = Int(ends[last])
    var found = DelimitedRowWalker.Row()
    found.end = end + 1
    // A CR before the line end belongs to it.
    found.contentEnd = end > start && bytes[end - 1] == UInt8(ascii: "\r") ? end - 1 : end
    found.fields = last - first + 1
    found.lines = 1 + Int(rows[row].inner_feeds)
    found.isBlank = found.contentEnd == start
    found.hasNonASCII = flags & UInt32(DELIMITED_NON_ASCII) != 0
    fill(&values, found, from: start, isQuoted: flags & UInt32(DELIMITED_QUOTES) != 0, bytes)
    (row, first, place) = (row + 1, last + 1, end + 1)
    return found
  }

  /// The wanted values of the row at hand.
  @inline(__always)
  private func fill(
    _ values: inout [RawValue], _ row: DelimitedRowWalker.Row, from start: Int, isQuoted: Bool,
    _ bytes: Span<UInt8>
  ) {
    let columns = columns.span
    var values = values.mutableSpan
    for number in columns.indices {
      let (index, slot) = (columns[number].index, columns[number].slot)
      if index >= row.fields { break }
      let valueStart = index == 0 ? start : Int(ends[first + index - 1]) + 1
      let valueEnd = index == row.fields - 1 ? row.contentEnd : Int(ends[first + index])
      values[slot] = value(bytes, valueStart..<valueEnd, isQuoted: isQuoted)
    }
  }

  /// What a field of a row comes to, in which there are quotes or none.
  @inline(__always)
  private func value(_ bytes: Span<UInt8>, _ field: Range<Int>, isQuoted: Bool) -> RawValue {
    let (start, end) = (field.lowerBound, field.upperBound)
    if end > start {
      if isQuoted, bytes[start] == quote { return unquoted(bytes, field) }
      if trims, bytes[start] <= UInt8(ascii: " ") || bytes[end - 1] <= UInt8(ascii: " ") {
        let (start, end) = DelimitedRowWalker.trim(bytes, start, end)
        return RawValue(start: start, end: end, shape: .text)
      }
    }
    return RawValue(start: start, end: end, shape: .text)
  }

  /// What stands in the quotes around a field.
  @inline(__always)
  private func unquoted(_ bytes: Span<UInt8>, _ field: Range<Int>) -> RawValue {
    let start = field.lowerBound + 1
    let inside = start..<max(start, field.upperBound - 1)
    let isDoubled = WordScan.first(quote, in: bytes, inside) != nil
    return RawValue(
      start: inside.lowerBound, end: inside.upperBound, shape: isDoubled ? .escapedField : .text,
      sign: quote, escape: quote)
  }

  /// Scans until some rows are whole; false at the end of the chunk.
  @inline(never)
  private mutating func scanOn(_ bytes: Span<UInt8>) -> Bool {
    // Ends of a row that was not whole move to the front.
    for index in first..<scan.ends_count { ends[index - first] = ends[index] }
    scan.ends_count -= first
    scan.rows_count = 0
    (row, first) = (0, 0)
    isOverfull = false
    while scan.position < bytes.count, !scan.is_irregular {
      if scan.ends_count + Int(DELIMITED_BLOCK) > ends.count {
        if scan.ends_count > Self.rowEndsMax {
          isOverfull = true
          scan.ends_count = 0
        } else {
          ends.append(contentsOf: repeatElement(0, count: ends.count))
        }
      }
      run(bytes)
      if scan.rows_count > 0 { break }
    }
    return scan.rows_count > 0
  }

  private mutating func run(_ bytes: Span<UInt8>) {
    // The buffers are alive and untouched by anything else inside the closures, and as long as they
    // say; the scan writes no further, and reads no byte beyond the span.
    unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe ends.withUnsafeMutableBufferPointer { ends in
        unsafe rows.withUnsafeMutableBufferPointer { rows in
          var output = unsafe delimited_output(
            ends: ends.baseAddress, ends_capacity: ends.count, rows: rows.baseAddress,
            rows_capacity: rows.count)
          unsafe delimited_scan_run(
            &scan, bytes.baseAddress, bytes.count, delimiter, quote, &output)
        }
      }
    }
  }
}

/// Plain rows, many at a time.
extension DelimitedIndex {
  /// Finds the columns of rows from `start` on, as many as have been scanned and there is room for in
  /// `places`, up to one that is not plain: of several lines, of other than so many fields, not in
  /// UTF-8, or with what may be a mark or a comment's sign in front. Returns how many.
  mutating func findPlain(
    _ columns: PlainRow<Int>, from start: Int, fields: Int, comment: UInt8?,
    in bytes: Span<UInt8>, to places: inout [PlainRow<ByteSlice>]
  ) -> Int {
    guard balance != nil, start == place, row < scan.rows_count || scanOn(bytes),
      !isOverfull || row > 0
    else { return 0 }
    let (rows, ends) = (rows.span, ends.span)
    var places = places.mutableSpan
    let count = min(scan.rows_count - row, places.count)
    var (start, first) = (start, first)
    for number in 0..<count {
      let found = rows[row + number]
      let last = Int(found.ends_end) - 1
      guard found.inner_feeds == 0, last - first + 1 == fields,
        bytes[start] != 0, bytes[start] != 0xEF, bytes[start] != comment,
        found.flags & UInt32(DELIMITED_NON_ASCII) == 0
          || isValidUTF8(bytes, start..<Int(ends[last]))
      else { return number }
      let isQuoted = found.flags & UInt32(DELIMITED_QUOTES) != 0
      let place = columns.mapped { (column: Int) -> ByteSlice? in
        let valueStart = column == 0 ? start : Int(ends[first + column - 1]) + 1
        var valueEnd = Int(ends[first + column])
        // A CR before the line end belongs to it.
        if column == fields - 1, valueEnd > start, bytes[valueEnd - 1] == UInt8(ascii: "\r") {
          valueEnd -= 1
        }
        let value = value(bytes, valueStart..<valueEnd, isQuoted: isQuoted)
        return value.shape == .text
          ? ByteSlice(offset: value.start, count: value.end - value.start) : nil
      }
      guard let place else { return number }
      places[number] = place
      (start, first) = (Int(ends[last]) + 1, last + 1)
    }
    return count
  }

  /// Goes on behind plain rows; returns where.
  mutating func pass(rows count: Int) -> Int {
    balance = balance.map { min($0 + count, Self.balanceMax) }
    row += count
    first = Int(rows[row - 1].ends_end)
    place = Int(ends[first - 1]) + 1
    return place
  }
}
