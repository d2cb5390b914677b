package import EventLog
import Timelines

/// What became of one input: every one of its rows is accounted for.
package struct FileReading: Sendable {
  package var file: InputFile
  /// What the source saw: bytes, damage, whether it was gzip.
  package var source: SourceOutcome
  /// Rows over the whole file; lines of rejects count from 1 and bytes from the file's start.
  package var tally: RowTally
  /// Events that some report looks at (duplicates included until they are found).
  package var used: Int
  /// Good events that no report looks at.
  package var outside: Int
  /// Events dropped because their id was already seen for the entity.
  package var duplicates: Int
  /// Events that this run leaves out: before the logs, and of a store pending (later than now), erased
  /// and expired ones.
  package var aside = 0
  /// Of what this run has read itself.
  var spread = TimeSpread()
  /// Events with an account and without a user, where both are counted.
  package var withoutUser: Int
  /// Events without an account, where accounts are counted.
  package var withoutAccount: Int

  /// Rows = used + outside + duplicates + aside + rejected + blank.
  package var isReconciled: Bool {
    tally.rows == used + outside + duplicates + aside + tally.rejectedTotal + tally.blank
      && used >= 0 && duplicates >= 0
  }
}

extension FileReading {
  /// Rows that were kept for an account, and found none.
  mutating func lose(_ lost: LostRows) {
    used -= lost.counted
    outside += lost.counted
    withoutAccount += lost.rows
  }

  /// It has rows, and not one of them is an event.
  package var isAllRejected: Bool {
    tally.rejectedTotal > 0 && tally.rejectedTotal == tally.rows - tally.blank
  }

  /// Joins the shares of all workers of one file.
  init(file: InputFile, source: SourceOutcome, shares: [FileShare], samplesMax: Int) {
    self.file = file
    self.source = source
    let chunks = shares.reduce(0) { $0 + $1.chunkLines.count }
    var linesByChunk = [Int](repeating: 0, count: chunks)
    for share in shares {
      for (chunk, lines) in share.chunkLines { linesByChunk[Int(chunk)] = Int(lines) }
    }
    var linesBefore = [Int](repeating: 0, count: chunks)
    for chunk in 1..<max(1, chunks) {
      linesBefore[chunk] = linesBefore[chunk - 1] + linesByChunk[chunk - 1]
    }
    var tally = RowTally()
    for share in shares {
      tally.add(counts: share.tally)
      tally.values.add(share.tally.values)
      for (sample, chunk) in zip(share.tally.samples, share.sampleChunks) {
        var sample = sample
        sample.line += linesBefore[Int(chunk)] + 1
        tally.samples.append(sample)
      }
    }
    tally.values.updatePlaces { $0.line += linesBefore[$0.chunk] + 1 }
    tally.samples += source.rejects(linesByChunk: linesByChunk)
    tally.rows += source.droppedRows
    tally.rejectedBytes += source.droppedBytes
    tally.lines += source.droppedLines
    tally.rejected[Int(RejectReason.lineTooLong.rawValue)] += source.droppedRows
    tally.keepFirstSamples(samplesMax)
    self.tally = tally
    used = shares.reduce(0) { $0 + $1.used }
    outside = tally.events - used
    duplicates = 0
    for share in shares { spread.add(share.spread) }
    withoutUser = shares.reduce(0) { $0 + $1.withoutUser }
    withoutAccount = shares.reduce(0) { $0 + $1.withoutAccount }
  }
}

extension RowTally {
  /// Adds another tally's counts, not its samples.
  mutating func add(counts other: RowTally) {
    lines += other.lines
    rows += other.rows
    blank += other.blank
    events += other.events
    duplicateKeys += other.duplicateKeys
    loneSurrogates += other.loneSurrogates
    if missingColumns.isEmpty { missingColumns = other.missingColumns }
    latest = max(latest, other.latest)
    earliest = min(earliest, other.earliest)
    days.add(other.days)
    for unit in timeUnits.indices { timeUnits[unit] += other.timeUnits[unit] }
    rejectedBytes += other.rejectedBytes
    for reason in rejected.indices { rejected[reason] += other.rejected[reason] }
  }

  /// Sorts samples by their place in the file, and keeps the first `most` of each reason.
  mutating func keepFirstSamples(_ most: Int) {
    var kept = [Int](repeating: 0, count: RejectReason.allCases.count)
    samples = samples.sorted { $0.byte < $1.byte }.filter { sample in
      kept[Int(sample.reason.rawValue)] += 1
      return kept[Int(sample.reason.rawValue)] <= most
    }
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
  var spread = TimeSpread()
  var withoutUser = 0
  var withoutAccount = 0

  /// Adds what became of one chunk's rows.
  mutating func add(_ part: RowTally, of chunk: borrowing Chunk, samplesMax: Int) {
    tally.add(counts: part)
    var values = part.values
    values.updatePlaces {
      $0.byte += chunk.offset
      $0.line += chunk.droppedLines
      $0.chunk = chunk.index
    }
    tally.values.add(values)
    chunkLines.append((Int32(chunk.index), Int32(part.lines)))
    guard part.rejectedTotal > 0 else { return }
    for var sample in part.samples {
      let kept = tally.samples.lazy.filter { $0.reason == sample.reason }.prefix(samplesMax).count
      guard kept < samplesMax else { continue }
      sample.byte += chunk.offset
      sample.line += chunk.droppedLines
      tally.samples.append(sample)
      sampleChunks.append(Int32(chunk.index))
    }
  }
}
