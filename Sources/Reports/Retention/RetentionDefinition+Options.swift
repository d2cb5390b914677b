package import Spec
import Timelines
import Values

extension RetentionDefinition {
  private static let periodsMax = 10_000

  package init(options: ReportOptions) {
    self.options = options
  }

  package static var declared: Options<Self> {
    [
      .option("start", \.start, .event, "The event that puts an entity into its cohort."),
      .option("return", \.returning, .event, "The event that counts as coming back."),
      .option("interval", \.interval, .interval, "The length of cohorts and periods."),
      .option(
        "cohort_interval", \.cohortIntervalOrOwn, .interval,
        "A coarser length of cohorts; periods still count from each entity's own interval."
      )
      .standard("that of `interval`"),
      .option("periods", \.periods, .integer(in: 0...periodsMax), "The last period."),
      .option(
        "cohort", \.cohort, .choice,
        "The interval of an entity's first start event, or every one in which it has one."),
      .option(
        "windows", \.windows, .choice,
        "Periods by the calendar, or elapsed since the entity's own start."),
      .option(
        "mode", \.mode, .choice, "Returned in the period itself, or in it or any later one."),
      .option(
        "brackets", \.brackets, .integers(in: 1...periodsMax, max: periodsMax),
        "Sizes of consecutive groups of periods after period 0."),
      .option(
        "minimum", \.minimum, .integer(in: 1...1_000_000), "Return events that a period needs."),
      .mapping(
        "measure", \.measure, "a measure", blank: { _ in "" }, "Sums instead of entities alone.",
        [.required("sum", \.self, .numberProperty, "The number that return events add up.")]),
    ]
  }

  /// As the spec says it: without one of its own, it is the interval.
  private var cohortIntervalOrOwn: Interval? {
    get { cohortInterval ?? interval }
    set { cohortInterval = newValue }
  }

  package mutating func check(_ report: inout SpecMapping) {
    checkBrackets(report)
    if let cohortInterval, cohortInterval < interval {
      report.error(
        at: "cohort_interval",
        "`cohort_interval` (\(cohortInterval.rawValue)) is finer than `interval` "
          + "(\(interval.rawValue))")
    }
    if windows == .elapsed, interval == .quarter || interval == .year {
      report.error(
        at: report.has("interval") ? "interval" : "windows",
        "elapsed windows have a fixed length: hour, day, week (7 days) or month (30 days), "
          + "not \(interval.rawValue)")
    }
  }

  private mutating func checkBrackets(_ report: SpecMapping) {
    guard !brackets.isEmpty else { return }
    // Each is at most periodsMax, and a spec file holds few of them: no overflow.
    let sum = brackets.reduce(0, +)
    if sum > Self.periodsMax {
      report.error(at: "brackets", "`brackets` add up to more than \(Self.periodsMax) periods")
      brackets = []
      return
    } else if report.isRead("periods"), periods != sum {
      report.error(
        at: "periods",
        "`brackets` add up to \(sum) periods, and `periods` says \(periods); leave `periods` out")
    }
    periods = sum
    if mode == .onOrAfter {
      report.error(
        at: "mode",
        "`brackets` group the periods in which an entity returned: "
          + "they need `mode: on`")
    }
  }
}
