import EventLog

/// One worker's share of one file: chunks in ascending order, not all of them.
struct FileShare: Sendable {
  var tally = RowTally()
  /// (chunk index, line ends in it), for line numbers of rejects.
  var chunkLines: [(chunk: Int32, lines: Int32)] = []
  /// Chunk index of each of `tally.samples`.
  var sampleChunks: [Int32] = []
  /// What reports make of its events.
  var judged = JudgedRows()

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
