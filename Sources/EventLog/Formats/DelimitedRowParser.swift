/// Parses chunks of CSV (RFC 4180), TSV (no quoting) and their relatives.
///
/// A file's chunks must come in order until one had the header, the first row that is not blank; a
/// copy of the parser made then can parse the file's other chunks elsewhere. A file whose header
/// lacks a wanted column has a `problem`: it cannot be read, and none of its rows are parsed or
/// counted.
///
/// A row is rejected for the first of: invalid UTF-8 in an id or a name (anywhere, where nothing is
/// forgiven), an unclosed quote or text after a closing one, more fields than the header has or fewer
/// than ids, names and times need, and then what its values lack.
struct DelimitedRowParser: RowParser {
  /// Why the file cannot be read; nil when it can.
  private(set) var problem: String?

  private let format: DelimitedFormat
  private var walker: DelimitedRowWalker
  private var ahead: DelimitedIndex
  private var committer: RowCommitter
  private var held: HeldValues
  private let isStrict: Bool
  private let rejectSamplesMax: Int
  private var columns = DelimitedHeader.Columns()
  /// The header's number of fields; nil until it was read.
  private var fieldCount: Int?
  private var linesToSkip = 0
  /// A row before the first chunk was too long to keep.
  private var missesRows = false
  /// By slot.
  private var values: [RawValue]
  /// Columns of plain rows; nil where no row is plain.
  private var plainColumns: PlainRow<Int>?
  /// Of plain rows that were found last.
  private var places = [PlainRow<ByteSlice>](repeating: .none, count: 64)

  /// - Precondition: The format is `delimited`.
  init(extraction: Extraction, limits: ReadLimits) {
    guard case .delimited(let format) = extraction.format else {
      preconditionFailure("not a delimited format")
    }
    self.format = format
    walker = DelimitedRowWalker(format)
    ahead = DelimitedIndex(walker)
    committer = RowCommitter(extraction: extraction, limits: limits)
    held = HeldValues(limits)
    values = [RawValue](repeating: .absent, count: committer.paths.count)
    isStrict = extraction.rows.isStrict
    rejectSamplesMax = limits.rejectSamplesMax
    begin()
  }

  /// Whether the header was read.
  var isReady: Bool { fieldCount != nil }

  /// The first row that is not blank is in no chunk: the next one must not be taken for the header.
  mutating func missRows() {
    missesRows = true
    if fieldCount == nil { problem = "the header is longer than a line may be (see --max-line)" }
  }

  private mutating func look(for columns: [DelimitedRowWalker.Column]) {
    walker.columns = columns
    ahead.columns = columns
  }

  private mutating func begin() {
    problem = problem(ofDelimiter: walker.delimiter)
    fieldCount = nil
    plainColumns = nil
    linesToSkip = format.skip
    look(for: [])
    if let names = format.columns { take(DelimitedHeader(names: names), hint: nil) }
    if missesRows { missRows() }
    missesRows = false
  }

