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
    return try analyse(try ReadableInputs(inputs, encoding: spec.source.encoding))
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
    let (plan, calendar) = (reading.plan, reading.calendar)
    var (scan, warnings, fresh) = try read(inputs, reading)

    control.begin(.folding)
    let observation = Observation(
      files: scan.files, options: options, calendar: calendar, now: reading.now,
      observed: spec.calendar.observed)
    try SpanLimit(calendar: calendar, observation: observation).check(spec.reports, scan.files)
    var links: [IdentityLinks] = []
    swap(&links, &scan.links)
    let persons = try PersonDealing(
      consume links, plan: IdentityPlan(spec, plan), options: options, control: control)
    let pass = ReportPass(
      options: options, control: control, calendar: calendar, observation: observation,
      budget: FoldBudget(memoryBytes: options.memoryBytesMax))
    let lists = ListSpools(scratch: options.scratch)
    // A report that looks at users and at accounts has a fold for each, merged in the end.
    var folds = [[any ReportFold]](repeating: [], count: spec.reports.count)
    var facts = FoldFacts()
    for (index, schema) in plan.schemas.enumerated() {
      let chosen = spec.reports.indices.filter { report in
        spec.reports[report].needsByEntity.contains { $0.entity == schema.entity }
      }
      let result = try fold(
        &scan, index, pass, chosen.map { spec.reports[$0] }, plan, persons, lists)
      for (place, report) in chosen.enumerated() { folds[report].append(result.folds[place]) }
      // A row that two schemas keep is counted as a duplicate by one of them at most.
      for file in scan.files.indices {
        scan.files[file].duplicates += result.duplicates[file]
        scan.files[file].used -= result.duplicates[file]
      }
      facts.add(result, schema: schema)
    }

    for file in scan.files.indices {
      let early = scan.files[file].spread.before(observation.early.bound).used
      scan.files[file].used -= early
      scan.files[file].aside += early
    }
    let reconciliation = Reconciliation(scan.files)
    try reconciliation.check()
    let finished = folds.map { merged($0) }
    let tables = try finished.map { try $0.tables() }
    try checkRows(tables)
    let review = GoalReview(
      spec.goals, tables: tables.flatMap { $0 }, calendar: calendar,
      observedUntil: observation.until)
    return Analysis(
      spec: spec, plan: plan, calendar: calendar, now: reading.now, files: scan.files,
      observation: observation,
      persons: persons.users?.counts, mergedAccounts: persons.accounts?.counts,
      tables: tables, goals: spec.goals.isEmpty ? nil : review.table, lists: lists, facts: facts,
      unseenProperties: scan.unseenProperties, reconciliation: reconciliation,
      warnings: warnings
        + (finished.flatMap { $0.warnings() } + review.warnings).map { "warning: \($0)" },
      fresh: fresh?.map { scan.files[$0] } ?? scan.files)
  }

  /// All tables of a run are in memory at once.
  private func checkRows(_ tables: [[Table]]) throws {
    let limit = RowLimit(memoryBytes: options.memoryBytesMax).rowsMax
    let counts = tables.map { $0.reduce(0) { $0 + $1.rows.count } }
    let rows = counts.reduce(0, +)
    if rows <= limit { return }
    let largest = counts.indices.max { counts[$0] < counts[$1] } ?? 0
    throw RunFailure(
      .badData,
      "the tables of all reports have \(rows) rows, more than the \(limit) that --memory has room "
        + "for; those of \(spec.reports[largest].options.name) have \(counts[largest]): narrow its "
        + "range with `from` and `until`, keep the largest values with `top`, or give more --memory; "
        + "nothing was published")
  }

  /// The second half, for one schema.
  private func fold(
    _ scan: inout LogScan.Result, _ schema: Int, _ pass: ReportPass,
    _ reports: [any ReportDefinition], _ plan: ExtractionPlan, _ persons: PersonDealing,
    _ lists: ListSpools
  ) throws -> ReportPass.Result {
    let fileCount = scan.files.count
    guard let stored = scan.stored else {
      var shards: [TimelineShards] = []
      swap(&shards, &scan.shards[schema])
      return try pass.fold(
        persons.merge(consume shards, of: plan.schemas[schema]), reports: reports,
        fileCount: fileCount, lists: lists)
    }
    do {
      let result = try pass.fold(stored, reports: reports, fileCount: fileCount, lists: lists)
      scan.settle(plan.extraction)
      return result
    } catch {
      throw store?.explained(error) ?? error
    }
  }

  /// The first half, from files or from a store; of a store also which files are of this run.
  private func read(
    _ inputs: ReadableInputs?, _ reading: ReadingPlan
  ) throws -> (LogScan.Result, warnings: [String], fresh: [Int]?) {
    let plan = reading.plan
    var options = options
    options.limits = reading.limits
    let budget = MemoryBudget(limit: options.memoryBytesMax ?? .max)
    let files = inputs?.files ?? []
    options.limits.rejectSamplesMax = min(
      options.limits.rejectSamplesMax, ReadLimits.rejectSamplesMax(files: files.count))
    var warnings = inputs?.warnings ?? []
    guard let store else {
      let scan = LogScan(
        plan: plan, options: options, control: control, budget: budget,
        partitions: TimelineShards.partitions(files), zoneQuestion: reading.question,
        identity: IdentityPlan(spec, plan))
      return (try scan.read(files), warnings, nil)
    }
    if inputs != nil {
      warnings += try store.take(
        files, timeZone: spec.calendar.timeZone, options: options, control: control
      ).notices
    }
    do {
      let contents = try store.contents(latest: options.limits.timeMax)
      let rows = contents.segments.reduce(0) { $0 + $1.rowCount }
      let scan = StoreScan(
        plan: plan, options: options, control: control, budget: budget,
        partitions: TimelineShards.partitions(inflatedBytes: rows * StoreScan.rowBytes))
      return (try scan.stored(contents) ?? scan.read(contents), warnings, contents.fresh)
    } catch {
      throw store.explained(error)
    }
  }
}
