import EventLog
import TestSupport
import Timelines
import Values

/// A small random log and schemas to count it by, with few distinct values, so that ties,
/// duplicates and shared ids are the rule.
struct GeneratedLog {
  let textColumns = ["country", "inviter", "plan"]
  let numberColumns = ["fee", "revenue"]
  var rows: [LogRow] = []
  var user: TimelineSchema
  var account: TimelineSchema

  static let names = [
    "", "buy", "open", "open\u{301}", "op\u{e9}n", "ope\u{301}n", "a rather long event name, ",
  ]
  /// Short, long, prefixes of each other, with NUL, UUIDs, and two that differ only past 32 bytes.
  static let ids = [
    "u", "u1", "u12", "u\0", "12345678", "1234567812345678", "12345678123456781",
    "0f8fad5b-d9cb-469f-a165-70867728950e", "0f8fad5b-d9cb-469f-a165-70867728950f",
    "0F8FAD5B-D9CB-469F-A165-70867728950E", "0f8fad5b-d9cb-469f-a165-70867728950 ",
    "", String(repeating: "x", count: 300), String(repeating: "é", count: 20),
  ]
  static let texts = ["", "", "de", "fr", "f", "u1", "u12", "10", "z"]
  static let decimals: [ExactDecimal] = [
    .absent, .absent, .zero, ExactDecimal(significand: 10, scale: 0),
    ExactDecimal(significand: 999, scale: 2), ExactDecimal(significand: -5, scale: 1),
    ExactDecimal(significand: 999_999_999_999_999_999, scale: 0),
  ]

  init(_ random: inout SplitMix64, rows count: Int) {
    user = TimelineSchema(entity: .user)
    account = TimelineSchema(entity: .account)
    user = Self.schema(.user, &random)
    account = Self.schema(.account, &random)
    let ids = Array(
      Self.ids.shuffled(using: &random).prefix(Int.random(in: 1...14, using: &random)))
    let span = Int64.random(in: 0...50, using: &random)
    for _ in 0..<count {
      rows.append(
        LogRow(
          time: Int64.random(in: -span...span, using: &random) * 1_000_003,
          name: Self.names.randomElement(using: &random)!,
          user: ids.randomElement(using: &random)!, account: ids.randomElement(using: &random)!,
          id: random.oneIn(3) ? "" : Self.ids.randomElement(using: &random)!,
          texts: textColumns.map { _ in Self.texts.randomElement(using: &random)! },
          numbers: numberColumns.map { _ in Self.decimals.randomElement(using: &random)! },
          file: UInt32.random(in: 0..<4, using: &random)))
    }
  }

  static func schema(
    _ entity: TimelineSchema.Entity, _ random: inout SplitMix64, delivers: Bool = true
  ) -> TimelineSchema {
    var schema = TimelineSchema(entity: entity)
    schema.texts = ["country", "inviter", "plan"].shuffled(using: &random)
      .prefix(Int.random(in: 0...3, using: &random)).map { $0 }
    schema.numbers = ["fee", "revenue"].shuffled(using: &random)
      .prefix(Int.random(in: 0...2, using: &random)).map { $0 }
    schema.keepsUsers = entity == .account && random.oneIn(2)
    schema.keepsIDs = random.oneIn(2)
    schema.sortsEntities = random.oneIn(2)
    if random.oneIn(4) {
      schema.sources[0].passive =
        random.oneIn(4) ? .all : .names(Set(names.prefix(2).map { Array($0.utf8) }))
    }
    if delivers, random.oneIn(3) {
      for property in ["inviter", "plan"].prefix(Int.random(in: 1...2, using: &random)) {
        schema.deliveries.append(
          Delivery(event: matcher(&random, depth: 1, deliveries: []), property: property))
      }
    }
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let matcher = matcher(&random, depth: 2, deliveries: schema.deliveries)
      if !schema.matchers.contains(matcher) { schema.matchers.append(matcher) }
    }
    for property in schema.texts + schema.numbers where random.oneIn(2) {
      schema.readOn[property] = schema.matchers.filter { _ in random.oneIn(2) }
    }
    return schema
  }

  /// Files are of two sources in turn, some events of one are passive, and a matcher asks for one.
  mutating func takeSources(_ random: inout SplitMix64) {
    let passive = PassiveNames(Array(Self.names.shuffled(using: &random).prefix(3)))
    func several(_ schema: TimelineSchema) -> TimelineSchema {
      var schema = schema
      schema.sources[0].name = "first"
      schema.sources.append(SchemaSource(name: "second", passive: passive))
      for (place, matcher) in schema.matchers.enumerated() where place % 2 == 0 {
        let of = EventMatcher.from(place % 4 == 0 ? "second" : "first", matcher)
        if schema.matchers.contains(of) { continue }
        for property in schema.readOn.keys {
          schema.readOn[property] = schema.readOn[property]?.map { $0 == matcher ? of : $0 }
        }
        schema.matchers[place] = of
      }
      return schema
    }
    (user, account) = (several(user), several(account))
  }

  /// By file.
  var fileSources: [Int] {
    user.sources.count > 1 ? (0..<4).map { $0 % user.sources.count } : []
  }

  static func matcher(
    _ random: inout SplitMix64, depth: Int, deliveries: [Delivery]
  ) -> EventMatcher {
    switch Int.random(in: 0..<(depth > 0 ? 6 : 3), using: &random) {
    case 0: return .any
    case 1: return .named(Set(names.shuffled(using: &random).prefix(2).map { LogText($0) }))
    case 2:
      if let delivery = deliveries.randomElement(using: &random) { return .delivered(delivery) }
      return .named(["buy"])
    case 3:
      return .anyOf(
        (0..<Int.random(in: 0...3, using: &random)).map { _ in
          matcher(&random, depth: depth - 1, deliveries: deliveries)
        })
    default:
      return .filtered(
        matcher(&random, depth: depth - 1, deliveries: deliveries),
        (0..<Int.random(in: 0...2, using: &random)).map { _ in condition(&random) })
    }
  }

  static func condition(_ random: inout SplitMix64) -> PropertyCondition {
    func value() -> PropertyValue {
      random.oneIn(2)
        ? .text(LogText(texts.randomElement(using: &random)!))
        : .number(decimals.dropFirst(2).randomElement(using: &random)!)
    }
    let values = [value(), value()]
    let part: LogText = ["", "1", "f", "fr", "99"].randomElement(using: &random)!
    let tests: [PropertyCondition.Test] = [
      .equals(values[0]), .notEquals(values[0]), .oneOf(values), .notOneOf(values),
      .greater(values[0]), .greaterOrEqual(values[0]), .less(values[0]), .lessOrEqual(values[0]),
      .exists(true), .exists(false), .contains(part), .startsWith(part), .endsWith(part),
    ]
    return PropertyCondition(
      property: ["country", "fee", "inviter", "plan", "revenue"].randomElement(using: &random)!,
      test: tests.randomElement(using: &random)!)
  }
}

