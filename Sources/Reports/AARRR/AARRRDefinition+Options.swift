import EventLog
package import Spec
import Timelines
import Values

extension AARRRDefinition {
  package init(options: ReportOptions) {
    self.options = options
  }

  package static var declared: Options<Self> {
    [
      .option("awareness", \.awareness, .event, "What comes before acquisition."),
      .required("acquisition", \.acquisition, .event, "What makes a user one of a cohort."),
      .stage(
        "activation", \.activation, "the activation stage", blank: { _ in Activation() },
        "What activates a user.",
        [.option("within", \.within, .duration, "Time after acquisition, inclusive.")]),
      .stage(
        "retention", \.retention, "the retention stage", blank: { _ in Retention() },
        "What counts as coming back.", Retention.declared),
      .stage(
        "revenue", \.revenue, "the revenue stage", blank: { _ in Revenue() },
        "What counts as a payment.",
        [
          .required("amount", \.amount, .numberProperty, "The number that a payment is worth."),
          .option("within", \.within, .duration, "Time after acquisition, inclusive."),
        ]),
      .mapping(
        "referral", \.referral, "the referral stage", blank: { _ in Referral() },
        "Invites, and the joins that they bring.", Referral.declared),
      .targets(\.targets) { $0.stages },
      .option("interval", \.interval, .interval, "The length of cohorts."),
    ]
  }
}

extension AARRRDefinition.Retention {
  fileprivate static var declared: Options<Self> {
    [
      .option("after", \.after, .duration, "Time after acquisition from which on it counts."),
      .written("until", .duration, "Time after acquisition from which on it counts no longer.") {
        $0.readUntil(&$1)
      } show: {
        .describing(duration: $0.until)
      },
    ]
  }

  private mutating func readUntil(_ stage: inout SpecMapping) {
    until = stage.duration("until")
    if let until, until <= after {
      stage.error(at: "until", "`until` must be later than `after`, which is a day by default")
    }
  }
}

extension AARRRDefinition.Referral {
  fileprivate static var declared: Options<Self> {
    [
      .required("invite", \.invite, .event, "What counts as an invite."),
      .requiredStage("join", \.joining, "a join", "What counts as a join.", Joining.declared),
      .option("within", \.within, .duration, "Time after acquisition, inclusive."),
    ]
  }

  private var joining: Joining {
    get { Joining(event: join, inviter: inviter) }
    set { (join, inviter) = (newValue.event, newValue.inviter) }
  }
}
