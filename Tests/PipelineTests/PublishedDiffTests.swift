import Foundation
import Pages
import Tables
import TestSupport
import Testing
import Values

@testable import Pipeline

/// Two sets of tables written by hand, and many made at random, changed and compared.
@Suite struct PublishedDiffTests {
  private static func manifest(used: Int, users: Int, more: String = "") throws -> JSONValue {
    try JSONReader.read(
      Array(
        """
        {"reconciliation": {"used": \(used)}, "entities": {"user": \(users)}\(more)}
        """.utf8))
  }

  private static let columns = [
    Column("country", .text, "x").key, Column("interval", .date, "x").key,
    Column("active", .integer, "x"), Column("rate", .number, "x"), Column("state", .label, "x"),
  ]

  private static func source(
    _ rows: [[Cell]], columns: [Column] = columns, used: Int = 10, users: Int = 5,
    definition: String = "{}", more: String = ""
  ) throws -> PageSource {
    PageSource(
      manifest: try manifest(used: used, users: users, more: more),
      reports: [
        PageSource.Report(
          name: "daily", definition: try JSONReader.read(Array(definition.utf8)),
          tables: [Table(name: "daily", columns: columns, rows: rows)])
      ])
  }

  private static func row(
    _ country: String, _ day: Int, _ active: Int, _ rate: Double, _ state: String = "complete"
  ) -> [Cell] {
    [
      country.isEmpty ? .empty : .text(country), .text("2026-03-0\(day)"), .integer(active),
      .number(rate), .text(state),
    ]
  }

  private static func lines(_ old: PageSource, _ new: PageSource) -> [String] {
    PublishedDiff(old: old, new: new).table.rows.map { $0.map(\.plain).joined(separator: "|") }
  }

