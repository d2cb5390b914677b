package import System

/// How many bytes of links may stay in memory, and where the others go.
package struct LinkSpilling: Sendable {
  /// A power of two. As many as the timelines have, so that the links of a partition's ids lie
  /// together; any number gives the same.
  package var partitions: Int
  /// Of all logs together.
  package var bytesMax: Int
  /// Logs that share it.
  package var workers: Int

  package init(partitions: Int, bytesMax: Int, workers: Int) {
    precondition(partitions > 0 && partitions & (partitions - 1) == 0)
    self.partitions = partitions
    self.bytesMax = bytesMax
    self.workers = workers
  }

  private static let hash = Placing.here.hash()

  /// Where an id belongs: as `TimelineShards` places the rows that it is the first id of, in runs that
  /// keep them here; so that the links of the ids of one partition are in one.
  @inline(__always)
  func partition(of id: borrowing Span<UInt8>) -> Int {
    let first = id.extracting(0..<EntityKey.firstCount(id))
    return Int(truncatingIfNeeded: Self.hash(first) >> UInt64(64 - partitions.trailingZeroBitCount))
  }
}

/// Links that have left memory: rows in runs like those of timelines (`RunFormat`), each in the
/// partition of the id that it is to be found by.
///
///     link      entity: an anonymous id; text: the known id beside it, at this time
///     lone      entity: a known id, of some row without an anonymous one
///     pair      entity: a known id, once for each anonymous id that has few enough of them
///     beside    entity: a known id with an anonymous one beside it
struct LinkSpills: Sendable {
  enum Kind: UInt32, CaseIterable {
    case link, lone, pair, beside
  }

  static let layout = RowLayout(TimelineSchema(entity: .user, texts: ["known"]))
  /// Named by their numbers.
  static let kinds = Kind.allCases.map {
    WorkerKind(name: [UInt8(truncatingIfNeeded: $0.rawValue)], matched: [], delivery: 0)
  }
  static let codes = Dictionary(
    uniqueKeysWithValues: zip(kinds, Kind.allCases.map(\.rawValue)))
  private static let isMark = Kind.allCases.map { $0 != .link }

  let spilling: LinkSpilling
  private let hash = ByteHash.seeded()
  private var shards: [PartitionShard]
  private(set) var written: ShardSpills
  /// Bytes of memory held beside empty shards.
  private(set) var held = 0

  init(_ spilling: LinkSpilling, scratch: String) {
    self.spilling = spilling
    shards = (0..<spilling.partitions).map { _ in PartitionShard(packs: false) }
    written = ShardSpills(
      layout: Self.layout, partitions: spilling.partitions, scratch: scratch)
  }

  /// Where the rows of a link go.
  struct Target {
    var partition: Int32
    var entity: UInt32
    var known: UInt32
  }

  mutating func target(
    _ anonymous: borrowing Span<UInt8>, _ known: borrowing Span<UInt8>, partition: Int
  ) -> Target {
    Target(
      partition: Int32(truncatingIfNeeded: partition),
      entity: shards[partition].entities.intern(anonymous, by: hash, grown: &held),
      known: shards[partition].value(known, hash: hash(known), grown: &held))
  }

  mutating func append(_ target: Target, time: Int64) {
    let partition = Int(target.partition)
    shards[partition].prepareRow(grown: &held)
    shards[partition].tail.rows.append(
      EventRow(time: time, entity: target.entity, kind: Kind.link.rawValue))
    shards[partition].prepareWords(Self.layout.words, grown: &held)
    shards[partition].tail.words.append(target.known)
  }

  /// A row of a known id, which has nothing beside it.
  mutating func append(_ kind: Kind, _ known: borrowing Span<UInt8>) {
    let partition = spilling.partition(of: known)
    let entity = shards[partition].entities.intern(known, by: hash, grown: &held)
    shards[partition].prepareRow(grown: &held)
    shards[partition].tail.rows.append(
      EventRow(time: 0, entity: entity, kind: kind.rawValue))
  }

  /// Writes all rows that are in memory.
  mutating func write() throws(ScratchError) {
    try written.write(&shards, kinds: Self.kinds, isMark: Self.isMark) { _ in }
    held = 0
  }
}

extension IdentityLog {
  /// Whether links have left memory.
  package var hasSpilled: Bool { spills != nil }

  /// Above the limit those that hold a fair part of all links let go of them.
  mutating func spillIfNeeded() throws(ScratchError) {
    guard let spilling, budget.linkBytes > spilling.bytesMax else { return }
    if heldLinks * 2 * spilling.workers >= budget.linkBytes { try spill() }
  }

  /// Bytes of rows that are made at a time.
  private static let groupBytes = 4 << 20
  private static let groupsMax = 8

  /// Writes all links and lone ids, and starts them anew; aliases stay.
  package mutating func spill() throws(ScratchError) {
    guard let spilling, let scratch else { return }
    var spills = self.spills ?? LinkSpills(spilling, scratch: scratch)
    let groups = min(Self.groupsMax, 1 + (heldLinks + linkTimes.footprint) / Self.groupBytes)
    for group in 0..<groups {
      try write(group, of: groups, to: &spills)
      try spills.write()
    }
    self.spills = spills
    budget.add(-heldLinks * Self.growth - linkTimes.budgeted)
    budget.addLinks(-heldLinks)
    heldLinks = 0
    (tuples, tupleTimes, lone) = (ByteInterner(), [], ByteInterner())
    linkTimes = LinkTimes(budget: budget, scratch: scratch)
    returnFreedMemory()
  }

  /// Makes rows of the links of some partitions.
  private func write(
    _ group: Int, of groups: Int, to spills: inout LinkSpills
  ) throws(ScratchError) {
    // By tuple: where its targets end.
    var ends: [Int] = []
    var targets: [LinkSpills.Target] = []
    ends.reserveCapacity(tuples.count)
    tuples.visit { tuple in
      let end = EntityKey.end(in: tuple, from: 0, atLeast: EntityKey.openEnd)
      var start = end + 1
      while start < tuple.count {
        let next = EntityKey.end(in: tuple, from: start, atLeast: EntityKey.openEnd)
        let id = tuple.extracting(start..<next)
        let partition = spills.spilling.partition(of: id)
        if partition % groups == group {
          targets.append(spills.target(id, tuple.extracting(0..<end), partition: partition))
        }
        start = next + 1
      }
      ends.append(targets.count)
    }
    func append(_ code: Int, _ time: Int64, _ spills: inout LinkSpills) {
      for target in (code == 0 ? 0 : ends[code - 1])..<ends[code] {
        spills.append(targets[target], time: time)
      }
    }
    if keepsTimes {
      try linkTimes.readAll { code, time in append(Int(code), time, &spills) }
    } else {
      for (code, times) in tupleTimes.enumerated() {
        append(code, times.first, &spills)
        if times.last != times.first { append(code, times.last, &spills) }
      }
    }
    lone.visit { id in
      if spills.spilling.partition(of: id) % groups == group { spills.append(.lone, id) }
    }
  }
}