/// How rows reach the timelines: none of it may show.
struct Dealing {
  var workers: Int
  var batchRows: Int
  var partitions: Int
  var hashMask: UInt64 = .max
  var budget = MemoryBudget()
  var scratch: String?
  /// Rows come as the log has them, not shuffled.
  var keepsOrder = false
}

extension GeneratedLog {
  /// The log through the fast path, both schemas fed by the same batches.
  func run(_ dealing: Dealing, _ random: inout SplitMix64) throws -> [ShownTimelines] {
    var workers = (0..<dealing.workers).map { _ in
      [user, account].map {
        TimelineShards(
          schema: $0, textColumns: textColumns, numberColumns: numberColumns,
          partitions: dealing.partitions, budget: dealing.budget, scratch: dealing.scratch,
          hashMask: dealing.hashMask)
      }
    }
    var shown = [ShownTimelines(), ShownTimelines()]
    var rest = dealing.keepsOrder ? rows.reversed() : rows.shuffled(using: &random)
    var batch = EventBatch()
    while let file = rest.last?.file {
      batch.removeAll()
      batch.source = fileSources.isEmpty ? 0 : fileSources[Int(file)]
      while let row = rest.last, row.file == file, batch.count < dealing.batchRows {
        batch.append(
          time: row.time, name: row.name, user: row.user, account: row.account, id: row.id,
          texts: row.texts, numbers: row.numbers)
        rest.removeLast()
      }
      let worker = Int.random(in: 0..<dealing.workers, using: &random)
      var used: [UInt8] = []
      for schema in 0..<2 {
        shown[schema].counts += try workers[worker][schema].append(batch, file: file, used: &used)
      }
    }
    for schema in 0..<2 {
      let merge = try TimelineMerge(
        workers.map { $0[schema] }, fileSources: fileSources)
      try shown[schema].add(merge)
    }
    return shown
  }
}

extension ShownTimelines {
  mutating func add(_ merge: some TimelineSource) throws {
    let matching = merge.schema.matchers.map { merge.kinds.matching($0) }
    for partition in 0..<merge.partitionCount {
      let built = try merge.build(partition: partition)
      for count in built.duplicates { duplicates[count.file, default: 0] += count.count }
      unplaced += built.unplacedDeliveries
      var previous: [UInt8]?
      var (entities, events) = (0, 0)
      built.forEachTimeline { timeline in
        let id = Array(timeline.id)
        if merge.schema.sortsEntities, let previous {
          let shown = Array(timeline.shownID)
          precondition(
            merge.schema.hasPersons
              ? !shown.lexicographicallyPrecedes(previous)
              : previous.lexicographicallyPrecedes(id), "entities out of order")
        }
        previous = Array(timeline.shownID)
        entities += 1
        events += timeline.range.count
        timelines.append(
          ShownTimeline(
            id: id,
            events: timeline.range.map { Self.event(timeline, $0, merge.kinds, matching) }))
      }
      precondition(built.entityCount == entities && built.eventCount == events)
      precondition(built.partition == partition)
    }
    timelines.sort { $0.id.lexicographicallyPrecedes($1.id) }
  }

  private static func event(
    _ timeline: borrowing Timeline, _ index: Int, _ kinds: EventKinds, _ matching: [[Bool]]
  ) -> ShownEvent {
    let kind = Int(timeline.kinds[index])
    let values = timeline.values
    // Code 0 is the absent value; codes ascend with the bytes.
    precondition(values[0].isEmpty)
    for code in 1..<max(1, values.count) {
      precondition(values[code - 1].lexicographicallyPrecedes(values[code]))
    }
    return ShownEvent(
      time: timeline.times[index], name: Array(kinds.names[kind].utf8),
      matched: matching.indices.filter { matching[$0][kind] },
      texts: timeline.texts.map { Array(values[Int($0[index])]) },
      numbers: timeline.numbers.map { $0[index] },
      user: timeline.users.isEmpty ? [] : Array(values[Int(timeline.users[index])]))
  }
}
