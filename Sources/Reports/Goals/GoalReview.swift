import EventLog
package import Spec
package import Tables
import Values

/// Where an operator's quantified goals stand, from the tables of a run: one row for each goal
/// and stage (`Documentation.docc/Goals.md`).
///
/// Where the definition leaves room:
/// - A stage is due at the end of its day `by`, and a goal begins with its day `from`, in the spec's
///   time zone. Now is the end of observation.
/// - `expected_now` is one number for the whole goal: on the straight line between the two of `start`
///   and the stages' targets that now lies between; before `from` it is `start`, after the last stage
///   its target. Without `start` there is nothing to expect before the first stage is due.
/// - Every stage is judged by the number that the table has now, also a stage that was due earlier.
/// - `attainment` is actual / target, and target / actual where lower is better: 1 and more is met.
/// - Where lower is better, a number of an interval that is not over can still rise: it is met when
///   the interval is over or the stage is due, and until then on track or behind.
package struct GoalReview: Sendable {
  package enum Status: String, Sendable {
    /// The target is reached.
    case met
    /// Not due; at least as good as expected by now.
    case onTrack = "on_track"
    /// Not due; not as good as expected by now.
    case behind
    /// Due, and not reached.
    case missed
    /// The number is not observable yet, or nothing is expected yet.
    case unknown
  }

  /// `goals`: rows in the order of the spec.
  package let table: Table
  /// Goals whose row is not in its table, one line each.
  package let warnings: [String]

  /// - Parameters:
  ///   - tables: of all reports.
  ///   - observedUntil: microseconds since 1970, inclusive; `Int64.min` when nothing was observed.
  package init(
    _ goals: [GoalSpec], tables: [Table], calendar: ReportCalendar, observedUntil: Int64
  ) {
    var review = Table(name: "goals", columns: Self.columns)
    var warnings: [String] = []
    // The first instant that was not observed; far from the ends of Int64.
    let now = max(min(observedUntil, .max / 4), .min / 4) + 1
    for goal in goals {
      let figure: GoalFigure?
      switch GoalFigure.find(goal, in: tables, calendar: calendar, now: now) {
      case .success(let found): figure = found
      case .failure(let missing):
        figure = nil
        if let reason = missing.reason {
          warnings.append("goal '\(goal.name)': \(reason): its status is unknown")
        }
      }
      let line = GoalLine(goal, calendar)
      let expected = line.expected(at: now)
      for stage in goal.stages {
        let judged = Judgement(
          figure: figure, target: stage.target, expected: expected,
          isDue: line.due(stage) <= now, higherIsBetter: goal.higherIsBetter)
        review.rows.append([
          .text(goal.name), .text(stage.by.text), .decimal(DecimalSum(stage.target)),
          figure?.cell ?? .empty, expected.map { .number($0) } ?? .empty, judged.attainment,
          judged.deviation, .text(judged.status.rawValue),
        ])
      }
    }
    table = review
    self.warnings = warnings
  }

  /// What one stage makes of the number.
  private struct Judgement {
    var attainment = Cell.empty
    var deviation = Cell.empty
    var status = Status.unknown

    init(
      figure: GoalFigure?, target: ExactDecimal, expected: Double?, isDue: Bool,
      higherIsBetter: Bool
    ) {
      guard let figure else { return }
      let goal = DecimalSum(target).approximation
      let (part, whole) = higherIsBetter ? (figure.value, goal) : (goal, figure.value)
      if whole > 0, part >= 0 { attainment = .number(part / whole) }
      if let expected { deviation = .number(figure.value - expected) }
      let isReached =
        higherIsBetter ? figure.compare(to: target) >= 0 : figure.compare(to: target) <= 0
      if isReached, isDue || higherIsBetter || !figure.isPartial {
        status = .met
      } else if isDue {
        status = .missed
      } else if let expected {
        let isGood = higherIsBetter ? figure.value >= expected : figure.value <= expected
        status = isGood ? .onTrack : .behind
      }
    }
  }

  private static let columns = [
    Column("goal", .text, "The goal's name.").key,
    Column("stage_by", .date, "The day at whose end the stage is due.").key,
    Column("target", .decimal, "The number to reach by then."),
    Column("actual", .number, "The number in its table now; empty while it is not observable."),
    Column(
      "expected_now", .number,
      "The number on the straight line between the stages around the end of observation; empty "
        + "before the first stage of a goal without a start."),
    Column(
      "attainment", .number, unit: "fraction",
      "Actual divided by target, or target by actual where lower is better; empty where a "
        + "quotient says nothing."),
    Column("deviation", .number, "Actual less expected_now."),
    Column(
      "status", .label,
      "met; on_track or behind what is expected now; missed when due and not met; unknown when "
        + "not observable yet."),
  ]
}
