import EventLog
import Reports
import Spec

/// All reports folded over all logs, whoever did it: one run, or many machines.
struct FoldedLogs: Sendable {
  var reading: ReadingPlan
  var observation: Observation
  /// In canonical order, with what became of their rows.
  var files: [FileReading]
  /// By report of the spec.
  var folds: [any ReportFold]
  var lists: ListSpools
  var facts: FoldFacts
  var unseenProperties: [PropertyField]
  /// One line each.
  var warnings: [String]
  /// Files of this run, where a store has others; nil for all.
  var fresh: [Int]?
}
