import EventLog
package import Spec
import System
package import Tables
import Timelines
import Values

/// One report over logs without a spec file: the fields are guessed, nothing is published.
package struct OneOffRun: Sendable {
  private let run: AnalysisRun
  /// What was guessed, for people; empty where nothing was.
  package let guessed: String
  /// Fields that were named and stand in none of the rows that were looked at, with those that do.
  package let doubts: [String]

  /// - Throws: `RunFailure` when an input cannot be read or a field cannot be guessed.
  package init(
    definition: any ReportDefinition, inputs: [String], overrides: SourceGuess.Overrides,
    properties: [SourceSpec.Property], calendar: CalendarSpec, options: RunOptions,
    control: RunControl
  ) throws(RunFailure) {
    _ = try ZoneRules.given(calendar.timeZone)
    let unread = SourceSpec(
      format: .jsonl, encoding: overrides.encoding, event: .constant("event"),
      time: TimeField(paths: [], format: .iso8601))
    let guess = try SourceGuess(
      firstOf: ReadableInputs(inputs, source: unread).files, overrides: overrides,
      needsUser: definition.needsByEntity.contains { $0.entity == .user }, control: control)
    var source = guess.source
    source.properties = properties
    if definition.options.entity == .account, source.account.isEmpty {
      throw RunFailure(.usage, "no field looks like the account; name it with --account")
    }
    // Times without an offset were written where the calendar is, unless a preset knows better.
    if source.time.zone == nil, !source.time.formats.allSatisfy(\.isEpoch) {
      source.time.zone = calendar.timeZone
    }
    let zone = guess.hasLocalTimes ? source.time.zone : nil
    guessed = [guess.guessed, zone.map { "zone \($0) for times without an offset" } ?? ""]
      .filter { !$0.isEmpty }.joined(separator: ", ")
    doubts = guess.unseen(
      (overrides.user + overrides.account + [overrides.event, overrides.time].compactMap { $0 })
        .map { FieldPath($0) } + properties.flatMap(\.paths))
    var spec = AnalysisSpec(source: source, calendar: calendar, reports: [definition])
    spec.identity = guess.identity
    run = AnalysisRun(
      spec: spec, inputs: inputs, options: options, control: control)
  }

  /// One report over a store, whose source is known.
  ///
  /// - Throws: `RunFailure` when there is no store, or it cannot say what the report asks.
  package init(
    definition: any ReportDefinition, store: StoreSession, calendar: CalendarSpec,
    options: RunOptions, control: RunControl
  ) throws(RunFailure) {
    _ = try ZoneRules.given(calendar.timeZone)
    try StoreSession.check(calendar.timeZone, store.manifest, path: store.path)
    let isAccount = definition.options.entity == .account
    if store.kept.specs.allSatisfy({ (isAccount ? $0.account : $0.user).isEmpty }) {
      throw RunFailure(.usage, "the store keeps no \(isAccount ? "account" : "user")")
    }
    (guessed, doubts) = ("", [])
    var spec = store.allSources()
    (spec.calendar, spec.reports) = (calendar, [definition])
    spec.identity = store.lastIdentity
    run = AnalysisRun(
      spec: spec, inputs: [], options: options, control: control, store: store)
  }

  package func tables() throws(RunFailure) -> (tables: [Table], notices: RunNotices) {
    let analysis = try run.analyse()
    let notices = Notices(analysis: analysis)
    try Acceptance(options: run.options).check(analysis, notices)
    let duplicates = analysis.files.reduce(0) { $0 + $1.judged.duplicates }
    let id = run.spec.source.id.map(\.description).joined(separator: " or ")
    let told =
      duplicates == 0
      ? [] : ["notice: \(duplicates) events came again with the same \(id), and count once"]
    return (
      analysis.tables[0],
      RunNotices(damages: notices.damages, lines: notices.warnings + told)
    )
  }
}
