public import Tables
public import Timelines

/// Contract value over time: what was there, what came, what went
/// (`Documentation.docc/Recurring.md`).
public struct RecurringDefinition: ReportDefinition {
  /// An event that sets a contract's level.
  public struct Setter: Sendable, Equatable {
    public var event: EventMatcher
    /// A number property: the contract's value from then on.
    public var amount: String

    public init(event: EventMatcher, amount: String) {
      self.event = event
      self.amount = amount
    }

    fileprivate var described: JSONValue {
      .object([("event", .describing(event)), ("amount", .text(amount))])
    }
  }

  public static let type = "recurring"
  public var options: ReportOptions
  public var start: Setter
  public var change: Setter?
  /// Sets a contract's level to 0.
  public var cancel: EventMatcher?
  /// A property that tells the contracts of one entity apart; nil when it has one at a time.
  public var contract: String?
  public var interval: Interval

  public init(
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

  public var needs: ReportNeeds {
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

  public var described: [(key: String, value: JSONValue)] {
    [
      ("start", start.described), ("change", change?.described ?? .null),
      ("cancel", cancel.map { .describing($0) } ?? .null),
      ("contract", contract.map { .text($0) } ?? .null), ("interval", .text(interval.rawValue)),
    ]
  }
}
