import Spec
import Tables
import Values

extension Column {
  /// The `interval` column of a table by interval.
  static func interval(_ interval: Interval, _ description: String) -> Column {
    Column("interval", interval == .hour ? .dateTime : .date, description).key
  }

  /// The `cut` column of a table by cohort.
  static let cut = Column(
    "cut", .boolean,
    "Whether the range begins or ends inside the cohort's interval, which leaves it fewer members.")

  /// The `state` column of a table by interval.
  static let observationState = Column(
    "state", .label,
    "complete, or partial when observation ends, or the range begins or ends, inside the interval.")
}
