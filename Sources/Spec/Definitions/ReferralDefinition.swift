public import Tables
public import Timelines

/// How members bring members, by the interval of the member's start
/// (`Documentation.docc/Referral.md`).
public struct ReferralDefinition: ReportDefinition {
  public static let type = "referral"
  public var options: ReportOptions
  /// What makes an entity a member: its first event by default.
  public var start: EventMatcher
  public var invite: EventMatcher
  public var join: EventMatcher
  /// The property of the join that holds the inviter's id.
  public var inviter: String
  /// Microseconds after the member's start in which invites and joins count, inclusive; nil counts
  /// to the end of observation.
  public var within: Int64?
  public var interval: Interval

  public init(
    options: ReportOptions, start: EventMatcher = .any, invite: EventMatcher, join: EventMatcher,
    inviter: String, within: Int64? = nil, interval: Interval = .month
  ) {
    self.options = options
    self.start = start
    self.invite = invite
    self.join = join
    self.inviter = inviter
    self.within = within
    self.interval = interval
  }

  /// A join, as the inviter's timeline gets it.
  public var delivery: Delivery { Delivery(event: join, property: inviter) }

  /// The joins themselves are looked at too, so that those whose inviter never occurs are counted.
  public var needs: ReportNeeds {
    var needs = ReportNeeds(
      matchers: [start, invite, join, .delivered(delivery)], texts: [inviter],
      breakdownOn: [start], deliveries: [delivery])
    needs.read(inviter, on: [join])
    return needs
  }

  public var tables: [String] { [options.name, options.name + ".joins"] }

  public var described: [(key: String, value: JSONValue)] {
    [
      ("start", .describing(start)), ("invite", .describing(invite)),
      ("join", .object([("event", .describing(join)), ("inviter", .text(inviter))])),
      ("within", .describing(duration: within)), ("interval", .text(interval.rawValue)),
    ]
  }
}
