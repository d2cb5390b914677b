import EventLog
import Spec
import Timelines

/// One worker of a scan, with everything that it does not share.
struct ScanWorker {
  /// What a worker leaves behind.
  struct Partial: Sendable {
    /// By schema.
    var shards: [TimelineShards]
    var links: IdentityLinks?
    /// By file index: this worker's share of it.
    var shares: [Int: FileShare] = [:]
    /// By file index: files that this worker inflated.
    var outcomes: [Int: SourceOutcome] = [:]
    /// What a lens saw of its entity.
    var entity: EntitySightings
    var sightings: PropertySightings
    var spaces = SpaceFacts()
  }

  private let scan: LogScan
  private let exchange: ChunkExchange
  /// By source.
  private let fresh: [ChunkParser]
  private let extractions: [Extraction]
  /// By file.
  private let sources: [Int]
  private var batch = EventBatch()
  private var ids: SourceIDs
  /// By row of the batch: 1 when some schema kept it.
  private var used: [UInt8] = []
  private var partial: Partial

  init(scan: LogScan, exchange: ChunkExchange, files: [InputFile]) {
    self.scan = scan
    self.exchange = exchange
    let linked = scan.linkedSchema
    extractions = scan.plan.extractions.map { extraction in
      var extraction = extraction
      extraction.identity.linksAreKeys = linked != nil
      // Only a lens tells where a row stands.
      extraction.keepsLines = scan.lens != nil
      return extraction
    }
    fresh = extractions.map { ChunkParser(extraction: $0, limits: scan.options.limits) }
    sources = files.map(\.source)
    ids = SourceIDs(
      scan.plan, scan.spaces, observes: scan.lens == nil && scan.contentStarts == nil,
      memoryBytesMax: scan.options.memoryBytesMax)
    partial = Partial(
      shards: scan.plan.schemas.enumerated().map { number, schema in
        TimelineShards(
          schema: schema,
          textColumns: scan.plan.extraction.texts.map(\.name)
            + (scan.storesLinks ? StoredLinks.names : []),
          numberColumns: scan.plan.extraction.numbers.map(\.name),
          partitions: scan.partitions, budget: scan.budget, scratch: scan.options.scratch,
          placing: scan.placing,
          links: number == linked ? scan.identity?.users : nil, linkSpilling: scan.linkSpilling)
      },
      links: scan.identity.map {
        IdentityLinks(
          $0, budget: scan.budget, scratch: scan.options.scratch, spilling: scan.linkSpilling)
      }, entity: EntitySightings(schemas: scan.plan.schemas.count),
      sightings: PropertySightings(scan.plan.extraction))
  }

  /// What it leaves behind, once it has nothing more to do.
  func finished() -> Partial {
    var done = partial
    done.spaces = ids.found
    return done
  }

  /// Reads files that lie in one stream one after the other, or the single file of a unit.
  mutating func read(_ unit: ScanUnit, of files: [InputFile]) throws {
    var archive: ArchiveStream?
    if let path = unit.stream {
      do throws(InputError) {
        archive = try ArchiveStream(
          path: path, isCancelled: { [control = scan.control] in control.isCancelled })
      } catch {
        throw RunFailure(.noInput, "\(error.path): \(error.reason)")
      }
    }
    for index in unit.files { try read(files[index], index: index, archive: archive) }
    if let archive, let last = unit.files.last {
      // What is wrong behind the last member is wrong with the archive.
      partial.outcomes[last]?.damages += archive.finish()
    }
  }

