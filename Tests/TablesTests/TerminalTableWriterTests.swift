import EventLog
import Testing

@testable import Tables
@testable import Values

@Suite struct TerminalTableWriterTests {
  private static let table = Table(
    name: "retention",
    columns: [
      Column("city", .text, ""), Column("period", .integer, ""), Column("size", .integer, ""),
      Column("rate", .number, unit: "fraction", ""),
      Column("seconds", .number, unit: "seconds", ""),
      Column("revenue", .decimal, ""), Column("state", .label, ""),
    ],
    rows: [
      [
        .text("上海"), .integer(0), .integer(120), .number(1), .number(3600),
        .decimal(DecimalSum(ExactDecimal(significand: 1234, scale: 2))), .text("complete"),
      ],
      [
        .text("Zu\u{308}rich"), .integer(1), .integer(7), .number(1.0 / 3), .number(0.125), .empty,
        .empty,
      ],
    ])

  @Test func alignsByDisplayWidth() {
    #expect(
      TerminalTableWriter().text(Self.table) == """
        city    period  size    rate  seconds  revenue  state
        上海         0   120  100.0%       1h    12.34  complete
        Zu\u{308}rich       1     7   33.3%     0.1s

        """)
  }

  /// A bar is shorter, and then gone, before any column is.
  @Test func barsGiveWayBeforeColumns() {
    let funnel = Table(
      name: "f",
      columns: [
        Column("name", .text, ""), Column("reached", .integer, ""),
        Column("rate", .number, unit: "fraction", ""), Column("open", .integer, ""),
      ],
      rows: [
        [.text("a"), .integer(4), .number(1), .empty],
        [.text("b"), .integer(2), .number(0.5), .integer(1)],
      ])
    func text(_ width: Int) -> String {
      TerminalTableWriter(width: width, emphasis: ["rate": .bar]).text(funnel)
    }
    #expect(
      text(38) == """
        name  reached    rate             open
        a           4  100.0% ██████████
        b           2   50.0% █████          1

        """)
    #expect(
      text(32) == """
        name  reached    rate       open
        a           4  100.0% ████
        b           2   50.0% ██       1

        """)
    #expect(
      text(31) == """
        name  reached    rate  open
        a           4  100.0%
        b           2   50.0%     1

        """)
    // What is hidden with bars and without makes no room for them.
    #expect(
      text(26) == """
        name  reached    rate
        a           4  100.0% ████
        b           2   50.0% ██
        1 column hidden, --csv ha…

        """)
  }

  /// Marks stand behind digits that stay below each other, and a line says what they mean.
  @Test func marksAreExplained() {
    let matrix = Table(
      name: "m",
      columns: [Column("cohort", .label, ""), Column("1", .number, unit: "fraction", "")],
      rows: [[.text("a"), .number(0.5)], [.text("b"), .number(0.25)], [.text("c"), .empty]])
    var writer = TerminalTableWriter(width: 30)
    writer.marks = [1: [1]]
    writer.markNote = " not over"
    #expect(
      writer.text(matrix) == """
        cohort      1
        a       50.0%
        b       25.0%*
        c
        * not over

        """)
  }

  @Test func noRowsIsAHeader() {
    var table = Self.table
    table.rows = []
    #expect(
      TerminalTableWriter().text(table) == "city  period  size  rate  seconds  revenue  state\n")
  }

  @Test func narrowTerminalsShortenTextFirstAndThenHideColumns() {
    let table = Table(
      name: "t", columns: [Column("name", .text, ""), Column("n", .integer, "")],
      rows: [[.text("a rather long name"), .integer(12345)]])
    #expect(
      TerminalTableWriter(width: 20).text(table) == """
        name               n
        a rather lon…  12345

        """)
    #expect(TerminalTableWriter(width: 10).text(table) == "name\na rather …\n1 column …\n")
    #expect(TerminalTableWriter(width: 100).text(table) == TerminalTableWriter().text(table))
  }

  /// Dates are whole or not there, the name of a row gives way last, and what is hidden is named.
  @Test func namesGiveWayLast() {
    let table = Table(
      name: "t",
      columns: [
        Column("day", .date, ""), Column("step", .text, ""), Column("from", .text, ""),
        Column("n", .integer, ""), Column("m", .integer, ""),
      ],
      rows: [
        [.text("2025-03-01"), .text("checkout begun"), .text("a newsletter"), .integer(1), .empty]
      ])
    #expect(
      TerminalTableWriter(width: 44).text(table) == """
        day         step            from        n  m
        2025-03-01  checkout begun  a newslet…  1

        """)
    #expect(
      TerminalTableWriter(width: 30).text(table) == """
        day         step
        2025-03-01  checkout begun
        3 columns hidden, --csv has a…

        """)
  }

  @Test func coloursOnlyWhenAsked() {
    let table = Table(
      name: "t", columns: [Column("rate", .number, unit: "fraction", "")],
      rows: [[.number(0)], [.number(0.5)], [.number(1)], [.empty]])
    let heat = ["rate": TerminalTableWriter.Emphasis.heat]
    #expect(
      TerminalTableWriter(emphasis: heat).text(table) == "  rate\n  0.0%\n 50.0%\n100.0%\n\n")
    #expect(
      TerminalTableWriter(color: true, emphasis: heat).text(table) == """
        \u{20} \u{1B}[1mrate\u{1B}[0m
        \u{20} \u{1B}[48;5;195;38;5;16m0.0%\u{1B}[0m
        \u{20}\u{1B}[48;5;111;38;5;16m50.0%\u{1B}[0m
        \u{1B}[48;5;25;38;5;231m100.0%\u{1B}[0m


        """)
  }

  @Test func barsFollowTheDigits() {
    let table = Table(
      name: "t",
      columns: [Column("rate", .number, unit: "fraction", ""), Column("n", .integer, "")],
      rows: [
        [.number(1), .integer(8)], [.number(0.5125), .integer(4)], [.number(0), .integer(0)],
      ])
    #expect(
      TerminalTableWriter(emphasis: ["rate": .bar]).text(table) == """
          rate             n
        100.0% ██████████  8
         51.3% █████▏      4
          0.0%             0

        """)
  }
}

