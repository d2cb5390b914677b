package import Spec
import Timelines
import Values

extension RetentionDefinition: ReadableDefinition {
  package static var canList: Bool { true }

  /// More cells than anybody reads.
  private static let periodsMax = 10_000

  package var tables: [String] { [options.name, options.name + ".matrix"] }

  package init(reading report: inout SpecMapping, options: ReportOptions) {
    self.init(
      options: options, start: report.event("start", default: .any),
      returning: report.event("return", default: .any),
      interval: report.choice("interval", default: .week),
      cohortInterval: report.choice("cohort_interval"),
      cohort: report.choice("cohort", default: .first),
      windows: report.choice("windows", default: .calendar),
      mode: report.choice("mode", default: .on),
      brackets: report.integers("brackets", in: 1...Self.periodsMax),
      minimum: report.integer("minimum", in: 1...Self.periodsMax, default: 1),
      measure: report.mapping("measure", "a measure") { $0.requiredNumberProperty("sum") })
    readPeriods(&report)
    checkIntervals(report)
  }

  private mutating func readPeriods(_ report: inout SpecMapping) {
    let given = report.integer("periods", in: 0...Self.periodsMax)
    periods = given ?? periods
    guard !brackets.isEmpty else { return }
    // Each is at most periodsMax, and a spec file holds few of them: no overflow.
    let sum = brackets.reduce(0, +)
    if sum > Self.periodsMax {
      report.error(at: "brackets", "`brackets` add up to more than \(Self.periodsMax) periods")
    } else if let given, given != sum {
      report.error(
        at: "periods",
        "`brackets` add up to \(sum) periods, and `periods` says \(given); leave `periods` out")
    }
    periods = sum
    if mode == .onOrAfter {
      report.error(
        at: "mode",
        "`brackets` group the periods in which an entity returned: "
          + "they need `mode: on`")
    }
  }

  private func checkIntervals(_ report: SpecMapping) {
    if let cohortInterval, cohortInterval < interval {
      report.error(
        at: "cohort_interval",
        "`cohort_interval` (\(cohortInterval.rawValue)) is finer than `interval` "
          + "(\(interval.rawValue))")
    }
    if windows == .elapsed, interval > .month {
      report.error(
        at: report.has("interval") ? "interval" : "windows",
        "elapsed windows have a fixed length: hour, day, week (7 days) or month (30 days), "
          + "not \(interval.rawValue)")
    }
  }
}
