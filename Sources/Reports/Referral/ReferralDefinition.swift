package import Spec
package import Timelines
package import Values

/// How members bring members, by the interval of the member's start
/// (`Documentation.docc/Referral.md`).
package struct ReferralDefinition: ReportDefinition {
  package static let type = "referral"
  package static let summary = "How members bring members, by the interval of the member's start"

  package var options: ReportOptions
  /// What makes an entity a member: its first event by default.
  package var start = EventMatcher.any
  package var invite = EventMatcher.any
  package var join = EventMatcher.any
  /// The property of the join that holds the inviter's id.
  package var inviter = ""
  /// Microseconds after the member's start in which invites and joins count, inclusive; nil counts
  /// to the end of observation.
  package var within: Int64?
  package var interval = Interval.month

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

}

extension ReferralDefinition {
  package init(options: ReportOptions) {
    self.options = options
  }

  package static var declared: Options<Self> {
    [
      .option("start", \.start, .event, "What makes an entity a member."),
      .required("invite", \.invite, .event, "What counts as an invite."),
      .requiredStage("join", \.joining, "a join", "What counts as a join.", Joining.declared),
      .option(
        "within", \.within, .duration,
        "Time after the member's start in which invites and joins count, inclusive."),
      .option("interval", \.interval, .interval, "The length of cohorts."),
    ]
  }

  private var joining: Joining {
    get { Joining(event: join, inviter: inviter) }
    set { (join, inviter) = (newValue.event, newValue.inviter) }
  }
}

/// `join: {event: sign_up, inviter: invited_by}`: an event that is delivered to another entity, and
/// the property that holds that entity's id.
struct Joining: EventStage {
  var event: EventMatcher
  var inviter: String

  static var declared: Options<Self> {
    [.required("inviter", \.inviter, .property, "The property that holds the inviter's id.")]
  }
}
