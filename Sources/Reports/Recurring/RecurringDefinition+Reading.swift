package import Spec
package import Timelines
import Values

extension RecurringDefinition: ReadableDefinition {
  package static var entities: [TimelineSchema.Entity] { [.account, .user] }

  package init(reading report: inout SpecMapping, options: ReportOptions) {
    let everything = report.everything
    let start = report.required("start")?.event("a start") { $0.requiredNumberProperty("amount") }
    let amount = start?.options ?? ""
    let change = report.event("change", "a change") { $0.numberProperty("amount") ?? amount }
    self.init(
      options: options, start: Setter(event: start?.event ?? everything, amount: amount),
      change: change.map { Setter(event: $0.event, amount: $0.options) },
      cancel: report.event("cancel"), contract: report.property("contract"),
      interval: report.choice("interval", default: .month))
  }
}
