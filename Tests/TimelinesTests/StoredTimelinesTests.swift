import EventLog
import Foundation
import TestSupport
import Testing

@testable import Timelines
@testable import Values

/// Timelines straight from segments are those of the reference, however rows are spread over segments,
/// whatever matchers ask of them.
@Suite struct StoredTimelinesTests {
  static let texts = ["country", "fee", "inviter", "plan", "revenue"]
  static let numbers = ["fee", "revenue"]
  static let inputs = (0..<4).map {
    SegmentInput(digest: [UInt8](repeating: UInt8($0), count: 32), length: $0)
  }

  /// A segment of some rows; `claimed` are the rows that it is cut for.
  static func segment(_ rows: [LogRow], claimed: Int, at path: String) throws -> SegmentReader {
    var shards = [TimelineSchema.Entity.user, .account].map { entity in
      TimelineShards(
        schema: TimelineSchema(
          entity: entity, matchers: [.any], texts: texts, numbers: numbers, keepsRows: true),
        textColumns: texts, numberColumns: numbers, partitions: 4, placing: .salted(5))
    }
    var batch = EventBatch()
    for row in rows {
      let shown = row.numbers.map { $0.isAbsent ? "" : $0.description }
      batch.append(
        time: row.time, name: row.name, user: row.user, account: row.account, id: row.id,
        texts: [row.texts[0], shown[0], row.texts[1], row.texts[2], shown[1]],
        numbers: row.numbers)
    }
    for schema in shards.indices {
      var used: [UInt8] = []
      _ = try shards[schema].append(batch, inputs: rows.map(\.file), used: &used)
    }
    var bytes: [UInt8] = []
    var writer = SegmentWriter(
      columns: SegmentColumns(texts: texts, numbers: numbers, hasIDs: true, hasAccounts: true),
      inputs: inputs, rows: claimed, salt: 5
    ) { bytes += $0 }
    for shard in shards { try writer.append(try TimelineMerge([shard])) {} }
    _ = try writer.finish()
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return try SegmentReader(path: path)
  }

  @Test func sameAsTheReference() throws {
    try SpillTests.withScratch { scratch in
      var direct = 0
      for seed in 0..<UInt64(Thorough.cases(2_000)) {
        var random = SplitMix64(seed: seed)
        var log = GeneratedLog(&random, rows: Int.random(in: 0...80, using: &random))
        log.rows.removeAll { $0.user.isEmpty && $0.account.isEmpty }
        repeat { log.user = GeneratedLog.schema(.user, &random) } while !log.user.deliveries.isEmpty
        let masked = random.oneIn(3) ? UInt32.random(in: 0..<4, using: &random) : 4
        var parts = [[LogRow]](repeating: [], count: Int.random(in: 1...5, using: &random))
        for row in log.rows { parts[Int.random(in: 0..<parts.count, using: &random)].append(row) }
        var segments: [SegmentReader] = []
        for (number, part) in parts.enumerated() {
          let claimed = [0, 20_000, 200_000].randomElement(using: &random) ?? 0
          segments.append(
            try Self.segment(part, claimed: claimed, at: scratch + "/\(number)"))
        }
        defer {
          for number in parts.indices {
            try? FileManager.default.removeItem(atPath: scratch + "/\(number)")
          }
        }
        guard
          let stored = StoredTimelines(
            segments, files: segments.map { _ in (0..<4).map { $0 == masked ? -1 : $0 } },
            fileCount: 4, schema: log.user, textNames: log.textColumns,
            numberNames: log.numberColumns, memoryBytes: 0,
            partitionRows: [8, 64, 1 << 16].randomElement(using: &random) ?? 8)
        else { continue }
        direct += 1
        var shown = ShownTimelines()
        try shown.add(stored)
        var used = [Bool](repeating: false, count: log.rows.count)
        let rows = log.rows.filter { $0.file != masked }
        let expected = ReferenceTimelines(
          schema: log.user, textColumns: log.textColumns, numberColumns: log.numberColumns
        ).run(rows, used: &used)
        #expect(shown.timelines == expected.timelines, "seed \(seed)")
        #expect(shown.duplicates == expected.duplicates, "seed \(seed)")
        for file in 0..<4 {
          let (own, tally) = (rows.filter { $0.file == file }, stored.tallies[file])
          #expect(tally.used + tally.outside == own.count, "seed \(seed)")
          #expect(tally.earliest == own.map(\.time).min() ?? .max, "seed \(seed)")
          #expect(tally.latest == own.map(\.time).max() ?? .min, "seed \(seed)")
          var days = DayCounts()
          for row in own { days.count(row.time) }
          #expect(tally.days == days, "seed \(seed)")
        }
        let tallies = stored.tallies
        #expect(tallies.reduce(0) { $0 + $1.used } == expected.counts.used, "seed \(seed)")
        #expect(
          tallies.reduce(0) { $0 + $1.withoutEntity } == expected.counts.withoutEntity,
          "seed \(seed)")
        let named = Dictionary(grouping: rows, by: { Array($0.name.utf8) })
        #expect(
          stored.eventNames.map { Array($0.utf8) }
            == named.keys.sorted { $0.lexicographicallyPrecedes($1) }, "seed \(seed)")
        #expect(stored.eventNameRows.reduce(0, +) == rows.count, "seed \(seed)")
        for (column, isSeen) in stored.seen.texts.enumerated() where masked == 4 {
          #expect(isSeen == rows.contains { !$0.texts[column].isEmpty }, "seed \(seed)")
        }
      }
      #expect(direct > Thorough.cases(2_000) / 2)
    }
  }
}
