import EventLog
import Tables
import Testing

@testable import Reports
@testable import Spec
@testable import Values

/// Goals against tables written by hand; now is given as the end of observation.
@Suite struct GoalReviewTests {
  static func decimal(_ text: String) -> ExactDecimal { ExactDecimal.parse(text)! }

  static func date(_ text: String) -> CalendarDate { CalendarDate(text)! }

  /// `stages`: `DATE target`, the last the goal itself.
  static func goal(
    _ stages: [String], column: String = "rate",
    row: [(column: String, value: String)] = [("stage", "activation"), ("interval", "2026-01-01")],
    start: String? = "0.10 2026-01-01", higher: Bool = true
  ) -> GoalSpec {
    let begin = start?.split(separator: " ").map(String.init)
    return GoalSpec(
      name: "g", table: "aarrr", column: column, row: row, start: begin.map { decimal($0[0]) },
      from: begin.map { date($0[1]) },
      stages: stages.map { stage in
        let words = stage.split(separator: " ").map(String.init)
        return GoalSpec.Stage(by: date(words[0]), target: decimal(words[1]))
      }, higherIsBetter: higher)
  }

  static let columns = [
    Column("interval", .date, "x"), Column("stage", .label, "x"), Column("step", .integer, "x"),
    Column("rate", .number, "x"), Column("value", .decimal, "x"), Column("state", .label, "x"),
  ]

  static func table(rate: Cell, value: Cell = .empty, state: String = "complete") -> Table {
    Table(
      name: "aarrr", columns: columns,
      rows: [
        [
          .text("2026-01-01"), .text("activation"), .integer(2), rate, value, .text(state),
        ],
        [.text("2026-01-01"), .text("revenue"), .integer(4), .number(0.5), .empty, .text(state)],
      ])
  }

  static let calendar = World(zone: "Asia/Shanghai").calendar

  /// Rows as words, without the goal's name. `until` is the last instant observed.
  static func review(
    _ goal: GoalSpec, _ table: Table, until: String
  ) -> (rows: [String], warnings: [String]) {
    let review = GoalReview(
      [goal], tables: [table], calendar: calendar,
      observedUntil: CalendarTests.instant(until) - 1)
    return (lines(review.table.rows.map { $0.dropFirst().map(\.shown) }), review.warnings)
  }

  /// Start 0.10 on 1 January; 0.20 by the end of the 10th; 0.40 by the end of the 20th. Both
  /// stretches are ten days, of Shanghai, which begin at 16:00 UTC.
  static let stages = ["2026-01-10 0.2", "2026-01-20 0.4"]

