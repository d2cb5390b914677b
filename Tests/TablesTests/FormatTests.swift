import EventLog
import TestSupport
import Testing

@testable import Tables
@testable import Values

@Suite struct FormatTests {
  @Test func everyFormatHasOneName() {
    #expect(TableFormat.all.map(\.name) == ["csv", "json", "ndjson", "xlsx", "md"])
    for format in TableFormat.all { #expect(TableFormat.named(format.name)?.name == format.name) }
    #expect(TableFormat.named("pdf") == nil)
  }

  @Test func markdownKeepsMarkupFromTheLogsText() {
    let columns = [
      Column("city", .text, ""), Column("rate", .number, unit: "fraction", ""),
      Column("time", .number, unit: "seconds", ""), Column("sum", .decimal, ""),
    ]
    var sink = ArraySink()
    MarkdownWriter(columns: columns).write(
      [
        [.text("a|b*c_<i>&"), .number(0.4), .number(176_400), .decimal(DecimalSum("1.50")!)],
        [.text("two\nlines"), .empty, .empty, .empty],
      ], to: &sink)
    #expect(
      sink.text == #"""
        | city | rate | time | sum |
        | --- | ---: | ---: | ---: |
        | a\|b\*c\_&lt;i&gt;&amp; | 40.0% | 2d 1h | 1.5 |
        | two\\nlines | | | |

        """#)
  }

  @Test func sheetNamesAreShortAndApart() {
    var names = SheetNames()
    #expect(names.name(for: "contents") == "contents")
    #expect(names.name(for: "History") == "History~2")
    #expect(names.name(for: "a/b:c") == "a_b_c")
    #expect(names.name(for: "A/B:C") == "A_B_C~2")
    let long = String(repeating: "n", count: 40)
    #expect(names.name(for: long) == String(repeating: "n", count: 31))
    #expect(names.name(for: long) == String(repeating: "n", count: 29) + "~2")
    #expect(names.name(for: "''") == "table")
    // 😀 takes two of Excel's units.
    #expect(names.name(for: String(repeating: "😀", count: 16)).unicodeScalars.count == 15)
  }

  @Test(arguments: [
    ("1970-01-01", 0, 0.0), ("2026-01-31", 20_484, 0), ("2026-01-31T13:00:00", 20_484, 46_800),
    ("2026-01-31T00:00:01.5+08:00", 20_484, 1.5), ("1969-12-31", -1, 0),
  ])
  func momentsOfText(_ text: String, days: Int, seconds: Double) throws {
    let moment = try #require(CellMoment(text))
    #expect(moment.days == days)
    #expect(moment.seconds == seconds)
  }

  @Test(arguments: ["all", "", "2026-13-01", "2026-02-30", "2026-1-1", "2026-01-31T25:00:00"])
  func noMoments(_ text: String) { #expect(CellMoment(text) == nil) }

  @Test func serialsOfSpreadsheets() {
    #expect(CellMoment("1900-03-01")?.spreadsheetSerial == 61)
    #expect(CellMoment("1900-02-28")?.spreadsheetSerial == nil)
    #expect(CellMoment("2026-01-01T12:00:00")?.spreadsheetSerial == 46_023.5)
  }

  @Test(arguments: [
    (0.0, "0s"), (1.54, "1.5s"), (9.96, "10s"), (59.6, "1m"), (61, "1m 1s"), (3600, "1h"),
    (7199, "2h"), (86_399, "1d"), (176_400, "2d 1h"), (958_255.7, "11d 2h"), (-61, "-1m 1s"),
    (.infinity, ""),
  ])
  func durations(_ seconds: Double, text: String) { #expect(CellText.duration(seconds) == text) }
}
