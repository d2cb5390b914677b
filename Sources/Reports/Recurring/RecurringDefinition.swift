package import Spec
package import Timelines
package import Values

/// Contract value over time: what was there, what came, what went
/// (`Documentation.docc/Recurring.md`).
package struct RecurringDefinition: ReportDefinition {
  /// An event that sets a contract's level.
  package struct Setter: Sendable, Equatable, EventStage {
    package var event = EventMatcher.any
    /// A number property: the contract's value from then on.
    package var amount = ""
  }

  package static let type = "recurring"
  package static let summary = "Contract value over time: what was there, what came, what went"
  package static var entities: [TimelineSchema.Entity] { [.account, .user] }

  package var options: ReportOptions
  package var start = Setter()
  package var change: Setter?
  /// Sets a contract's level to 0.
  package var cancel: EventMatcher?
  /// A property that tells the contracts of one entity apart; nil when it has one at a time.
  package var contract: String?
  package var interval = Interval.month

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
}

extension RecurringDefinition {
  package init(options: ReportOptions) {
    self.options = options
  }

  package static var declared: Options<Self> {
    [
      .requiredStage(
        "start", \.start, "a start", "The event that begins a contract, or sets its value anew.",
        [
          .required("amount", \.amount, .numberProperty, "The number that a contract is worth.")
            .flag("amount")
        ]),
      .stage(
        "change", \.change, "a change", blank: { Setter(amount: $0.start.amount) },
        "The event that changes a contract's value.",
        [
          .option("amount", \.amount, .numberProperty, "Its value from then on.")
            .standard("that of `start`")
        ]),
      .option("cancel", \.cancel, .event, "The event that ends a contract."),
      .option(
        "contract", \.contract, .property,
        "What tells the contracts of one entity apart; without it, it has one at a time."),
      .option("interval", \.interval, .choice, "The length of the rows."),
    ]
  }
}
