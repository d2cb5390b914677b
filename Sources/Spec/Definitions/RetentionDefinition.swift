public import Tables
public import Timelines

/// Who came back, by cohort and period (`Documentation.docc/Retention.md`).
public struct RetentionDefinition: ReportDefinition {
  public enum Cohort: String, Sendable, CaseIterable {
    /// The interval of the entity's first start event.
    case first
    /// Every interval in which the entity has a start event.
    case recurring
  }

  public enum Windows: String, Sendable, CaseIterable {
    /// Period k is the k-th interval after the cohort's.
    case calendar
    /// Period k is the k-th stretch of 24 h (week: 7 x 24 h, month: 30 x 24 h) from the entity's own
    /// first start event.
    case elapsed
  }

  public enum Mode: String, Sendable, CaseIterable {
    case on
    case onOrAfter = "on_or_after"
  }

  public static let type = "retention"
  public var options: ReportOptions
  public var start: EventMatcher
  public var returning: EventMatcher
  public var interval: Interval
  /// Coarser than or equal to `interval`; nil is `interval`.
  public var cohortInterval: Interval?
  /// The last period; with brackets their sum.
  public var periods: Int
  public var cohort: Cohort
  public var windows: Windows
  public var mode: Mode
  /// Sizes of consecutive groups of periods after period 0; empty for none.
  public var brackets: [Int]
  /// Return events that a period needs, at least 1.
  public var minimum: Int
  /// `measure: {sum: property}`.
  public var measure: String?

  public init(
    options: ReportOptions, start: EventMatcher = .any, returning: EventMatcher = .any,
    interval: Interval = .week, cohortInterval: Interval? = nil, periods: Int = 8,
    cohort: Cohort = .first, windows: Windows = .calendar, mode: Mode = .on, brackets: [Int] = [],
    minimum: Int = 1, measure: String? = nil
  ) {
    self.options = options
    self.start = start
    self.returning = returning
    self.interval = interval
    self.cohortInterval = cohortInterval
    self.periods = periods
    self.cohort = cohort
    self.windows = windows
    self.mode = mode
    self.brackets = brackets
    self.minimum = minimum
    self.measure = measure
  }

  public var needs: ReportNeeds {
    var needs = ReportNeeds(
      matchers: [start, returning], numbers: measure.map { [$0] } ?? [], breakdownOn: [start])
    needs.read(measure, on: [returning])
    return needs
  }

  public var described: [(key: String, value: JSONValue)] {
    [
      ("start", .describing(start)), ("return", .describing(returning)),
      ("interval", .text(interval.rawValue)),
      ("cohort_interval", .text((cohortInterval ?? interval).rawValue)),
      ("periods", .integer(periods)), ("cohort", .text(cohort.rawValue)),
      ("windows", .text(windows.rawValue)), ("mode", .text(mode.rawValue)),
      ("brackets", .list(brackets.map { .integer($0) })), ("minimum", .integer(minimum)),
      ("measure", measure.map { .object([("sum", .text($0))]) } ?? .null),
    ]
  }
}
