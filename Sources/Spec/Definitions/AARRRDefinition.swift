public import EventLog
public import Tables
public import Timelines

/// The consumer funnel: acquisition, activation, retention, revenue and referral of each cohort of
/// acquired users, with awareness before it as AAARRR (`Documentation.docc/AARRR.md`).
///
/// All stages but acquisition can be left out, and have no rows then.
public struct AARRRDefinition: ReportDefinition {
  public enum Stage: String, Sendable, CaseIterable {
    case awareness, acquisition, activation, retention, revenue, referral
  }

  public struct Activation: Sendable, Equatable {
    public var event: EventMatcher
    /// Microseconds after acquisition, inclusive; nil counts to the end of observation.
    public var within: Int64?

    public init(event: EventMatcher, within: Int64? = nil) {
      self.event = event
      self.within = within
    }
  }

  public struct Retention: Sendable, Equatable {
    public var event: EventMatcher
    /// Microseconds after acquisition, inclusive: a day, so that the first day is no return.
    public var after: Int64
    /// Microseconds after acquisition, exclusive; nil counts to the end of observation.
    public var until: Int64?

    public init(event: EventMatcher, after: Int64 = Microseconds.day, until: Int64? = nil) {
      self.event = event
      self.after = after
      self.until = until
    }
  }

  public struct Revenue: Sendable, Equatable {
    public var event: EventMatcher
    /// A number property; a payment without one adds 0.
    public var amount: String
    /// As in `Activation`.
    public var within: Int64?

    public init(event: EventMatcher, amount: String, within: Int64? = nil) {
      self.event = event
      self.amount = amount
      self.within = within
    }
  }

  public struct Referral: Sendable, Equatable {
    public var invite: EventMatcher
    public var join: EventMatcher
    /// The property of the join that holds the inviter's id.
    public var inviter: String
    /// As in `Activation`, for invites and joins.
    public var within: Int64?

    public init(
      invite: EventMatcher, join: EventMatcher, inviter: String, within: Int64? = nil
    ) {
      self.invite = invite
      self.join = join
      self.inviter = inviter
      self.within = within
    }

    public var delivery: Delivery { Delivery(event: join, property: inviter) }
  }

  public static let type = "aarrr"
  public var options: ReportOptions
  public var awareness: EventMatcher?
  public var acquisition: EventMatcher
  public var activation: Activation?
  public var retention: Retention?
  public var revenue: Revenue?
  public var referral: Referral?
  /// Fractions to compare each stage's `rate` with.
  public var targets: [Stage: ExactDecimal]
  public var interval: Interval

  public init(
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
  public var stages: [Stage] {
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

  public var needs: ReportNeeds {
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

  public var described: [(key: String, value: JSONValue)] {
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
