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

  /// An event that sets a contract's level to 0.
  package struct Cancel: Sendable, Equatable, EventStage {
    package var event = EventMatcher.any
    /// A property that says from which day on; nil for the event's time.
    package var effective: String?
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
  package static let summary = "Contract value over time: what was there, what came, what went"
  package static var entities: [TimelineSchema.Entity] { [.account, .user] }

  package var options: ReportOptions
  package var start = Setter()
  package var change: Setter?
  package var cancel: Cancel?
  /// A property that tells the contracts of one entity apart; nil when it has one at a time.
  package var contract: String?
  package var interval = Interval.month
  package var term: Term?
  /// Microseconds after a contract's end within which a term or start leaves no gap.
  package var grace: Int64?
  /// Months that the trailing rates look back over; nil for no such columns.
  package var trailingMonths: Int?

  /// Whether what happens takes effect at other instants than those of the events.
  var isScheduled: Bool { term != nil || grace != nil || cancel?.effective != nil }

  package var needs: ReportNeeds {
    var needs = ReportNeeds(
      matchers: [start.event], texts: contract.map { [$0] } ?? [], numbers: [start.amount],
      breakdownOn: [start.event] + (change.map { [$0.event] } ?? []))
    for property in [term?.from, term?.to, cancel?.effective].compactMap({ $0 })
    where !needs.texts.contains(property) {
      needs.texts.append(property)
    }
    needs.read(contract, on: [start.event, change?.event, cancel?.event])
    needs.read(term?.from, on: [start.event, change?.event])
    needs.read(term?.to, on: [start.event, change?.event])
    needs.read(cancel?.effective, on: [cancel?.event])
    needs.read(start.amount, on: [start.event])
    needs.read(change?.amount, on: [change?.event])
    if let change {
      needs.matchers.append(change.event)
      if change.amount != start.amount { needs.numbers.append(change.amount) }
    }
    if let cancel { needs.matchers.append(cancel.event) }
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
      .stage(
        "cancel", \.cancel, "a cancellation", blank: { _ in Cancel() },
        "The event that ends a contract.",
        [
          .option(
            "effective", \.effective, .property,
            "The day from which on it has ended, else that of the event.")
        ]),
      .option(
        "contract", \.contract, .property,
        "What tells the contracts of one entity apart; without it, it has one at a time."),
      .mapping(
        "term", \.term, "a term", blank: { _ in Term(from: "", to: "") },
        "The days that an amount is paid for: levels are amounts by month, and end by themselves.",
        [
          .required("from", \.from, .property, "The first day, a date."),
          .required("to", \.to, .property, "The last day, a date."),
        ]),
      .option(
        "grace", \.grace, .duration,
        "How long after a contract's end a term or start leaves no gap."),
      .option(
        "trailing", \.trailingMonths, .months(max: 120),
        "Adds rates of what there is at an interval's end to what there was so long before."),
      .option("interval", \.interval, .interval, "The length of the rows."),
    ]
  }
}