  /// Adds the events of a chunk of whole rows to `batch`, and what became of its rows to `tally`.
  mutating func parse(
    _ bytes: Span<UInt8>, isFirstChunk: Bool, into batch: inout EventBatch, tally: inout RowTally
  ) {
    var start = 0
    var line = 0
    if isFirstChunk {
      if walker.isQuoting, let delimiter = CSVRowSplitter.statedDelimiter(bytes) {
        walker = DelimitedRowWalker(format.delimited(by: delimiter))
        start = LineSplitter.firstLineEnd(in: bytes, from: 0) ?? bytes.count
        line = 1
      } else if walker.delimiter != format.delimiter {
        walker = DelimitedRowWalker(format)
      }
      ahead = DelimitedIndex(walker)
      begin()
      tally.missingColumns = columns.missing
    }
    while linesToSkip > 0, start < bytes.count {
      start = LineSplitter.firstLineEnd(in: bytes, from: start) ?? bytes.count
      line += 1
      linesToSkip -= 1
    }
    ahead.begin(at: start, in: bytes)
    walker.leave()
    // Lines that a stray quote swallowed are read again among themselves: what they are does not
    // depend on where the chunk ends.
    var swallowedEnd = start
    var aheadMax = 0
    // Of `places`, those of rows to come.
    var plain = 0..<0
    while start < bytes.count, problem == nil {
      let bytes =
        start < swallowedEnd
        ? bytes.extracting(0..<againEnd(bytes, start..<swallowedEnd, &aheadMax)) : bytes
      if bytes[start] == 0 || bytes[start] == 0xEF || bytes[start] == format.comment {
        let before = start
        if passOver(&start, &line, bytes, tally: &tally) {
          ahead.pass(before..<start, isLine: bytes[before] == format.comment, in: bytes)
          continue
        }
      }
      if plain.isEmpty, start >= swallowedEnd, batch.refersToChunk, committer.mayRun {
        plain = 0..<findPlain(from: start, bytes)
      }
      if !plain.isEmpty {
        let run = committer.commitRun(
          places, plain, of: bytes, line: line, into: &batch, tally: &tally)
        if run > 0 {
          tally.rows += run
          line += run
          start = ahead.pass(rows: run)
        }
        if run == plain.count {
          plain = 0..<0
          continue
        }
        // The row that ends a run is read by itself.
        plain = plain.lowerBound + run + 1..<plain.upperBound
      }
      let row = nextRow(at: start, swallowedEnd, bytes)
      var end = row.end
      let rowLine = line
      if row.isBlank {
        tally.rows += 1
        tally.blank += 1
      } else if let fieldCount {
        tally.rows += 1
        if let reason = take(row, start, line, fieldCount, bytes, into: &batch, tally: &tally) {
          var lost = row.contentEnd
          var lines = 1
          if row.lines > 1, row.problem != nil || reason == .wrongColumnCount {
            end = resume(after: start, row, fieldCount, bytes)
            if end < row.end { lost = end }
            if swallowedEnd < row.end {
              swallowedEnd = row.end
              aheadMax = Self.aheadFactor * (row.end - start)
            }
            lines = Self.lines(in: bytes, start..<end)
            tally.rows += lines - 1
            line += lines - row.lines
          }
          tally.reject(
            reason, row: start..<lost, of: bytes, line: rowLine, lines: lines,
            samplesMax: rejectSamplesMax)
        }
      } else {
        readHeader(row, start, line, bytes)
        tally.missingColumns = columns.missing
      }
      line += row.lines
      start = end
    }
    tally.lines += line
  }

  /// Finds plain rows from `start` on, of a batch that refers to the chunk; returns how many.
  @inline(__always)
  private mutating func findPlain(from start: Int, _ bytes: Span<UInt8>) -> Int {
    guard let plainColumns, let fieldCount else { return 0 }
    return ahead.findPlain(
      plainColumns, from: start, fields: fieldCount, comment: format.comment, in: bytes, to: &places
    )
  }

  @inline(__always)
  private mutating func nextRow(
    at start: Int, _ swallowedEnd: Int, _ bytes: Span<UInt8>
  ) -> DelimitedRowWalker.Row {
    if start >= swallowedEnd,
      let row = ahead.next(in: bytes, from: start, values: &values)
    {
      return row
    }
    // Among swallowed lines the bytes may end elsewhere each time.
    if start <= swallowedEnd { walker.leave() }
    return walker.next(in: bytes, from: start, values: &values)
  }

