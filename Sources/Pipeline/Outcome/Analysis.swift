import EventLog
import Reports
package import Spec
package import Tables

/// What a run found out, before anything is written.
package struct Analysis: Sendable {
  package var spec: AnalysisSpec
  var plan: ExtractionPlan
  var calendar: ReportCalendar
  /// Microseconds since 1970.
  var now: Int64?
  /// In canonical order.
  package var files: [FileReading]
  package var observation: Observation
  /// By report, in the order of the spec.
  package var tables: [[Table]]
  /// Where the goals stand; nil without goals.
  package var goals: Table?
  var lists: ListSpools
  var facts: FoldFacts
  /// Properties that no event had a value of.
  var unseenProperties: [PropertyField]
  package var reconciliation: Reconciliation
  /// One line each.
  package var warnings: [String]

  /// Some input was damaged, so that rows may be missing, or so many values are unreadable that sums
  /// mean little: exit 1.
  package var isDamaged: Bool {
    files.contains { !$0.source.damages.isEmpty } || !values.damages.isEmpty
  }

  var values: ValueNotices { ValueNotices(plan: plan, files: files) }
}

/// What a finished run has to tell on stderr.
package struct RunNotices: Sendable {
  package var lines: [String]
  /// Exit 1 instead of 0.
  package var isDamaged: Bool

  package init(lines: [String], isDamaged: Bool) {
    self.lines = lines
    self.isDamaged = isDamaged
  }
}
