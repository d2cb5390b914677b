package import Spec
import Tables
package import Timelines
package import Values

/// Contract value over time: what was there, what came, what went
/// (`Documentation.docc/Recurring.md`).
package struct RecurringDefinition: ReportDefinition {
  /// An event that sets a contract's level.
  package struct Setter: Sendable, Equatable {
    package var event: EventMatcher
    /// A number property: the contract's value from then on.
    package var amount: String

    package init(event: EventMatcher, amount: String) {
      self.event = event
      self.amount = amount
    }

    fileprivate var described: JSONValue {
      .object([("event", .describing(event)), ("amount", .text(amount))])
    }
  }

  package static let type = "recurring"
  package var options: ReportOptions
  package var start: Setter
  package var change: Setter?
  /// Sets a contract's level to 0.
  package var cancel: EventMatcher?
  /// A property that tells the contracts of one entity apart; nil when it has one at a time.
  package var contract: String?
  package var interval: Interval

  package init(
    options: ReportOptions, start: Setter, change: Setter? = nil, cancel: EventMatcher? = nil,
    contract: String? = nil, interval: Interval = .month
  ) {
    self.options = options
    self.start = start
    self.change = change
    self.cancel = cancel
    self.contract = contract
    self.interval = interval
  }

  package var needs: ReportNeeds {
    var needs = ReportNeeds(
      matchers: [start.event], texts: contract.map { [$0] } ?? [], numbers: [start.amount],
      breakdownOn: [start.event] + (change.map { [$0.event] } ?? []))
    needs.read(contract, on: [start.event, change?.event, cancel])
    needs.read(start.amount, on: [start.event])
    needs.read(change?.amount, on: [change?.event])
    if let change {
      needs.matchers.append(change.event)
      if change.amount != start.amount { needs.numbers.append(change.amount) }
    }
    if let cancel { needs.matchers.append(cancel) }
    return needs
  }

  package var described: [(key: String, value: JSONValue)] {
    [
      ("start", start.described), ("change", change?.described ?? .null),
      ("cancel", cancel.map { .describing($0) } ?? .null),
      ("contract", contract.map { .text($0) } ?? .null), ("interval", .text(interval.rawValue)),
    ]
  }
}
