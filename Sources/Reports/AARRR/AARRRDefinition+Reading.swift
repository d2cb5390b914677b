import EventLog
package import Spec
package import Timelines
import Values

extension AARRRDefinition: ReadableDefinition {
  package static var entities: [TimelineSchema.Entity] { [.user] }

  package init(reading report: inout SpecMapping, options: ReportOptions) {
    self.init(
      options: options, awareness: report.event("awareness"),
      acquisition: report.requiredEvent("acquisition"),
      activation: report.event("activation", "the activation stage") { $0.duration("within") }
        .map { Activation(event: $0.event, within: $0.options) },
      interval: report.choice("interval", default: .month))
    retention = Self.readRetention(&report)
    revenue = report.event("revenue", "the revenue stage") { stage in
      (stage.requiredNumberProperty("amount"), stage.duration("within"))
    }.map { Revenue(event: $0.event, amount: $0.options.0, within: $0.options.1) }
    referral = report.mapping("referral", "the referral stage") { stage in
      let invite = stage.requiredEvent("invite")
      let join = stage.requiredJoin("join")
      return Referral(
        invite: invite, join: join.event, inviter: join.inviter, within: stage.duration("within"))
    }
    targets = report.targets(of: stages)
  }

  private static func readRetention(_ report: inout SpecMapping) -> Retention? {
    report.event("retention", "the retention stage") { stage in
      let after = stage.duration("after") ?? Microseconds.day
      let until = stage.duration("until")
      if let until, until <= after {
        stage.error(at: "until", "`until` must be later than `after`, which is a day by default")
      }
      return (after, until)
    }.map { Retention(event: $0.event, after: $0.options.0, until: $0.options.1) }
  }
}

extension SpecMapping {
  /// `targets: {activation: 0.25}`: by stage, the fraction that its rate is to reach.
  mutating func targets<Stage: RawRepresentable & CaseIterable & Hashable>(of stages: [Stage])
    -> [Stage: ExactDecimal] where Stage.RawValue == String
  {
    mapping("targets", "`targets`") { targets in
      var fractions: [Stage: ExactDecimal] = [:]
      for stage in Stage.allCases {
        guard let value = targets.value(stage.rawValue), let target = value.decimal() else {
          continue
        }
        if target <= .zero {
          value.error("a target is a rate, as a fraction above 0: 0.25 for 25 %")
        } else if !stages.contains(stage) {
          value.error("there is no stage `\(stage.rawValue)` to have a target")
        }
        fractions[stage] = target
      }
      return fractions
    } ?? [:]
  }
}
