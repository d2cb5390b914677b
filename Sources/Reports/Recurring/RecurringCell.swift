import EventLog
import Values

/// What moved in one interval, for one breakdown value. Levels themselves are running sums of
/// `levelChange`, so that a contract that lasts for years costs one cell, not one for each month.
struct RecurringCell: FieldwiseState {
  /// Sum of the changes of single contracts, event by event.
  var levelChange = DecimalSum.zero
  /// Entities whose level came above 0, less those whose level left it, event by event.
  var accountsChange = 0

  // From here on: each entity's level at the interval's start compared with that at its end.
  var new = DecimalSum.zero
  var reactivated = DecimalSum.zero
  var expansion = DecimalSum.zero
  var contraction = DecimalSum.zero
  var churned = DecimalSum.zero
  var newAccounts = 0
  var reactivatedAccounts = 0
  var churnedAccounts = 0
  /// What entities with a level above 0 at the start gained, and lost.
  var gained = DecimalSum.zero
  var lost = DecimalSum.zero
  /// Change of the sum of levels above 0: what `gained` and `lost` are shares of.
  var baseChange = DecimalSum.zero

  /// Counts one entity's whole interval. `hadPaid`: its level was above 0 at some time before.
  mutating func compare(start: DecimalSum, end: DecimalSum, hadPaid: Bool) {
    let (wasPaying, isPaying) = (start > .zero, end > .zero)
    let change = end - start
    switch (wasPaying, isPaying) {
    case (false, true):
      if hadPaid {
        reactivated.add(change)
        reactivatedAccounts += 1
      } else {
        new.add(change)
        newAccounts += 1
      }
      baseChange.add(end)
    case (true, false):
      churned.add(-change)
      churnedAccounts += 1
      lost.add(-change)
      baseChange.add(-start)
    case (true, true), (false, false):
      if change > .zero { expansion.add(change) } else { contraction.add(-change) }
      if wasPaying {
        if change > .zero { gained.add(change) } else { lost.add(-change) }
        baseChange.add(change)
      }
    }
  }

  static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.levelChange)
    fields.visit(\.accountsChange)
    fields.visit(\.new)
    fields.visit(\.reactivated)
    fields.visit(\.expansion)
    fields.visit(\.contraction)
    fields.visit(\.churned)
    fields.visit(\.newAccounts)
    fields.visit(\.reactivatedAccounts)
    fields.visit(\.churnedAccounts)
    fields.visit(\.gained)
    fields.visit(\.lost)
    fields.visit(\.baseChange)
  }
}

/// One interval with the levels at both of its ends.
struct RecurringRow: Sendable {
  var startAccounts = 0
  var start = DecimalSum.zero
  var cell = RecurringCell.zero
  var endAccounts = 0
  var end = DecimalSum.zero
  /// Sum of the levels above 0 at the start; `start` unless some level is below 0.
  var base = DecimalSum.zero

  /// Gross revenue retention; nil when nothing was there to retain.
  var grr: Double? { share(base - cell.lost) }
  /// Net revenue retention.
  var nrr: Double? { share(base + cell.gained - cell.lost) }

  var isZero: Bool {
    startAccounts == 0 && endAccounts == 0 && start.isZero && end.isZero
      && cell.newAccounts + cell.reactivatedAccounts + cell.churnedAccounts == 0
  }

  private func share(_ kept: DecimalSum) -> Double? {
    base.isZero ? nil : kept.approximation / base.approximation
  }

  /// The row that follows `self` with what moved in it.
  func next(_ cell: RecurringCell) -> RecurringRow {
    RecurringRow(
      startAccounts: endAccounts, start: end, cell: cell,
      endAccounts: endAccounts + cell.accountsChange, end: end + cell.levelChange,
      base: base + self.cell.baseChange)
  }

  /// The identities: what was there and what moved make what is there.
  var holds: Bool {
    let moved =
      cell.new + cell.reactivated + cell.expansion - cell.contraction - cell.churned
    let accounts = cell.newAccounts + cell.reactivatedAccounts - cell.churnedAccounts
    return end == start + moved && endAccounts == startAccounts + accounts && endAccounts >= 0
      && cell.churnedAccounts <= startAccounts
  }
}
