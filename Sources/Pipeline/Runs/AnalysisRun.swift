import EventLog
import Reports
package import Spec
import System
import Tables
import Timelines
import Values

/// Logs and a spec to tables: reads, folds, reconciles. Publishing is `Publication`'s part.
///
///     expand inputs ── LogScan ── ReportPass per entity ── Reconciliation ── Analysis
package struct AnalysisRun: Sendable {
  package var spec: AnalysisSpec
  /// Files, folders, globs, or `-`.
  package var inputs: [String]
  package var options: RunOptions
  package var control: RunControl

  package init(
    spec: AnalysisSpec, inputs: [String], options: RunOptions, control: RunControl = RunControl()
  ) {
    self.spec = spec
    self.inputs = inputs
    self.options = options
    self.control = control
  }

  /// Everything a run found out, before anything is written.
  package func analyse() throws(RunFailure) -> Analysis {
    try analyse(try ReadableInputs(inputs, encoding: spec.source.encoding))
  }

  func analyse(_ inputs: ReadableInputs) throws(RunFailure) -> Analysis {
    do {
      return try analyseThrowing(inputs)
    } catch {
      throw RunFailure(wrapping: error)
    }
  }

  private func analyseThrowing(_ inputs: ReadableInputs) throws -> Analysis {
    let zone = try ZoneRules.load(spec.calendar.timeZone)
    let plan = ExtractionPlan(spec)
    let files = inputs.files
    let budget = MemoryBudget(limit: options.memoryBytesMax ?? .max)

    // Logs shrink to an eighth or so; a guess that is off costs little either way.
    let inflatedBytes = files.reduce(0) { $0 + $1.bytes } * 8
    var scan = try LogScan(
      plan: plan, options: options, control: control, budget: budget,
      partitions: TimelineShards.partitions(inflatedBytes: inflatedBytes)
    ).read(files)

    control.begin(.folding)
    let calendar = ReportCalendar(
      zone: zone, weekStartsOnSunday: spec.calendar.weekStartsOnSunday,
      range: spec.calendar.range)
    let observation = Observation(
      files: scan.files, options: options, calendar: calendar, observed: spec.calendar.observed)
    try SpanLimit(calendar: calendar, observation: observation).check(spec.reports, scan.files)
    let pass = ReportPass(
      options: options, control: control, calendar: calendar, observation: observation)
    let lists = ListSpools(scratch: options.scratch)
    // A report that looks at users and at accounts has a fold for each, merged in the end.
    var folds = [[any ReportFold]](repeating: [], count: spec.reports.count)
    var facts = FoldFacts()
    for (index, schema) in plan.schemas.enumerated() {
      let chosen = spec.reports.indices.filter { report in
        spec.reports[report].needsByEntity.contains { $0.entity == schema.entity }
      }
      var shards: [TimelineShards] = []
      swap(&shards, &scan.shards[index])
      let result = try pass.fold(
        TimelineMerge(consume shards), reports: chosen.map { spec.reports[$0] },
        fileCount: files.count, lists: lists)
      for (place, report) in chosen.enumerated() { folds[report].append(result.folds[place]) }
      // A row that two schemas keep is counted as a duplicate by one of them at most.
      for file in files.indices {
        scan.files[file].duplicates += result.duplicates[file]
        scan.files[file].used -= result.duplicates[file]
      }
      facts.add(result, schema: schema)
    }

    let reconciliation = Reconciliation(scan.files)
    try reconciliation.check()
    let finished = folds.map { merged($0) }
    let tables = try finished.map { try $0.tables() }
    let review = GoalReview(
      spec.goals, tables: tables.flatMap { $0 }, calendar: calendar,
      observedUntil: observation.until)
    return Analysis(
      spec: spec, plan: plan, calendar: calendar, files: scan.files, observation: observation,
      tables: tables, goals: spec.goals.isEmpty ? nil : review.table, lists: lists, facts: facts,
      unseenProperties: scan.unseenProperties, reconciliation: reconciliation,
      warnings: inputs.warnings
        + (finished.flatMap { $0.warnings() } + review.warnings).map { "warning: \($0)" })
  }
}
