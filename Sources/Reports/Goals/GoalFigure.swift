import EventLog
import Spec
import Tables
import Values

/// The number that a goal is about, as its table has it: of several rows the one that is furthest from
/// the goal.
struct GoalFigure {
  var figure: Figure
  /// The row is of an interval that is not over.
  var isPartial: Bool

  var cell: Cell { figure.cell }
  var value: Double { figure.value }

  func compare(to target: ExactDecimal) -> Int { figure.compare(to: target) }

  static func find(
    _ goal: GoalSpec, in tables: [Table], calendar: ReportCalendar, now: Int64
  ) -> Result<GoalFigure, MissingRow> {
    guard let table = tables.first(where: { $0.name == goal.table }) else {
      return .failure(MissingRow(reason: "there is no table \(goal.table)"))
    }
    if let problem = goal.problems(in: table.columns).first {
      return .failure(MissingRow(reason: problem.message))
    }
    return goal.row.places(in: table, calendar: calendar, now: now).flatMap { places in
      let column = table.place(goal.column) ?? 0
      let state = table.place("state")
      let figures = places.compactMap { row in
        Figure(table.rows[row][column]).map { figure in
          GoalFigure(
            figure: figure,
            isPartial: state.map { table.rows[row][$0] }
              == .text(ObservationState.partial.rawValue))
        }
      }
      let worst = figures.min { left, right in
        goal.higherIsBetter
          ? left.figure.isBelow(right.figure) : right.figure.isBelow(left.figure)
      }
      return worst.map { .success($0) } ?? .failure(MissingRow())
    }
  }
}
