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
    let cancel = report.event("cancel", "a cancellation") { $0.property("effective") }
    self.init(
      options: options, start: Setter(event: start?.event ?? everything, amount: amount),
      change: change.map { Setter(event: $0.event, amount: $0.options) },
      cancel: cancel?.event, contract: report.property("contract"),
      interval: report.choice("interval", default: .month))
    effective = cancel?.options
    term = report.mapping("term", "a term") { term in
      Term(from: term.requiredProperty("from"), to: term.requiredProperty("to"))
    }
    grace = report.duration("grace")
    trailingMonths = report.value("trailing").flatMap { Self.months($0) }
  }

  /// `12 months`.
  private static func months(_ value: SpecValue) -> Int? {
    guard let text = value.text() else { return nil }
    let words = text.split(separator: " ")
    guard words.count == 2, ["month", "months"].contains(words[1]), words[0].utf8.count < 4,
      let number = Int(words[0]), (1...120).contains(number)
    else {
      value.error("`trailing` is a number of months from 1 to 120, such as 12 months")
      return nil
    }
    return number
  }
}