@Suite struct DisplayWidthTests {
  @Test(arguments: [
    ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("上海", 4), ("ｱ", 1), ("Ａ", 2), ("한국", 4),
    ("\u{1112}\u{1161}\u{11AB}", 2), ("😀", 2), ("👩‍👩‍👧‍👦", 2), ("🇨🇳", 2), ("☀", 1), ("☀\u{FE0F}", 2),
    ("a\u{200B}b", 2), ("ไทย", 3), ("ที่", 1), ("…", 1), ("█", 1), ("\u{AD}", 0), ("、", 2), ("⌚", 2),
  ])
  func widths(text: String, width: Int) {
    #expect(DisplayWidth.of(text) == width, "\(text)")
  }

  @Test func logsCannotCommandTheTerminal() {
    #expect(
      ShownText.escaped("a\u{1B}[2Jb\n\r\t\u{7}\u{202E}\u{9B}c")
        == #"a\x1b[2Jb\n\r\t\x07\u202e\x9bc"#)
    #expect(ShownText.escaped("上海 Zürich 👩‍👩‍👧‍👦") == "上海 Zürich 👩‍👩‍👧‍👦")
  }

  @Test func truncationNeverPassesTheWidth() {
    #expect(DisplayWidth.truncated("abc", to: 3) == "abc")
    #expect(DisplayWidth.truncated("abcd", to: 3) == "ab…")
    #expect(DisplayWidth.truncated("上海市", to: 4) == "上…")
    #expect(DisplayWidth.truncated("上海市", to: 5) == "上海…")
    #expect(DisplayWidth.truncated("abc", to: 1) == "…")
    #expect(DisplayWidth.truncated("abc", to: 0) == "")
  }
}