  /// One row that is not blank; its problem, if it is no event.
  @inline(__always)
  private mutating func take(
    _ row: DelimitedRowWalker.Row, _ start: Int, _ line: Int, _ fieldCount: Int,
    _ bytes: Span<UInt8>, into batch: inout EventBatch, tally: inout RowTally
  ) -> RejectReason? {
    let isBad = row.hasNonASCII && !isValidUTF8(bytes, start..<row.contentEnd)
    if isBad, isStrict { return .invalidUTF8 }
    if let problem = row.problem { return problem }
    if row.fields != fieldCount {
      guard row.fields < fieldCount, row.fields >= columns.needed, !isStrict else {
        return .wrongColumnCount
      }
      for column in walker.columns where column.index >= row.fields {
        values[column.slot] = .absent
      }
      tally.values.note(.shortRow, start..<row.contentEnd, of: bytes, line: line)
    }
    if isBad || !columns.held.isEmpty {
      return takeSlowly(start..<row.contentEnd, line, isBad, bytes, into: &batch, tally: &tally)
    }
    return committer.commit(values, of: bytes, line: line, into: &batch, tally: &tally)
  }

  @inline(never)
  private mutating func takeSlowly(
    _ row: Range<Int>, _ line: Int, _ isBad: Bool, _ bytes: Span<UInt8>,
    into batch: inout EventBatch, tally: inout RowTally
  ) -> RejectReason? {
    held.commit(
      values, of: bytes, holding: columns.held, row: row, in: bytes, line: line, isBad: isBad,
      by: &committer, into: &batch, tally: &tally)
  }
}

/// What stands between rows, and finding the way back.
extension DelimitedRowParser {
  /// Passes over a comment, and over NULs and byte order marks before a row; false where there is none.
  @inline(never)
  private func passOver(
    _ start: inout Int, _ line: inout Int, _ bytes: Span<UInt8>, tally: inout RowTally
  ) -> Bool {
    if bytes[start] == format.comment {
      start = LineSplitter.firstLineEnd(in: bytes, from: start) ?? bytes.count
      line += 1
      return true
    }
    if isStrict { return false }
    let end = Self.marksEnd(in: bytes, from: start)
    if end == start { return false }
    tally.values.note(.mark, start..<end, of: bytes, line: line)
    start = end
    return true
  }

  /// The end of the NULs and byte order marks at `start`.
  static func marksEnd(in bytes: Span<UInt8>, from start: Int) -> Int {
    var end = start
    while end < bytes.count {
      if bytes[end] == 0 {
        end += 1
      } else if end + 2 < bytes.count, bytes[end] == 0xEF, bytes[end + 1] == 0xBB,
        bytes[end + 2] == 0xBF
      {
        end += 3
      } else {
        break
      }
    }
    return end
  }

  /// Where reading starts again after a quote that swallowed lines: at the first following line that
  /// has as many fields as the header, or else behind all that was swallowed.
  private func resume(
    after start: Int, _ row: DelimitedRowWalker.Row, _ fieldCount: Int, _ bytes: Span<UInt8>
  ) -> Int {
    var place = LineSplitter.firstLineEnd(in: bytes, from: start) ?? bytes.count
    while place < row.end {
      let end = LineSplitter.firstLineEnd(in: bytes, from: place) ?? bytes.count
      let found = whole(bytes, place..<end)
      if found.fields == fieldCount, found.problem == nil { return place }
      place = end
    }
    return row.end
  }

  /// How far a row may reach that is read again, from `lines` that were swallowed: its line, or all of
  /// them where a quote is open at its end. That costs of `aheadMax`, of which there is a few times the
  /// bytes of all that was swallowed: else each stray quote could cost as much as all lines behind it.
  private func againEnd(
    _ bytes: Span<UInt8>, _ lines: Range<Int>, _ aheadMax: inout Int
  ) -> Int {
    let line = LineSplitter.firstLineEnd(in: bytes, from: lines.lowerBound) ?? bytes.count
    let end = min(line, lines.upperBound)
    guard aheadMax > 0 else { return end }
    let found = whole(bytes, lines.lowerBound..<end)
    guard found.problem == .unclosedQuote else { return end }
    aheadMax -= whole(bytes, lines).end - lines.lowerBound
    return lines.upperBound
  }

  private static let aheadFactor = 16

