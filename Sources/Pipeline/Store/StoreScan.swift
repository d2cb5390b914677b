import EventLog
import Reports
import Spec
import Timelines

/// The first half of a run over a store: segments to timelines, as `LogScan` does it for files. Rows
/// go the way that they went as they were read, from the batch on; so nothing that comes out of a
/// store can differ from what came out of its logs.
struct StoreScan {
  var plan: ExtractionPlan
  var options: RunOptions
  var control: RunControl
  var budget: MemoryBudget
  var partitions = TimelineShards.partitionsDefault
  /// Nil lets every row through.
  var lens: EntityLens?
  /// Nil keeps no links.
  var identity: IdentityPlan?
  /// What the store keeps.
  var source: StoredSource
  /// Nil where all sources share one space of ids.
  var spaces: RunSpaces?

  /// Of a row in its log, on which guesses of sizes rest.
  static let rowBytes = 200

  /// Segments with what they may show.
  struct Contents: Sendable {
    var segments: [SegmentReader]
    /// In canonical order: by path, then by content.
    var files: [TakenInput]
    /// The content of each file.
    var inputs: [SegmentInput]
    /// Events of each that are in no segment any more: erased or expired.
    var gone: [Int]
    /// Files that this run has read itself.
    var fresh: [Int]
    /// By file: properties that its value tallies are of.
    var checked: [[String]]
    var filter: SegmentFilter

    /// Whether some events may lie so long before the others that they are before the logs.
    var spansAges: Bool {
      let ranges = segments.compactMap(\.timeRange)
      guard let first = ranges.map(\.lowerBound).min(), let last = ranges.map(\.upperBound).max()
      else { return false }
      return EarlyTimes.mayLie(in: first...last)
    }

    /// By file, what all segments have of it; nil where only a look at every row tells what counts.
    var wholeShares: [SegmentShare]? {
      if !filter.erased.isEmpty || spansAges { return nil }
      var shares = [SegmentShare](repeating: SegmentShare(), count: files.count)
      for (segment, numbers) in zip(segments, fileNumbers) {
        for (share, number) in zip(segment.shares, numbers) where number >= 0 && share.rows > 0 {
          shares[number].add(share)
        }
      }
      let isWhole = shares.allSatisfy { share in
        share.rows == 0 || share.latest <= filter.latest && share.earliest >= filter.earliest
      }
      return isWhole ? shares : nil
    }

    /// By segment and its input: the file's number, or -1 for one whose rows are masked.
    var fileNumbers: [[Int]] {
      var numberOf: [SegmentInput: Int] = [:]
      for (number, input) in inputs.enumerated() { numberOf[input] = number }
      return segments.map { $0.inputs.map { numberOf[$0] ?? -1 } }
    }
  }

  private struct Worker: Sendable {
    var shards: [TimelineShards]
    var links: IdentityLinks?
    var rows: SegmentRows
    var judged: [JudgedRows]
    var sightings: PropertySightings
    var entity: EntitySightings
    var ids: SourceIDs
    var used: [UInt8] = []
  }

  private struct Item: Sendable {
    var segment: Int
    var block: Int
  }

  func read(_ contents: Contents) throws -> LogScan.Result {
    control.begin(.reading)
    control.expect(bytes: contents.segments.reduce(0) { $0 + $1.byteCount })
    let numbers = contents.fileNumbers
    let shares = contents.wholeShares
    let spansAges = contents.spansAges
    let items = contents.segments.indices.flatMap { segment in
      wantedBlocks(contents.segments[segment], isWhole: shares != nil)
        .map { Item(segment: segment, block: $0) }
    }
    let workers = try control.share(items.indices, threads: options.threads) {
      makeWorker(files: contents.files.count)
    } work: { place, worker in
      let item = items[place]
      try read(
        item.block, of: contents.segments[item.segment], numbers: numbers[item.segment],
        contents, spansAges: spansAges, by: &worker)
    }
    var result = combine(workers, contents)
    if lens != nil, let shares {
      // Of blocks that were not read footers say it.
      for (number, share) in shares.enumerated() {
        result.files[number].see(share)
      }
    }
    return result
  }

