import EventLog
import Testing
import Timelines
import Values

/// Small logs whose outcome can be worked out by hand.
@Suite struct HandWorkedTests {
  static func build(
    _ schema: TimelineSchema, texts: [String] = [], numbers: [String] = [],
    _ fill: (inout EventBatch) -> Void
  ) throws -> (TimelineMerge, BuiltPartition, AppendCounts) {
    var shards = TimelineShards(
      schema: schema, textColumns: texts, numberColumns: numbers, partitions: 1)
    var batch = EventBatch()
    fill(&batch)
    let counts = try shards.append(batch, file: 7)
    let merge = try TimelineMerge([shards])
    return (merge, try merge.build(partition: 0), counts)
  }

  @Test func orderOfEqualTimes() throws {
    let schema = TimelineSchema(
      entity: .user, matchers: [.any], texts: ["t"], keepsIDs: true, sortsEntities: true)
    let (merge, built, counts) = try Self.build(schema, texts: ["t"]) {
      $0.append(time: 5, name: "view", user: "b", id: "2", texts: ["x"])
      $0.append(time: 5, name: "view", user: "b", id: "1", texts: ["y"])
      $0.append(time: 5, name: "buy", user: "b", id: "3", texts: ["z"])
      $0.append(time: 4, name: "view", user: "b", id: "4", texts: [""])
      $0.append(time: 9, name: "view", user: "a", id: "1", texts: ["x"])
    }
    #expect(counts.used == 5)
    #expect(merge.kinds.names == ["buy", "view"])
    var seen: [String] = []
    built.forEachTimeline { timeline in
      seen.append(String(decoding: timeline.id, as: UTF8.self))
      for event in timeline.range {
        let name = merge.kinds.names[Int(timeline.kinds[event])]
        seen.append(
          "\(timeline.times[event]) \(name) \(timeline.values.string(Int(timeline.texts[0][event])))"
        )
      }
    }
    #expect(seen == ["a", "9 view x", "b", "4 view ", "5 buy z", "5 view y", "5 view x"])
  }

  /// A property is kept where a report reads it; an event of which nothing is read takes no more
  /// memory than it would in a log without properties.
  @Test func marks() throws {
    let buy = EventMatcher.named(["buy"])
    let schema = TimelineSchema(
      entity: .user, matchers: [.any, buy], texts: ["country"], numbers: ["price"],
      readOn: ["country": [buy], "price": [buy]])
    let price = ExactDecimal(significand: 5, scale: 1)
    let (merge, built, counts) = try Self.build(schema, texts: ["country"], numbers: ["price"]) {
      $0.append(time: 3, name: "view", user: "u", texts: ["fr"], numbers: [price])
      $0.append(time: 2, name: "buy", user: "u", texts: ["de"], numbers: [price])
      $0.append(time: 1, name: "view", user: "u", texts: ["de"], numbers: [price])
    }
    #expect(counts.used == 3)
    built.forEachTimeline { timeline in
      #expect(timeline.times == [1, 2, 3])
      #expect(timeline.kinds.map { merge.kinds.names[Int($0)] } == ["view", "buy", "view"])
      #expect(timeline.texts[0].map { timeline.values.string(Int($0)) } == ["", "de", ""])
      #expect(timeline.numbers[0] == [.absent, price, .absent])
    }

    func bytes(_ schema: TimelineSchema) throws -> Int {
      var shards = TimelineShards(
        schema: schema, textColumns: ["country"], numberColumns: ["price"], partitions: 1)
      var batch = EventBatch()
      for number in 0..<10_000 {
        batch.append(
          time: Int64(number), name: "view", user: "u\(number % 7)", texts: ["\(number)"],
          numbers: [price])
      }
      _ = try shards.append(batch, file: 0)
      return shards.approximateBytes
    }
    let without = TimelineSchema(entity: .user, matchers: [.any, buy])
    // An array may be given a little more than it asked for: a word an event would be 40,000 bytes.
    #expect(abs(try bytes(schema) - bytes(without)) < 10_000)
  }

