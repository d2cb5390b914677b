import Values

/// CSV as RFC 4180 has it, in UTF-8: a header line, then one line per row.
///
/// Lines end in LF, or in CRLF after a byte order mark with `excel`. A cell is quoted when it
/// holds a comma, a quote or a line break, or starts or ends in white space. A missing value is
/// nothing between two commas; an empty text is `""`, so that the two stay apart. Numbers are
/// plain fractions with all their digits, and decimals are exact.
package struct CSVWriter: TableWriter {
  package static let format = TableFormat(
    name: "csv", shape: .files { CSVWriter(columns: $0.columns, options: $1) })

  package struct Options: Sendable, Equatable {
    /// A byte order mark and CRLF, which Excel needs to take UTF-8 for UTF-8.
    package var excel: Bool
    /// Leaves text from the logs as it is, even where a spreadsheet would run it.
    package var rawText: Bool

    package init(excel: Bool = false, rawText: Bool = false) {
      self.excel = excel
      self.rawText = rawText
    }
  }

  private let columns: [Column]
  /// Columns whose text came from outside and may start a formula.
  private let isGuarded: [Bool]
  private let options: Options

  package init(columns: [Column], options: Options = Options()) {
    self.columns = columns
    self.options = options
    isGuarded = columns.map { $0.kind == .text && !options.rawText }
  }

  package func begin(into bytes: inout [UInt8]) {
    if options.excel { bytes.append(contentsOf: [0xEF, 0xBB, 0xBF]) }
    for (index, column) in columns.enumerated() {
      if index > 0 { bytes.append(Self.comma) }
      Self.append(column.name, isGuarded: false, to: &bytes)
    }
    appendLineEnd(to: &bytes)
  }

  package func append(_ row: [Cell], into bytes: inout [UInt8]) {
    precondition(row.count == columns.count, "a row has one cell for each column")
    let start = bytes.count
    for index in row.indices {
      if index > 0 { bytes.append(Self.comma) }
      switch row[index] {
      case .empty: break
      case .text(let text): Self.append(text, isGuarded: isGuarded[index], to: &bytes)
      case .integer(let value): PlainNumber.append(value, to: &bytes)
      case .number(let value): _ = PlainNumber.append(value, to: &bytes)
      case .decimal(let value): bytes.append(contentsOf: value.description.utf8)
      case .boolean(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
      }
    }
    // A line of nothing would be no row at all to most readers.
    if bytes.count == start { bytes.append(contentsOf: [Self.quote, Self.quote]) }
    appendLineEnd(to: &bytes)
  }

  package func end(into bytes: inout [UInt8]) {}

  private func appendLineEnd(to bytes: inout [UInt8]) {
    if options.excel { bytes.append(Self.carriageReturn) }
    bytes.append(Self.lineFeed)
  }

  private static func append(_ text: String, isGuarded: Bool, to bytes: inout [UInt8]) {
    let utf8 = text.utf8
    guard let first = utf8.first else {
      bytes.append(contentsOf: [quote, quote])
      return
    }
    let runsAsFormula = isGuarded && startsFormula(first)
    var needsQuotes = isBlank(utf8.last!) || (!runsAsFormula && isBlank(first))
    if !needsQuotes {
      for byte in utf8
      where byte == comma || byte == quote || byte == lineFeed || byte == carriageReturn {
        needsQuotes = true
        break
      }
    }
    if needsQuotes { bytes.append(quote) }
    if runsAsFormula { bytes.append(UInt8(ascii: "'")) }
    if needsQuotes {
      for byte in utf8 {
        if byte == quote { bytes.append(quote) }
        bytes.append(byte)
      }
      bytes.append(quote)
    } else {
      bytes.append(contentsOf: utf8)
    }
  }

  /// What makes a spreadsheet run a cell: OWASP, "CSV Injection".
  private static func startsFormula(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), tab,
      carriageReturn:
      true
    default: false
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == tab }

  private static let comma = UInt8(ascii: ",")
  private static let quote = UInt8(ascii: "\"")
  private static let tab = UInt8(ascii: "\t")
  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")
}
