import EventLog
import Tables
import TestSupport
import Testing

@testable import Reports
@testable import Spec
@testable import Values

/// Checks against tables written by hand, and against a slow reading of what they mean.
@Suite struct CheckReviewTests {
  private static let calendar = World(zone: "UTC").calendar

  private static func decimal(_ text: String) -> ExactDecimal { ExactDecimal.parse(text)! }

  private static func table(
    _ rows: [(String, Cell, String)], name: String = "daily", group: String? = nil
  ) -> Table {
    Table(
      name: name,
      columns: [
        Column("country", .text, "x").key, Column("interval", .date, "x").key,
        Column("active", .number, unit: "entities", "x"), Column("state", .label, "x"),
      ],
      rows: rows.map { date, cell, state in
        [group.map { .text($0) } ?? .empty, .text(date), cell, .text(state)]
      })
  }

  /// Days from 1 March 2026 on, complete but the last.
  private static func days(_ values: [Int]) -> Table {
    table(
      values.enumerated().map { index, value in
        let date = CalendarDate(daysSince1970: CalendarDate("2026-03-01")!.daysSince1970 + index)
        return (date.text, .integer(value), index == values.count - 1 ? "partial" : "complete")
      })
  }

  private static func check(
    _ condition: CheckSpec.Condition, _ row: RowSelection.Value = .lastComplete,
    more: [(String, String)] = []
  ) -> CheckSpec {
    CheckSpec(
      name: "c",
      subject: .cells(
        table: "daily", column: "active",
        row: RowSelection(
          [RowSelection.Entry(column: "interval", value: row, mark: nil)]
            + more.map { RowSelection.Entry(column: $0.0, value: .text($0.1), mark: nil) })),
      conditions: [condition])
  }

  private static func review(
    _ check: CheckSpec, _ table: Table, replaced: Table? = nil, until: String = "2026-03-20",
    source: SourceFacts? = nil, now: String? = nil
  ) -> CheckReview {
    CheckReview(
      [check],
      CheckReview.Ground(
        tables: [table], replaced: { $0 == replaced?.name ? replaced : nil },
        sources: source.map { ["source": $0] } ?? [:], calendar: calendar,
        observedUntil: CalendarTests.instant(until + "T00:00:00Z") - 1,
        now: now.map { CalendarTests.instant($0) }))
  }

  /// Status and message of the only row.
  private static func outcome(_ review: CheckReview) -> [String] {
    let row = review.table.rows[0]
    return [row[9].shown, row[10].shown]
  }

