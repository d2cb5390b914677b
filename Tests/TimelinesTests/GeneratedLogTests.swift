import EventLog
import TestSupport
import Testing
import Timelines

/// Whatever the log, the schemas, and the way the rows are dealt: the timelines are those of the
/// reference.
@Suite struct GeneratedLogTests {
  static func check(
    _ log: GeneratedLog, _ dealing: Dealing, _ random: inout SplitMix64, _ label: String
  ) throws {
    let shown = try log.run(dealing, &random)
    var used = [Bool](repeating: false, count: log.rows.count)
    for (index, schema) in [log.user, log.account].enumerated() {
      let reference = ReferenceTimelines(
        schema: schema, textColumns: log.textColumns, numberColumns: log.numberColumns)
      let expected = reference.run(log.rows, used: &used)
      #expect(shown[index].counts == expected.counts, "\(label) \(schema.entity)")
      #expect(shown[index].duplicates == expected.duplicates, "\(label) \(schema.entity)")
      #expect(shown[index].unplaced == expected.unplaced, "\(label) \(schema.entity)")
      // Whole timelines are long to print: the first that differs says enough.
      #expect(shown[index].timelines.count == expected.timelines.count, "\(label)")
      for (a, b) in zip(shown[index].timelines, expected.timelines) where a != b {
        let same = a == b
        #expect(same, "\(label) \(schema.entity): \(a) should be \(b)")
        return
      }
    }
  }

  @Test func inMemory() throws {
    for seed in 0..<UInt64(Thorough.cases(1000)) {
      var random = SplitMix64(seed: seed)
      var log = GeneratedLog(&random, rows: Int.random(in: 0...60, using: &random))
      if random.oneIn(3) { log.takeSources(&random) }
      let dealing = Dealing(
        workers: Int.random(in: 1...4, using: &random),
        batchRows: Int.random(in: 1...20, using: &random),
        partitions: [1, 2, 4, 16, 64].randomElement(using: &random)!)
      try Self.check(log, dealing, &random, "seed \(seed)")
    }
  }

  /// No identity rests on a hash: all strings, or most, have the same.
  @Test func collidingHashes() throws {
    for seed in 0..<UInt64(Thorough.cases(300)) {
      var random = SplitMix64(seed: seed)
      var log = GeneratedLog(&random, rows: Int.random(in: 0...60, using: &random))
      if random.oneIn(3) { log.takeSources(&random) }
      let masks: [UInt64] = [0, 1, 0xffff_ffff, 0xffff_ffff_0000_0000]
      let dealing = Dealing(
        workers: 2, batchRows: 7, partitions: 4, hashMask: masks.randomElement(using: &random)!)
      try Self.check(log, dealing, &random, "seed \(seed)")
    }
  }

  /// Entities with many events, several blocks of rows, tables that grow.
  @Test func manyRows() throws {
    for seed in 0..<2 as Range<UInt64> {
      var random = SplitMix64(seed: 1_000_000 + seed)
      var log = GeneratedLog(&random, rows: 3000)
      for index in log.rows.indices {
        // No event id occurs twice, since the reference is quadratic in them.
        log.rows[index].id = random.oneIn(2) ? "" : "event \(index)"
        if random.oneIn(2) { log.rows[index].user = "user \(index % 700)" }
        log.rows[index].texts[0] = "country \(index % 300)"
      }
      log.user.keepsIDs = false
      try Self.check(
        log, Dealing(workers: 2, batchRows: 500, partitions: 1), &random, "seed \(seed)")
    }
  }

  /// Files in time order, or nearly, read in any order by any worker: stretches of rows are placed by
  /// their times, which never decides anything.
  @Test func filesInTimeOrder() throws {
    for seed in 0..<4 as Range<UInt64> {
      var random = SplitMix64(seed: 2_000_000 + seed)
      var log = GeneratedLog(&random, rows: 1500)
      let jitter: Int64 = seed % 2 == 0 ? 0 : 40
      for index in log.rows.indices {
        // Files follow each other in time.
        let (file, place) = (Int64(log.rows[index].file), Int64(index))
        log.rows[index].time =
          (file * 1500 + place + Int64.random(in: 0...jitter, using: &random)) * 1_000_003
        log.rows[index].id = random.oneIn(2) ? "" : "event \(index)"
        log.rows[index].user = "user \(index % 90)"
      }
      log.user.keepsIDs = false
      let files = (0..<4 as Range<UInt32>).shuffled(using: &random)
      log.rows = files.flatMap { file in log.rows.filter { $0.file == file } }
      let dealing = Dealing(
        workers: 2, batchRows: [50, 1000].randomElement(using: &random)!, partitions: 1,
        keepsOrder: true)
      try Self.check(log, dealing, &random, "seed \(seed)")
    }
  }
}
