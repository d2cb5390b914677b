package import Spec
package import Timelines
package import Values

/// The funnel of the business and the funnel of its consumers side by side, from target market to
/// revenue, and how far the people of an account got by how far the account got
/// (`Documentation.docc/DoubleFunnel.md`).
///
/// Where the definition leaves room:
/// - Each side is a funnel in order: the business one over the timelines of accounts, whose steps may
///   be taken by different people, the consumer one over the timelines of users.
/// - The value of a step is the exact sum of `amount` over the events at that step of the chains
///   that the funnel reports. An event without an amount adds nothing. All payments of everybody are
///   a `revenue` report's business.
/// - A breakdown shows the value on the event of step 1, on each side; the two sides of a value stand
///   in one row.
/// - With `interval` each side's entities count in the interval of their own step 1. The link has no
///   cohorts: not every account has entered.
/// - The link counts each user of each account once: everybody who has an event in the account, so
///   that its rows add up to all of them. The consumer step is what the user reached by events inside
///   that account alone. Step 0 is: never entered. With a breakdown the account's value decides, of an
///   account that never entered the one on its first event.
package struct DoubleFunnelDefinition: ReportDefinition {
  /// One of the two funnels.
  package struct Side: Sendable, Equatable {
    package var steps: [FunnelDefinition.Step] = []
    /// Microseconds from the first event of a chain to its last, inclusive; nil is no limit.
    package var within: Int64?
    /// A number property: what a step is worth.
    package var amount: String?
  }

  package static let type = "double_funnel"
  package static let summary = "The funnels of a business and of its consumers side by side"
  package static var breakdownChoices: [BreakdownOn] { [] }
  /// It counts users and accounts at once: there is nothing to choose.
  package static var entities: [TimelineSchema.Entity] { [.user] }

  package var options: ReportOptions
  /// By account.
  package var business = Side()
  /// By user.
  package var consumer = Side()
  /// Cohorts by entry: each entity counts in the interval of its chain's step 1, on its own side. Nil
  /// for all of them in one.
  package var interval: Interval?
  /// Every event that passes the report's `where`: whoever has one is a user of the account.
  package var everything = EventMatcher.any

  /// Of account timelines, in which both funnels are looked for.
  package var needs: ReportNeeds {
    var needs = ReportNeeds(
      matchers: business.steps.map(\.event) + consumer.steps.map(\.event) + [everything],
      numbers: business.amount.map { [$0] } ?? [], users: true)
    needs.read(business.amount, on: business.steps.map(\.event))
    return needs
  }

  package var needsByEntity: [(entity: TimelineSchema.Entity, needs: ReportNeeds)] {
    let users = ReportNeeds(
      matchers: consumer.steps.map(\.event), numbers: consumer.amount.map { [$0] } ?? [])
    return [(.user, users.joined(with: options)), (.account, needs.joined(with: options))]
  }
}

extension DoubleFunnelDefinition {
  package init(options: ReportOptions) {
    self.options = options
  }

  package static var declared: Options<Self> {
    [
      .mapping(
        "business", \.business, "a business funnel", "The funnel over accounts.",
        isRequired: true, Side.declared),
      .mapping(
        "consumer", \.consumer, "a consumer funnel", "The funnel over users.", isRequired: true,
        Side.declared),
      .option("interval", \.interval, .interval, "Cohorts by entry, of this length."),
    ]
  }

  package mutating func check(_ report: inout SpecMapping) {
    everything = report.everything
  }
}

extension DoubleFunnelDefinition.Side {
  fileprivate static var declared: Options<Self> {
    [
      FunnelDefinition.Step.part(\.steps),
      .option("within", \.within, .duration, "Time from the first step to the last, inclusive."),
      .option("amount", \.amount, .numberProperty, "The number that a step is worth."),
    ]
  }
}
