import EventLog
import Spec
import Values

/// One input, looked at by one worker: its rows as the guessed source reads them, and as they are.
struct InspectedFile: Sendable {
  var census: FieldCensus
  var events: EventCensus
  var reading: TakenInput?
  var error: InputError?

  private static let samplesMax = 20

  init(ids: [String], zone: ZoneRules) {
    census = FieldCensus(ids: ids)
    events = EventCensus(zone: zone)
  }

  mutating func read(
    _ file: InputFile, guess: SourceGuess, run: InspectRun, archive: ArchiveStream?
  ) throws {
    var limits = run.options.limits
    limits.rejectSamplesMax = Self.samplesMax
    if let now = run.options.now, case .instant(let instant) = now {
      limits.timeMax = min(instant, .max / 2) + 86_400_000_000
    }
    var source = try ChunkSource(
      file: file, format: guess.source.format, encoding: guess.source.encoding, limits: limits,
      archive: archive, isCancelled: { [control = run.control] in control.isCancelled })
    let extraction = try Self.extraction(guess.source, zone: run.zone ?? .utc)
    var parser = ChunkParser(extraction: extraction, limits: limits)
    var reader = FieldReader(format: guess.source.format, rules: guess.source.rows)
    var chunk = Chunk()
    var batch = EventBatch()
    var share = FileShare()
    var bytesSeen = 0
    let isReadable = guess.problems.isEmpty
    while try source.next(into: &chunk) {
      try run.control.checkCancelled()
      run.control.advance(bytes: source.compressedBytesRead - bytesSeen)
      bytesSeen = source.compressedBytesRead
      var tally = RowTally()
      if isReadable {
        batch.removeAll()
        parser.parse(chunk, into: &batch, tally: &tally)
        if let problem = parser.problem { throw InputError(path: file.path, reason: problem) }
        share.add(tally, of: chunk, samplesMax: Self.samplesMax)
        events.add(batch)
        run.control.advance(events: tally.events, rejected: tally.rejectedTotal)
      } else {
        // Rows that are too long have their lines behind those of these chunks.
        tally.lines = chunk.bytes.prefix(chunk.count).count { $0 == UInt8(ascii: "\n") }
        share.add(tally, of: chunk, samplesMax: Self.samplesMax)
      }
      census.read(chunk, with: &reader)
      if let rowsMax = run.rowsMax, census.rows >= rowsMax { break }
    }
    reading = TakenInput(
      file: file, source: source.outcome, shares: [share], samplesMax: Self.samplesMax)
  }

  /// A row is an event when it has an id, a name and a time; times without an offset are of the
  /// source's zone, or of `zone`.
  private static func extraction(
    _ source: SourceSpec, zone: ZoneRules
  ) throws -> Extraction {
    var extraction = Extraction(
      format: source.format, encoding: source.encoding, user: source.user,
      account: source.account, event: source.event, time: source.time, nulls: source.nulls)
    extraction.identity.anonymous = source.anonymous
    extraction.rows = source.rows
    try extraction.loadZones(calendar: zone)
    if source.time.zone == nil { extraction.time.rules.zone = zone }
    return extraction
  }
}
