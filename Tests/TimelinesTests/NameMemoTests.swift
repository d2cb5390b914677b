import EventLog
import TestSupport
import Testing
import Values

@testable import Timelines

/// Names that are remembered come to the same as names that are looked up.
@Suite struct NameMemoTests {
  /// All short names of two letters, and longer ones that differ in one place.
  private static func names() -> [[UInt8]] {
    var names: [[UInt8]] = [[]]
    for length in 1...6 {
      for number in 0..<1 << length {
        names.append((0..<length).map { number >> $0 & 1 == 0 ? 0 : UInt8(ascii: "a") })
      }
    }
    for length in 7...18 {
      let plain = [UInt8](repeating: UInt8(ascii: "a"), count: length)
      names.append(plain)
      for place in 0..<length {
        var other = plain
        other[place] = UInt8(ascii: "b")
        names.append(other)
      }
    }
    return names
  }

  @Test func keysAreWholeNames() {
    let names = Self.names()
    for (index, name) in names.enumerated() {
      let key = NameKey(name.span)
      #expect((key == nil) == (name.count > 16) && key != NameKey.none)
      for other in names[..<index] where key != nil {
        let otherKey = NameKey(other.span)
        #expect(key != otherKey)
      }
    }
  }

  /// More names than the memo has places, in any order, of two sources that match them differently.
  @Test func countsAndKinds() throws {
    let names = Self.names().filter { !$0.isEmpty }.map { String(decoding: $0, as: UTF8.self) }
    let half = Set(names.enumerated().filter { $0.offset % 2 == 0 }.map(\.element))
    for seed in 0..<UInt64(20) {
      var random = SplitMix64(seed: seed)
      var schema = TimelineSchema(
        entity: .user,
        matchers: [.from("b", .any), .from("a", .named(Set(half.map { LogText($0) })))])
      schema.sources = [SchemaSource(name: "a"), SchemaSource(name: "b")]
      var shards = TimelineShards(
        schema: schema, textColumns: [], numberColumns: [], partitions: 8)
      let count = Int.random(in: 1...200, using: &random)
      let few = Array(names.shuffled(using: &random).prefix(count))
      var rows: [String: Int] = [:]
      var kept: [String: Int] = [:]
      for _ in 0..<30 {
        var batch = EventBatch()
        batch.source = Int.random(in: 0...1, using: &random)
        var used = 0
        for _ in 0..<Int.random(in: 0...100, using: &random) {
          let name = few[Int.random(in: 0..<few.count, using: &random)]
          batch.append(time: 1, name: name, user: "u\(Int.random(in: 0...30, using: &random))")
          rows[name, default: 0] += 1
          if batch.source == 0, !half.contains(name) { continue }
          kept[name, default: 0] += 1
          used += 1
        }
        let counts = try shards.append(batch, file: 0)
        #expect(counts.used == used && counts.outside == batch.count - used)
      }
      let merge = try TimelineMerge([shards])
      let named = zip(merge.eventNames.map(\.description), merge.eventNameRows)
      #expect(Dictionary(uniqueKeysWithValues: named) == rows, "seed \(seed)")
      var found: [String: Int] = [:]
      for partition in 0..<merge.partitionCount {
        try merge.build(partition: partition).forEachTimeline { timeline in
          for event in timeline.range {
            found[merge.kinds.names[Int(timeline.kinds[event])].description, default: 0] += 1
          }
        }
      }
      #expect(found == kept, "seed \(seed)")
    }
  }
}
