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
    var files = contents.files
    for number in files.indices {
      files[number].aside = contents.gone[number]
      files[number].spread = TimeSpread()
      files[number].used = 0
      files[number].outside = shares[number].rows
      files[number].tally.events = shares[number].rows
      files[number].tally.earliest = shares[number].earliest
      files[number].tally.latest = shares[number].latest
      chooseNumbers(contents, number, &files[number])
    }
    return LogScan.Result(
      files: files, shards: [], entity: EntitySightings(schemas: 1), unseenProperties: [],
      stored: timelines)
  }
}

extension LogScan.Result {
  /// What stored rows became, once all of them are folded.
  mutating func settle(_ extraction: Extraction) {
    guard let stored else { return }
    for (number, tally) in stored.tallies.enumerated() {
      files[number].used = tally.used
      files[number].outside = tally.outside
      files[number].withoutUser = tally.withoutEntity
      files[number].tally.days = tally.days
    }
    let seen = stored.seen
    unseenProperties = PropertySightings(texts: seen.texts, numbers: seen.numbers)
      .unseen(extraction)
  }
}
