import EventLog
import Foundation
import TestSupport
import Testing

@testable import System
@testable import Timelines
@testable import Values

/// Timelines that went through scratch files are those that stayed in memory.
@Suite struct SpillTests {
  /// A directory of its own, which must be empty again in the end.
  static func withScratch(_ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("timelines-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  @Test func anyBudget() throws {
    try Self.withScratch { path in
      for seed in 0..<UInt64(Thorough.cases(400)) {
        var random = SplitMix64(seed: 7_000 + seed)
        var log = GeneratedLog(&random, rows: Int.random(in: 0...80, using: &random))
        if random.oneIn(3) { log.takeSources(&random) }
        // 0 spills after every batch; the others now and then, or never.
        let limit = [0, 0, 20_000, 40_000, 80_000].randomElement(using: &random)!
        let dealing = Dealing(
          workers: Int.random(in: 1...3, using: &random),
          batchRows: Int.random(in: 1...20, using: &random),
          partitions: [1, 4, 16].randomElement(using: &random)!,
          hashMask: random.oneIn(4) ? 1 : .max, budget: MemoryBudget(limit: limit), scratch: path)
        try GeneratedLogTests.check(log, dealing, &random, "seed \(seed), budget \(limit)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: path).isEmpty)
        #expect(dealing.budget.used >= 0)
      }
    }
  }

  /// Times at the ends of their range, so that differences wrap.
  @Test func extremeTimes() throws {
    try Self.withScratch { path in
      var shards = TimelineShards(
        schema: TimelineSchema(entity: .user, matchers: [.any]), textColumns: [],
        numberColumns: [], partitions: 1, budget: MemoryBudget(limit: 0), scratch: path)
      let times: [Int64] = [.max, .min, 0, -1, .max, .min + 1, 1]
      var batch = EventBatch()
      for time in times { batch.append(time: time, name: "a", user: "u") }
      _ = try shards.append(batch, file: 0)
      #expect(shards.spilledBytes > 0)
      var read: [Int64] = []
      try TimelineMerge([shards]).build(partition: 0).forEachTimeline { read = $0.times }
      #expect(read == times.sorted())
    }
  }

  /// Whom an event names is found also where one run is all that a partition has.
  @Test(arguments: [Int.max, 0])
  func deliveriesToPersons(limit: Int) throws {
    try Self.withScratch { path in
      let joins = Delivery(event: .named(["join"]), property: "inviter")
      var schema = TimelineSchema(
        entity: .user, matchers: [.named(["visit"]), .delivered(joins)], deliveries: [joins])
      schema.hasPersons = true
      var shards = TimelineShards(
        schema: schema, textColumns: ["inviter"], numberColumns: [], partitions: 1,
        budget: MemoryBudget(limit: limit), scratch: path)
      var batch = EventBatch()
      batch.append(time: 1, name: "visit", user: "ann", texts: [""])
      batch.append(time: 2, name: "join", user: "bob", texts: ["ann"])
      _ = try shards.append(batch, file: 0)
      #expect((shards.spilledBytes > 0) == (limit == 0))
      var times: [String: [Int64]] = [:]
      let built = try TimelineMerge([shards]).build(partition: 0)
      built.forEachTimeline { times[String(decoding: $0.id, as: UTF8.self)] = Array($0.times) }
      #expect(times == ["ann": [1, 2]] && built.unplacedDeliveries == 0)
    }
  }

  /// Every byte of a segment matters: whichever is changed, the partition is not built.
  @Test func damage() throws {
    try Self.withScratch { path in
      var random = SplitMix64(seed: 12)
      var log = GeneratedLog(&random, rows: 30)
      log.user = TimelineSchema(
        entity: .user, matchers: [.any, .named(["buy"])], texts: ["country"], numbers: ["revenue"],
        keepsIDs: true, deliveries: [Delivery(event: .any, property: "inviter")])
      log.user.matchers.append(.delivered(log.user.deliveries[0]))
      var shards = TimelineShards(
        schema: log.user, textColumns: log.textColumns, numberColumns: log.numberColumns,
        partitions: 1, budget: MemoryBudget(limit: 0), scratch: path)
      var batch = EventBatch()
      for row in log.rows {
        batch.append(
          time: row.time, name: row.name, user: row.user, account: row.account, id: row.id,
          texts: row.texts, numbers: row.numbers)
      }
      _ = try shards.append(batch, file: 0)
      let whole = shards
      let (file, segment, _) = try TimelineMerge([whole]).segments(partition: 0)[0]
      let bytes = try file.read(offset: segment.lowerBound, count: segment.count)
      for at in bytes.indices {
        for change in [UInt8(1), 128, 255] {
          file.overwrite([bytes[at] ^ change], offset: segment.lowerBound + at)
          let merge = try TimelineMerge([whole])
          #expect("byte \(at)") {
            _ = try merge.build(partition: 0)
          } throws: { error in
            guard let error = error as? ScratchError, case .damaged = error.problem else {
              return false
            }
            return error.path == path && error.errno == 0
          }
        }
        file.overwrite([bytes[at]], offset: segment.lowerBound + at)
      }
      #expect(try TimelineMerge([whole]).build(partition: 0).entityCount > 0)
      // A file that ends too early.
      #expect(throws: ScratchError.self) {
        try file.read(offset: segment.lowerBound, count: segment.count + 1)
      }
    }
  }

