import EventLog
import Reports
package import Spec
import System
import Tables
import Timelines
import Values

/// Logs and a spec to tables: reads, folds, reconciles. Publishing is `Publication`'s part.
///
///     expand inputs ── LogScan ──────────────┬── ReportPass per entity ── Reconciliation ── Analysis
///                └── StoreIntake ── StoreScan ┘
package struct AnalysisRun: Sendable {
  package var spec: AnalysisSpec
  /// Files, folders, globs, or `-`.
  package var inputs: [String]
  package var options: RunOptions
  package var control: RunControl
  /// Inputs go into it, and all of it is analysed.
  package var store: StoreSession?
  /// Stores whose inputs go into it, too.
  var parts: [String] = []

  package init(
    spec: AnalysisSpec, inputs: [String], options: RunOptions, control: RunControl = RunControl(),
    store: StoreSession? = nil
  ) {
    self.store = store
    self.spec = spec
    self.inputs = inputs
    self.options = options
    self.control = control
  }

  /// Everything a run found out, before anything is written.
  package func analyse() throws(RunFailure) -> Analysis {
    if store != nil, inputs.isEmpty { return try analyse(nil) }
    return try analyse(
      try ReadableInputs(inputs, of: spec, cover: store == nil ? .whole : .stored))
  }

  /// - Parameter inputs: nil for a store as it is.
  func analyse(_ inputs: ReadableInputs?) throws(RunFailure) -> Analysis {
    do {
      return try analyseThrowing(inputs)
    } catch {
      throw RunFailure(wrapping: error)
    }
  }

  private func analyseThrowing(_ inputs: ReadableInputs?) throws -> Analysis {
    let reading = try ReadingPlan(spec, options)
    let damages =
      options.acceptsMissing
      ? try store?.leaveOutDamaged { () throws in try control.checkCancelled() } ?? [] : []
    var (scan, warnings, fresh) = try read(inputs, reading)
    let lost = store?.lost(damages) ?? StoreSession.Lost()
    warnings += lost.warnings

    let observation = Observation(
      files: scan.files, options: options, calendar: reading.calendar, now: reading.now,
      of: spec)
    let pass = ReportPass(
      options: options, control: control, calendar: reading.calendar, observation: observation,
      budget: FoldBudget(memoryBytes: options.memoryBytesMax))
    do {
      var analysis = try pass.foldAll(&scan, of: spec, reading, warnings: warnings, fresh: fresh)
        .analysis(of: spec, memoryBytesMax: options.memoryBytesMax)
      analysis.lost = lost
      return analysis
    } catch {
      throw store?.explained(error) ?? error
    }
  }

  /// The first half, from files or from a store; of a store also which files are of this run.
  private func read(
    _ inputs: ReadableInputs?, _ reading: ReadingPlan
  ) throws -> (LogScan.Result, warnings: [String], fresh: [Int]?) {
    let plan = reading.plan
    var identity = IdentityPlan(spec, plan)
    // Whoever carries accounts asks for everybody's users at once.
    if identity?.carries == false { identity?.spillsLinks = true }
    var options = options
    options.limits = reading.limits
    let budget = MemoryBudget(limit: options.memoryBytesMax ?? .max)
    let files = inputs?.files ?? []
    options.limits.rejectSamplesMax = min(
      options.limits.rejectSamplesMax, ReadLimits.rejectSamplesMax(files: files.count))
    var warnings = inputs?.warnings ?? []
    guard let store else {
      let spaces = try MapReading(options: options, control: control, budget: budget)
        .read(spec, inputs?.maps ?? [])
      let scan = LogScan(
        plan: plan, options: options, control: control, budget: budget,
        partitions: TimelineShards.partitions(
          inflatedBytes: TimelineShards.inflatedBytes(files), identity: identity,
          memoryBytes: options.memoryBytesMax),
        placing: .here,
        zoneQuestion: reading.question,
        identity: identity, spaces: spaces)
      return (try scan.read(files), warnings, nil)
    }
    for part in parts {
      let other = try StoreSession(path: part, spec: nil, writes: false)
      _ = try StoreAddition(session: store, options: options, control: control).add(other)
    }
    if inputs != nil {
      warnings += try store.take(
        files, timeZone: spec.calendar.timeZone, options: options, control: control
      ).notices
    }
    warnings += store.leftOut
    let maps = MapReading(options: options, control: control, budget: budget)
    let spaces = try store.spaces(spec, inputs?.maps ?? [], maps)
    do {
      let contents = try store.contents(latest: options.limits.timeMax)
      let rows = contents.segments.reduce(0) { $0 + $1.rowCount }
      let scan = StoreScan(
        plan: plan, options: options, control: control, budget: budget,
        partitions: TimelineShards.partitions(
          inflatedBytes: rows * StoreScan.rowBytes, identity: identity,
          memoryBytes: options.memoryBytesMax),
        identity: identity, source: store.kept, spaces: spaces)
      var found = try scan.stored(contents) ?? scan.read(contents)
      let eventless = store.eventless
      let fresh = contents.fresh + (found.files.count..<found.files.count + eventless.count)
      found.files += eventless
      return (found, warnings, fresh)
    } catch {
      throw store.explained(error)
    }
  }
}
