import EventLog

/// One worker's share of one file: not all of its chunks, and mostly in ascending order. (Who reads a
/// file parses a chunk that nobody takes, and may then take earlier ones from the queue.)
struct FileShare: Sendable {
  var tally = RowTally()
  /// (chunk index, line ends in it), for line numbers of rejects.
  var chunkLines: [(chunk: Int32, lines: Int32)] = []
  /// Chunk index of each of `tally.samples`: of each reason the first in these chunks.
  var sampleChunks: [Int32] = []
  /// By reason.
  private var sampleCounts = [Int](repeating: 0, count: RejectReason.allCases.count)
  /// The last chunk in the file that samples are from.
  private var latest = -1
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
    let isBehind = chunk.index > latest
    latest = max(latest, chunk.index)
    for var sample in part.samples {
      let reason = Int(sample.reason.rawValue)
      if isBehind, sampleCounts[reason] >= samplesMax { continue }
      sample.byte += chunk.offset
      sample.line += chunk.droppedLines
      sampleCounts[reason] += 1
      tally.samples.append(sample)
      sampleChunks.append(Int32(chunk.index))
    }
    if sampleCounts.contains(where: { $0 > samplesMax }) { keepFirst(samplesMax) }
  }

  private mutating func keepFirst(_ samplesMax: Int) {
    var counts = [Int](repeating: 0, count: sampleCounts.count)
    let (samples, chunks) = (tally.samples, sampleChunks)
    let kept = samples.indices.sorted { samples[$0].byte < samples[$1].byte }.filter {
      let reason = Int(samples[$0].reason.rawValue)
      guard counts[reason] < samplesMax else { return false }
      counts[reason] += 1
      return true
    }
    tally.samples = kept.map { samples[$0] }
    sampleChunks = kept.map { chunks[$0] }
    sampleCounts = counts
  }
}
