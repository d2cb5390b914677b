import Reports
import Spec

extension FoldedLogs {
  /// - Throws: `RunFailure` or `IdentityViolation` when sums do not add up.
  func analysis(of spec: AnalysisSpec) throws -> Analysis {
    let reconciliation = Reconciliation(files)
    try reconciliation.check()
    let tables = try folds.map { try $0.tables() }
    let review = GoalReview(
      spec.goals, tables: tables.flatMap { $0 }, calendar: reading.calendar,
      observedUntil: observation.until)
    return Analysis(
      spec: spec, plan: reading.plan, calendar: reading.calendar, now: reading.now, files: files,
      observation: observation,
      persons: persons, mergedAccounts: mergedAccounts,
      tables: tables, goals: spec.goals.isEmpty ? nil : review.table, lists: lists, facts: facts,
      unseenProperties: unseenProperties, reconciliation: reconciliation,
      warnings: warnings
        + (folds.flatMap { $0.warnings() } + review.warnings).map { "warning: \($0)" },
      fresh: fresh?.map { files[$0] } ?? files)
  }
}
