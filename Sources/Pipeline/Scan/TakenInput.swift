package import EventLog

/// *Taken*: what the reading of one input found, row by row, whatever any report asks. Every row is an
/// event, rejected or blank.
///
/// What became of the events is *judged* (`JudgedRows`); both together are an `InputLedger`.
package struct TakenInput: Sendable {
  package var file: InputFile
  /// What the source saw: bytes, damage, whether it was gzip.
  package var source: SourceOutcome
  /// Rows over the whole file; lines of rejects count from 1 and bytes from the file's start.
  package var tally: RowTally

  /// Rows = events + rejected + blank.
  var isReconciled: Bool { tally.rows == tally.events + tally.rejectedTotal + tally.blank }

  /// It has rows, and not one of them is an event that a run may count.
  func isAllRejected(nobodys: Int) -> Bool {
    let rejected = tally.rejectedTotal + nobodys
    return rejected > 0 && rejected == tally.rows - tally.blank
  }
}

extension TakenInput {
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