  @Test func cellByCell() throws {
    let old = try Self.source([
      Self.row("CN", 1, 10, 0.5), Self.row("", 1, 1, 1), Self.row("CN", 2, 4, 0.25, "partial"),
      Self.row("JP", 1, 7, 1),
    ])
    let new = try Self.source(
      [
        Self.row("", 1, 1, 1), Self.row("CN", 1, 11, 0.5), Self.row("CN", 2, 9, 0.25),
        Self.row("CN", 3, 1, 0),
      ], used: 12)
    #expect(
      Self.lines(old, new) == [
        "daily|changed|country = CN, interval = 2026-03-01|active|10|11|late events",
        "daily|changed|country = CN, interval = 2026-03-02|active|4|9|more events",
        "daily|changed|country = CN, interval = 2026-03-02|state|partial|complete|more events",
        "daily|row added|country = CN, interval = 2026-03-03||||more events",
        "daily|row removed|country = JP, interval = 2026-03-01||||",
      ])
    #expect(
      PublishedDiff(old: old, new: new).facts == [.init(name: "events used", old: "10", new: "12")])
    #expect(PublishedDiff(old: old, new: old).isEmpty)
  }

  @Test func reasons() throws {
    let rows = [Self.row("CN", 1, 10, 0.5)]
    let changed = [Self.row("CN", 1, 9, 0.5)]
    func why(
      used: Int = 10, users: Int = 5, old: String = "{}", new: String = "{}"
    ) throws -> String {
      let lines = Self.lines(
        try Self.source(rows, definition: old),
        try Self.source(changed, used: used, users: users, definition: new))
      return String(lines[0].split(separator: "|", omittingEmptySubsequences: false).last ?? "")
    }
    #expect(try why(used: 11) == "late events")
    #expect(try why(used: 9) == "fewer events")
    #expect(try why(users: 4) == "merged persons")
    #expect(try why() == "")
    #expect(
      try why(used: 11, old: #"{"interval": "day"}"#, new: #"{"interval": "week"}"#)
        == "another definition")
    #expect(
      try why(
        used: 11, old: #"{"from": null, "calendar": {"until": "2026-03-01"}}"#,
        new: #"{"from": null, "calendar": {"until": "2026-03-02"}}"#) == "another range")
    #expect(
      try why(
        used: 11, old: #"{"within": "7d", "calendar": {"until": "2026-03-01"}}"#,
        new: #"{"within": "8d", "calendar": {"until": "2026-03-02"}}"#) == "another definition")
  }

  @Test func definitionsAreToldByTheirMembers() throws {
    let diff = PublishedDiff(
      old: try Self.source([], definition: #"{"steps": ["a"], "x": {"y": 1}, "gone": true}"#),
      new: try Self.source([], definition: #"{"steps": ["a", "b"], "x": {"y": 1.5}}"#))
    #expect(
      diff.definitions == [
        .init(name: "daily.steps", old: #"["a"]"#, new: #"["a", "b"]"#),
        .init(name: "daily.x.y", old: "1", new: "1.5"),
        .init(name: "daily.gone", old: "true", new: "nothing"),
      ])
  }

  @Test func columnsAndTables() throws {
    var columns = Self.columns
    columns[3] = Column("share", .number, "x")
    let old = try Self.source([Self.row("CN", 1, 10, 0.5)])
    let new = try Self.source([Self.row("CN", 1, 10, 0.7)], columns: columns)
    #expect(
      Self.lines(old, new) == [
        "daily|column added||share|||another definition",
        "daily|column removed||rate|||another definition",
      ])
    var other = new
    other.reports[0].name = "weekly"
    other.reports[0].tables[0].name = "weekly"
    #expect(
      Self.lines(old, other) == [
        "weekly|table added||||1|another definition", "daily|table removed|||1||another definition",
      ])
  }

  /// Sets of an older program do not say which columns are keys.
  @Test func withoutKeys() throws {
    let columns = Self.columns.map { column in
      var column = column
      column.isKey = false
      return column
    }
    let old = try Self.source([Self.row("CN", 1, 1, 0), Self.row("CN", 2, 2, 0)], columns: columns)
    let new = try Self.source([Self.row("CN", 2, 3, 0), Self.row("CN", 1, 1, 0)], columns: columns)
    #expect(
      Self.lines(old, new) == [
        "daily|changed|country = CN, interval = 2026-03-02|active|2|3|"
      ])
  }

  @Test func listsAreKnownByTheirSums() throws {
    func outputs(_ rows: Int, _ sum: String) -> String {
      #", "outputs": [{"path": "daily.entities.csv", "rows": \#(rows), "sha256": "\#(sum)"}]"#
    }
    let old = try Self.source([], more: outputs(3, "aa"))
    #expect(
      Self.lines(old, try Self.source([], more: outputs(4, "bb"))) == [
        "daily.entities|list changed|||3|4|"
      ])
    #expect(Self.lines(old, try Self.source([], more: outputs(3, "aa"))) == [])
  }

  /// Random tables: what the lines say, done to the old table, gives the new one.
  @Test func linesLeadFromOldToNew() throws {
    for seed in 0..<UInt64(Thorough.cases(2000)) {
      var random = SplitMix64(seed: seed)
      func rows(_ random: inout SplitMix64) -> [[Cell]] {
        var rows: [[Cell]] = []
        for country in ["", "CN", "JP"] {
          for day in 1...4 where !random.oneIn(3) {
            rows.append(
              Self.row(
                country, day, Int.random(in: 0...2, using: &random),
                Double(Int.random(in: 0...2, using: &random)) / 4))
          }
        }
        return rows.shuffled(using: &random)
      }
      let (old, new) = (rows(&random), rows(&random))
      let diff = PublishedDiff(old: try Self.source(old), new: try Self.source(new))
      func name(_ row: [Cell]) -> String {
        (row[0] == .empty ? "" : "country = \(row[0].plain), ") + "interval = \(row[1].plain)"
      }
      var made: [String: [String]] = [:]
      for row in old { made[name(row)] = row.map(\.plain) }
      for line in diff.lines {
        let key = line.key.joined(separator: ", ")
        switch line.change {
        case .rowRemoved: #expect(made.removeValue(forKey: key) != nil, "seed \(seed)")
        case .rowAdded:
          #expect(made[key] == nil, "seed \(seed)")
          made[key] = new.first { name($0) == key }?.map(\.plain)
        case .changed:
          let column = Self.columns.firstIndex { $0.name == line.column } ?? 0
          #expect(made[key]?[column] == line.old.plain, "seed \(seed)")
          made[key]?[column] = line.new.plain
        default: Issue.record("seed \(seed): \(line)")
        }
      }
      var wanted: [String: [String]] = [:]
      for row in new { wanted[name(row)] = row.map(\.plain) }
      #expect(made == wanted, "seed \(seed)")
    }
  }
}
