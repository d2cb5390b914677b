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
  /// By partition: what the workers hold of it, until it is built.
  private let sources: Mutex<[PartitionSource]>
  private let budget: MemoryBudget

  private struct PartitionSource: Sendable {
    var held: [(shard: PartitionShard, kindCodes: [UInt32], isMark: [Bool])] = []
    var spilled: [(file: ScratchFile, segment: RunSegment)] = []
  }

  /// Takes over the shards, which must have one schema and one number of partitions; at least one.
  /// Memory is freed as partitions are built, so the caller keeps no copy.
  public init(_ shards: consuming [TimelineShards]) throws(ScratchError) {
    var shards = shards
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

    if Self.needsRoom(shards, partitionCount: partitionCount, layout: layout) {
      for worker in shards.indices { try shards[worker].spill() }
    }
    var sources = [PartitionSource](repeating: PartitionSource(), count: partitionCount)
    for worker in shards.indices {
      let kindCodes = shards[worker].program.kinds.map { codes[$0]! }
      for partition in 0..<partitionCount where !shards[worker].shards[partition].isEmpty {
        sources[partition].held.append(
          (shards[worker].shards[partition], kindCodes, shards[worker].kept.isMark))
      }
      if let file = shards[worker].file {
        for segment in shards[worker].segments {
          sources[segment.partition].spilled.append((file, segment))
        }
      }
    }
    self.sources = Mutex(sources)
  }

  /// Whether the partitions that are to be read back are so large that what is in memory has to go
  /// too, to make room for building them.
  private static func needsRoom(
    _ shards: [TimelineShards], partitionCount: Int, layout: RowLayout
  ) -> Bool {
    var rows = [Int](repeating: 0, count: partitionCount)
    for shard in shards {
      for segment in shard.segments { rows[segment.partition] += segment.rowCount }
    }
    // Rows as read and as placed, and the columns: two or three copies of each number.
    return (rows.max() ?? 0) * (44 + 12 * layout.words) > 24 << 20
  }

  /// Builds the timelines of one partition; each partition once, several at a time if wanted.
  public func build(partition: Int) throws(ScratchError) -> BuiltPartition {
    var source = sources.withLock { all in
      var taken = PartitionSource()
      swap(&taken, &all[partition])
      return taken
    }
    var parts = source.held.map { ShardPart($0.shard, kindCodes: $0.kindCodes, isMark: $0.isMark) }
    let held = source.held.reduce(0) { $0 + $1.shard.footprint }
    // Not held twice: the builder changes the first table, and frees the rest as it goes.
    source.held = []
    defer { budget.add(-held) }
    for (file, segment) in source.spilled {
      let bytes = try file.read(offset: segment.offset, count: segment.byteCount)
      do throws(RunReader.Damage) {
        var reader = try RunReader(bytes, partition: partition, layout: layout)
        parts.append(try reader.part(kindCodes: kindCodes))
      } catch {
        throw file.damaged(error.what)
      }
    }
    return PartitionBuilder(self, partition: partition).build(parts)
  }

  /// Where the segments of a partition stand: for tests of damage.
  func segments(partition: Int) -> [(file: ScratchFile, segment: RunSegment)] {
    sources.withLock { $0[partition].spilled }
  }
}
