import Pipeline
import Tables

/// What an analysis found out.
public struct AnalysisResult: Sendable {
  /// All tables, in the order of the spec's reports; a report can make several.
  public let tables: [ResultTable]
  /// What became of the rows: they add up.
  public let rows: RowCounts
  /// Some input was damaged, so that rows may be missing.
  public let isDamaged: Bool

  init(_ analysis: Analysis) {
    tables = analysis.tables.flatMap { $0 }.map(ResultTable.init)
    rows = RowCounts(analysis.reconciliation)
    isDamaged = analysis.isDamaged
  }

  /// The table of a name: that of a report, or of one of its companions such as `NAME.matrix`.
  public subscript(name: String) -> ResultTable? { tables.first { $0.name == name } }
}

/// What became of the rows of all inputs; every row is counted once.
public struct RowCounts: Sendable, Equatable {
  public let rows: Int
  /// Counted by some report.
  public let used: Int
  /// Of no concern to any report.
  public let outside: Int
  public let duplicates: Int
  public let rejected: Int
  public let blank: Int

  init(_ sums: Reconciliation) {
    rows = sums.rows
    used = sums.used
    outside = sums.outside
    duplicates = sums.duplicates
    rejected = sums.rejected
    blank = sums.blank
  }
}
