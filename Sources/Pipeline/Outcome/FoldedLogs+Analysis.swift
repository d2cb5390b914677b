import Reports
import Spec
import Tables

extension FoldedLogs {
  /// - Throws: `RunFailure` or `IdentityViolation` when sums do not add up.
  func analysis(of spec: AnalysisSpec, memoryBytesMax: Int?) throws -> Analysis {
    var files = files
    guard files.add(judged) else {
      throw RunFailure(.internalError, "rows of an unknown input, please report this")
    }
    for file in files.indices {
      files[file].judged.early = files[file].judged.spread.before(observation.early.bound).used
    }
    let reconciliation = Reconciliation(files)
    try reconciliation.check()
    let tables = try folds.map { try $0.tables() }
    try Self.checkRows(tables, of: spec, RowLimit(memoryBytes: memoryBytesMax).rowsMax)
    let review = GoalReview(
      spec.goals, tables: tables.flatMap { $0 }, calendar: reading.calendar,
      observedUntil: observation.until)
    return Analysis(
      spec: spec, plan: reading.plan, calendar: reading.calendar, now: reading.now, files: files,
      observation: observation,
      persons: persons, mergedAccounts: mergedAccounts,
      tables: tables, goals: spec.goals.isEmpty ? nil : review.table, lists: lists, facts: facts,
      unseenProperties: unseenProperties, spaces: spaces, reconciliation: reconciliation,
      warnings: warnings
        + (folds.flatMap { $0.warnings() } + review.warnings).map { "warning: \($0)" },
      fresh: fresh?.map { files[$0] } ?? files, freshNumbers: fresh.map { Set($0) })
  }

  /// All tables of a run are in memory at once.
  private static func checkRows(
    _ tables: [[Table]], of spec: AnalysisSpec, _ limit: Int
  ) throws(RunFailure) {
    let counts = tables.map { $0.reduce(0) { $0 + $1.rows.count } }
    let rows = counts.reduce(0, +)
    if rows <= limit { return }
    let largest = counts.indices.max { counts[$0] < counts[$1] } ?? 0
    throw RunFailure(
      .badData,
      "the tables of all reports have \(rows) rows, more than the \(limit) that --memory has room "
        + "for; those of \(spec.reports[largest].options.name) have \(counts[largest]): narrow its "
        + "range with `from` and `until`, keep the largest values with `top`, or give more --memory; "
        + "nothing was published")
  }
}
