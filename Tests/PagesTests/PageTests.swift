import Foundation
import TestSupport
import Testing

@testable import Pages
@testable import Tables
@testable import Values

@Suite struct PageTests {
  private static let manifest = JSONValue.object([
    ("spec", .object([("path", .text("specs/growth.yaml"))])),
    ("observed_until", .text("2026-03-01T10:11:12.131Z")),
    ("reconciliation", .object([("lines", .integer(12_345)), ("used", .integer(12_000))])),
    ("warnings", .list([.text("warning: <b>odd</b>")])),
  ])

  private static func page(
    _ type: String, _ table: Table, definition: [(String, JSONValue)] = [],
    options: PageOptions = PageOptions()
  ) -> String {
    let report = PageSource.Report(
      name: table.name, definition: .object([("type", .text(type))] + definition), tables: [table])
    return Page(PageSource(manifest: manifest, reports: [report]), options: options).html
  }

  private static func retention(_ rows: [[Cell]]) -> Table {
    Table(
      name: "weekly",
      columns: [
        Column("cohort", .label, ""), Column("period", .integer, ""), Column("size", .integer, ""),
        Column("eligible", .integer, ""), Column("returned", .integer, ""),
        Column("rate", .number, unit: "fraction", ""), Column("state", .label, ""),
      ], rows: rows)
  }

  private static func row(
    _ cohort: String, _ period: Int, _ n: Int, _ of: Int, _ state: String = "complete"
  ) -> [Cell] {
    [
      .text(cohort), .integer(period), .integer(of), .integer(of), .integer(n), .ratio(n, of),
      .text(state),
    ]
  }