  @Test func limits() {
    let table = Self.days([10, 20, 7])
    #expect(
      Self.outcome(Self.review(Self.check(.atLeast(Self.decimal("20"))), table)) == [
        "ok", "daily.active at interval = 2026-03-02 is 20, at least 20",
      ])
    #expect(
      Self.outcome(Self.review(Self.check(.atLeast(Self.decimal("20.000001"))), table)) == [
        "failed", "daily.active at interval = 2026-03-02 is 20, less than 20.000001",
      ])
    #expect(
      Self.outcome(Self.review(Self.check(.atMost(Self.decimal("19"))), table)) == [
        "failed", "daily.active at interval = 2026-03-02 is 20, more than 19",
      ])
    let each = Self.review(Self.check(.atLeast(Self.decimal("25")), .eachComplete), table)
    #expect(each.table.rows[0][7...8] == [.integer(2), .integer(2)])
    #expect(
      each.failures == [
        "check 'c' failed: daily.active at interval = 2026-03-01 is 10, less than 25; "
          + "2 rows failed"
      ])
  }

  @Test func dropsAreExactAtTheirBounds() {
    func status(_ old: Cell, _ new: Cell, _ most: String) -> String {
      let table = Self.table([("2026-03-01", old, "complete"), ("2026-03-02", new, "complete")])
      let drop = CheckSpec.Drop(atMost: Self.decimal(most), from: .rowsBefore(1))
      return Self.outcome(Self.review(Self.check(.drop(drop)), table))[0]
    }
    func money(_ text: String) -> Cell { .decimal(DecimalSum(Self.decimal(text))) }
    #expect(status(.integer(1000), .integer(800), "0.2") == "ok")
    #expect(status(.integer(1000), .integer(799), "0.2") == "failed")
    #expect(status(.integer(1000), .integer(2000), "0") == "ok")
    #expect(status(.integer(1000), .integer(1000), "0") == "ok")
    #expect(status(.integer(1000), .integer(999), "0") == "failed")
    #expect(status(.integer(3), .integer(0), "1") == "ok")
    #expect(status(.integer(.max), .integer(.max - 1), "0") == "failed")
    // 0.3 less a tenth of it, in digits.
    #expect(status(money("0.3"), money("0.27"), "0.1") == "ok")
    #expect(status(money("0.3"), money("0.26999999999999999999"), "0.1") == "failed")
    #expect(status(.number(0.5), .number(0.25), "0.5") == "ok")
    #expect(status(.number(0.5), .number(0.24), "0.5") == "failed")
    // Nothing to compare with.
    #expect(status(.integer(0), .integer(0), "0.1") == "unknown")
    #expect(status(.integer(-5), .integer(-9), "0.1") == "unknown")
    #expect(status(.empty, .integer(5), "0.1") == "unknown")
    #expect(status(.integer(5), .empty, "0.1") == "unknown")
  }

  @Test func rowsBefore() {
    let week = CheckSpec.Drop(atMost: Self.decimal("0.2"), from: .rowsBefore(7))
    let table = Self.days([100, 50, 50, 50, 50, 50, 50, 79, 3])
    #expect(
      Self.outcome(Self.review(Self.check(.drop(week)), table)) == [
        "failed",
        "daily.active at interval = 2026-03-08 is 79, 21.0% less than 100 at interval = 2026-03-01: at most 20% less is allowed",
      ])
    let rows = Self.review(Self.check(.drop(week), .eachComplete), table).table.rows[0]
    // Seven of eight have no row so far back; the last one failed.
    #expect(rows[7...9] == [.integer(8), .integer(1), .text("failed")])
    #expect(
      Self.outcome(Self.review(Self.check(.drop(week)), Self.days([1, 2, 3]))) == [
        "unknown",
        "daily.active at interval = 2026-03-02 is 2; there is no complete row 7 rows "
          + "before",
      ])
  }

  /// A row is compared with rows of its own breakdown value.
  @Test func valuesHaveTheirOwnRows() {
    var table = Self.table(
      [("2026-03-01", .integer(10), "complete"), ("2026-03-02", .integer(9), "complete")],
      group: "CN")
    table.rows +=
      Self.table(
        [("2026-03-01", .integer(1000), "complete"), ("2026-03-02", .integer(100), "complete")],
        group: "JP"
      ).rows
    let drop = CheckSpec.Condition.drop(
      CheckSpec.Drop(atMost: Self.decimal("0.1"), from: .rowsBefore(1)))
    let each = Self.review(Self.check(drop, .eachComplete), table).table.rows[0]
    #expect(each[7...8] == [.integer(4), .integer(1)])
    #expect(each[3] == .text("country = JP, interval = 2026-03-02"))
    #expect(
      Self.outcome(Self.review(Self.check(drop, more: [("country", "CN")]), table))[0] == "ok")
    let unsure = Self.review(Self.check(drop), table)
    #expect(Self.outcome(unsure)[0] == "unknown")
    #expect(
      unsure.warnings == [
        "check 'c': daily has 2 rows with interval = last_complete; `row` must say which one is "
          + "meant: its status is unknown"
      ])
  }

  @Test func replaced() {
    let drop = CheckSpec.Condition.drop(
      CheckSpec.Drop(atMost: Self.decimal("0.01"), from: .replaced))
    let check = Self.check(drop, .eachComplete)
    let old = Self.days([100, 200, 300])
    let new = Self.days([100, 197, 300, 5])
    let review = Self.review(check, new, replaced: old)
    #expect(
      review.failures == [
        "check 'c' failed: daily.active at interval = 2026-03-02 is 197, 1.5% less than "
          + "200 in the set that is replaced: at most 1% less is allowed"
      ])
    #expect(
      review.table.rows[0][4...6] == [
        .integer(197), .integer(200), .decimal(DecimalSum(Self.decimal("0.01"))),
      ])
    #expect(Self.outcome(Self.review(check, new, replaced: new))[0] == "ok")
    #expect(
      Self.outcome(Self.review(check, new)) == [
        "unknown",
        "daily.active at interval = 2026-03-03 is 300; no set is replaced that has daily",
      ])
    // Rows in another order, and another column that was not there.
    var shuffled = old
    shuffled.rows.reverse()
    shuffled.columns.append(Column("more", .integer, "x"))
    shuffled.rows = shuffled.rows.map { $0 + [.integer(1)] }
    #expect(Self.review(check, new, replaced: shuffled).failures == review.failures)
  }

  @Test func whatIsNotThere() {
    let least = CheckSpec.Condition.atLeast(Self.decimal("1"))
    func outcome(_ row: RowSelection.Value, _ table: Table) -> ([String], [String]) {
      let review = Self.review(Self.check(least, row), table)
      return (Self.outcome(review), review.warnings)
    }
    let table = Self.days([1, 2])
    // Nothing is complete, the day has not come: no fault of the spec.
    #expect(outcome(.lastComplete, Self.days([1])) == (["unknown", "not observable yet"], []))
    #expect(outcome(.text("2026-03-25"), table) == (["unknown", "not observable yet"], []))
    #expect(
      outcome(.text("2026-02-25"), table) == (
        ["unknown", "daily has no row with interval = 2026-02-25"],
        ["check 'c': daily has no row with interval = 2026-02-25: its status is unknown"]
      ))
  }

  @Test func freshness() {
    func outcome(_ facts: SourceFacts?, _ condition: CheckSpec.Condition, now: String?) -> [String]
    {
      let check = CheckSpec(name: "c", subject: .source("source"), conditions: [condition])
      return Self.outcome(Self.review(check, Self.days([1]), source: facts, now: now))
    }
    let facts = SourceFacts(
      latest: CalendarTests.instant("2026-03-01T00:00:00Z"), events: 99_999)
    let age = CheckSpec.Condition.ageAtMost(26 * Microseconds.hour)
    #expect(
      outcome(facts, age, now: "2026-03-02T02:00:00Z") == [
        "ok", "the last event of source is 1d 2h old, at most 1d 2h",
      ])
    #expect(
      outcome(facts, age, now: "2026-03-02T02:00:01Z") == [
        "failed", "the last event of source is 1d 2h old, more than 1d 2h",
      ])
    // An event of the future is fresh.
    #expect(outcome(facts, age, now: "2026-02-28T23:00:00Z")[0] == "ok")
    #expect(outcome(facts, age, now: nil)[0] == "unknown")
    #expect(
      outcome(facts, .eventsAtLeast(100_000), now: nil) == [
        "failed", "99999 events of source were read, fewer than 100000",
      ])
    #expect(outcome(facts, .eventsAtLeast(99_999), now: nil)[0] == "ok")
    #expect(
      outcome(SourceFacts(latest: nil, events: nil), .eventsAtLeast(1), now: nil)[0] == "unknown")
    #expect(
      outcome(SourceFacts(latest: nil, events: 0), .eventsAtLeast(1), now: nil)[0] == "failed")
    #expect(outcome(nil, age, now: "2026-03-02T00:00:00Z")[0] == "unknown")
  }

  /// Tables of two groups with holes, partial and empty cells, against loops over all rows.
  @Test func againstLoops() {
    for seed in 0..<UInt64(Thorough.cases(4000)) {
      var random = SplitMix64(seed: seed)
      let states = ["complete", "complete", "complete", "partial", "unobserved"]
      func made(_ random: inout SplitMix64) -> Table {
        var table = Self.table([])
        for group in ["a", "b"] {
          for day in 10..<Int.random(in: 11...20, using: &random) where !random.oneIn(6) {
            let cell: Cell =
              random.oneIn(6) ? .empty : .integer(Int.random(in: 0...12, using: &random) * 10)
            table.rows.append([
              .text(group), .text("2026-03-\(day)"), cell,
              .text(states.randomElement(using: &random)!),
            ])
          }
        }
        return table
      }
      let (new, old) = (made(&random), made(&random))
      let count = Int.random(in: 1...4, using: &random)
      let percent = Int.random(in: 0...100, using: &random)
      let isReplaced = random.oneIn(2)
      let drop = CheckSpec.Drop(
        atMost: ExactDecimal(significand: percent, scale: 2),
        from: isReplaced ? .replaced : .rowsBefore(count))
      let row = Self.review(Self.check(.drop(drop), .eachComplete), new, replaced: old).table.rows[
        0]
      var (looked, failed, passed) = (0, 0, 0)
      for (place, cells) in new.rows.enumerated() where cells[3] == .text("complete") {
        looked += 1
        guard case .integer(let value) = cells[2] else { continue }
        var other: [Cell]?
        if isReplaced {
          other = old.rows.first { $0[0] == cells[0] && $0[1] == cells[1] }
        } else if place >= count, new.rows[place - count][0] == cells[0] {
          other = new.rows[place - count]
          if other?[3] != .text("complete") { other = nil }
        }
        guard case .integer(let before)? = other?[2], before > 0 else { continue }
        if (before - value) * 100 > percent * before { failed += 1 } else { passed += 1 }
      }
      let status = failed > 0 ? "failed" : passed > 0 ? "ok" : "unknown"
      #expect(row[7...9] == [.integer(looked), .integer(failed), .text(status)], "seed \(seed)")
    }
  }
}
