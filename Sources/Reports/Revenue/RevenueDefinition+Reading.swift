package import Spec
import Timelines
import Values

extension RevenueDefinition: ReadableDefinition {
  package static var breakdownChoices: [BreakdownOn] {
    [.event, .latest, .firstTouch, .firstMatch]
  }

  package init(reading report: inout SpecMapping, options: ReportOptions) {
    self.init(
      options: options, event: report.requiredEvent("event"),
      activity: report.event("activity", default: .any),
      amount: report.requiredNumberProperty("amount"),
      interval: report.choice("interval", default: .month))
  }
}
