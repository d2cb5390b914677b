package import Spec
package import Timelines

/// The fold of a report, of whichever type.
package func makeFold(
  definition: any ReportDefinition, context: ReportContext
) -> any ReportFold {
  guard let foldable = definition as? any Report else {
    preconditionFailure("no fold for a report of type \(type(of: definition).type)")
  }
  func make(_ definition: some Report) -> any ReportFold {
    let fold = definition.makeFold(context)
    let use = definition.currencyUse
    switch use {
    case .none: return fold
    case .unit, .countsOnly: return PricedFold(fold, use)
    case .split:
      guard let fold = fold as? any CurrencyFold else {
        preconditionFailure("a \(type(of: definition).type) report sums amounts of any currency")
      }
      return byCurrency(fold)
    }
    func byCurrency<Fold: CurrencyFold>(_ fold: Fold) -> any ReportFold {
      CurrencyFolds(fold, definition, context)
    }
  }
  return make(foldable)
}

/// The states of all workers' folds of one report, merged into one. At least one is needed; their
/// order makes no difference.
package func merged(_ folds: [any ReportFold]) -> any ReportFold {
  guard let first = folds.first else { preconditionFailure("no folds to merge") }
  func merge<Fold: ReportFold>(_ first: Fold) -> any ReportFold {
    var sum = first
    for other in folds.dropFirst() {
      guard let other = other as? Fold else {
        preconditionFailure("folds of different reports cannot merge")
      }
      sum.merge(other)
    }
    return sum
  }
  return merge(first)
}

/// Shows all timelines of a partition to one fold, without events before `earliest`: one opening of the
/// existential for all of them.
package func observe(
  _ partition: borrowing BuiltPartition, from earliest: Int64 = .min,
  with fold: inout any ReportFold, meter: inout FoldMeter
) throws {
  func open<Fold: ReportFold>(_ fold: inout Fold) throws {
    try partition.forEachTimeline(from: earliest) {
      fold.observe($0)
      try meter.advance { fold.heapBytes }
    }
  }
  try open(&fold)
}
