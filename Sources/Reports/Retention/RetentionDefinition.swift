package import Spec
import Tables
package import Timelines
package import Values

/// Who came back, by cohort and period (`Documentation.docc/Retention.md`).
package struct RetentionDefinition: ReportDefinition {
  package enum Cohort: String, Sendable, CaseIterable {
    /// The interval of the entity's first start event.
    case first
    /// Every interval in which the entity has a start event.
    case recurring
  }

  package enum Windows: String, Sendable, CaseIterable {
    /// Period k is the k-th interval after the cohort's.
    case calendar
    /// Period k is the k-th stretch of 24 h (week: 7 x 24 h, month: 30 x 24 h) from the entity's own
    /// first start event.
    case elapsed
  }

  package enum Mode: String, Sendable, CaseIterable {
    case on
    case onOrAfter = "on_or_after"
  }

  package static let type = "retention"
  package var options: ReportOptions
  package var start: EventMatcher
  package var returning: EventMatcher
  package var interval: Interval
  /// Coarser than or equal to `interval`; nil is `interval`.
  package var cohortInterval: Interval?
  /// The last period; with brackets their sum.
  package var periods: Int
  package var cohort: Cohort
  package var windows: Windows
  package var mode: Mode
  /// Sizes of consecutive groups of periods after period 0; empty for none.
  package var brackets: [Int]
  /// Return events that a period needs, at least 1.
  package var minimum: Int
  /// `measure: {sum: property}`.
  package var measure: String?

  package init(
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

  package var needs: ReportNeeds {
    var needs = ReportNeeds(
      matchers: [start, returning], numbers: measure.map { [$0] } ?? [], breakdownOn: [start])
    needs.read(measure, on: [returning])
    return needs
  }

  package var described: [(key: String, value: JSONValue)] {
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
