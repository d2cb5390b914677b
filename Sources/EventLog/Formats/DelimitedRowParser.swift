/// Parses chunks of CSV (RFC 4180) or TSV (no quoting) with a header row.
///
/// A file's chunks must come in order until one had the header, the first row that is not blank; a
/// copy of the parser made then can parse the file's other chunks elsewhere. A file whose header
/// lacks a wanted column has a `problem`: it cannot be read, and none of its rows are parsed or
/// counted.
///
/// A row is rejected for the first of: invalid UTF-8 anywhere in it, an unclosed quote or text after
/// a closing one, a number of fields that is not the header's, and then what its values lack.
struct DelimitedRowParser: Sendable {
  /// Why the file cannot be read; nil when it can.
  private(set) var problem: String?

  private var walker: DelimitedRowWalker
  private var assembler: RowAssembler
  private let paths: [FieldPath]
  private let rejectSamplesMax: Int
  /// The header's number of fields; nil until it was read.
  private var fieldCount: Int?
  /// By slot.
  private var values: [RawValue]

  /// - Precondition: The format is `csv` or `tsv`.
  init(extraction: Extraction, limits: ReadLimits) {
    switch extraction.format {
    case .csv(let delimiter):
      walker = DelimitedRowWalker(delimiter: delimiter, isQuoting: true)
    case .tsv:
      walker = DelimitedRowWalker(delimiter: UInt8(ascii: "\t"), isQuoting: false)
    case .jsonl, .combined:
      preconditionFailure("not a delimited format")
    }
    paths = SlotLayout(extraction).paths
    values = [RawValue](repeating: .absent, count: paths.count)
    assembler = RowAssembler(extraction: extraction, limits: limits)
    rejectSamplesMax = limits.rejectSamplesMax
    problem = Self.problem(ofDelimiter: walker.delimiter)
  }

  /// Whether the header was read.
  var hasHeader: Bool { fieldCount != nil }

  /// The first row that is not blank is in no chunk: the next one must not be taken for the header.
  mutating func missHeader() {
    if fieldCount == nil { problem = "the header is longer than a line may be (see --max-line)" }
  }

  /// Adds the events of a chunk of whole rows to `batch`, and what became of its rows to `tally`.
  mutating func parse(
    _ bytes: Span<UInt8>, isFirstChunk: Bool, into batch: inout EventBatch, tally: inout RowTally
  ) {
    if isFirstChunk {
      fieldCount = nil
      problem = Self.problem(ofDelimiter: walker.delimiter)
      walker.columns = []
    }
    var start = 0
    var line = 0
    walker.start(at: 0, in: bytes)
    while start < bytes.count, problem == nil {
      let row = walker.next(in: bytes, from: start, values: &values)
      if row.isBlank {
        tally.rows += 1
        tally.blank += 1
      } else if let fieldCount {
        tally.rows += 1
        if let reason = reason(row, start, fieldCount, bytes)
          ?? assembler.commit(values, of: bytes, line: line, into: &batch, tally: &tally)
        {
          tally.reject(
            reason, row: start..<row.contentEnd, of: bytes, line: line,
            samplesMax: rejectSamplesMax)
        }
      } else {
        readHeader(row, start, bytes)
      }
      line += row.lines
      start = row.end
    }
    tally.lines += line
  }

  /// What is wrong with a row before its values are looked at.
  @inline(always)
  private func reason(
    _ row: DelimitedRowWalker.Row, _ start: Int, _ fieldCount: Int, _ bytes: Span<UInt8>
  ) -> RejectReason? {
    if row.hasNonASCII, !isValidUTF8(bytes, start..<row.contentEnd) { return .invalidUTF8 }
    if let problem = row.problem { return problem }
    return row.fields == fieldCount ? nil : .wrongColumnCount
  }

  private static func problem(ofDelimiter delimiter: UInt8) -> String? {
    switch delimiter {
    case UInt8(ascii: "\""), UInt8(ascii: "\n"), UInt8(ascii: "\r"), 0, 0x80...:
      "a quote, a line break, NUL or a byte that is not ASCII cannot be the delimiter"
    default: nil
    }
  }

  private mutating func readHeader(
    _ row: DelimitedRowWalker.Row, _ start: Int, _ bytes: Span<UInt8>
  ) {
    switch reason(row, start, row.fields, bytes) {
    case .invalidUTF8: problem = "the header is not valid UTF-8"
    case .unclosedQuote: problem = "a quote in the header is not closed"
    case .malformedLine: problem = "the header has text after a closing quote"
    default:
      let header = DelimitedHeader(
        bytes, start..<row.contentEnd, delimiter: walker.delimiter, isQuoting: walker.isQuoting)
      switch header.match(paths) {
      case .problem(let text): problem = text
      case .columns(let columns):
        walker.columns = columns
        fieldCount = row.fields
      }
    }
  }
}
