import Dispatch
import EventLog
import Spec
import Synchronization
import Timelines

/// The first half of a run: files to timelines, on Dispatch, a partial for each worker.
///
/// Files are handed out largest first through an atomic counter. A worker that finds none left
/// helps those that still inflate (`ChunkExchange`). Nothing is shared per row: a worker has its own
/// source, parser, batch and shards.
struct LogScan {
  var plan: ExtractionPlan
  var options: RunOptions
  var control: RunControl
  var budget: MemoryBudget
  /// Partitions of the timelines.
  var partitions = TimelineShards.partitionsDefault
  /// Who will look for entities where this run puts them.
  var placing = Placing.everywhere
  var zoneQuestion: ZoneQuestion
  /// Nil keeps no links.
  var identity: IdentityPlan?
  /// Nil where all sources share one space of ids.
  var spaces: RunSpaces?
  /// Nil lets every row through.
  var lens: EntityLens?
  /// For a store: contents are digested, and these are what one of them may have grown from.
  var contentStarts: ContentStarts?
  /// For a store: who is who becomes part of its rows.
  var storesLinks = false

  /// The schema whose rows have their links with them, for runs that keep the rows for themselves.
  var linkedSchema: Int? {
    guard let rules = identity?.users, rules.hasAnonymous, placing == .here, lens == nil else {
      return nil
    }
    return plan.schemas.firstIndex { TimelineShards.takesLinks($0) }
  }

  /// Where links go that do not fit into memory; nil where whoever asks for them wants all at once.
  var linkSpilling: LinkSpilling? {
    guard let identity, identity.spillsLinks, lens == nil else { return nil }
    return LinkSpilling(options, partitions: partitions)
  }

  struct Result: Sendable {
    /// In canonical order.
    var files: [InputLedger]
    /// By schema of the plan, then by worker.
    var shards: [[TimelineShards]]
    /// By worker: who is who.
    var links: [IdentityLinks] = []
    /// Links may leave memory.
    var spillsLinks = false
    /// Through the lens.
    var entity: EntitySightings
    /// Properties that no event had a value of.
    var unseenProperties: [PropertyField]
    var spaces = SpaceFacts()
    /// In place of shards: the timelines of a store.
    var stored: StoredTimelines?
  }

  /// - Parameter files: in canonical order, which is the order of the result.
  /// - Throws: `RunFailure` when an input cannot be read at all or the run was cancelled.
  func read(_ files: [InputFile]) throws -> Result {
    control.begin(.reading)
    control.expect(
      bytes: files.contains(where: \.isStandardInput) ? 0 : files.map(\.bytes).reduce(0, +))
    let workers = max(1, options.threads)
    let queue = ScanUnit.units(of: files)
    let exchange = ChunkExchange(
      workers: workers, files: queue.count, lineBytesMax: options.limits.lineBytesMax,
      memoryBytesMax: options.memoryBytesMax)
    let next = Atomic<Int>(0)
    let finished = Mutex<[ScanWorker.Partial]>([])
    let failure = Mutex<RunFailure?>(nil)
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      var worker = ScanWorker(scan: self, exchange: exchange, files: files)
      do {
        while true {
          let place = next.add(1, ordering: .relaxed).oldValue
          guard place < queue.count else { break }
          defer { exchange.finishFile() }
          try worker.read(queue[place], of: files)
        }
        try worker.help()
      } catch {
        control.cancel()
        let reason = RunFailure(wrapping: error)
        failure.withLock { if $0 == nil || $0?.kind == .cancelled { $0 = reason } }
        // Files that nobody will read any more still have to end, or helpers would wait for them.
        while next.add(1, ordering: .relaxed).oldValue < queue.count { exchange.finishFile() }
      }
      let partial = worker.finished()
      finished.withLock { $0.append(partial) }
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
    try control.checkCancelled()
    let result = combine(finished.withLock { $0 }, files: files)
    for file in result.files {
      try zoneQuestion.check(
        file.tally.values, linesBefore: 0, path: file.file.path, source: file.file.source)
    }
    return result
  }

  private func combine(_ partials: [ScanWorker.Partial], files: [InputFile]) -> Result {
    let ledgers = files.indices.map { index in
      let shares = partials.compactMap { $0.shares[index] }
      return InputLedger(
        TakenInput(
          file: files[index],
          source: partials.lazy.compactMap { $0.outcomes[index] }.first ?? SourceOutcome(),
          shares: shares, samplesMax: options.limits.rejectSamplesMax),
        shares: shares)
    }
    let shards = plan.schemas.indices.map { schema in partials.map { $0.shards[schema] } }
    var sightings = PropertySightings(plan.extraction)
    for partial in partials { sightings.merge(partial.sightings) }
    var entity = EntitySightings(schemas: plan.schemas.count)
    for partial in partials { entity.add(partial.entity) }
    entity.settle { file, chunk in
      let lines = partials.flatMap { $0.shares[file]?.chunkLines ?? [] }
      return lines.reduce(0) { $0 + (Int($1.chunk) < chunk ? Int($1.lines) : 0) }
    }
    var facts = partials.first?.spaces ?? SpaceFacts()
    for partial in partials.dropFirst() { facts.add(partial.spaces) }
    facts.maps = spaces?.maps ?? []
    return Result(
      files: ledgers, shards: shards, links: partials.compactMap(\.links),
      spillsLinks: linkSpilling != nil, entity: entity,
      unseenProperties: sightings.unseen(plan.extraction), spaces: facts)
  }
}

extension LinkSpilling {
  /// For the workers of a run: each has a log of its own, and one of the links that go with rows.
  init(_ options: RunOptions, partitions: Int) {
    self.init(
      partitions: partitions, bytesMax: HeldLimits(options).linkBytesMax,
      workers: 2 * max(1, options.threads))
  }
}

extension ExtractionPlan {
  /// Whether rows are read of users that may have an account elsewhere.
  var watchesCarry: Bool {
    let all = extractions
    return schemas.contains { $0.entity == .account }
      && all.contains { $0.keepsAccounts && !$0.account.isEmpty }
      && all.indices.contains {
        all[$0].keepsUsers && (carry.isEmpty || carry[$0] == .none)
      }
  }

  /// Whether it is worth while to know which accounts several sources know.
  var comparesSources: Bool {
    extractions.count { $0.keepsAccounts && !$0.account.isEmpty } > 1
  }
}