  /// Reads a file to its end, or to its damage.
  private mutating func read(_ file: InputFile, index: Int, archive: ArchiveStream?) throws {
    let line = RunLine(exchange: exchange)
    exchange.open(line)
    defer { exchange.close(line) }
    var source = try ChunkSource(
      file: file, format: extractions[file.source].format,
      encoding: extractions[file.source].encoding,
      limits: scan.options.limits, line: line, archive: archive,
      isCancelled: { [control = scan.control] in control.isCancelled })
    if let starts = scan.contentStarts { source.digest(starts: starts) }
    var parser = fresh[file.source]
    // What goes with chunks that others parse: taken once, so that this parser's buffers stay its own.
    var shared: ChunkExchange.SharedParser?
    var bytesSeen = 0
    var chunk = Chunk()
    while try source.next(into: &chunk) {
      try scan.control.checkCancelled()
      scan.control.advance(bytes: source.compressedBytesRead - bytesSeen)
      bytesSeen = source.compressedBytesRead
      // Chunks up to a CSV's header stay here: parsers of later ones must know it.
      if chunk.index > 0, parser.isReady {
        let ready = shared ?? ChunkExchange.SharedParser(parser)
        shared = ready
        if exchange.offer(&chunk, file: index, parser: ready) { continue }
      }
      let values = try parse(&chunk, file: index, with: &parser)
      if chunk.index == 0 {
        try scan.zoneQuestion.check(
          values, linesBefore: chunk.droppedLines + 1, path: file.path, source: file.source)
      }
      if let problem = parser.problem { throw RunFailure(.noInput, "\(file.path): \(problem)") }
    }
    parser.finish(droppedRows: source.outcome.droppedRows)
    if let problem = parser.problem { throw RunFailure(.noInput, "\(file.path): \(problem)") }
    scan.control.advance(bytes: source.compressedBytesRead - bytesSeen)
    let outcome = source.outcome
    if outcome.fileBytes == 0, let reason = outcome.damages.first?.kind.readFailure {
      // Not damaged: it could not be read at all.
      try scan.control.checkCancelled()
      throw RunFailure(.noInput, "\(file.path): \(reason)")
    }
    partial.outcomes[index] = outcome
  }

  /// Parses chunks and inflates runs of others' files until all have been read.
  mutating func help() throws {
    exchange.becomeHelper()
    var parsers: [Int: ChunkParser] = [:]
    while let work = exchange.take() {
      switch consume work {
      case .parse(var item):
        try scan.control.checkCancelled()
        // Out of the dictionary while it works, or its buffers would be copied for each chunk.
        var parser = parsers.removeValue(forKey: item.file) ?? item.parser.parser
        _ = try parse(&item.chunk, file: item.file, with: &parser)
        parsers[item.file] = parser
        exchange.giveBack(item.chunk)
      case .inflate(var claim, let line):
        // Given back even when the run was cancelled: its owner may be waiting for it.
        claim.run.inflate()
        line.give(back: claim)
      }
    }
  }

  private mutating func parse(
    _ chunk: inout Chunk, file: Int, with parser: inout ChunkParser
  ) throws -> ValueTally {
    var tally = RowTally()
    batch.source = sources[file]
    exchange.begin(chunk)
    parser.parse(taking: &chunk, into: &batch, tally: &tally)
    exchange.end(chunk)
    defer { batch.giveBack(&chunk.bytes) }
    partial.sightings.look(at: batch)
    ids.translate(&batch)
    used.removeAll(keepingCapacity: true)
    let times = scan.lens == nil ? [] : batch.times
    try partial.links?.append(batch)
    ids.fill(&batch)
    if scan.storesLinks {
      StoredLinks.add(to: &batch, behind: scan.plan.extraction.texts.count)
    }
    if let lens = scan.lens {
      let place = EntitySightings.Place(
        file: file, chunk: chunk.index, line: chunk.droppedLines)
      try look(through: lens, file: file, at: place)
    }
    var share = partial.shares.removeValue(forKey: file) ?? FileShare()
    for schema in partial.shards.indices {
      let counts = try partial.shards[schema].append(batch, file: UInt32(file), used: &used)
      switch scan.plan.schemas[schema].entity {
      case .user: share.judged.withoutUser += counts.withoutEntity
      case .account: share.judged.withoutAccount += counts.withoutEntity
      }
    }
    let limits = HeldLimits(scan.options)
    try limits.checkNames(partial.shards.reduce(0) { $0 + $1.namesFootprint })
    try limits.checkHeld(scan.budget, linksSpill: scan.identity?.spillsLinks ?? false)
    share.add(tally, of: chunk, samplesMax: scan.options.limits.rejectSamplesMax)
    share.judged.matched += used.count { $0 == 1 }
    share.judged.spread.add(scan.lens == nil ? batch.times : times, used: used)
    partial.shares[file] = share
    scan.control.advance(events: tally.events, rejected: tally.rejectedTotal)
    return tally.values
  }

  /// Keeps what the lens lets through, and empties the batch: the rows count for nothing else.
  private mutating func look(
    through lens: EntityLens, file: Int, at place: EntitySightings.Place
  ) throws {
    let view = lens.view(batch, at: place, sightings: &partial.entity)
    batch.removeAll()
    if view.count == 0 { return }
    for schema in partial.shards.indices {
      var used: [UInt8] = []
      _ = try partial.shards[schema].append(view, file: UInt32(file), used: &used)
      lens.note(view, used: used, schema: schema, sightings: &partial.entity)
    }
  }
}