  /// Two spellings of a name are two names, to matchers and conditions alike.
  @Test func spellings() throws {
    let composed = EventMatcher.named(["caf\u{e9}"])
    let decomposed = EventMatcher.named(["cafe\u{301}"])
    let fr = EventMatcher.filtered(
      .any, [PropertyCondition(property: "t", test: .equals(.text("\u{e9}")))])
    let schema = TimelineSchema(entity: .user, matchers: [composed, decomposed, fr], texts: ["t"])
    let (merge, built, counts) = try Self.build(schema, texts: ["t"]) {
      for _ in 0..<3 { $0.append(time: 1, name: "caf\u{e9}", user: "u", texts: ["e\u{301}"]) }
      $0.append(time: 2, name: "cafe\u{301}", user: "u", texts: ["\u{e9}"])
    }
    #expect(counts.used == 4)
    var seen = [0, 0, 0]
    built.forEachTimeline { timeline in
      for (index, matcher) in [composed, decomposed, fr].enumerated() {
        let matching = merge.kinds.matching(matcher)
        seen[index] = timeline.kinds.count { matching[Int($0)] }
      }
    }
    #expect(seen == [3, 1, 1])
  }

  @Test func whatBecomesOfRows() throws {
    let paid = EventMatcher.filtered(
      .named(["buy"]),
      [PropertyCondition(property: "price", test: .greater(.number(.zero)))])
    let schema = TimelineSchema(entity: .user, matchers: [paid], keepsIDs: true)
    let price = ExactDecimal(significand: 5, scale: 1)
    let (merge, built, counts) = try Self.build(schema, numbers: ["price"]) {
      $0.append(time: 1, name: "buy", user: "u", id: "1", numbers: [price])
      $0.append(time: 2, name: "buy", user: "u", id: "1", numbers: [price])
      $0.append(time: 3, name: "buy", user: "u", id: "", numbers: [price])
      $0.append(time: 3, name: "buy", user: "u", id: "", numbers: [price])
      $0.append(time: 4, name: "buy", user: "u", id: "2", numbers: [.zero])
      $0.append(time: 5, name: "buy", user: "u", id: "3", numbers: [.absent])
      $0.append(time: 6, name: "view", user: "u", id: "4", numbers: [price])
      $0.append(time: 7, name: "buy", user: "", id: "5", numbers: [price])
      $0.append(time: 8, name: "view", user: "", id: "6", numbers: [price])
      $0.append(time: 9, name: "buy", user: "v", id: "1", numbers: [price])
    }
    #expect(counts.used == 5 && counts.outside == 4 && counts.withoutEntity == 1)
    #expect(built.duplicates == [BuiltPartition.FileCount(file: 7, count: 1)])
    #expect(built.eventCount == 4 && built.entityCount == 2)
    #expect(merge.eventNames == ["buy", "view"])
  }

  /// A join is delivered to its inviter, with the joiner as the user; an inviter without an event
  /// of its own is no entity.
  @Test func deliveries() throws {
    let joins = Delivery(event: .named(["join"]), property: "inviter")
    let schema = TimelineSchema(
      entity: .user, matchers: [.any, .delivered(joins)], sortsEntities: true,
      deliveries: [joins])
    let (merge, built, counts) = try Self.build(schema, texts: ["inviter"]) {
      $0.append(time: 1, name: "join", user: "ann", texts: [""])
      $0.append(time: 2, name: "join", user: "bob", texts: ["ann"])
      $0.append(time: 3, name: "join", user: "cat", texts: ["zoe"])
      $0.append(time: 4, name: "view", user: "cat", texts: ["ann"])
    }
    #expect(counts.used == 4)
    #expect(built.unplacedDeliveries == 1)
    #expect(built.entityCount == 3 && built.eventCount == 5)
    let own = merge.kinds.matching(.any)
    let delivered = merge.kinds.matching(.delivered(joins))
    var seen: [String] = []
    built.forEachTimeline { timeline in
      for event in timeline.range {
        let kind = Int(timeline.kinds[event])
        #expect(own[kind] != delivered[kind])
        let id = String(decoding: timeline.id, as: UTF8.self)
        let from = timeline.values.string(Int(timeline.users[event]))
        seen.append("\(id) \(timeline.times[event]) \(own[kind] ? "own" : "from \(from)")")
      }
    }
    #expect(seen == ["ann 1 own", "ann 2 from bob", "bob 2 own", "cat 3 own", "cat 4 own"])
  }

