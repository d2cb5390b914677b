package import Spec
import Timelines
import Values

extension LifecycleDefinition: ReadableDefinition {
  package static var canList: Bool { true }

  package init(reading report: inout SpecMapping, options: ReportOptions) {
    self.init(
      options: options, event: report.event("event", default: .any),
      interval: report.choice("interval", default: .week),
      gap: report.integer("gap", in: 1...10_000, default: 1))
  }
}
