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

  /// From which day to which, inclusive, the amount of a start or change is paid for.
  package struct Term: Sendable, Equatable {
    /// Properties that hold dates.
    package var from: String
    package var to: String

    package init(from: String, to: String) {
      self.from = from
      self.to = to
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
  package var term: Term?
  /// Microseconds after a contract's end within which a term or start leaves no gap.
  package var grace: Int64?
  /// A property that says from which day on a cancellation takes effect.
  package var effective: String?
  /// Months that the trailing rates look back over; nil for no such columns.
  package var trailingMonths: Int?

  /// Whether what happens takes effect at other instants than those of the events.
  var isScheduled: Bool { term != nil || grace != nil || effective != nil }

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
    for property in [term?.from, term?.to, effective].compactMap({ $0 })
    where !needs.texts.contains(property) {
      needs.texts.append(property)
    }
    needs.read(contract, on: [start.event, change?.event, cancel])
    needs.read(term?.from, on: [start.event, change?.event])
    needs.read(term?.to, on: [start.event, change?.event])
    needs.read(effective, on: [cancel])
    needs.read(start.amount, on: [start.event])
    needs.read(change?.amount, on: [change?.event])
    if let change {
      needs.matchers.append(change.event)
      if change.amount != start.amount { needs.numbers.append(change.amount) }
    }
    if let cancel { needs.matchers.append(cancel) }
    return needs
  }

  package var tables: [String] {
    term == nil ? [options.name] : [options.name, options.name + ".due"]
  }

  package var described: [(key: String, value: JSONValue)] {
    var cancels = cancel.map { JSONValue.describing($0) } ?? .null
    if let cancel, let effective {
      cancels = .object([("event", .describing(cancel)), ("effective", .text(effective))])
    }
    return [
      ("start", start.described), ("change", change?.described ?? .null), ("cancel", cancels),
      ("contract", contract.map { .text($0) } ?? .null),
      (
        "term",
        term.map { .object([("from", .text($0.from)), ("to", .text($0.to))]) } ?? .null
      ), ("grace", .describing(duration: grace)),
      ("trailing", trailingMonths.map { .text("\($0) months") } ?? .null),
      ("interval", .text(interval.rawValue)),
    ]
  }
}