  /// All blocks, or those that may hold the lens's entity; of events that are delivered to it
  /// anybody's.
  private func wantedBlocks(_ segment: SegmentReader, isWhole: Bool) -> [Int] {
    guard let lens, isWhole, identity == nil, spaces == nil, !source.hasAnonymousKeys,
      plan.schemas.allSatisfy({ $0.entity == .user && $0.deliveries.isEmpty })
    else {
      return Array(0..<segment.blockCount)
    }
    return segment.blocks(ofEntity: lens.id)
  }

  /// Nil where links stay in memory.
  private var linkSpilling: LinkSpilling? {
    guard let identity, identity.spillsLinks, lens == nil else { return nil }
    return LinkSpilling(options, partitions: partitions)
  }

  private func makeWorker(files: Int) -> Worker {
    let texts = plan.extraction.texts.map(\.name)
    let numbers = plan.extraction.numbers.map(\.name)
    return Worker(
      shards: plan.schemas.map { schema in
        TimelineShards(
          schema: schema, textColumns: texts, numberColumns: numbers, partitions: partitions,
          budget: budget, scratch: options.scratch, placing: .here)
      },
      links: identity.map {
        IdentityLinks(
          $0, budget: budget, scratch: options.scratch, spilling: linkSpilling)
      },
      rows: SegmentRows(
        textNames: texts + (source.links == nil ? [] : StoredLinks.names), numberNames: numbers,
        wantsIDs: plan.extractions.contains { !$0.id.isEmpty }),
      judged: [JudgedRows](repeating: JudgedRows(), count: files),
      sightings: PropertySightings(plan.extraction),
      entity: EntitySightings(schemas: plan.schemas.count),
      ids: SourceIDs(
        plan, spaces, observes: lens == nil && !plan.schemas.isEmpty,
        memoryBytesMax: options.memoryBytesMax))
  }

  private func read(
    _ block: Int, of segment: SegmentReader, numbers: [Int], _ contents: Contents,
    spansAges: Bool, by worker: inout Worker
  ) throws {
    var filter = contents.filter
    filter.masked = numbers.map { $0 < 0 }
    try worker.rows.read(block, of: segment, filter: filter)
    for (input, number) in numbers.enumerated() where number >= 0 {
      let counts = worker.rows.counts
      worker.judged[number].held +=
        counts.later[input] + counts.earlier[input] + counts.erased[input]
    }
    let files = worker.rows.inputs.map { UInt32(numbers[Int($0)]) }
    var batch = worker.rows.batch
    if source.links != nil { StoredLinks.take(from: &batch, behind: plan.extraction.texts.count) }
    if plan.others.isEmpty { return try add(batch, files, spansAges: spansAges, by: &worker) }
    // As a log's, a batch is of one source.
    var rows = [[Int]](repeating: [], count: plan.extractions.count)
    for (row, file) in files.enumerated() {
      rows[contents.files[Int(file)].file.source].append(row)
    }
    for (number, own) in rows.enumerated() where !own.isEmpty {
      var part = own.count == batch.count ? batch : batch.selecting(own)
      part.source = number
      try add(part, own.map { files[$0] }, spansAges: spansAges, by: &worker)
    }
  }

  /// Takes in rows of one source.
  private func add(
    _ batch: consuming EventBatch, _ files: [UInt32], spansAges: Bool, by worker: inout Worker
  ) throws {
    var (batch, files) = (batch, files)
    if source.links != nil { fitLinks(&batch, &files, by: &worker) }
    if batch.count == 0 { return }
    for (row, file) in files.enumerated() {
      worker.judged[Int(file)].earliest = min(
        worker.judged[Int(file)].earliest, batch.times[row])
      worker.judged[Int(file)].latest = max(worker.judged[Int(file)].latest, batch.times[row])
      worker.judged[Int(file)].days.count(batch.times[row])
    }
    worker.sightings.look(at: batch)
    worker.ids.translate(&batch)
    try worker.links?.append(batch)
    worker.ids.fill(&batch)
    if let lens {
      for file in files { worker.judged[Int(file)].unmatched += 1 }
      if spansAges { spread(batch, files, used: [], by: &worker) }
      return try look(at: batch, of: files, through: lens, by: &worker)
    }
    // Of rows that nobody counts only the links are wanted.
    if worker.shards.isEmpty { return }
    worker.used.removeAll(keepingCapacity: true)
    for schema in worker.shards.indices {
      let counts = try worker.shards[schema].append(batch, inputs: files, used: &worker.used)
      if counts.withoutEntity == 0 { continue }
      for row in worker.shards[schema].rowsWithoutEntity {
        switch plan.schemas[schema].entity {
        case .user: worker.judged[Int(files[row])].withoutUser += 1
        case .account: worker.judged[Int(files[row])].withoutAccount += 1
        }
      }
    }
    if spansAges { spread(batch, files, used: worker.used, by: &worker) }
    for (row, file) in files.enumerated() {
      if worker.used[row] == 1 {
        worker.judged[Int(file)].matched += 1
      } else {
        worker.judged[Int(file)].unmatched += 1
      }
    }
    control.advance(events: batch.count, rejected: 0)
  }

