import EventLog
import Reports
import Spec
import Tables
import Timelines
import Values

/// The second half of a run: timelines to folds, which become tables. Workers
/// take partitions through an atomic counter; each has its own folds, merged once at the end.
struct ReportPass {
  var options: RunOptions
  var control: RunControl
  var calendar: ReportCalendar
  var observation: Observation
  /// Shared by the passes of a run.
  var budget: FoldBudget
  /// What is folded: all partitions, or some of as many.
  var share: PartitionShare?
  /// What other machines have dealt to the partitions of persons; nil deals them here.
  var dealt: DealtRows?

  struct Result: Sendable {
    /// By report, in the order of the definitions; merged over workers.
    var folds: [any ReportFold]
    /// Names of all events that were read, with their rows.
    var names: [LogText: Int]
    /// By file index: events dropped as duplicates.
    var duplicates: [Int]
    /// Delivered events whose entity never occurs by itself.
    var unplacedDeliveries: Int
    var entities: Int
    /// Events behind the end of observation.
    var late: Int
  }

  /// One worker's folds and counts.
  private struct Partial: Sendable {
    var folds: [any ReportFold]
    var meters: [FoldMeter]
    var duplicates: [Int]
    var unplacedDeliveries = 0
    var entities = 0
    var late = 0
  }

  /// The second half of a run: takes the timelines out of a scan, and folds them into all reports.
  func foldAll(
    _ scan: inout LogScan.Result, of spec: AnalysisSpec, _ reading: ReadingPlan,
    warnings: [String], fresh: [Int]?
  ) throws -> FoldedLogs {
    control.begin(.folding)
    try SpanLimit(calendar: calendar, observation: observation).check(spec.reports, scan.files)
    try scan.spillLinks(options)
    var links: [IdentityLinks] = []
    swap(&links, &scan.links)
    let persons = try PersonDealing(
      consume links, with: scan.shards.joined().compactMap(\.linkedRows),
      plan: IdentityPlan(spec, reading.plan), options: options, control: control)
    for schema in scan.shards.indices {
      for worker in scan.shards[schema].indices { scan.shards[schema][worker].dropLinks() }
    }
    let lists = ListSpools(scratch: options.scratch)
    // A report that looks at users and at accounts has a fold for each, merged in the end.
    var folds = [[any ReportFold]](repeating: [], count: spec.reports.count)
    var facts = FoldFacts()
    var judged = [JudgedRows](repeating: JudgedRows(), count: scan.files.count)
    for (index, schema) in reading.plan.schemas.enumerated() {
      let chosen = spec.reports.indices.filter { report in
        spec.reports[report].needsByEntity.contains { $0.entity == schema.entity }
      }
      let result = try fold(
        &scan, index, chosen.map { spec.reports[$0] }, reading.plan, persons, lists, &judged)
      for (place, report) in chosen.enumerated() { folds[report].append(result.folds[place]) }
      // A row that two schemas keep is counted as a duplicate by one of them at most.
      for file in judged.indices { judged[file].duplicates += result.duplicates[file] }
      facts.add(result, schema: schema)
    }
    return FoldedLogs(
      reading: reading, observation: observation, files: scan.files,
      judged: scan.files.byInput(judged), folds: folds.map { merged($0) }, lists: lists,
      facts: facts,
      persons: persons.userCounts, mergedAccounts: persons.accounts?.counts,
      unseenProperties: scan.unseenProperties, spaces: scan.spaces, warnings: warnings, fresh: fresh
    )
  }

  /// One schema of a scan, from its shards or from where a store has them.
  private func fold(
    _ scan: inout LogScan.Result, _ schema: Int, _ reports: [any ReportDefinition],
    _ plan: ExtractionPlan, _ persons: PersonDealing, _ lists: ListSpools,
    _ judged: inout [JudgedRows]
  ) throws -> Result {
    let fileCount = scan.files.count
    guard let stored = scan.stored else {
      var shards: [TimelineShards] = []
      swap(&shards, &scan.shards[schema])
      let merge = try persons.merge(
        consume shards, of: plan.schemas[schema], files: scan.files, from: observation.bound,
        dealt: dealt.map { dealt in { try dealt.give(to: $0, schema: schema) } })
      for (file, lost) in merge.lost { judged[Int(file)].lose(lost) }
      return try fold(merge, reports: reports, fileCount: fileCount, lists: lists)
    }
    let result = try fold(stored, reports: reports, fileCount: fileCount, lists: lists)
    scan.settle(plan.extraction, &judged)
    return result
  }

  /// Folds the timelines of one schema into the reports that count its entity. Knows nothing of
  /// where they come from.
  ///
  /// - Parameter lists: takes the rows of NAME.entities, partition by partition.
  func fold(
    _ source: some TimelineSource, reports: [any ReportDefinition], fileCount: Int,
    lists: ListSpools
  ) throws -> Result {
    let context = ReportContext(
      schema: source.schema, kinds: source.kinds, calendar: calendar,
      observedUntil: observation.until, observedFrom: observation.from,
      rowLimit: RowLimit(memoryBytes: options.memoryBytesMax))
    let partitions = share?.partitions ?? 0..<source.partitionCount
    let lateEvents = LateEvents(observation, context)
    control.expect(partitions: partitions.count)
    let partials = try control.share(partitions, threads: options.threads) {
      Partial(
        folds: reports.map { makeFold(definition: $0, context: context) },
        meters: reports.map {
          FoldMeter(budget, report: $0.options.name, breakdown: $0.options.breakdown)
        },
        duplicates: [Int](repeating: 0, count: fileCount))
    } work: { number, partial in
      let partition = try source.build(partition: number)
      partial.entities += partition.entityCount(from: observation.bound)
      partial.unplacedDeliveries += partition.unplacedDeliveries
      partial.late += lateEvents?.count(partition) ?? 0
      for part in partition.duplicates { partial.duplicates[Int(part.file)] += part.count }
      for report in partial.folds.indices {
        try observe(
          partition, from: observation.bound, with: &partial.folds[report],
          meter: &partial.meters[report])
        if reports[report].options.list, let rows = partial.folds[report].drainList() {
          try lists.append(rows, report: reports[report].options.name)
        }
      }
      control.advancePartition()
    }
    return combine(
      partials,
      names: Dictionary(
        zip(source.eventNames, source.eventNameRows), uniquingKeysWith: { $0 + $1 }),
      fileCount: fileCount)
  }

  private func combine(_ partials: [Partial], names: [LogText: Int], fileCount: Int) -> Result {
    var result = Result(
      folds: [], names: names, duplicates: [Int](repeating: 0, count: fileCount),
      unplacedDeliveries: 0, entities: 0, late: 0)
    for partial in partials {
      for file in 0..<fileCount { result.duplicates[file] += partial.duplicates[file] }
      result.unplacedDeliveries += partial.unplacedDeliveries
      result.entities += partial.entities
      result.late += partial.late
    }
    for report in partials.first?.folds.indices ?? 0..<0 {
      result.folds.append(merged(partials.map { $0.folds[report] }))
    }
    return result
  }
}
