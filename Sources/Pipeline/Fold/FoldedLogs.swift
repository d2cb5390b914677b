import EventLog
import Reports
import Spec
import Timelines

/// All reports folded over all logs, whoever did it: one run, or many machines.
struct FoldedLogs: Sendable {
  var reading: ReadingPlan
  var observation: Observation
  /// In canonical order, as they came to the fold.
  var files: [InputLedger]
  /// What folding made of their rows; that of several folds adds up.
  var judged: [InputID: JudgedRows] = [:]
  /// By report of the spec.
  var folds: [any ReportFold]
  var lists: ListSpools
  var facts: FoldFacts
  /// What was found of persons, and of accounts that are one; nil where nobody asked.
  var persons: IdentityCounts?
  var mergedAccounts: IdentityCounts?
  var unseenProperties: [PropertyField]
  var spaces = SpaceFacts()
  /// One line each.
  var warnings: [String]
  /// Files of this run, where a store has others; nil for all.
  var fresh: [Int]?
}
