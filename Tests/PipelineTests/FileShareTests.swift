import TestSupport
import Testing

@testable import EventLog
@testable import Pipeline

/// The rejects that are shown are the first of the file, whichever chunks a worker gets, and when.
@Suite struct FileShareTests {
  private static func part(_ reasons: [RejectReason], samplesMax: Int) -> RowTally {
    var tally = RowTally()
    let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: reasons.count)
    for (row, reason) in reasons.enumerated() {
      tally.reject(reason, row: row..<row + 1, of: bytes.span, line: row, samplesMax: samplesMax)
    }
    tally.rows = reasons.count
    tally.lines = reasons.count
    return tally
  }

  private static func samples(
    _ chunks: [[RejectReason]], by shares: [[Int]], samplesMax: Int
  ) -> [[Int]] {
    var offsets = [0]
    for reasons in chunks { offsets.append(offsets[offsets.count - 1] + reasons.count) }
    let read = shares.map { order in
      var share = FileShare()
      for number in order {
        var chunk = Chunk()
        (chunk.index, chunk.offset) = (number, offsets[number])
        share.add(part(chunks[number], samplesMax: samplesMax), of: chunk, samplesMax: samplesMax)
      }
      return share
    }
    let taken = TakenInput(
      file: InputFile(path: "a", bytes: 0), source: SourceOutcome(), shares: read,
      samplesMax: samplesMax)
    return taken.tally.samples.map { [Int($0.reason.rawValue), $0.byte, $0.line] }
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func anyOrderOfChunks(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let chunks = (0..<Int.random(in: 1...8, using: &random)).map { _ in
      (0..<Int.random(in: 0...9, using: &random)).map { _ in
        [RejectReason.badTime, .noUser].randomElement(using: &random)!
      }
    }
    let samplesMax = Int.random(in: 0...6, using: &random)
    // The first of each reason, by hand.
    var (counts, byte) = ([RejectReason: Int](), 0)
    var expected: [[Int]] = []
    for reason in chunks.joined() {
      counts[reason, default: 0] += 1
      if counts[reason]! <= samplesMax { expected.append([Int(reason.rawValue), byte, byte + 1]) }
      byte += 1
    }
    for workers in 1...3 {
      var shares = [[Int]](repeating: [], count: workers)
      for number in chunks.indices.shuffled(using: &random) {
        shares[Int.random(in: 0..<workers, using: &random)].append(number)
      }
      let found = Self.samples(chunks, by: shares, samplesMax: samplesMax)
      #expect(found == expected, "seed \(seed), \(shares)")
    }
  }
}