  /// Whose money it is stands beside every amount, also where averages are numbers like others.
  @Test func amountsHaveTheirCurrency() {
    let table = Table(
      name: "money",
      columns: [
        Column("interval", .date, ""), Column("revenue", .decimal, unit: "EUR", ""),
        Column("revenue_new", .decimal, unit: "EUR", ""), Column("payers", .integer, ""),
        Column("arpu", .number, unit: "EUR", ""), Column("time", .number, unit: "seconds", ""),
        Column("share", .number, unit: "fraction", ""), Column("mean", .number, unit: "events", ""),
      ],
      rows: [
        [
          .text("2026-01-05"), .decimal(DecimalSum(3)), .decimal(DecimalSum(3)), .integer(1),
          .number(3), .number(1), .number(1), .number(1),
        ]
      ])
    let html = Self.page("revenue", table)
    #expect(html.contains("<figcaption>Revenue (EUR)</figcaption>"))
    #expect(html.contains("revenue (EUR) · "))
    for name in ["revenue", "arpu"] { #expect(html.contains(">\(name) <small>EUR</small></th>")) }
    for name in ["payers", "time", "share", "mean"] { #expect(html.contains(">\(name)</th>")) }
    #expect(html.contains("<figcaption>Payers</figcaption>"))
  }

  @Test func retentionColoursOnlyWhatIsLargeEnough() throws {
    let table = Self.retention([
      Self.row("2026-01-05", 0, 100, 100), Self.row("2026-01-05", 1, 31, 100),
      Self.row("2026-01-12", 0, 20, 20), Self.row("2026-01-12", 1, 9, 20, "partial"),
      Self.row("all", 0, 120, 120), Self.row("all", 1, 31, 100),
    ])
    let report = PageSource.Report(name: "weekly", definition: .object([]), tables: [table])
    let figure = try #require(
      RetentionFigure(table, of: report, title: "t", id: "i", words: Words(language: .en)))
    #expect(figure.top == 0.35)
    #expect(figure.cohorts.map(\.name) == ["all", "2026-01-05", "2026-01-12"])
    let html = figure.html
    #expect(html.contains(#"<td class="v"><span class="rate">100%</span>"#))
    #expect(html.contains(#"<td class="v s7"><span class="rate">31%</span>"#))
    #expect(html.contains(#"<td class="few open">9 of 20<i>*</i></td>"#))
  }

  /// What the logs say stays text: no tag, no attribute, no turn of the line.
  @Test(arguments: [
    "<script>alert(1)</script>", "\" onload=\"x", "'><img src=x onerror=x>", "\u{202E}evil",
    "a\u{0}b\u{1B}[31m", "</style><script>", "]]>", String(repeating: "长", count: 400_000),
  ])
  func hostileNamesStayText(_ name: String) {
    let table = Table(
      name: "accounts",
      columns: [
        Column("account", .text, ""), Column("users", .integer, ""),
        Column("active_users_28d", .integer, ""), Column("last_seen", .dateTime, ""),
        Column("roles_missing", .label, ""), Column("status", .label, ""),
      ],
      rows: [[.text(name), .integer(1), .integer(1), .empty, .empty, .text(name)]])
    for type in ["accounts", "funnel", "unknown", name] {
      let html = Self.page(
        type, table, definition: [("title", .text(name)), ("start", .text(name))])
      #expect(html.utf8.count < 120_000)
      #expect(!html.contains("alert(1)</script>"))
      #expect(!html.contains("<img"))
      #expect(!html.contains("onload=\"x"))
      #expect(!html.contains("\u{202E}"))
      #expect(!html.contains("\u{1B}"))
      #expect(!html.contains("\u{0}"))
      #expect(html.components(separatedBy: "<script>").count == 2)
    }
  }

  @Test func warningsAndNumbersOfTheRunStandOnTop() {
    let html = Self.page("activity", Table(name: "daily", columns: []))
    #expect(html.contains("<title>Growth</title>"))
    #expect(html.contains("<li>&lt;b&gt;odd&lt;/b&gt;</li>"))
    #expect(html.contains("<dt>lines</dt><dd>12,345</dd>"))
    #expect(html.contains("<dd>2026-03-01 10:11</dd>"))
    #expect(!html.contains("http://") && !html.contains("https://"))
  }

  @Test func fiftyThousandAccountsFitIntoAMegabyte() {
    var table = Table(
      name: "accounts",
      columns: [
        Column("account", .text, ""), Column("users", .integer, ""),
        Column("active_users_28d", .integer, ""), Column("last_seen", .dateTime, ""),
        Column("roles_missing", .label, ""), Column("status", .label, ""),
      ])
    for number in 0..<50_000 {
      table.rows.append([
        .text("account-\(number)"), .integer(9), .integer(number % 10),
        .text("2026-02-01T10:00:00Z"), .text("budget"),
        .text(number % 3 == 0 ? "dormant" : "active"),
      ])
    }
    let html = Self.page(
      "accounts", table,
      definition: [("roles", .object([("required", .list([.text("user"), .text("budget")]))]))])
    #expect(html.utf8.count < 1_000_000)
    #expect(html.contains("49500 more accounts: accounts.csv"))
    #expect(html.contains("<b>U*</b> <span class=\"no\">B−</span> <small>1 of 2</small>"))
  }

  @Test func equalTablesGiveEqualPages() {
    let table = Self.retention([Self.row("all", 0, 50, 100), Self.row("all", 1, 20, 100)])
    #expect(Self.page("retention", table) == Self.page("retention", table))
    let chinese = Self.page("retention", table, options: PageOptions(language: .zh))
    #expect(chinese.contains("lang=\"zh-Hans\""))
    #expect(chinese.contains("全部"))
  }

  @Test(arguments: [
    ([0.0, 7], 0.0, 8.0), ([3, 98], 0, 100), ([-40, 90], -50, 100), ([], 0, 1e-9), ([0.31], 0, 0.4),
  ])
  func scalesEndAtRoundNumbers(_ values: [Double], low: Double, high: Double) {
    let scale = Scale(values)
    #expect(abs(scale.low - low) < 1e-9)
    #expect(scale.high >= (values.max() ?? 0))
    #expect(scale.high <= max(high * 1.3, 1e-8))
    #expect(scale.ticks.count >= 2 && scale.ticks.count <= 12)
  }

  @Test func tablesComeBackFromTheirFiles() throws {
    var table = Self.retention([Self.row("all", 0, 50, 100), Self.row("=1+1", 1, 20, 30)])
    table.rows[1][5] = .empty
    var sink = ArraySink()
    TableJSONWriter(report: "weekly", definition: .object([]), columns: table.columns)
      .write(table.rows, to: &sink)
    let files = ["weekly.json": sink.bytes]
    let manifest = JSONValue.object([
      ("outputs", .list([.object([("path", .text("weekly.json"))])]))
    ])
    let source = PublishedTables.source(manifest: manifest) { files[$0] }
    #expect(source.reports.map(\.name) == ["weekly"])
    let read = try #require(source.reports.first?.tables.first)
    #expect(read.rows.count == 2)
    #expect(read.rows[1] == table.rows[1])
  }

  @Test func csvRows() {
    #expect(
      CSVRows.read(Array("a,b\r\n\"x,\"\"y\",\n\"\",2\n".utf8))
        == [["a", "b"], ["x,\"y", nil], ["", "2"]])
  }
}
