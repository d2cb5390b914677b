import Synchronization
package import System
package import Values

/// The shards of all workers of one kind of entity, joined: the run's event kinds, and partitions
/// that can be built, each once, from any thread.
package final class TimelineMerge: TimelineSource {
  package var schema: TimelineSchema { rules.schema }
  package var kinds: EventKinds { rules.kinds.kinds }
  package let partitionCount: Int
  /// Names that rows carried, also those that no matcher matched, in byte order.
  package let eventNames: [LogText]
  package let eventNameRows: [Int]

  private let rules: PartitionRules
  /// By partition: what the workers hold of it, until it is built.
  private let held: Mutex<[[HeldShard]]>
  /// By worker: what it spilled.
  private let spilled: [(file: ScratchFile, spills: [RunSpill])]
  private let budget: MemoryBudget
  /// Rows of all workers.
  package let rowCount: Int

  private typealias HeldShard = (shard: PartitionShard, kindCodes: [UInt32], isMark: [Bool])

  /// Takes over the shards, which must have one schema and one number of partitions; at least one.
  /// Memory is freed as partitions are built, so the caller keeps no copy.
  ///
  /// - Parameter fileRanks: by file, nil for files whose rows are left out: for schemas that keep
  ///   rows.
  package init(
    _ shards: consuming [TimelineShards], fileRanks: [UInt32?] = []
  ) throws(ScratchError) {
    var shards = consume shards
    rowCount = shards.reduce(0) { sum, shard in
      sum + shard.spilledRows.reduce(0, +) + shard.shards.reduce(0) { $0 + $1.rowCount }
    }
    precondition(!shards.isEmpty, "a merge of no shards")
    let schema = shards[0].schema
    partitionCount = shards[0].partitionCount
    budget = shards[0].budget
    for shard in shards {
      precondition(shard.schema == schema && shard.partitionCount == partitionCount)
    }
    var rules = PartitionRules(
      schema: schema, hash: shards[0].hash,
      kinds: RunKinds(Set(shards.flatMap(\.program.kinds)), matchers: schema.matchers))
    rules.fileRanks = fileRanks.map { $0 ?? RowLayout.unranked }
    self.rules = rules
    let (codes, layout) = (rules.kinds.codes, rules.layout)

    var rowsByName: [[UInt8]: Int] = [:]
    for shard in shards {
      let table = shard.program.names.strings
      for index in 0..<table.count {
        rowsByName[Array(table[index]), default: 0] += shard.program.nameRows[index]
      }
    }
    let names = rowsByName.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    eventNames = names.map { LogText(String(decoding: $0.key, as: UTF8.self)) }
    eventNameRows = names.map(\.value)

    if Self.needsRoom(shards, partitionCount: partitionCount, layout: layout) {
      for worker in shards.indices { try shards[worker].spill() }
      returnFreedMemory()
    }
    var held = [[HeldShard]](repeating: [], count: partitionCount)
    for worker in shards.indices {
      let kindCodes = shards[worker].program.kinds.map { codes[$0]! }
      for partition in 0..<partitionCount where !shards[worker].shards[partition].isEmpty {
        held[partition].append(
          (shards[worker].shards[partition], kindCodes, shards[worker].kept.isMark))
      }
    }
    spilled = shards.compactMap { worker in worker.file.map { ($0, worker.spills) } }
    self.held = Mutex(held)
  }

  /// Whether the partitions that are to be read back are so large that what is in memory has to go
  /// too, to make room for building them.
  private static func needsRoom(
    _ shards: [TimelineShards], partitionCount: Int, layout: RowLayout
  ) -> Bool {
    var rows = [Int](repeating: 0, count: partitionCount)
    for shard in shards {
      for (partition, count) in shard.spilledRows.enumerated() { rows[partition] += count }
    }
    // Rows as read and as placed, and the columns: two or three copies of each number.
    return (rows.max() ?? 0) * (44 + 12 * layout.words) > 24 << 20
  }

  /// Builds the timelines of one partition; each partition once, several at a time if wanted.
  package func build(partition: Int) throws(ScratchError) -> BuiltPartition {
    var taken: [HeldShard] = []
    held.withLock { swap(&taken, &$0[partition]) }
    var parts = taken.map { ShardPart($0.shard, kindCodes: $0.kindCodes, isMark: $0.isMark) }
    let heldBytes = taken.reduce(0) { $0 + $1.shard.footprint }
    // Not held twice: the builder changes the first table, and frees the rest as it goes.
    taken = []
    defer { budget.add(-heldBytes) }
    for (file, segment) in segments(partition: partition) {
      let bytes = try file.read(offset: segment.lowerBound, count: segment.count)
      do throws(RunReader.Damage) {
        var reader = try RunReader(bytes, partition: partition, layout: rules.layout)
        parts.append(try reader.part(kindCodes: rules.kinds.codes))
      } catch {
        throw file.damaged(error.what)
      }
    }
    return PartitionBuilder(rules, partition: partition).build(consume parts)
  }

  /// Where the segments of a partition stand.
  func segments(partition: Int) -> [(file: ScratchFile, segment: Range<Int>)] {
    spilled.flatMap { file, spills in
      spills.compactMap { spill in spill.range(of: partition).map { (file, $0) } }
    }
  }
}