  /// The first row of `lines`, as if there were no others, without its values.
  private func whole(_ bytes: Span<UInt8>, _ lines: Range<Int>) -> DelimitedRowWalker.Row {
    var walker = DelimitedRowWalker(format.delimited(by: walker.delimiter))
    var nothing: [RawValue] = []
    let bytes = bytes.extracting(0..<lines.upperBound)
    return walker.next(in: bytes, from: lines.lowerBound, values: &nothing)
  }

  private static func lines(in bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
    var lines = 0
    for place in range where bytes[place] == UInt8(ascii: "\n") { lines += 1 }
    return bytes[range.upperBound - 1] == UInt8(ascii: "\n") ? lines : lines + 1
  }
}

/// The header.
extension DelimitedRowParser {
  private func problem(ofDelimiter delimiter: UInt8) -> String? {
    if walker.isQuoting && delimiter == walker.quote || delimiter == walker.escape
      || delimiter == format.comment
    {
      return "a sign that means something else cannot be the delimiter"
    }
    return switch delimiter {
    case UInt8(ascii: "\""), UInt8(ascii: "\n"), UInt8(ascii: "\r"), 0, 0x80...:
      "a quote, a line break, NUL or a byte that is not ASCII cannot be the delimiter"
    default: nil
    }
  }

  private mutating func readHeader(
    _ row: DelimitedRowWalker.Row, _ start: Int, _ line: Int, _ bytes: Span<UInt8>
  ) {
    if row.hasNonASCII, !isValidUTF8(bytes, start..<row.contentEnd) {
      problem = "the header is not valid UTF-8"
    } else if row.problem == .unclosedQuote {
      problem = "a quote in the header is not closed"
    } else if row.problem != nil {
      problem = "the header has text after a closing quote"
    } else if row.fields > DelimitedHeader.columnsMax {
      problem = DelimitedHeader.tooManyCells
    } else {
      let header = DelimitedHeader(bytes, start..<row.contentEnd, fields: row.fields, walker)
      take(header, hint: nil)
      if problem != nil, let below = headerBelow(row, line, bytes) {
        take(header, hint: HeaderHint.skip(below))
      }
    }
  }

  /// The line, of the few below a row that is no header, that is one; from 0 in the file.
  private func headerBelow(
    _ row: DelimitedRowWalker.Row, _ line: Int, _ bytes: Span<UInt8>
  ) -> Int? {
    // Lines to skip are counted from a stated delimiter on, which is rare.
    if walker.isQuoting, CSVRowSplitter.statedDelimiter(bytes) != nil { return nil }
    var (start, line) = (row.end, line + row.lines)
    for _ in 0..<Self.linesBeforeHeaderMax where start < bytes.count {
      let end = LineSplitter.firstLineEnd(in: bytes, from: start) ?? bytes.count
      let found = whole(bytes, start..<end)
      if found.problem == nil, end - start <= Self.headerBytesMax,
        isValidUTF8(bytes, start..<found.contentEnd)
      {
        let header = DelimitedHeader(bytes, start..<found.contentEnd, fields: found.fields, walker)
        if case .columns(let columns) = header.match(committer), columns.missing.isEmpty {
          return line
        }
      }
      (start, line) = (end, line + 1)
    }
    return nil
  }

  private static let linesBeforeHeaderMax = 20
  private static let headerBytesMax = 1 << 16

  /// - Parameter hint: In place of the header's own, where it lacks a column.
  private mutating func take(_ header: DelimitedHeader, hint: String?) {
    switch header.match(committer) {
    case .problem(let text, let own): problem = text + (hint ?? own)
    case .columns(let found):
      columns = found
      look(for: found.walked)
      fieldCount = header.names.count
      for slot in values.indices { values[slot] = .absent }
      plainColumns =
        found.held.isEmpty
        ? committer.plainSlots?.mapped { slot in
          found.walked.first { $0.slot == slot }?.index
        } : nil
    }
  }
}
