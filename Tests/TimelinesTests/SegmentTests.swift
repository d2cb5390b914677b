import EventLog
import Foundation
import TestSupport
import Testing

@testable import System
@testable import Timelines
@testable import Values

/// What goes into a segment comes out of it, by the fast reader and by the slow one.
@Suite struct SegmentTests {
  static let texts = ["country", "plan", "revenue"]
  static let numbers = ["revenue"]
  static let columns = SegmentColumns(
    texts: texts, numbers: numbers, hasIDs: true, hasAccounts: true)
  static let inputs = (0..<4).map {
    SegmentInput(digest: [UInt8](repeating: UInt8($0), count: 32), length: $0)
  }

  static func log(_ random: inout SplitMix64, rows: Int) -> [SegmentRow] {
    let style = Int.random(in: 0..<4, using: &random)
    let people = Int.random(in: 1...40, using: &random)
    let names = Int.random(in: 1...5, using: &random)
    func pick(_ list: [String]) -> [UInt8] {
      Array(list[Int.random(in: 0..<list.count, using: &random)].utf8)
    }
    return (0..<rows).map { _ in
      let number = Int.random(in: 0..<people, using: &random)
      let entity =
        switch style {
        case 0: "user-\(number * 7)"
        case 1: "\(number)0\(number)"
        case 2: "0000000a-0000-4000-8000-0000000000\(number + 10)"
        default:
          ["a", "é", "ü\(number)", "0\(number)", String(repeating: "x", count: 300)][number % 5]
        }
      let isAccounts = random.oneIn(5)
      let amount = [
        ExactDecimal.absent, ExactDecimal(significand: Int64(number), scale: 1),
        ExactDecimal(significand: Int128(Int64.max) * 7, scale: 3),
      ][Int.random(in: 0..<3, using: &random)]
      let spelled = random.oneIn(3) ? "+\(amount)0" : amount.description
      return SegmentRow(
        isAccounts: isAccounts, entity: Array(entity.utf8),
        time: random.oneIn(50)
          ? [Int64.min, .max, 0][number % 3]
          : Int64.random(in: 0...1000, using: &random) * 1_000_000,
        name: Array("event \(Int.random(in: 0..<names, using: &random))".utf8),
        account: isAccounts ? [] : pick(["", "acc 1", "acc 2"]),
        id: pick([
          "", "m\(number)", "0000000a-0000-4000-8000-00000000000\(number % 10)",
          String(repeating: "y", count: 254),
        ]), input: Int.random(in: 0..<4, using: &random),
        texts: [
          pick(["", "DE", "FR"]), pick(["", "free", "ü\(number)"]),
          amount.isAbsent ? pick(["", "none"]) : Array(spelled.utf8),
        ], numbers: [amount])
    }
  }

  static func segment(
    of rows: [SegmentRow], salt: UInt64, workers: Int, scratch: String, _ random: inout SplitMix64
  ) throws -> [UInt8] {
    var shards = [TimelineSchema.Entity.user, .account].map { entity in
      (0..<workers).map { _ in
        TimelineShards(
          schema: TimelineSchema(
            entity: entity, matchers: [.any], texts: texts, numbers: numbers, keepsRows: true),
          textColumns: texts, numberColumns: numbers, partitions: 4,
          budget: MemoryBudget(limit: workers == 1 ? .max : 0), scratch: scratch,
          placing: Placing(salt: salt))
      }
    }
    var rest = rows.shuffled(using: &random)[...]
    while !rest.isEmpty {
      let part = rest.prefix(Int.random(in: 1...30, using: &random))
      rest = rest.dropFirst(part.count)
      var batch = EventBatch()
      for row in part {
        func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
        batch.append(
          time: row.time, name: text(row.name), user: row.isAccounts ? "" : text(row.entity),
          account: text(row.isAccounts ? row.entity : row.account), id: text(row.id),
          texts: row.texts.map(text), numbers: row.numbers)
      }
      let worker = Int.random(in: 0..<workers, using: &random)
      for schema in shards.indices {
        var used: [UInt8] = []
        _ = try shards[schema][worker].append(
          batch, inputs: part.map { UInt32($0.input) }, used: &used)
      }
    }
    var bytes: [UInt8] = []
    var writer = SegmentWriter(
      columns: columns, inputs: inputs, rows: rows.count, salt: salt
    ) { bytes += $0 }
    for shards in shards { try writer.append(try TimelineMerge(shards)) {} }
    #expect(try writer.finish().rows == rows.count)
    return bytes
  }

