import EventLog
import Spec
import Values

/// What a goal expects in the course of time: straight lines from `start` over the stages' targets.
struct GoalLine {
  private let calendar: ReportCalendar
  private let start: Double?
  /// Instants ascend.
  private var points: [(instant: Int64, value: Double)] = []

  init(_ goal: GoalSpec, _ calendar: ReportCalendar) {
    self.calendar = calendar
    start = goal.start.map { DecimalSum($0).approximation }
    if let start, let from = goal.from { points.append((calendar.instant(of: from), start)) }
    for stage in goal.stages {
      points.append((due(stage), DecimalSum(stage.target).approximation))
    }
  }

  /// The instant at which a stage's day is over.
  func due(_ stage: GoalSpec.Stage) -> Int64 {
    calendar.start(of: stage.by.daysSince1970 + 1, in: .day)
  }

  /// Nil before the first stage of a goal without a start.
  func expected(at now: Int64) -> Double? {
    guard let next = points.firstIndex(where: { $0.instant > now }) else {
      return points.last?.value
    }
    if next == 0 { return start }
    let (from, to) = (points[next - 1], points[next])
    // A stretch of time as a fraction of another: both far below what a double counts exactly in.
    let share = Double(now - from.instant) / Double(to.instant - from.instant)
    return from.value + (to.value - from.value) * share
  }
}
