package import Spec
import Tables
package import Timelines
package import Values

/// How members bring members, by the interval of the member's start
/// (`Documentation.docc/Referral.md`).
package struct ReferralDefinition: ReportDefinition {
  package static let type = "referral"
  package var options: ReportOptions
  /// What makes an entity a member: its first event by default.
  package var start: EventMatcher
  package var invite: EventMatcher
  package var join: EventMatcher
  /// The property of the join that holds the inviter's id.
  package var inviter: String
  /// Microseconds after the member's start in which invites and joins count, inclusive; nil counts
  /// to the end of observation.
  package var within: Int64?
  package var interval: Interval

  package init(
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
  package var delivery: Delivery { Delivery(event: join, property: inviter) }

  /// The joins themselves are looked at too, so that those whose inviter never occurs are counted.
  package var needs: ReportNeeds {
    var needs = ReportNeeds(
      matchers: [start, invite, join, .delivered(delivery)], texts: [inviter],
      breakdownOn: [start], deliveries: [delivery])
    needs.read(inviter, on: [join])
    return needs
  }

  package var tables: [String] { [options.name, options.name + ".joins"] }

  package var described: [(key: String, value: JSONValue)] {
    [
      ("start", .describing(start)), ("invite", .describing(invite)),
      ("join", .object([("event", .describing(join)), ("inviter", .text(inviter))])),
      ("within", .describing(duration: within)), ("interval", .text(interval.rawValue)),
    ]
  }
}
