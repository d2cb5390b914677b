import EventLog
package import Spec
import Tables
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

  package struct Activation: Sendable, Equatable {
    package var event: EventMatcher
    /// Microseconds after acquisition, inclusive; nil counts to the end of observation.
    package var within: Int64?

    package init(event: EventMatcher, within: Int64? = nil) {
      self.event = event
      self.within = within
    }
  }

  package struct Retention: Sendable, Equatable {
    package var event: EventMatcher
    /// Microseconds after acquisition, inclusive: a day, so that the first day is no return.
    package var after: Int64
    /// Microseconds after acquisition, exclusive; nil counts to the end of observation.
    package var until: Int64?

    package init(event: EventMatcher, after: Int64 = Microseconds.day, until: Int64? = nil) {
      self.event = event
      self.after = after
      self.until = until
    }
  }

  package struct Revenue: Sendable, Equatable {
    package var event: EventMatcher
    /// A number property; a payment without one adds 0.
    package var amount: String
    /// As in `Activation`.
    package var within: Int64?

    package init(event: EventMatcher, amount: String, within: Int64? = nil) {
      self.event = event
      self.amount = amount
      self.within = within
    }
  }

  package struct Referral: Sendable, Equatable {
    package var invite: EventMatcher
    package var join: EventMatcher
    /// The property of the join that holds the inviter's id.
    package var inviter: String
    /// As in `Activation`, for invites and joins.
    package var within: Int64?

    package init(
      invite: EventMatcher, join: EventMatcher, inviter: String, within: Int64? = nil
    ) {
      self.invite = invite
      self.join = join
      self.inviter = inviter
      self.within = within
    }

    package var delivery: Delivery { Delivery(event: join, property: inviter) }
  }

  package static let type = "aarrr"
  package var options: ReportOptions
  package var awareness: EventMatcher?
  package var acquisition: EventMatcher
  package var activation: Activation?
  package var retention: Retention?
  package var revenue: Revenue?
  package var referral: Referral?
  /// Fractions to compare each stage's `rate` with.
  package var targets: [Stage: ExactDecimal]
  package var interval: Interval

  package init(
    options: ReportOptions, awareness: EventMatcher? = nil, acquisition: EventMatcher,
    activation: Activation? = nil, retention: Retention? = nil, revenue: Revenue? = nil,
    referral: Referral? = nil, targets: [Stage: ExactDecimal] = [:], interval: Interval = .month
  ) {
    self.options = options
    self.awareness = awareness
    self.acquisition = acquisition
    self.activation = activation
    self.retention = retention
    self.revenue = revenue
    self.referral = referral
    self.targets = targets
    self.interval = interval
  }

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

  package var described: [(key: String, value: JSONValue)] {
    let nothing = JSONValue.null
    return [
      ("awareness", awareness.map { .describing($0) } ?? nothing),
      ("acquisition", .describing(acquisition)),
      ("activation", activation.map { .stage($0.event, [("within", $0.within)]) } ?? nothing),
      (
        "retention",
        retention.map { .stage($0.event, [("after", $0.after), ("until", $0.until)]) } ?? nothing
      ),
      (
        "revenue",
        revenue.map { revenue in
          .object([
            ("event", .describing(revenue.event)), ("amount", .text(revenue.amount)),
            ("within", .describing(duration: revenue.within)),
          ])
        } ?? nothing
      ),
      (
        "referral",
        referral.map { referral in
          .object([
            ("invite", .describing(referral.invite)),
            (
              "join",
              .object([
                ("event", .describing(referral.join)), ("inviter", .text(referral.inviter)),
              ])
            ), ("within", .describing(duration: referral.within)),
          ])
        } ?? nothing
      ),
      ("targets", .targets(targets)), ("interval", .text(interval.rawValue)),
    ]
  }
}

extension JSONValue {
  /// A stage as its event and lengths of time.
  static func stage(_ event: EventMatcher, _ durations: [(key: String, length: Int64?)])
    -> JSONValue
  {
    .object(
      [("event", .describing(event))] + durations.map { ($0.key, .describing(duration: $0.length)) }
    )
  }

  /// Targets in the order of the stages.
  static func targets<Stage: RawRepresentable & CaseIterable & Hashable>(
    _ targets: [Stage: ExactDecimal]
  ) -> JSONValue where Stage.RawValue == String {
    .object(
      Stage.allCases.compactMap { stage in
        targets[stage].map { (stage.rawValue, .digits($0.description)) }
      })
  }
}
