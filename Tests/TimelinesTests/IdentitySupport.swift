import EventLog
import TestSupport

@testable import Timelines

extension IdentityRow {
  static let end = [EntityKey.anonymousEnd]

  /// As readers spell it.
  var key: [UInt8] {
    if let known { return Array(known.utf8) }
    return anonymous.flatMap { Array($0.utf8) + Self.end }
  }

  func append(to batch: inout EventBatch) {
    func add(_ bytes: [UInt8]) -> ByteSlice {
      let slice = ByteSlice(offset: batch.bytes.count, count: bytes.count)
      batch.bytes += bytes
      return bytes.isEmpty ? .absent : slice
    }
    batch.count += 1
    batch.times.append(time)
    batch.users.append(add(key))
    let hasLink = known != nil && !anonymous.isEmpty
    let rest = anonymous.flatMap { Array($0.utf8) + Self.end }
    batch.links.append(hasLink ? add(key + Self.end + rest) : .absent)
    let alias = former.map { Array($0.utf8) + Self.end + key + Self.end }
    batch.aliases.append(known == nil ? .absent : add(alias ?? []))
  }
}

extension IdentityRules {
  var reference: ReferenceRules {
    ReferenceRules(
      anonymousRows.rawValue, knownMax: knownMax, anonymousMax: anonymousMax,
      hasAnonymous: hasAnonymous)
  }
}

extension Persons {
  /// Of rows that are dealt to workers in batches, in some order.
  init(
    _ rows: [IdentityRow], rules: IdentityRules, workers: Int, spills: Bool = false,
    _ random: inout SplitMix64
  ) throws {
    let budget = MemoryBudget(limit: spills ? 0 : .max)
    var logs = (0..<workers).map { _ in
      IdentityLog(rules: rules, budget: budget, scratch: spills ? "/tmp" : nil)
    }
    try logs.append(rows, &random)
    try self.init(logs, rules: rules, findsOpen: true)
  }

  func name(of key: [UInt8], at time: Int64) -> PersonName {
    if let person = person(owner(of: key.span), at: time) {
      return .known(String(decoding: name(person), as: UTF8.self))
    }
    let shown = String(decoding: EntityKey.shown(key[...]), as: UTF8.self)
    return key.last == EntityKey.anonymousEnd ? .device(shown) : .known(shown)
  }
}

extension [IdentityLog] {
  mutating func append(_ rows: [IdentityRow], _ random: inout SplitMix64) throws {
    for row in rows.shuffled(using: &random) {
      var batch = EventBatch()
      for _ in 0...Int.random(in: 0...2, using: &random) { row.append(to: &batch) }
      try self[Int.random(in: indices, using: &random)].append(batch)
    }
  }
}

extension LinkSpilling {
  /// Some links leave memory as they come, or all in the end.
  static func some(workers: Int, _ random: inout SplitMix64) -> LinkSpilling {
    LinkSpilling(
      partitions: [1, 2, 16, 64].randomElement(using: &random)!,
      bytesMax: [0, 3000, .max].randomElement(using: &random)!, workers: workers)
  }
}

extension SpilledLinks {
  /// Of rows that are dealt to workers in batches, in some order.
  init(
    _ rows: [IdentityRow], rules: IdentityRules, workers: Int, _ random: inout SplitMix64
  ) throws {
    let spilling = LinkSpilling.some(workers: workers, &random)
    let budget = MemoryBudget(limit: random.oneIn(2) ? 0 : .max)
    var logs = (0..<workers).map { _ in
      IdentityLog(rules: rules, budget: budget, scratch: "/tmp", spilling: spilling)
    }
    try logs.append(rows, &random)
    for index in logs.indices { try logs[index].spill() }
    try self.init(logs, rules: rules, findsOpen: true)
    try survey(&random)
  }

  /// Two threads' part, one after the other.
  mutating func survey(_ random: inout SplitMix64) throws {
    var surveys = [Survey(self), Survey(self)]
    for partition in (0..<partitionCount).shuffled(using: &random) {
      try surveys[Int.random(in: 0..<2, using: &random)].look(at: partition)
    }
    for index in surveys.indices { try surveys[index].finish() }
    take(surveys)
    var counts = [Count(), Count()]
    for partition in (0..<partitionCount).shuffled(using: &random) {
      try count(partition, &counts[Int.random(in: 0..<2, using: &random)])
    }
    take(counts)
  }
}

extension LinkJoin {
  /// With both steps done by threads of which chance decides who does what.
  func joined(threads: Int, _ random: inout SplitMix64) -> LinkJoin {
    var join = self
    var looks = [Look](repeating: Look(), count: threads)
    for partition in partitions.shuffled(using: &random) {
      join.look(at: partition, &looks[Int.random(in: 0..<threads, using: &random)])
    }
    join.take(looks)
    var pairings = [Pairing](repeating: Pairing(), count: threads)
    for number in join.pairings.shuffled(using: &random) {
      join.pair(number, &pairings[Int.random(in: 0..<threads, using: &random)])
    }
    join.take(pairings)
    return join
  }
}