  /// Two schemas, one batch: a row is used once, and its duplicate counted once.
  @Test func reconciliationOverSchemas() throws {
    let user = TimelineSchema(entity: .user, matchers: [.named(["a"])], keepsIDs: true)
    let account = TimelineSchema(entity: .account, matchers: [.any], keepsIDs: true)
    var batch = EventBatch()
    batch.append(time: 1, name: "a", user: "u", account: "x", id: "1")
    batch.append(time: 2, name: "a", user: "u", account: "x", id: "1")
    batch.append(time: 3, name: "b", user: "u", account: "x", id: "2")
    batch.append(time: 4, name: "b", user: "u", account: "x", id: "2")
    batch.append(time: 5, name: "b", user: "u", account: "", id: "3")
    var used: [UInt8] = []
    var duplicates = 0
    for schema in [user, account] {
      var shards = TimelineShards(
        schema: schema, textColumns: [], numberColumns: [], partitions: 1)
      _ = try shards.append(batch, file: 0, used: &used)
      let built = try TimelineMerge([shards]).build(partition: 0)
      duplicates += built.duplicates.reduce(0) { $0 + $1.count }
    }
    #expect(used == [1, 1, 1, 1, 0])
    #expect(duplicates == 2)
  }

  /// Properties compare by their declared type: text by bytes, numbers by value.
  @Test func conditions() throws {
    let ten = PropertyValue.number(ExactDecimal(significand: 10, scale: 0))
    let nine = PropertyValue.text("9")
    let tests: [(PropertyCondition.Test, text: [String], number: [String])] = [
      (.equals(ten), ["10"], ["10"]),
      (.equals(nine), ["9"], ["9"]),
      (.notEquals(ten), ["", "9", "9.0"], ["", "9"]),
      (.oneOf([ten, nine]), ["10", "9"], ["10", "9"]),
      (.notOneOf([ten, nine]), ["", "9.0"], [""]),
      (.greater(nine), ["9.0"], ["10"]),
      (.less(nine), ["10"], []),
      (.exists(true), ["10", "9", "9.0"], ["10", "9"]),
      (.exists(false), [""], [""]),
      (.contains("0"), ["10", "9.0"], ["10"]),
      (.startsWith("9"), ["9", "9.0"], ["9"]),
      (.endsWith("0"), ["10", "9.0"], ["10"]),
      (.equals(.text("ten")), [], []),
      (.greater(.text("ten")), [], []),
      (.notEquals(.text("ten")), ["", "10", "9", "9.0"], ["", "10", "9"]),
    ]
    for (test, text, number) in tests {
      for (property, expected) in [("t", text), ("n", number)] {
        let schema = TimelineSchema(
          entity: .user,
          matchers: [.filtered(.any, [PropertyCondition(property: property, test: test)])])
        let values = property == "t" ? ["", "10", "9", "9.0"] : ["", "10", "9"]
        let (_, built, _) = try Self.build(schema, texts: ["t"], numbers: ["n"]) {
          for value in values {
            let number = Int64(value).map { ExactDecimal(significand: $0, scale: 0) } ?? .absent
            $0.append(time: 0, name: "e", user: value + "!", texts: [value], numbers: [number])
          }
        }
        var seen: Set<String> = []
        built.forEachTimeline { seen.insert(String(decoding: $0.id.dropLast(), as: UTF8.self)) }
        #expect(seen == Set(expected), "\(property) \(test)")
      }
    }
  }

  /// Partitions are a power of two, more for larger logs, and may all be empty.
  @Test func partitionsAndSizes() throws {
    #expect(TimelineShards.partitions(inflatedBytes: 0) == 64)
    #expect(TimelineShards.partitions(inflatedBytes: 15 << 30) == 256)
    #expect(TimelineShards.partitions(inflatedBytes: .max) == 4096)
    let shards = TimelineShards(
      schema: TimelineSchema(entity: .user, matchers: [.any]), textColumns: [], numberColumns: [],
      partitions: 33)
    #expect(shards.partitionCount == 64)
    let merge = try TimelineMerge([shards])
    for partition in 0..<64 {
      let built = try merge.build(partition: partition)
      #expect(built.entityCount == 0 && built.eventCount == 0)
      built.forEachTimeline { _ in Issue.record("a timeline of nothing") }
    }
    #expect(merge.kinds.count == 0 && merge.eventNames.isEmpty)
  }
}
