import Synchronization

/// The shards of all workers of one kind of entity, joined: the run's event kinds, and partitions
/// that can be built, each once, from any thread.
public final class TimelineMerge: Sendable {
  public let schema: TimelineSchema
  public let kinds: EventKinds
  public let partitionCount: Int
  /// Names that rows carried, also those that no matcher matched, in byte order.
  public let eventNames: [String]

  let layout: RowLayout
  let hash: ByteHash
  /// By kind: 0 for an entity's own events, else the delivery's number plus 1.
  let deliveryOfKind: [Int]
  let kindCodes: [WorkerKind: UInt32]
  /// By partition: what each worker holds of it, until it is built.
  private let parts: Mutex<[[ShardPart]]>
  private let budget: MemoryBudget?

  /// One shard of a partition, and what its kinds are in the run.
  struct ShardPart: Sendable {
    var shard: PartitionShard
    var kindCodes: [UInt32]
  }

  /// Takes over the shards, which must have one schema and one number of partitions; at least one.
  /// Memory is freed as partitions are built, so the caller keeps no copy.
  public init(_ shards: consuming [TimelineShards]) throws(ScratchError) {
    let shards = shards
    precondition(!shards.isEmpty, "a merge of no shards")
    schema = shards[0].schema
    partitionCount = shards[0].partitionCount
    layout = shards[0].layout
    hash = shards[0].hash
    budget = shards[0].budget
    for shard in shards {
      precondition(shard.schema == schema && shard.partitionCount == partitionCount)
    }

    let distinct = Set(shards.flatMap(\.program.kinds))
    let sorted = distinct.sorted { left, right in
      if left.name != right.name { return left.name.lexicographicallyPrecedes(right.name) }
      if left.matched != right.matched {
        return left.matched.lexicographicallyPrecedes(right.matched)
      }
      return left.delivery < right.delivery
    }
    let codes = Dictionary(
      uniqueKeysWithValues: sorted.enumerated().map { ($1, UInt32($0)) })
    kindCodes = codes
    deliveryOfKind = sorted.map(\.delivery)
    kinds = EventKinds(
      matchers: schema.matchers,
      kinds: sorted.map { (String(decoding: $0.name, as: UTF8.self), $0.matched) })

    var names: Set<[UInt8]> = []
    for shard in shards {
      let table = shard.program.names.strings
      for index in 0..<table.count { names.insert(Array(table[index])) }
    }
    eventNames = names.sorted { $0.lexicographicallyPrecedes($1) }
      .map { String(decoding: $0, as: UTF8.self) }

    var parts = [[ShardPart]](repeating: [], count: partitionCount)
    for worker in shards.indices {
      let kindCodes = shards[worker].program.kinds.map { codes[$0]! }
      for partition in 0..<partitionCount where !shards[worker].shards[partition].isEmpty {
        parts[partition].append(
          ShardPart(shard: shards[worker].shards[partition], kindCodes: kindCodes))
      }
    }
    self.parts = Mutex(parts)
  }

  /// Builds the timelines of one partition; each partition once, several at a time if wanted.
  public func build(partition: Int) throws(ScratchError) -> BuiltPartition {
    let parts = parts.withLock { all in
      var taken: [ShardPart] = []
      swap(&taken, &all[partition])
      return taken
    }
    let held = parts.reduce(0) { $0 + $1.shard.footprint }
    defer { budget?.add(-held) }
    return PartitionBuilder(self, partition: partition).build(parts)
  }
}
