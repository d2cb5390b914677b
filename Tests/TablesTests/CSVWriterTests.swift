import EventLog
import Testing

@testable import Tables
@testable import Values

@Suite struct CSVWriterTests {
  private static let columns = [
    Column("country", .text, "From the logs."), Column("state", .label, "Ours."),
    Column("size", .integer, ""), Column("rate", .number, unit: "fraction", ""),
    Column("revenue", .decimal, ""), Column("starts", .date, ""), Column("new", .boolean, ""),
  ]

  private func text(
    _ columns: [Column], _ rows: [[Cell]], _ options: CSVWriter.Options = .init()
  ) -> String {
    var sink = ArraySink()
    CSVWriter(columns: columns, options: options).write(rows, to: &sink)
    return sink.text
  }

  @Test func everyKindOfCell() {
    let revenue =
      DecimalSum(ExactDecimal(significand: 1, scale: 1))
      + DecimalSum(ExactDecimal(significand: 2, scale: 1))
    let rows: [[Cell]] = [
      [
        .text("CN"), .text("complete"), .integer(-3), .number(1e-7), .decimal(revenue),
        .text("2026-01-31"), .boolean(true),
      ],
      [.empty, .empty, .empty, .empty, .empty, .empty, .empty],
      [.text(""), .text(""), .integer(0), .number(1), .decimal(.zero), .empty, .boolean(false)],
      [.empty, .empty, .empty, .number(.nan), .empty, .empty, .empty],
    ]
    #expect(
      text(Self.columns, rows) == """
        country,state,size,rate,revenue,starts,new
        CN,complete,-3,0.0000001,0.3,2026-01-31,true
        ,,,,,,
        "","",0,1,0,,false
        ,,,,,,

        """)
  }

  @Test func noRowsIsAHeader() {
    #expect(text(Self.columns, []) == "country,state,size,rate,revenue,starts,new\n")
  }

  @Test func excelHasMarkAndCRLF() {
    let column = [Column("a", .text, "")]
    let rows: [[Cell]] = [[.text("x\ny")], [.integer(-1)]]
    #expect(
      text(column, rows, .init(excel: true)) == "\u{FEFF}a\r\n\"x\ny\"\r\n-1\r\n")
  }

  @Test(arguments: [
    ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""),
    ("two\nlines", "\"two\nlines\""), ("two\r\nlines", "\"two\r\nlines\""), ("a\rb", "\"a\rb\""),
    (" lead", "\" lead\""), ("trail ", "\"trail \""), ("in ner", "in ner"), ("", "\"\""),
    ("=1+1", "'=1+1"), ("+49", "'+49"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"),
    ("\tx", "'\tx"), ("\rx", "\"'\rx\""), ("=A,B", "\"'=A,B\""), ("=\"x\"", "\"'=\"\"x\"\"\""),
    ("1-1", "1-1"), ("a=b", "a=b"), ("'=x", "''=x"), ("上海", "上海"), ("\nx", "\"'\nx\""),
    (";=1", "';=1"), ("＝1", "'＝1"), ("！", "！"),
    (" =x", "\" =x\""),
  ])
  func textFromTheLogs(value: String, expected: String) {
    #expect(text([Column("a", .text, "")], [[.text(value)]]) == "a\n\(expected)\n")
  }

  @Test func onlyTextOfTheLogsIsGuarded() {
    let columns = [
      Column("label", .label, ""), Column("date", .date, ""), Column("=name", .integer, ""),
      Column("number", .number, ""), Column("decimal", .decimal, ""),
    ]
    let row: [Cell] = [
      .text("-1"), .text("-0044-03-15"), .integer(-1), .number(-0.5),
      .decimal(-DecimalSum(ExactDecimal(significand: 15, scale: 1))),
    ]
    #expect(
      text(columns, [row]) == "label,date,=name,number,decimal\n-1,-0044-03-15,-1,-0.5,-1.5\n")
  }

  @Test func rawTextIsNotGuarded() {
    let rows: [[Cell]] = [[.text("=1+1")], [.text("\tx")]]
    #expect(text([Column("a", .text, "")], rows, .init(rawText: true)) == "a\n=1+1\n\"\tx\"\n")
  }

  @Test func aRowOfOneMissingValueIsNotABlankLine() {
    #expect(text([Column("a", .text, "")], [[.empty], [.empty]]) == "a\n\"\"\n\"\"\n")
  }

  /// Every text over the characters that matter, up to four long, read back by the obvious reader.
  @Test func everySmallTextReadsBack() {
    let alphabet: [Character] = ["a", ",", "\"", "\n", "\r", " ", "\t", "=", "'"]
    var texts = [""]
    var longest = [""]
    for _ in 0..<4 {
      longest = longest.flatMap { text in alphabet.map { text + String($0) } }
      texts += longest
    }
    let columns = [Column("x", .text, ""), Column("y", .label, "")]
    for excel in [false, true] {
      let rows = texts.map { [Cell.text($0), .text($0)] }
      let written = text(columns, rows, .init(excel: excel, rawText: true))
      let read = naiveCSV(written, lineEnd: excel ? "\r\n" : "\n")
      #expect(read.count == texts.count + 1)
      for (text, row) in zip(texts, read.dropFirst()) where row != [text, text] {
        Issue.record("\(text.debugDescription) came back as \(row.debugDescription)")
      }
    }
  }

  @Test func streamingGivesTheSameBytesAsWhole() {
    let columns = [Column("id", .text, ""), Column("n", .integer, "")]
    let rows: [[Cell]] = (0..<20_000).map { [.text("user \($0)"), .integer($0)] }
    var stream = TableStream(CSVWriter(columns: columns), into: ArraySink())
    for row in rows.prefix(7) { stream.append(row) }
    stream.append(contentsOf: Array(rows.dropFirst(7)))
    #expect(stream.rowCount == 20_000)
    #expect(stream.finish().text == text(columns, rows))
  }
}

/// RFC 4180 the slow way: one scalar at a time, a flag for being inside quotes.
func naiveCSV(_ text: String, lineEnd: String) -> [[String]] {
  var rows: [[String]] = []
  var row: [String] = []
  var cell = String.UnicodeScalarView()
  var isQuoted = false
  var rest = Substring(text).unicodeScalars
  if rest.first == "\u{FEFF}" { rest.removeFirst() }
  while let scalar = rest.first {
    if isQuoted {
      if rest.starts(with: "\"\"".unicodeScalars) {
        cell.append("\"")
        rest.removeFirst(2)
        continue
      }
      if scalar == "\"" { isQuoted = false } else { cell.append(scalar) }
      rest.removeFirst()
    } else if rest.starts(with: lineEnd.unicodeScalars) {
      row.append(String(cell))
      rows.append(row)
      (row, cell) = ([], .init())
      rest.removeFirst(lineEnd.unicodeScalars.count)
    } else {
      if scalar == "," {
        row.append(String(cell))
        cell = .init()
      } else if scalar == "\"" {
        isQuoted = true
      } else {
        cell.append(scalar)
      }
      rest.removeFirst()
    }
  }
  return rows
}
