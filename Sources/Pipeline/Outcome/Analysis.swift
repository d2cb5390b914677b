import EventLog
import Reports
package import Spec
package import Tables
import Timelines

/// What a run found out, before anything is written.
package struct Analysis: Sendable {
  package var spec: AnalysisSpec
  var plan: ExtractionPlan
  var calendar: ReportCalendar
  /// Microseconds since 1970.
  var now: Int64?
  /// In canonical order.
  package var files: [InputLedger]
  package var observation: Observation
  /// What was found of persons, and of accounts that are one; nil where nobody asked.
  var persons: IdentityCounts?
  var mergedAccounts: IdentityCounts?
  /// By report, in the order of the spec.
  package var tables: [[Table]]
  /// Where the goals stand; nil without goals.
  package var goals: Table?
  /// What the checks came to; nil without checks.
  package var checks: Table?
  var lists: ListSpools
  var facts: FoldFacts
  /// Properties that no event had a value of.
  var unseenProperties: [PropertyField]
  var spaces = SpaceFacts()
  package var reconciliation: Reconciliation
  /// One line each.
  package var warnings: [String]
  /// What this run has read itself: of a store's inputs those of tonight, else all.
  package var fresh: [InputLedger]
  /// Of a store: which of the files those are; nil without one.
  var freshNumbers: Set<Int>?
  /// Of a store's events those that are gone.
  var lost = StoreSession.Lost()

  /// Some input was damaged, or so many values are unreadable that sums mean little: exit 1.
  package var isDamaged: Bool { !Notices(analysis: self).damages.isEmpty }

  var values: ValueNotices { ValueNotices(plan: plan, files: files) }
}

/// What a finished run has to tell on stderr.
package struct RunNotices: Sendable {
  /// Why it is exit 1 instead of 0: told whatever else is not.
  package var damages: [String]
  /// Checks that failed, a line each: exit 2, told whatever else is not.
  package var failures: [String]
  package var lines: [String]
  /// What was done, in one line; nil where the answer itself is on stdout.
  package var summary: String?

  package init(
    damages: [String], failures: [String] = [], lines: [String], summary: String? = nil
  ) {
    self.damages = damages
    self.failures = failures
    self.lines = lines
    self.summary = summary
  }

  /// Some input was damaged, so that rows may be missing, or so many values are unreadable that sums
  /// mean little.
  package var isDamaged: Bool { !damages.isEmpty }
}
