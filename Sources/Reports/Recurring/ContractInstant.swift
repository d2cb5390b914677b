import Values

/// All that happens to one contract at one instant, taken as one step.
///
/// If the contract is worth something before and one of the events is a start, it is a renewal:
/// cancellations come first, then starts, then changes. Otherwise starts come first, then changes,
/// then cancellations: what begins and ends at one instant was never there. Of several starts, or
/// changes, the largest amount counts. So neither names nor the order of rows decide.
struct ContractInstant: Sendable {
  /// Code of the contract's name.
  var contract: UInt32
  /// The largest; absent where no event has one.
  var start = ExactDecimal.absent
  var change = ExactDecimal.absent
  var cancels = false

  init(contract: UInt32) { self.contract = contract }

  mutating func add(_ other: ContractInstant) {
    start = larger(start, other.start)
    change = larger(change, other.change)
    cancels = cancels || other.cancels
  }

  private func larger(_ left: ExactDecimal, _ right: ExactDecimal) -> ExactDecimal {
    if left.isAbsent { return right }
    return right.isAbsent || right < left ? left : right
  }

  /// The contract's amount behind the instant; nil where nothing of it is said.
  func amount(after before: ExactDecimal) -> ExactDecimal? {
    let set = change.isAbsent ? start : change
    let isRenewal = before > .zero && !start.isAbsent
    if cancels && !isRenewal { return .zero }
    return set.isAbsent ? (cancels ? .zero : nil) : set
  }
}
