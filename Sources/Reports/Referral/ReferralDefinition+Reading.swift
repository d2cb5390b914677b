package import Spec
import Timelines
import Values

extension ReferralDefinition: ReadableDefinition {
  package init(reading report: inout SpecMapping, options: ReportOptions) {
    let start = report.event("start", default: .any)
    let invite = report.requiredEvent("invite")
    let join = report.requiredJoin("join")
    self.init(
      options: options, start: start, invite: invite, join: join.event, inviter: join.inviter,
      within: report.duration("within"), interval: report.choice("interval", default: .month))
  }
}

extension SpecMapping {
  /// `join: {event: sign_up, inviter: invited_by}`: an event that is delivered to another entity, and
  /// the property that holds that entity's id.
  mutating func requiredJoin(_ key: String) -> (event: EventMatcher, inviter: String) {
    let join = required(key)?.event("a join") { $0.requiredProperty("inviter") }
    return (join?.event ?? everything, join?.options ?? "")
  }
}
