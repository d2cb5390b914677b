import EventLog
package import Spec
package import Tables
import Values

/// What was read of a source, for checks of its freshness.
package struct SourceFacts: Sendable {
  /// Time of its latest event, in microseconds since 1970; nil without events.
  package var latest: Int64?
  /// Events that this run has read itself; nil when it was given no inputs.
  package var events: Int?

  package init(latest: Int64?, events: Int?) {
    self.latest = latest
    self.events = events
  }
}

/// Whether a night's set is what the spec's `checks` ask for: a row for each condition of each check
/// (`Documentation.docc/Checks.md`).
///
/// What cannot be told is `unknown` and no failure: a number that is not observable yet, nothing to
/// compare with, a number compared with that is not above 0.
package struct CheckReview: Sendable {
  package enum Status: String, Sendable {
    case ok, failed, unknown
  }

  /// `checks`: rows in the order of the spec.
  package let table: Table
  /// Of the checks that failed, one line for each condition.
  package let failures: [String]
  /// Checks whose rows are not in their tables, one line each.
  package let warnings: [String]

  /// What checks look at beside the tables.
  package struct Ground {
    package var tables: [Table]
    /// A table of the set that is replaced; nil where there is no set, or no such table in it.
    package var replaced: (_ name: String) -> Table?
    package var sources: [String: SourceFacts]
    package var calendar: ReportCalendar
    /// Microseconds since 1970, inclusive; `Int64.min` when nothing was observed.
    package var observedUntil: Int64
    /// When it is, in microseconds since 1970; nil where nobody said it.
    package var now: Int64?

    package init(
      tables: [Table], replaced: @escaping (_ name: String) -> Table?,
      sources: [String: SourceFacts], calendar: ReportCalendar, observedUntil: Int64, now: Int64?
    ) {
      self.tables = tables
      self.replaced = replaced
      self.sources = sources
      self.calendar = calendar
      self.observedUntil = observedUntil
      self.now = now
    }
  }

  package init(_ checks: [CheckSpec], _ ground: Ground) {
    var table = Table(name: "checks", columns: Self.columns)
    var failures: [String] = []
    var warnings: [String] = []
    for check in checks {
      for condition in check.conditions {
        let finding: CheckFinding
        switch check.subject {
        case .cells(let name, let column, let row):
          finding = TableCheck(name, column, row, condition, ground).finding
        case .source(let name):
          finding = CheckFinding(source: name, ground.sources[name], condition, now: ground.now)
        }
        table.rows.append([.text(check.name), .text(condition.name)] + finding.cells)
        if finding.status == .failed {
          failures.append("check '\(check.name)' failed: \(finding.message)")
        }
        if let warning = finding.warning { warnings.append("check '\(check.name)': \(warning)") }
      }
    }
    self.table = table
    self.failures = failures
    // A row that is not there is the same for every condition.
    var seen: Set<String> = []
    self.warnings = warnings.filter { seen.insert($0).inserted }
  }

  package static let columns = [
    Column("check", .text, "The check's name.").key,
    Column("condition", .label, "What is asked: at_least, drop, events.at_least, ...").key,
    Column("about", .text, "The table and column, or the source."),
    Column(
      "row", .text,
      "The row that is told of: the first that failed, else the last one looked at."),
    Column("value", .number, "The number in that row; of a source seconds or events."),
    Column("compared_with", .number, "Of a drop: the number that it is compared with."),
    Column("limit", .number, "What is asked for; of a drop a fraction, of an age seconds."),
    Column("rows", .integer, unit: "rows", "Rows looked at."),
    Column("rows_failed", .integer, unit: "rows", "Of those, the ones that failed."),
    Column(
      "status", .label,
      "ok; failed; unknown when there is nothing to compare with, or not observable."),
    Column("message", .text, "The same in words."),
  ]
}

/// What came of one condition.
struct CheckFinding {
  var about: String
  var row = ""
  var value = Cell.empty
  var comparedWith = Cell.empty
  var limit = Cell.empty
  var rows = 0
  var rowsFailed = 0
  var status: CheckReview.Status
  var message: String
  /// What the spec may have got wrong.
  var warning: String?

  var cells: [Cell] {
    [
      .text(about), row.isEmpty ? .empty : .text(row), value, comparedWith, limit, .integer(rows),
      .integer(rowsFailed), .text(status.rawValue), .text(message),
    ]
  }
}

extension CheckFinding {
  /// Of a source.
  init(source: String, _ facts: SourceFacts?, _ condition: CheckSpec.Condition, now: Int64?) {
    about = "source \(source)"
    switch condition {
    case .ageAtMost(let most):
      limit = .number(Double(most) / 1e6)
      guard let latest = facts?.latest, let now else {
        status = .unknown
        message = "no event of \(source) was read"
        return
      }
      let age = now - latest
      value = .number(Double(age) / 1e6)
      (rows, rowsFailed) = (1, age > most ? 1 : 0)
      status = age > most ? .failed : .ok
      message =
        "the last event of \(source) is \(CheckWords.age(age)) old, "
        + (age > most ? "more than \(CheckWords.age(most))" : "at most \(CheckWords.age(most))")
    case .eventsAtLeast(let least):
      limit = .integer(least)
      guard let events = facts?.events else {
        status = .unknown
        message = "nothing of \(source) was read tonight"
        return
      }
      value = .integer(events)
      (rows, rowsFailed) = (1, events < least ? 1 : 0)
      status = events < least ? .failed : .ok
      message =
        "\(events) events of \(source) were read, "
        + (events < least ? "fewer than \(least)" : "at least \(least)")
    case .atLeast, .atMost, .drop:
      status = .unknown
      message = "a source has no cells"
    }
  }
}

enum CheckWords {
  /// `2.5%` of 0.025.
  static func percent(_ fraction: ExactDecimal) -> String {
    let places = Int(fraction.scale) - 2
    return places >= 0
      ? "\(ExactDecimal(significand: fraction.significand, scale: places))%"
      : "\(ExactDecimal(significand: fraction.significand * (places == -1 ? 10 : 100), scale: 0))%"
  }

  /// `1d 2h`, `26h 5m`, `40s`: microseconds for people, two units at most.
  static func age(_ microseconds: Int64) -> String {
    if microseconds < 0 { return "-" + age(-max(microseconds, -.max)) }
    var rest = microseconds / Microseconds.second
    var parts: [String] = []
    for (length, name) in [(Int64(86_400), "d"), (3600, "h"), (60, "m"), (1, "s")] {
      let count = rest / length
      rest -= count * length
      if count > 0 { parts.append("\(count)\(name)") }
      if parts.count == 2 { break }
    }
    return parts.isEmpty ? "0s" : parts.joined(separator: " ")
  }
}
