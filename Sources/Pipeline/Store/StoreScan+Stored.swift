import EventLog
import Spec
import Timelines

/// Timelines straight from segments, where rows need not be dealt anew.
extension StoreScan {
  /// Nil where they have to be: `read` does it then. What a file's rows became is known only once
  /// they are folded (`settle`).
  func stored(_ contents: Contents) -> LogScan.Result? {
    let extraction = plan.extraction
    guard lens == nil, identity == nil, spaces == nil, source.specs.count == 1,
      !source.hasAnonymousKeys, plan.schemas.count == 1,
      plan.schemas[0].entity == .user, let shares = contents.wholeShares,
      let timelines = StoredTimelines(
        contents.segments, files: contents.fileNumbers, fileCount: contents.files.count,
        schema: plan.schemas[0], textNames: extraction.texts.map(\.name),
        numberNames: extraction.numbers.map(\.name),
        memoryBytes: (options.memoryBytesMax ?? 1 << 30) / max(1, options.threads))
    else { return nil }
    var files = ledgers(of: contents)
    for (number, share) in shares.enumerated() { files[number].see(share) }
    return LogScan.Result(
      files: files, shards: [], entity: EntitySightings(schemas: 1), unseenProperties: [],
      stored: timelines)
  }
}

extension LogScan.Result {
  /// What stored rows became, once all of them are folded.
  mutating func settle(_ extraction: Extraction, _ judged: inout [JudgedRows]) {
    guard let stored else { return }
    for (number, tally) in stored.tallies.enumerated() {
      judged[number].matched += tally.used
      judged[number].unmatched += tally.outside
      judged[number].withoutUser += tally.withoutEntity
      judged[number].days.add(tally.days)
    }
    let seen = stored.seen
    unseenProperties = PropertySightings(texts: seen.texts, numbers: seen.numbers)
      .unseen(extraction)
  }
}