  /// Right checksums over content that leads nowhere: an error, not a trap.
  @Test func wrongContent() throws {
    var schema = TimelineSchema(
      entity: .user, matchers: [.any], texts: ["t"], numbers: ["n"], keepsIDs: true)
    schema.deliveries = [Delivery(event: .any, property: "t")]
    var shards = TimelineShards(
      schema: schema, textColumns: ["t"], numberColumns: ["n"], partitions: 1)
    var batch = EventBatch()
    for index in 0..<12 {
      batch.append(
        time: Int64(index), name: "a", user: "u\(index % 3)", id: "id \(index)", texts: ["v"],
        numbers: [ExactDecimal(significand: 5, scale: 1)])
    }
    _ = try shards.append(batch, file: 3)
    let layout = RowLayout(schema)
    var bytes: [UInt8] = []
    var writer = RunWriter(layout: layout)
    _ = writer.append(
      shards.shards[0], partition: 0, kinds: shards.program.kinds, isMark: shards.kept.isMark,
      to: &bytes)
    let codes = Dictionary(
      uniqueKeysWithValues: shards.program.kinds.enumerated().map { ($1, UInt32($0)) })
    var random = SplitMix64(seed: 5)
    var (damaged, read) = (0, 0)
    for _ in 0..<20_000 {
      var changed = bytes
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let at = Int.random(in: RunFormat.headerBytes..<bytes.count, using: &random)
        changed[at] = UInt8.random(in: 0...255, using: &random)
      }
      let body = RunFormat.checksum(changed.span.extracting(40..<changed.count))
      for at in 0..<8 { changed[24 + at] = UInt8(truncatingIfNeeded: body >> UInt64(8 * at)) }
      let header = RunFormat.checksum(changed.span.extracting(0..<32))
      for at in 0..<8 { changed[32 + at] = UInt8(truncatingIfNeeded: header >> UInt64(8 * at)) }
      do throws(RunReader.Damage) {
        var reader = try RunReader(changed, partition: 0, layout: layout)
        let part = try reader.part(kindCodes: codes)
        #expect(part.blocks.reduce(0) { $0 + $1.rows.count } == 12)
        read += 1
      } catch {
        damaged += 1
      }
    }
    #expect(damaged > 5_000 && read > 100)
  }

  @Test func scratchThatIsMissing() throws {
    var shards = TimelineShards(
      schema: TimelineSchema(entity: .user, matchers: [.any]), textColumns: [],
      numberColumns: [], budget: MemoryBudget(limit: 0), scratch: "/no/such/directory")
    var batch = EventBatch()
    batch.append(time: 0, name: "a", user: "u")
    do throws(ScratchError) {
      _ = try shards.append(batch, file: 0)
      Issue.record("a missing directory went unnoticed")
    } catch {
      #expect(error.errno == ENOENT)
      #expect(error.path == "/no/such/directory")
      #expect("\(error)".contains("cannot create a file"))
    }
  }

  /// All that is held is given back when partitions are built.
  @Test func budgetComesBack() throws {
    try Self.withScratch { path in
      for limit in [Int.max, 200_000] {
        let budget = MemoryBudget(limit: limit)
        var workers = (0..<2).map { _ in
          TimelineShards(
            schema: TimelineSchema(entity: .user, matchers: [.any], texts: ["t"]),
            textColumns: ["t"], numberColumns: [], partitions: 8, budget: budget, scratch: path)
        }
        let empty = budget.used
        for index in 0..<200 {
          var batch = EventBatch()
          for row in 0..<50 {
            batch.append(
              time: Int64(row), name: "a", user: "user \(index * 50 + row)", texts: ["\(row)"])
          }
          _ = try workers[index % 2].append(batch, file: 0)
          if limit < .max { #expect(budget.used < limit * 5 / 4 + 50_000) }
          let held = workers.reduce(0) { $0 + $1.shards.reduce(0) { $0 + $1.footprint } }
          #expect(budget.used == held)
        }
        let merge = try TimelineMerge(workers)
        workers = []
        var events = 0
        for partition in 0..<8 { events += try merge.build(partition: partition).eventCount }
        #expect(events == 10_000)
        #expect(budget.used <= empty)
      }
    }
  }

  /// An id per form of `PackedIDs`.
  @Test func packedIDs() {
    var ids = PackedIDs()
    var grown = 0
    let texts = [
      "a", "", "0f8fad5b-d9cb-469f-a165-70867728950e", "0F8fad5b-d9cb-469f-a165-70867728950e",
      "0f8fad5b-d9cb-469f-a165-7086772895-e", "0f8fad5bxd9cb-469f-a165-70867728950e",
      "gf8fad5b-d9cb-469f-a165-70867728950e", "0f8fad5b-d9cb-469f-a165-70867728950`",
      "ffffffff-ffff-ffff-ffff-ffffffffffff", "00000000-0000-0000-0000-000000000000",
      String(repeating: "x", count: 253), String(repeating: "y", count: 254),
      String(repeating: "z", count: 70_000),
    ]
    let positions = texts.map { ids.append(Array($0.utf8).span, grown: &grown) }
    for (text, position) in zip(texts, positions) {
      #expect(ids.id(position) == Array(text.utf8))
      #expect((position == 0) == text.isEmpty)
    }
    // Every byte in every place of a UUID, against the plain test.
    let uuid = Array("0f8fad5b-d9cb-469f-a165-70867728950e".utf8)
    for at in uuid.indices {
      for byte in 0...255 as ClosedRange<UInt8> {
        var changed = uuid
        changed[at] = byte
        let position = ids.append(changed.span, grown: &grown)
        #expect(ids.id(position) == changed)
        let isHyphen = [8, 13, 18, 23].contains(at)
        let isDigit = (48...57).contains(byte) || (97...102).contains(byte)
        #expect((ids.form(position).count == 17) == (isHyphen ? byte == 45 : isDigit))
      }
    }
  }
}