  @Test(arguments: [
    // now (exclusive end of observation), actual, expected, statuses
    ("2025-12-20T00:00:00Z", 0.1, "0.1", ["on_track", "on_track"]),
    ("2025-12-20T00:00:00Z", 0.09, "0.1", ["behind", "behind"]),
    ("2026-01-05T16:00:00Z", 0.15, "0.15000000000000002", ["behind", "behind"]),
    ("2026-01-05T16:00:00Z", 0.16, "0.15000000000000002", ["on_track", "on_track"]),
    ("2026-01-05T16:00:00Z", 0.2, "0.15000000000000002", ["met", "on_track"]),
    ("2026-01-10T15:59:59Z", 0.19, "0.19999988425925927", ["behind", "behind"]),
    ("2026-01-10T16:00:00Z", 0.19, "0.2", ["missed", "behind"]),
    ("2026-01-10T16:00:00Z", 0.25, "0.2", ["met", "on_track"]),
    ("2026-01-15T16:00:00Z", 0.25, "0.30000000000000004", ["met", "behind"]),
    ("2026-01-20T16:00:00Z", 0.39, "0.4", ["met", "missed"]),
    ("2026-06-01T00:00:00Z", 0.4, "0.4", ["met", "met"]),
  ])
  func statusIsJudgedByNow(until: String, actual: Double, expected: String, statuses: [String]) {
    let (rows, warnings) = Self.review(
      Self.goal(Self.stages), Self.table(rate: .number(actual)), until: until)
    let deviation = actual - Double(expected)!
    #expect(
      rows == [
        "2026-01-10 0.2 \(actual) \(expected) \(actual / 0.2) \(deviation) \(statuses[0])",
        "2026-01-20 0.4 \(actual) \(expected) \(actual / 0.4) \(deviation) \(statuses[1])",
      ])
    #expect(warnings == [])
  }

  @Test func lowerIsBetter() {
    let goal = Self.goal(
      ["2026-01-20 4"], column: "value", start: "8 2026-01-01", higher: false)
    func row(_ value: String, state: String, until: String) -> String {
      let table = Self.table(
        rate: .empty, value: .decimal(DecimalSum(Self.decimal(value))), state: state)
      return Self.review(goal, table, until: until).rows[0]
    }
    // Ten of twenty days: 6 is expected.
    let halfway = "2026-01-10T16:00:00Z"
    #expect(row("5", state: "complete", until: halfway) == "2026-01-20 4 5 6.0 0.8 -1.0 on_track")
    #expect(row("6.5", state: "complete", until: halfway).hasSuffix(" 0.5 behind"))
    // What still grows is not met while it can grow past its limit.
    #expect(row("4", state: "complete", until: halfway).hasSuffix(" 1.0 -2.0 met"))
    #expect(row("4", state: "partial", until: halfway).hasSuffix(" 1.0 -2.0 on_track"))
    #expect(row("4", state: "partial", until: "2026-01-20T16:00:00Z").hasSuffix(" met"))
    #expect(row("4.01", state: "complete", until: "2026-01-20T16:00:00Z").hasSuffix(" missed"))
    #expect(row("0", state: "complete", until: halfway) == "2026-01-20 4 0 6.0 - -6.0 met")
  }

  @Test func withoutAStartNothingIsExpectedBeforeTheFirstStage() {
    let goal = Self.goal(Self.stages, start: nil)
    func rows(_ rate: Double, _ until: String) -> [String] {
      Self.review(goal, Self.table(rate: .number(rate)), until: until).rows.map {
        $0.split(separator: " ").suffix(4).joined(separator: " ")
      }
    }
    #expect(rows(0.1, "2026-01-05T00:00:00Z") == ["- 0.5 - unknown", "- 0.25 - unknown"])
    #expect(rows(0.2, "2026-01-05T00:00:00Z") == ["- 1.0 - met", "- 0.5 - unknown"])
    #expect(rows(0.2, "2026-01-10T16:00:00Z") == ["0.2 1.0 0.0 met", "0.2 0.5 0.0 on_track"])
  }

  @Test func whatIsNotObservableIsUnknown() {
    let until = "2026-01-10T16:00:00Z"
    let unknown = ["2026-01-10 0.2 - 0.2 - - unknown", "2026-01-20 0.4 - 0.2 - - unknown"]
    let empty = Self.review(Self.goal(Self.stages), Self.table(rate: .empty), until: until)
    #expect(empty.rows == unknown)
    #expect(empty.warnings == [])
    // An interval that has not begun has no row yet.
    let ahead = Self.goal(Self.stages, row: [("stage", "activation"), ("interval", "2026-02-01")])
    #expect(Self.review(ahead, Self.table(rate: .number(1)), until: until).rows == unknown)
    #expect(Self.review(ahead, Self.table(rate: .number(1)), until: until).warnings == [])
    let never = GoalReview(
      [ahead], tables: [Self.table(rate: .empty)], calendar: Self.calendar, observedUntil: .min)
    #expect(never.table.rows.count == 2)
  }

  @Test func aRowThatIsNotThereIsAWarning() {
    let until = "2026-02-10T16:00:00Z"
    func warning(_ row: [(column: String, value: String)], column: String = "rate") -> [String] {
      let goal = Self.goal(Self.stages, column: column, row: row)
      let (rows, warnings) = Self.review(goal, Self.table(rate: .number(1)), until: until)
      #expect(rows.allSatisfy { $0.hasSuffix("unknown") })
      return warnings
    }
    #expect(
      warning([("stage", "activaton")]) == [
        "goal 'g': aarrr has no row with stage = activaton: its status is unknown"
      ])
    #expect(
      warning([("interval", "2026-01-01")]) == [
        "goal 'g': aarrr has 2 rows with interval = 2026-01-01; `row` must say which one is meant: "
          + "its status is unknown"
      ])
    #expect(warning([]).count == 1)
    #expect(
      warning([("step", "2")], column: "stat") == [
        "goal 'g': the table `aarrr` has no column `stat`; did you mean `state`?: "
          + "its status is unknown"
      ])
  }

  @Test func rowsAreFoundByAnyKindOfCell() {
    for row: [(column: String, value: String)] in [
      [("step", "2")], [("stage", "activation"), ("value", "12.50")], [("rate", "0.20")],
    ] {
      let table = Self.table(
        rate: .number(0.2), value: .decimal(DecimalSum(Self.decimal("12.5"))))
      let found = Self.review(
        Self.goal(Self.stages, column: "value", row: row), table, until: "2026-01-10T16:00:00Z")
      #expect(found.rows[0].hasPrefix("2026-01-10 0.2 12.5 "), "\(row)")
    }
  }

  /// The last complete row, and the one furthest from the goal of all complete ones.
  @Test func words() {
    let rates: [(String, Double, String)] = [
      ("2026-01-01", 0.3, "complete"), ("2026-02-01", 0.1, "complete"),
      ("2026-03-01", 0.2, "complete"), ("2026-04-01", 0.9, "partial"),
    ]
    var table = Self.table(rate: .empty)
    table.rows = rates.map { date, rate, state in
      [.text(date), .text("activation"), .integer(2), .number(rate), .empty, .text(state)]
    }
    func actual(_ word: RowSelection.Value, higher: Bool = true) -> String {
      var goal = Self.goal(["2026-12-31 1"], start: nil, higher: higher)
      goal.row.entries[1].value = word
      return Self.review(goal, table, until: "2026-04-10T00:00:00Z").rows[0]
    }
    #expect(actual(.lastComplete).hasPrefix("2026-12-31 1 0.2 "))
    #expect(actual(.eachComplete).hasPrefix("2026-12-31 1 0.1 "))
    #expect(actual(.eachComplete, higher: false).hasPrefix("2026-12-31 1 0.3 "))
    table.rows.removeFirst(3)
    #expect(actual(.lastComplete).hasSuffix(" unknown"))
  }

  @Test func columnsAreCheckedBeforeAnyLog() {
    var goal = Self.goal(Self.stages, column: "stage", row: [("intervall", "x"), ("step", "1")])
    goal.columnMark = SpecMark(line: 9, column: 3)
    goal.row.entries[0].mark = SpecMark(line: 9, column: 10)
    goal.row.entries[1].mark = SpecMark(line: 9, column: 20)
    #expect(
      goal.problems(in: Self.columns) == [
        .init(
          mark: SpecMark(line: 9, column: 3),
          message: "`stage` of the table `aarrr` is not a number to have a goal for"),
        .init(
          mark: SpecMark(line: 9, column: 10),
          message: "the table `aarrr` has no column `intervall`; did you mean `interval`?"),
      ])
  }

  /// A day of 23 hours in the middle: the line runs in elapsed time.
  @Test func theLineRunsInElapsedTime() throws {
    let calendar = World(zone: "Europe/Berlin").calendar
    let line = GoalLine(Self.goal(["2026-03-29 47"], start: "0 2026-03-28"), calendar)
    let midnight = calendar.instant(of: Self.date("2026-03-28"))
    #expect(line.expected(at: midnight) == 0)
    for hour in 1...47 {
      let expected = try #require(
        line.expected(at: midnight + Int64(hour) * Microseconds.hour))
      #expect(abs(expected - Double(hour)) < 1e-9)
    }
    #expect(line.expected(at: .max / 4) == 47)
  }
}
