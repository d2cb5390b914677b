import EventLog
import Spec
import Timelines

/// Segments into one: compaction, and with a filter `forget`, `expire` and `drop`. Rows go the way of
/// a night's rows, with their inputs; so that what comes out is what one night would have written.
struct StoreRewrite {
  var source: StoredSource
  var options: RunOptions
  var control: RunControl
  /// Who goes, where sources have ids of their own; else the filter says it.
  var erasure: SpaceErasure?

  struct Result {
    /// Nil when no row is left.
    var segment: StoreManifest.Segment?
    /// By content: rows that the filter took out.
    var erased: [SegmentInput: Int] = [:]
    var expired: [SegmentInput: Int] = [:]
    /// Rows that stay, and have lost an id by an erasure.
    var blanked = 0
  }

  private struct Worker: Sendable {
    var shards: [TimelineShards]
    var rows: SegmentRows
    /// Properties of a row.
    var textCount: Int
    /// For an erasure.
    var ids: SourceIDs
    var kept = 0
    var blanked = 0
    var erased: [SegmentInput: Int] = [:]
    var expired: [SegmentInput: Int] = [:]
  }

  /// - Parameter inputs: those whose rows stay.
  func run(
    _ segments: [SegmentReader], inputs: [SegmentInput], filter: SegmentFilter, generation: Int,
    folder: borrowing StoreFolder
  ) throws -> Result {
    let present = Set(segments.flatMap(\.inputs))
    let order = inputs.filter(present.contains).sorted {
      $0.digest.lexicographicallyPrecedes($1.digest)
    }
    let numberOf = Dictionary(
      uniqueKeysWithValues: order.enumerated().map { ($1, UInt32($0)) })
    let plan = source.plan
    let budget = MemoryBudget(limit: options.memoryBytesMax ?? .max)
    let rowCount = segments.reduce(0) { $0 + $1.rowCount }
    let items = segments.indices.flatMap { segment in
      (0..<segments[segment].blockCount).map { (segment, $0) }
    }
    let workers = try control.share(items.indices, threads: options.threads) {
      makeWorker(plan, budget, rowCount: rowCount)
    } work: { place, worker in
      try read(
        items[place].1, of: segments[items[place].0], numberOf: numberOf, filter: filter,
        by: &worker)
    }
    var result = Result()
    for worker in workers {
      result.erased.merge(worker.erased, uniquingKeysWith: +)
      result.expired.merge(worker.expired, uniquingKeysWith: +)
      result.blanked += worker.blanked
    }
    let kept = workers.reduce(0) { $0 + $1.kept }
    if kept == 0 { return result }
    result.segment = try StoreIntake.write(
      plan.schemas.indices.map { schema in workers.map { $0.shards[schema] } }, source: source,
      inputs: order, fileRanks: [], rows: kept, generation: generation, folder: folder,
      control: control)
    return result
  }

  private func makeWorker(
    _ plan: ExtractionPlan, _ budget: MemoryBudget, rowCount: Int
  ) -> Worker {
    let texts = source.texts(plan)
    let numbers = plan.extraction.numbers.map(\.name)
    var seen = plan
    seen.spaces = source.specs.map(\.spaces)
    return Worker(
      shards: plan.schemas.map { schema in
        TimelineShards(
          schema: schema, textColumns: texts, numberColumns: numbers,
          partitions: TimelineShards.partitions(inflatedBytes: rowCount * StoreScan.rowBytes),
          budget: budget, scratch: options.scratch, placing: Placing(salt: source.salt))
      },
      rows: SegmentRows(
        textNames: texts, numberNames: numbers, wantsIDs: source.columns(plan).hasIDs),
      textCount: plan.extraction.texts.count,
      ids: SourceIDs(seen, erasure?.spaces, observes: false, memoryBytesMax: nil))
  }

  private func read(
    _ block: Int, of segment: SegmentReader, numberOf: [SegmentInput: UInt32],
    filter: SegmentFilter, by worker: inout Worker
  ) throws {
    var filter = filter
    filter.masked = segment.inputs.map { numberOf[$0] == nil }
    try worker.rows.read(block, of: segment, filter: filter)
    let counts = worker.rows.counts
    for (place, input) in segment.inputs.enumerated() {
      if counts.erased[place] > 0 { worker.erased[input, default: 0] += counts.erased[place] }
      if counts.earlier[place] > 0 { worker.expired[input, default: 0] += counts.earlier[place] }
    }
    var batch = worker.rows.batch
    if batch.count == 0 { return }
    if let persons = filter.persons {
      StoredLinks.erase(persons, from: &batch, behind: worker.textCount)
    }
    let inputs = worker.rows.inputs.map { segment.inputs[Int($0)] }
    guard let erasure else { return try add(batch, inputs, numberOf, by: &worker) }
    // As a log's, a batch is of one source.
    let sources = Dictionary(grouping: 0..<batch.count) { erasure.sourceOf[inputs[$0]] ?? 0 }
    for (source, rows) in sources.sorted(by: { $0.key < $1.key }) {
      var part = rows.count == batch.count ? batch : batch.selecting(rows)
      part.source = source
      let (kept, gone, blanked) = erasure.apply(
        to: &part, &worker.ids, textCount: worker.textCount, hasLinks: self.source.links != nil)
      worker.blanked += blanked
      for row in gone { worker.erased[inputs[rows[row]], default: 0] += 1 }
      try add(part, kept.map { inputs[rows[$0]] }, numberOf, by: &worker)
    }
  }

  private func add(
    _ batch: EventBatch, _ inputs: [SegmentInput], _ numberOf: [SegmentInput: UInt32],
    by worker: inout Worker
  ) throws {
    if batch.count == 0 { return }
    worker.kept += batch.count
    let inputs = inputs.map { numberOf[$0] ?? 0 }
    for schema in worker.shards.indices {
      var used: [UInt8] = []
      _ = try worker.shards[schema].append(batch, inputs: inputs, used: &used)
    }
  }
}
