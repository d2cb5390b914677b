import Dispatch
import EventLog
import Pages
import Reports
import Spec
import System
import Tables
import Values

/// The main job: analyses logs by a spec file and publishes every table, or nothing.
///
///     lock ── analyse ── refuse? ── write beside ── (commit the store) ── swap
package struct PublishedRun: Sendable {
  package var specFile: SpecFile
  package var inputs: [String]
  /// The folder to publish to.
  package var out: String
  package var options: RunOptions
  package var control: RunControl
  /// A store's folder: inputs go into it, and all of it is analysed.
  package var store: String?
  /// What other machines counted, in place of inputs.
  package var merge: StateMerge?

  package init(
    specFile: SpecFile, inputs: [String], out: String, options: RunOptions, control: RunControl,
    store: String? = nil, merge: StateMerge? = nil
  ) {
    self.store = store
    self.merge = merge
    self.specFile = specFile
    self.inputs = inputs
    self.out = out
    self.options = options
    self.control = control
  }

  private func openStore() throws(RunFailure) -> StoreSession? {
    guard let store else { return nil }
    return try StoreSession(
      path: store, spec: specFile.spec, writes: !inputs.isEmpty,
      allowsNetwork: options.networkStore, salt: options.storeSalt)
  }

  private var tableNames: [String] {
    specFile.spec.reports.flatMap { report in
      options.formats.tables.map { "\(report.options.name).\($0.name)" }
    }
  }

  package func run() throws(RunFailure) -> RunNotices {
    let start = DispatchTime.now()
    let started = Machine.now
    try specFile.checkTimeZone()
    do {
      // The locks come first: a second run of the same night should say so before it reads a byte.
      let session = try openStore()
      // What map tasks have read for the store stands among its inputs.
      let parts = inputs.filter(StoreFolder.isThere)
      let logs = inputs.filter { !parts.contains($0) }
      if session == nil, let part = parts.first {
        throw RunFailure(
          .usage, "\(part) is a store, not a log: `--store` takes it in, or reads it without inputs"
        )
      }
      let versions = try options.versioned ? openVersions() : nil
      let set = try begin(versions)
      var found: ReadableInputs?
      if merge == nil, session == nil || !logs.isEmpty {
        found = try ReadableInputs(
          logs, of: specFile.spec,
          except: versions?.status ?? set.targetStatus(),
          cover: session == nil ? .whole : .stored)
      }
      try set.protect(
        (found?.identities ?? [])
          + ([specFile.path] + (merge?.files ?? [])).compactMap { try? FileStatus(path: $0) })
      // What is in the way should be said before the logs are read, as far as names are known.
      for name in ["run.json", "datapackage.json"] + tableNames { try set.check(name) }
      var analysis = try analyse(found, session, parts: parts)
      let replaced = PublishedFolder(path: lastSet)
      let failures = review(&analysis, replaced)
      let notices = Notices(analysis: analysis)
      try Acceptance(options: options, out: lastSet).check(analysis, notices)
      if options.checksGate, !failures.isEmpty {
        throw RunFailure(
          .badData, notices.damages + failures + ["--checks-gate: nothing was published"])
      }
      control.begin(.writing)
      let writer = ReportWriter(set: set, formats: options.formats)
      try writer.write(analysis)
      try control.checkCancelled()
      var manifest = Manifest(
        analysis: analysis, specPath: specFile.path, specSHA256: specFile.sha256,
        warnings: notices.warnings, damages: notices.damages,
        started: started, ended: Machine.now, resources: ResourceUse(since: start),
        outputs: writer.set.outputs)
      try writePage(of: analysis, manifest.json, replaced, into: writer.set)
      manifest.outputs = writer.set.outputs
      try writer.set.write(JSONWriter.pretty(manifest.json), to: "run.json")
      // The store first: what it has taken in it need not read again, whatever becomes of tables.
      if !inputs.isEmpty { try session?.commit(out: lastSet) }
      var lines = try notices.warnings + writer.commit().warnings.map { "warning: \($0)" }
      try versions?.point()
      if let keep = options.keep, let versions {
        lines += versions.keep(keep).map { "warning: \($0)" }
      }
      // Tables stand; a merge that fails or is interrupted waits for the next night.
      if !inputs.isEmpty { try? session?.compact(options: options, control: control) }
      control.end()
      return RunNotices(
        damages: notices.damages, failures: failures, lines: lines,
        summary: summary(of: analysis, seconds: manifest.resources.wallSeconds))
    } catch {
      throw RunFailure(wrapping: error)
    }
  }

  private func analyse(
    _ found: ReadableInputs?, _ session: StoreSession?, parts: [String]
  ) throws -> Analysis {
    if let merge { return try merge.analyse(specFile, options) }
    var run = AnalysisRun(
      spec: specFile.spec, inputs: inputs, options: options, control: control, store: session)
    run.parts = parts
    return try run.analyse(found)
  }

  /// The folder that holds the last set.
  private var lastSet: String {
    options.versioned ? SetVersions.current(in: out) : out
  }

  private func openVersions() throws(RunFailure) -> SetVersions {
    var now = Machine.now
    if let given = options.now {
      let zone = try specFile.zoneRules()
      now = given.instant(in: ReportCalendar(specFile.spec.calendar, zone: zone))
    }
    do {
      return try SetVersions(directory: out, now: now)
    } catch {
      throw RunFailure(wrapping: error)
    }
  }

  private func begin(_ versions: SetVersions?) throws(PublishError) -> OutputSet {
    if let versions { return try versions.beginSet(replace: options.replace) }
    return try OutputSet.begin(directory: out, replace: options.replace)
  }

  /// `8 files, 4000000 events, 2 rejected, 3 tables in 5.2 s, 72.1 MB/s`.
  private func summary(of analysis: Analysis, seconds: Double) -> String {
    let bytes = analysis.files.reduce(0) { $0 + $1.source.fileBytes }
    let rate = seconds > 0 ? Double(bytes) / 1e6 / seconds : 0
    let tables = analysis.tables.reduce(0) { $0 + $1.count }
    return "\(analysis.files.count) files, \(analysis.reconciliation.used) events, "
      + "\(analysis.reconciliation.rejected) rejected, \(tables) tables in "
      + "\(PlainNumber.rounded(seconds, places: 1) ?? "") s, "
      + "\(PlainNumber.rounded(rate, places: 1) ?? "") MB/s"
  }

  /// Holds the set against the spec's checks. Returns those that failed, a line each.
  private func review(_ analysis: inout Analysis, _ replaced: PublishedFolder) -> [String] {
    let checks = analysis.spec.checks
    if checks.isEmpty { return [] }
    let old = checks.contains(where: \.looksAtReplaced) ? replaced.tables : [:]
    let review = CheckReview(
      checks,
      CheckReview.Ground(
        tables: analysis.tables.flatMap { $0 }, replaced: { old[$0] },
        sources: facts(of: analysis), calendar: analysis.calendar,
        observedUntil: analysis.observation.until, now: analysis.now))
    analysis.checks = review.table
    analysis.warnings += review.warnings.map { "warning: \($0)" }
    return review.failures
  }

  /// By source: what was read, tonight where there is a store.
  private func facts(of analysis: Analysis) -> [String: SourceFacts] {
    func events(_ files: [InputLedger]) -> Int? {
      inputs.isEmpty ? nil : files.reduce(0) { $0 + $1.judged.events }
    }
    guard analysis.spec.hasNamedSources else {
      return [
        AnalysisSpec.unnamedSource: SourceFacts(
          latest: analysis.observation.latest, events: events(analysis.fresh))
      ]
    }
    var facts: [String: SourceFacts] = [:]
    for (number, source) in analysis.spec.sources.enumerated() {
      let files = analysis.files.filter { $0.file.source == number }
      facts[source.name] = SourceFacts(
        latest: files.compactMap { $0.judged.times?.upperBound }.max(),
        events: events(files))
    }
    return facts
  }

  /// `report.html` and its figures, where they are asked for.
  private func writePage(
    of analysis: Analysis, _ manifest: JSONValue, _ replaced: PublishedFolder,
    into set: borrowing OutputSet
  ) throws {
    guard options.formats.page != nil || options.formats.figures else { return }
    var source = analysis.pageSource(manifest: manifest)
    source.replaced = replaced.mainTables
    let page = Page(source, options: options.formats.page ?? PageOptions())
    if options.formats.page != nil { try set.write(Array(page.html.utf8), to: "report.html") }
    if options.formats.figures {
      for (name, svg) in page.figures { try set.write(Array(svg.utf8), to: name) }
    }
  }
}
