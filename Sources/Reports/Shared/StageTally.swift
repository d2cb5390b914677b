import EventLog
import Tables
import Values

/// How many entities of a cohort reached a stage, and how long it took them.
///
/// An entity whose window is not over yet counts neither above nor below the line, as in retention
/// with elapsed windows: what has not been observed is no failure.
struct StageTally: FieldwiseState {
  /// Entities of which it is known whether they reached the stage.
  var base = 0
  /// Entities of which something is not known yet.
  var open = 0
  /// Those of `base` that reached it.
  var reached = 0
  var seconds = DurationStatistics()

  /// Counts an entity that reached the stage at `instant`, or did not (nil).
  @inline(__always)
  mutating func count(_ instant: Int64?, from start: Int64, isDecided: Bool) {
    if !isDecided {
      open += 1
      return
    }
    base += 1
    if let instant {
      reached += 1
      seconds.add(instant - start)
    }
  }

  static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.base)
    fields.visit(\.open)
    fields.visit(\.reached)
    fields.visit(\.seconds)
  }

  /// The state of the stage for a cohort whose interval is in the state `interval`.
  func state(_ interval: ObservationState) -> ObservationState {
    if open == 0 { return interval }
    return base == 0 ? .unobserved : .partial
  }

  /// `reached`, `base` and `rate`; nothing is known of an unobserved stage.
  func cells(_ state: ObservationState) -> [Cell] {
    [
      state == .unobserved ? .empty : .integer(reached), .integer(base), .ratio(reached, base),
    ]
  }

  var medianCell: Cell { seconds.medianSeconds.map { .number($0) } ?? .empty }

  /// `target` and `attainment`, for a rate of `reached` out of `base`.
  static func cells(target: ExactDecimal?, _ reached: Int, _ base: Int) -> [Cell] {
    guard let target else { return [.empty, .empty] }
    let sum = DecimalSum(target)
    if base == 0 { return [.decimal(sum), .empty] }
    return [.decimal(sum), .number(Double(reached) / Double(base) / sum.approximation)]
  }
}

extension Column {
  static let target = Column(
    "target", .decimal, unit: "fraction", "The rate to reach, where the report states one.")
  static let attainment = Column(
    "attainment", .number, unit: "fraction",
    "Rate divided by target; empty without a target or a rate.")
  static let stageState = Column(
    "state", .label,
    "complete; partial when observation ends inside the interval, or some windows are not over; "
      + "unobserved when none is over yet.")
}
