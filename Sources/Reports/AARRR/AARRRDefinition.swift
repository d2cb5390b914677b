import EventLog
package import Spec
package import Timelines
package import Values

/// The consumer funnel: acquisition, activation, retention, revenue and referral of each cohort of
/// acquired users, with awareness before it as AAARRR (`Documentation.docc/AARRR.md`).
///
/// All stages but acquisition can be left out, and have no rows then.
package struct AARRRDefinition: ReportDefinition {
  package enum Stage: String, Sendable, CaseIterable {
    case awareness, acquisition, activation, retention, revenue, referral
  }

  package struct Activation: Sendable, Equatable, EventStage {
    package var event = EventMatcher.any
    /// Microseconds after acquisition, inclusive; nil counts to the end of observation.
    package var within: Int64?
  }

  package struct Retention: Sendable, Equatable, EventStage {
    package var event = EventMatcher.any
    /// Microseconds after acquisition, inclusive: a day, so that the first day is no return.
    package var after = Microseconds.day
    /// Microseconds after acquisition, exclusive; nil counts to the end of observation.
    package var until: Int64?
  }

  package struct Revenue: Sendable, Equatable, EventStage {
    package var event = EventMatcher.any
    /// A number property; a payment without one adds 0.
    package var amount = ""
    /// As in `Activation`.
    package var within: Int64?
  }

  package struct Referral: Sendable, Equatable {
    package var invite = EventMatcher.any
    package var join = EventMatcher.any
    /// The property of the join that holds the inviter's id.
    package var inviter = ""
    /// As in `Activation`, for invites and joins.
    package var within: Int64?

    package var delivery: Delivery { Delivery(event: join, property: inviter) }
  }

  package static let type = "aarrr"
  package static let summary = "The consumer funnel, from acquisition to referral, by cohort"
  package static var entities: [TimelineSchema.Entity] { [.user] }

  package var options: ReportOptions
  package var awareness: EventMatcher?
  package var acquisition = EventMatcher.any
  package var activation: Activation?
  package var retention: Retention?
  package var revenue: Revenue?
  package var referral: Referral?
  /// Fractions to compare each stage's `rate` with.
  package var targets: [Stage: ExactDecimal] = [:]
  package var interval = Interval.month

  /// The stages that have rows, in order.
  package var stages: [Stage] {
    Stage.allCases.filter { stage in
      switch stage {
      case .awareness: awareness != nil
      case .acquisition: true
      case .activation: activation != nil
      case .retention: retention != nil
      case .revenue: revenue != nil
      case .referral: referral != nil
      }
    }
  }

  package var needs: ReportNeeds {
    var matchers = [acquisition]
    let stages = [awareness, activation?.event, retention?.event, revenue?.event, referral?.invite]
    matchers += stages.compactMap { $0 }
    if let referral { matchers.append(.delivered(referral.delivery)) }
    var needs = ReportNeeds(
      matchers: matchers, numbers: revenue.map { [$0.amount] } ?? [],
      breakdownOn: [acquisition, awareness].compactMap { $0 },
      deliveries: referral.map { [$0.delivery] } ?? [])
    needs.read(revenue?.amount, on: [revenue?.event])
    return needs
  }
}