  /// The order that the format promises, spelled out.
  static func precedes(_ a: SegmentRow, _ b: SegmentRow, salt: UInt64) -> Bool {
    if a.isAccounts != b.isAccounts { return b.isAccounts }
    let hash = salt == 0 ? ByteHash() : ByteHash(salt: salt)
    let (x, y) = (hash(a.entity.span), hash(b.entity.span))
    if x != y { return x < y }
    if a.entity != b.entity { return a.entity.lexicographicallyPrecedes(b.entity) }
    if a.time != b.time { return a.time < b.time }
    for (x, y) in [(a.name, b.name), (a.id, b.id)] + zip(a.texts, b.texts) where x != y {
      return x.lexicographicallyPrecedes(y)
    }
    for (x, y) in zip(a.numbers, b.numbers) where x != y { return x < y }
    if a.account != b.account { return a.account.lexicographicallyPrecedes(b.account) }
    return a.input < b.input
  }

  static func fastRows(_ reader: SegmentReader) throws -> [SegmentRow] {
    var found: [SegmentRow] = []
    var rows = SegmentRows(textNames: texts, numberNames: numbers, wantsIDs: true)
    for block in 0..<reader.blockCount {
      try rows.read(block, of: reader, filter: SegmentFilter())
      let batch = rows.batch
      for row in 0..<batch.count {
        let isAccounts = batch.users[row].isAbsent
        found.append(
          SegmentRow(
            isAccounts: isAccounts,
            entity: batch.array(isAccounts ? batch.accounts[row] : batch.users[row]),
            time: batch.times[row], name: batch.array(batch.names[row]),
            // A changed flag may say that there are none.
            account: isAccounts || batch.accounts.isEmpty ? [] : batch.array(batch.accounts[row]),
            id: batch.array(batch.ids[row]), input: Int(rows.inputs[row]),
            texts: (0..<3).map { batch.array(batch.texts[row * 3 + $0]) },
            numbers: [batch.numbers[row]]))
      }
    }
    return found
  }

  @Test func roundTrips() throws {
    try SpillTests.withScratch { scratch in
      for seed in 0..<UInt64(Thorough.cases(600)) {
        var random = SplitMix64(seed: seed)
        let count = seed % 20 == 7 ? 20_000 : Int.random(in: 0...300, using: &random)
        let rows = Self.log(&random, rows: count)
        let salt = random.oneIn(3) ? 0 : UInt64.random(in: 1...(.max), using: &random)
        let bytes = try Self.segment(of: rows, salt: salt, workers: 1, scratch: scratch, &random)
        let expected = rows.sorted { Self.precedes($0, $1, salt: salt) }
        #expect(SlowSegment(bytes).rows == expected, "seed \(seed), slow")
        let path = scratch + "/segment"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let reader = try SegmentReader(path: path)
        #expect(try Self.fastRows(reader) == expected, "seed \(seed), fast")
        try SegmentCheck(reader).run {}
        // Neither workers nor spills show in the bytes.
        let again = try Self.segment(of: rows, salt: salt, workers: 3, scratch: scratch, &random)
        #expect(again == bytes && reader.salt == salt)
      }
    }
  }

  /// Whatever the bytes are, reading ends, in an error or with rows; with its sums intact, too.
  @Test func hostileBytes() throws {
    try SpillTests.withScratch { scratch in
      var random = SplitMix64(seed: 77)
      let rows = Self.log(&random, rows: 120)
      let sound = try [0, 9].map { salt in
        try Self.segment(of: rows, salt: salt, workers: 1, scratch: scratch, &random)
      }
      let path = scratch + "/segment"
      defer { try? FileManager.default.removeItem(atPath: path) }
      for number in 0..<Thorough.cases(20_000) {
        var bytes = sound[number % 2]
        for _ in 0..<Int.random(in: 1...3, using: &random) {
          bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
            in: 0...255, using: &random)
        }
        if random.oneIn(3) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
        Self.mendSums(&bytes)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        do {
          let reader = try SegmentReader(path: path)
          _ = try Self.fastRows(reader)
          try SegmentCheck(reader).run {}
        } catch {
          #expect(error is SegmentDamage)
        }
      }
    }
  }

  /// Makes the footer's sum fit again, so that what it guards is reached.
  private static func mendSums(_ bytes: inout [UInt8]) {
    let tail = bytes.count - SegmentFormat.tailBytes
    guard tail > 8 else { return }
    var length = 0
    for place in 0..<4 { length |= Int(bytes[tail + place]) << (8 * place) }
    guard length <= tail - 8 else { return }
    let sum = RunFormat.checksum(bytes.span.extracting(tail - length..<tail))
    for place in 0..<8 {
      bytes[tail + 8 + place] = UInt8(truncatingIfNeeded: sum >> UInt64(8 * place))
    }
  }
}
