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
  package static let summary = "Who came back, by cohort and period"
  package static var canList: Bool { true }

  package var options: ReportOptions
  package var start = EventMatcher.any
  package var returning = EventMatcher.any
  package var interval = Interval.week
  /// Coarser than or equal to `interval`; nil is `interval`.
  package var cohortInterval: Interval?
  /// The last period; with brackets their sum.
  package var periods = 8
  package var cohort = Cohort.first
  package var windows = Windows.calendar
  package var mode = Mode.on
  /// Sizes of consecutive groups of periods after period 0; empty for none.
  package var brackets: [Int] = []
  /// Return events that a period needs, at least 1.
  package var minimum = 1
  /// `measure: {sum: property}`.
  package var measure: String?

  package var needs: ReportNeeds {
    var needs = ReportNeeds(
      matchers: [start, returning], numbers: measure.map { [$0] } ?? [], breakdownOn: [start])
    needs.read(measure, on: [returning])
    return needs
  }
}
