package import Spec
import Timelines

extension RhythmDefinition: ReadableDefinition {
  package static var breakdownChoices: [BreakdownOn] {
    [.event, .latest, .firstTouch, .firstMatch]
  }

  package init(reading report: inout SpecMapping, options: ReportOptions) {
    self.init(
      options: options, event: report.event("event", default: .any),
      working: report.mapping("working", "working hours") { Working(reading: &$0) } ?? Working())
  }
}

extension RhythmDefinition.Working {
  fileprivate init(reading mapping: inout SpecMapping) {
    self.init()
    if let value = mapping.value("days") {
      let given = value.items().compactMap { $0.choice(RhythmDefinition.Weekday.self) }
      days = RhythmDefinition.Weekday.allCases.filter(given.contains)
      if value.items().isEmpty { value.error("`days` needs at least one day") }
    }
    guard let value = mapping.value("hours") else { return }
    let items = value.items()
    guard items.count == 2 else {
      value.error("`hours` must be two hours such as [9, 18], not \(value.node.described)")
      return
    }
    let hours = items.compactMap { $0.integer(in: 0...24) }
    guard hours.count == 2 else { return }
    if hours[0] >= hours[1] {
      value.error("`hours` go from an earlier to a later one, not [\(hours[0]), \(hours[1])]")
    }
    (from, until) = (hours[0], hours[1])
  }
}
