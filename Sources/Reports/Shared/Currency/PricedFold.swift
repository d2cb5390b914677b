import Spec
package import Tables
package import Timelines

/// A fold whose tables have the columns that the amounts' currency leaves them: named by it where all
/// are of one, without sums where they are of several.
package struct PricedFold<Fold: ReportFold>: ReportFold {
  private var fold: Fold
  private let use: CurrencyUse

  init(_ fold: Fold, _ use: CurrencyUse) {
    self.fold = fold
    self.use = use
  }

  package mutating func observe(_ timeline: Timeline) { fold.observe(timeline) }
  package var counts: Fold.Counts { fold.counts }
  package mutating func add(_ counts: Fold.Counts) { fold.add(counts) }
  package func fits(_ counts: Fold.Counts) -> Bool { fold.fits(counts) }
  package mutating func merge(_ other: Self) { fold.merge(other.fold) }
  package mutating func drainList() -> Table? { fold.drainList() }
  package func warnings() -> [String] { fold.warnings() }

  package func tables() throws -> [Table] {
    try fold.tables().map { table in
      let kept = use == .countsOnly ? table.columns.map { !$0.isOfAmounts } : []
      let rows =
        kept.isEmpty
        ? table.rows : table.rows.map { row in zip(row, kept).filter(\.1).map(\.0) }
      return Table(name: table.name, columns: table.columns.priced(use), rows: rows)
    }
  }
}

extension PricedFold: ExplainableFold where Fold: ExplainableFold {
  mutating func explanation(_ teller: EventTeller) -> Explanation { fold.explanation(teller) }
}
