import EventLog
import Spec
import Tables
import Values

/// The number that a goal is about, as its table has it.
struct GoalFigure {
  /// Integer, number or decimal.
  var cell: Cell
  /// The row is of an interval that is not over.
  var isPartial: Bool

  struct Missing: Error {
    /// Nil when it is in the nature of things: not observable yet.
    var reason: String?
  }

  var value: Double {
    switch cell {
    case .integer(let value): Double(value)
    case .number(let value): value
    case .decimal(let sum): sum.approximation
    case .empty, .text, .boolean: preconditionFailure("a figure is a number")
    }
  }

  /// Negative, 0 or positive, as the number is below, at or above the target. Exact where the number
  /// is.
  func compare(to target: ExactDecimal) -> Int {
    let goal = DecimalSum(target)
    switch cell {
    case .integer(let value):
      return Self.compare(DecimalSum(value), goal)
    case .decimal(let sum): return Self.compare(sum, goal)
    default: return Self.compare(value, goal.approximation)
    }
  }

  private static func compare<Number: Comparable>(_ left: Number, _ right: Number) -> Int {
    left == right ? 0 : left < right ? -1 : 1
  }

  static func find(
    _ goal: GoalSpec, in tables: [Table], calendar: ReportCalendar, now: Int64
  ) -> Result<GoalFigure, Missing> {
    guard let table = tables.first(where: { $0.name == goal.table }) else {
      return .failure(Missing(reason: "there is no table \(goal.table)"))
    }
    if let problem = goal.problems(in: table.columns).first {
      return .failure(Missing(reason: problem.message))
    }
    func column(_ name: String) -> Int { table.columns.firstIndex { $0.name == name }! }
    let wanted = goal.row.map { (column: column($0.column), value: $0.value) }
    let rows = table.rows.filter { row in
      wanted.allSatisfy { row[$0.column].reads($0.value) }
    }
    let place = goal.row.map { "\($0.column) = \($0.value)" }.joined(separator: ", ")
    guard let row = rows.first else {
      let isAhead = goal.row.contains { _, value in
        CalendarDate(value).map { calendar.instant(of: $0) >= now } ?? false
      }
      if isAhead || table.rows.isEmpty && goal.row.isEmpty { return .failure(Missing()) }
      return .failure(
        Missing(reason: "\(table.name) has no row" + (place.isEmpty ? "" : " with \(place)")))
    }
    if rows.count > 1 {
      let what = place.isEmpty ? "and the goal names none" : "with \(place)"
      return .failure(
        Missing(
          reason: "\(table.name) has \(rows.count) rows \(what); `row` must say which one is meant")
      )
    }
    let cell = row[column(goal.column)]
    if cell == .empty { return .failure(Missing()) }
    let state = table.columns.firstIndex { $0.name == "state" }.map { row[$0] }
    return .success(
      GoalFigure(cell: cell, isPartial: state == .text(ObservationState.partial.rawValue)))
  }
}

extension Cell {
  /// Whether a spec that says `text` means this cell.
  fileprivate func reads(_ text: String) -> Bool {
    switch self {
    case .empty: text.isEmpty
    case .text(let own): own == text
    case .integer(let value): String(value) == text
    case .number(let value): Double(text) == value
    case .decimal(let sum):
      sum.description == text || ExactDecimal.parse(text).map { DecimalSum($0) } == sum
    case .boolean(let value): String(value) == text
    }
  }
}
