package import Spec
import Timelines
import Values

extension ActivityDefinition: ReadableDefinition {
  package static var breakdownChoices: [BreakdownOn] {
    [.event, .latest, .firstTouch, .firstMatch]
  }

  package init(reading report: inout SpecMapping, options: ReportOptions) {
    self.init(
      options: options, event: report.event("event", default: .any),
      interval: report.choice("interval", default: .day))
  }
}