  /// Notes the ages of rows, where they decide what counts.
  private func spread(
    _ batch: EventBatch, _ files: [UInt32], used: [UInt8], by worker: inout Worker
  ) {
    for (row, file) in files.enumerated() {
      worker.judged[Int(file)].spread.add(
        [batch.times[row]], used: row < used.count ? [used[row]] : [])
    }
  }

  /// Gives a batch back what it said of who is who, as far as the plan asks.
  private func fitLinks(
    _ batch: inout EventBatch, _ files: inout [UInt32], by worker: inout Worker
  ) {
    let fit = StoredLinks.fit(&batch, to: plan.extractions[batch.source])
    for row in fit.withBothIDs { worker.judged[Int(files[row])].withBothIDs += 1 }
    if fit.nobodys.isEmpty { return }
    for row in fit.nobodys { worker.judged[Int(files[row])].nobodys += 1 }
    let gone = Set(fit.nobodys)
    let rows = (0..<batch.count).filter { !gone.contains($0) }
    files = rows.map { files[$0] }
    batch = batch.selecting(rows)
  }

  private func look(
    at batch: EventBatch, of files: [UInt32], through lens: EntityLens, by worker: inout Worker
  ) throws {
    let view = lens.view(batch, of: files, sightings: &worker.entity)
    if view.count == 0 { return }
    for schema in worker.shards.indices {
      var used: [UInt8] = []
      _ = try worker.shards[schema].append(view, file: 0, used: &used)
      lens.note(view, used: used, schema: schema, sightings: &worker.entity)
    }
  }

  /// The store's inputs, before any row of theirs is looked at: of the values that were read those of
  /// this run's properties, and what is not there any more.
  func ledgers(of contents: Contents) -> [InputLedger] {
    contents.files.indices.map { number in
      var taken = contents.files[number]
      let values = taken.tally.values.numbers
      taken.tally.values.numbers = plan.extraction.checkedProperties.map { property in
        let place = contents.checked[number].firstIndex(of: property.name)
        return place.flatMap { $0 < values.count ? values[$0] : nil } ?? ValueTally.Numbers()
      }
      var judged = JudgedRows(held: contents.gone[number])
      // No segment has them.
      judged.unmatched = taken.tally.values.timeless
      return InputLedger(
        id: InputID(taken.file, content: hexadecimal(contents.inputs[number].digest)), taken,
        judged: judged)
    }
  }

  private func combine(_ workers: [Worker], _ contents: Contents) -> LogScan.Result {
    var files = ledgers(of: contents)
    for number in files.indices {
      for worker in workers { files[number].judged.add(worker.judged[number]) }
      files[number].judged.events = files[number].judged.matched + files[number].judged.unmatched
    }
    var sightings = PropertySightings(plan.extraction)
    var entity = EntitySightings(schemas: plan.schemas.count)
    for worker in workers {
      sightings.merge(worker.sightings)
      entity.add(worker.entity)
    }
    var facts = workers.first?.ids.found ?? SpaceFacts()
    for worker in workers.dropFirst() { facts.add(worker.ids.found) }
    facts.maps = spaces?.maps ?? []
    return LogScan.Result(
      files: files,
      shards: plan.schemas.indices.map { schema in workers.map { $0.shards[schema] } },
      links: workers.compactMap(\.links), spillsLinks: linkSpilling != nil, entity: entity,
      unseenProperties: sightings.unseen(plan.extraction), spaces: facts)
  }
}

extension InputLedger {
  /// What segments' footers say of it.
  mutating func see(_ share: SegmentShare) {
    judged.events = share.rows + taken.tally.values.timeless
    (judged.earliest, judged.latest) = (share.earliest, share.latest)
  }
}
