import EventLog
import Tables
import Testing

@testable import Reports
@testable import Spec
@testable import Values

/// The `checks` section, and words in a goal's row.
@Suite struct ChecksTests {
  private static let head = """
    source: {format: jsonl, user: u, event: e, time: t}
    reports:
      checkout: {type: funnel, steps: [a, b, c, d], within: 7d, list: true}
      daily: {type: activity, interval: day}
      stay: {type: retention, start: any, return: any, interval: week, periods: 4}

    """

  private func parse(_ rest: String) throws(SpecErrors) -> AnalysisSpec {
    try AnalysisSpec.parse(
      yaml: Self.head + rest,
      surroundings: SpecSurroundings(today: { _ in CalendarDate("2026-03-31") }))
  }

  private func errors(_ check: String) -> String {
    do throws(SpecErrors) {
      _ = try parse("checks:\n  - {name: c, \(check)}\n")
      return ""
    } catch {
      return error.errors.map { "\($0.column): \($0.message)" }.joined(separator: "\n")
    }
  }

  /// As the page has them.
  @Test func everyForm() throws {
    let checks = try parse(
      """
      checks:
        - {name: checkout converts, table: checkout, column: rate_from_start, row: {step: 4}, at_least: 0.02}
        - {name: DAU, table: daily, column: active, row: {interval: last_complete}, drop: {at_most: 20%, from: 7 rows before}}
        - {name: history stands, table: daily, column: events, row: {interval: each_complete}, drop: {at_most: 1%, from: replaced}}
        - {name: fresh, source: source, last_event: {age_at_most: 26h}, events: {at_least: 100000}}
        - {name: both, table: stay, column: rate, row: {cohort: last_complete, period: 1}, at_least: 2.5%, at_most: 1}
        - {name: yesterday, table: daily, column: active, row: {interval: yesterday}, at_least: 1}
      """
    ).checks
    func decimal(_ text: String) -> ExactDecimal { ExactDecimal.parse(text)! }
    func rows(_ entries: (String, RowSelection.Value)...) -> RowSelection {
      RowSelection(entries.map { RowSelection.Entry(column: $0.0, value: $0.1, mark: nil) })
    }
    #expect(
      checks == [
        CheckSpec(
          name: "checkout converts",
          subject: .cells(
            table: "checkout", column: "rate_from_start", row: rows(("step", .text("4")))),
          conditions: [.atLeast(decimal("0.02"))]),
        CheckSpec(
          name: "DAU",
          subject: .cells(
            table: "daily", column: "active", row: rows(("interval", .lastComplete))),
          conditions: [.drop(.init(atMost: decimal("0.2"), from: .rowsBefore(7)))]),
        CheckSpec(
          name: "history stands",
          subject: .cells(
            table: "daily", column: "events", row: rows(("interval", .eachComplete))),
          conditions: [.drop(.init(atMost: decimal("0.01"), from: .replaced))]),
        CheckSpec(
          name: "fresh", subject: .source("source"),
          conditions: [.ageAtMost(26 * Microseconds.hour), .eventsAtLeast(100_000)]),
        CheckSpec(
          name: "both",
          subject: .cells(
            table: "stay", column: "rate",
            row: rows(("cohort", .lastComplete), ("period", .text("1")))),
          conditions: [.atLeast(decimal("0.025")), .atMost(decimal("1"))]),
        CheckSpec(
          name: "yesterday",
          subject: .cells(
            table: "daily", column: "active", row: rows(("interval", .text("2026-03-30")))),
          conditions: [.atLeast(decimal("1"))]),
      ])
  }

  /// What is printed of a check reads back as the same.
  @Test func definitionsAreValid() throws {
    let checks = try parse(
      """
      checks:
        - {name: a, table: daily, column: active, row: {interval: last_complete}, drop: {at_most: 12.5%, from: 1 row before}, at_least: -3}
        - {name: b, source: source, last_event: {age_at_most: 90m}, events: {at_least: 1}}
        - {name: c, table: checkout.times, column: median_seconds, row: {from_step: 1, to_step: 2}, at_most: 60}
      """
    ).checks
    let printed = checks.map {
      "  - " + String(decoding: JSONWriter.compact($0.definition), as: UTF8.self)
    }
    #expect(try parse("checks:\n" + printed.joined(separator: "\n")).checks == checks)
  }

  @Test func mistakes() {
    let daily = "table: daily, column: active"
    let cases = [
      (
        "",
        "5: a check needs `table`\n5: a check needs `column`\n5: a check of a table needs `at_least`, `at_most` or `drop`"
      ),
      ("\(daily)", "5: a check of a table needs `at_least`, `at_most` or `drop`"),
      (
        "table: dialy, column: x, at_least: 1",
        "22: no report writes a table `dialy`; did you mean `daily`? Valid: `checkout`, `checkout.times`, `daily`, `stay`, `stay.matrix`"
      ),
      (
        "table: checkout.entities, column: reached, at_least: 1",
        "22: `checkout.entities` is a list of entities; a check is about a number in a table"
      ),
      (
        "table: daily, column: activ, at_least: 1",
        "37: the table `daily` has no column `activ`; did you mean `active`?"
      ),
      (
        "table: daily, column: state, at_least: 1",
        "37: `state` of the table `daily` is not a number to be checked"
      ),
      (
        "\(daily), row: {intervall: x}, at_least: 1",
        "51: the table `daily` has no column `intervall`; did you mean `interval`?"
      ),
      (
        "\(daily), row: {active: last_complete}, at_least: 1",
        "51: `last_complete` is for a column of dates, which `active` is not"
      ),
      (
        "table: checkout, column: reached, row: {step: each_complete}, at_least: 1",
        "55: `each_complete` is for a column of dates, which `step` is not"
      ),
      (
        "\(daily), at_least: many",
        "55: `at_least` must be a number of at most 38 digits, or such as 2%, not `many`"
      ),
      ("\(daily), drop: {at_most: 20%}", "45: `drop` needs `from`"),
      (
        "\(daily), drop: {at_most: 20, from: replaced}",
        "61: `at_most` must be a share such as 20% or 0.2, of at most 4 decimals of a percent, not `20`"
      ),
      (
        "\(daily), drop: {at_most: 0.00001%, from: replaced}",
        "61: `at_most` must be a share such as 20% or 0.2, of at most 4 decimals of a percent, not `0.00001%`"
      ),
      (
        "\(daily), drop: {at_most: 1%, from: 0 rows before}",
        "71: `from` must be `replaced` or such as `7 rows before`, not `0 rows before`"
      ),
      (
        "\(daily), drop: {at_most: 1%, from: 7 days before}",
        "71: `from` must be `replaced` or such as `7 rows before`, not `7 days before`"
      ),
      (
        "\(daily), drop: {at_most: 1%, from: 7 rows before}",
        "71: `7 rows before` needs a column of dates in `row`, such as {interval: last_complete}"
      ),
      (
        "\(daily), drop: {at_most: 1%, from: replaced, by: x}",
        "81: unknown key `by` in `drop`; valid: `at_most`, `from`"
      ),
      (
        "source: product, events: {at_least: 1}",
        "23: no source is named `product`; valid: `source`"
      ),
      ("source: source", "5: a check of a source needs `last_event` or `events`"),
      ("source: source, last_event: {}", "31: `last_event` needs `age_at_most`"),
      (
        "source: source, events: {at_least: 0}",
        "50: `at_least` must be a whole number from 1 to 1000000000000, not `0`"
      ),
      (
        "source: source, events: {at_least: 1}, table: daily",
        "54: unknown key `table` in a check; valid: `name`, `source`, `last_event`, `events`"
      ),
    ]
    for (check, expected) in cases { #expect(errors(check) == expected, "\(check)") }
    do throws(SpecErrors) {
      _ = try parse(
        "checks:\n  - {name: c, \(daily), at_least: 1}\n  - {name: c, \(daily), at_least: 1}\n")
      Issue.record("two checks of one name")
    } catch {
      #expect(error.description == "8:12: another check is named `c`")
    }
  }

  @Test func goalsTakeTheSameWords() throws {
    let goal = try parse(
      "goals:\n  - {name: g, table: daily, column: active, row: {interval: last_complete}, "
        + "target: 5, by: 2026-12-31}\n"
    ).goals[0]
    #expect(goal.row.entries[0].value == .lastComplete)
    do throws(SpecErrors) {
      _ = try parse(
        "goals:\n  - {name: g, table: checkout, column: reached, row: {step: last_complete}, "
          + "target: 5, by: 2026-12-31}\n")
      Issue.record("a step is no date")
    } catch {
      #expect(
        error.description
          == "7:55: `last_complete` is for a column of dates, which `step` is not")
    }
  }

  /// The run writes this table itself.
  @Test func theNameIsTaken() {
    do throws(SpecErrors) {
      _ = try parse("  checks: {type: activity, interval: day}\n")
      Issue.record("a report named checks")
    } catch {
      #expect(
        error.description
          == "6:3: the report `checks` would write the file `checks`, which the run itself writes")
    }
  }

  /// Every table of every report says which columns tell its rows apart, but those of a single row.
  @Test func tablesHaveKeys() throws {
    for template in SpecTemplate.all {
      for head in try AnalysisSpec.parse(yaml: template.text).reports.flatMap(\.heads) {
        let isSingle = head.name.hasSuffix(".joins") || head.name.hasSuffix(".summary")
        #expect(isSingle || head.columns.contains { $0.isKey }, "\(head.name)")
      }
    }
  }
}
