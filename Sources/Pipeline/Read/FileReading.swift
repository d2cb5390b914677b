import EventLog

/// What became of one input: every one of its rows is accounted for.
public struct FileReading: Sendable {
  public var file: InputFile
  /// What the source saw: bytes, damage, whether it was gzip.
  public var source: SourceOutcome
  /// Rows over the whole file; lines of rejects count from 1 and bytes from the file's start.
  public var tally: RowTally
  /// Events that some report looks at (duplicates included until they are found).
  public var used: Int
  /// Good events that no report looks at.
  public var outside: Int
  /// Events dropped because their id was already seen for the entity.
  public var duplicates: Int
  /// Events without an account, where accounts are counted.
  public var withoutAccount: Int

  /// Rows = used + outside + duplicates + rejected + blank.
  public var isReconciled: Bool {
    tally.rows == used + outside + duplicates + tally.rejectedTotal + tally.blank
      && used >= 0 && duplicates >= 0
  }
}

/// One worker's share of one file: chunks in ascending order, not all of them.
struct FileShare: Sendable {
  var tally = RowTally()
  /// (chunk index, line ends in it), for line numbers of rejects.
  var chunkLines: [(chunk: Int32, lines: Int32)] = []
  /// Chunk index of each of `tally.samples`.
  var sampleChunks: [Int32] = []
  var used = 0
  var outside = 0
  var withoutAccount = 0

  /// Adds what became of one chunk's rows.
  /// - Parameter offset: inflated bytes of the file before the chunk.
  mutating func add(_ part: RowTally, chunk: Int, offset: Int, samplesMax: Int) {
    tally.lines += part.lines
    tally.rows += part.rows
    tally.blank += part.blank
    tally.events += part.events
    tally.duplicateKeys += part.duplicateKeys
    tally.loneSurrogates += part.loneSurrogates
    tally.latest = max(tally.latest, part.latest)
    tally.earliest = min(tally.earliest, part.earliest)
    for unit in part.timeUnits.indices { tally.timeUnits[unit] += part.timeUnits[unit] }
    chunkLines.append((Int32(chunk), Int32(part.lines)))
    guard part.rejectedTotal > 0 else { return }
    for reason in part.rejected.indices { tally.rejected[reason] += part.rejected[reason] }
    for var sample in part.samples {
      let kept = tally.samples.lazy.filter { $0.reason == sample.reason }.prefix(samplesMax).count
      guard kept < samplesMax else { continue }
      sample.byte += offset
      tally.samples.append(sample)
      sampleChunks.append(Int32(chunk))
    }
  }
}
