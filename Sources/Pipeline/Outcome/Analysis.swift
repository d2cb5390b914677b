import EventLog
import Reports
public import Spec
public import Tables

/// What a run found out, before anything is written.
public struct Analysis: Sendable {
  public var spec: AnalysisSpec
  var plan: ExtractionPlan
  var calendar: ReportCalendar
  /// In canonical order.
  public var files: [FileReading]
  public var observation: Observation
  /// By report, in the order of the spec.
  public var tables: [[Table]]
  /// Where the goals stand; nil without goals.
  public var goals: Table?
  var lists: ListSpools
  var facts: FoldFacts
  /// Properties that no event had a value of.
  var unseenProperties: [PropertyField]
  public var reconciliation: Reconciliation
  /// One line each.
  public var warnings: [String]

  /// Some input was damaged, so that rows may be missing: exit 1.
  public var isDamaged: Bool { files.contains { !$0.source.damages.isEmpty } }
}

/// What a finished run has to tell on stderr.
public struct RunNotices: Sendable {
  public var lines: [String]
  /// Exit 1 instead of 0.
  public var isDamaged: Bool

  public init(lines: [String], isDamaged: Bool) {
    self.lines = lines
    self.isDamaged = isDamaged
  }
}
