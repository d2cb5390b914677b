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

  let rules: PartitionRules
  /// By kind: whether rows have no words.
  let isMark: [Bool]
  /// Of places.
  let placing: ByteHash
  let partitionShift: UInt64
  let budget: MemoryBudget
  private let state: Mutex<State>
  /// By worker: what it spilled.
  private let spilled: [ShardSpills]
  /// Rows of all workers.
  package let rowCount: Int

  typealias HeldShard = (shard: PartitionShard, kindCodes: [UInt32], isMark: [Bool])

  private struct State {
    /// By partition: what the workers hold of it, until it is built.
    var held: [[HeldShard]]
    /// By dealer: what it spilled.
    var dealt: [ShardSpills] = []
    /// By file: rows that found no entity when they were dealt.
    var lost: [UInt32: LostRows] = [:]
    /// By partition and file: duplicates that were found before rows were dealt.
    var duplicates: [Int: [UInt32: Int]] = [:]
    /// By partition: of each spilled part whose rows have left, where that is not found out again.
    var leaving: [Int: [LeavingEntities]] = [:]
  }

  /// Takes over the shards, which must have one schema and one number of partitions; at least one.
  /// Memory is freed as partitions are built, so the caller keeps no copy.
  ///
  /// - Parameter fileRanks: by file, nil for files whose rows are left out: for schemas that keep
  ///   rows.
  /// - Parameter persons: who the entities and users of a schema with persons are.
  /// - Parameter fileSources: by file, its source; empty where there is one only.
  package init(
    _ shards: consuming [TimelineShards], fileRanks: [UInt32?] = [],
    persons: PersonLookup = PersonLookup(), fileSources: [Int] = []
  ) throws(ScratchError) {
    var shards = consume shards
    rowCount = shards.reduce(0) { sum, shard in
      sum + shard.spills.rows.reduce(0, +) + shard.shards.reduce(0) { $0 + $1.rowCount }
    }
    precondition(!shards.isEmpty, "a merge of no shards")
    let schema = shards[0].schema
    partitionCount = shards[0].partitionCount
    placing = shards[0].placing
    partitionShift = shards[0].partitionShift
    budget = shards[0].budget
    for shard in shards {
      precondition(shard.schema == schema && shard.partitionCount == partitionCount)
    }
    var rules = PartitionRules(
      schema: schema, hash: shards[0].hash,
      kinds: RunKinds(Set(shards.flatMap(\.program.kinds)), matchers: schema.matchers))
    rules.fileRanks = fileRanks.map { $0 ?? RowLayout.unranked }
    rules.persons = persons
    rules.fileSources = fileSources
    rules.hasLinkKeys = shards[0].hasLinkKeys
    // Whoever asked for links has done so.
    for worker in shards.indices { shards[worker].dropLinks() }
    self.rules = rules
    let (codes, layout) = (rules.kinds.codes, rules.layout)
    var isMark = [Bool](repeating: false, count: codes.count)
    for shard in shards {
      for (kind, mark) in zip(shard.program.kinds, shard.kept.isMark) {
        isMark[Int(codes[kind]!)] = mark
      }
    }
    self.isMark = isMark

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

    if Self.needsRoom(shards.map(\.spills), partitionCount: partitionCount, layout: layout) {
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
    spilled = shards.map(\.spills)
    state = Mutex(State(held: held))
  }

  /// Whether the partitions that are to be read back are so large that what is in memory has to go
  /// too, to make room for building them.
  private static func needsRoom(
    _ spills: [ShardSpills], partitionCount: Int, layout: RowLayout
  ) -> Bool {
    var rows = [Int](repeating: 0, count: partitionCount)
    for spill in spills {
      for (partition, count) in spill.rows.enumerated() { rows[partition] += count }
    }
    // Rows as read and as placed, and the columns: two or three copies of each number.
    return (rows.max() ?? 0) * (44 + 12 * layout.words) > 24 << 20
  }

  /// Builds the timelines of one partition; each partition once, several at a time if wanted.
  package func build(partition: Int) throws(ScratchError) -> BuiltPartition {
    var taken = take(partition: partition)
    var parts = taken.map { ShardPart($0.shard, kindCodes: $0.kindCodes, isMark: $0.isMark) }
    let heldBytes = taken.reduce(0) { $0 + $1.shard.footprint }
    // Not held twice: the builder changes the first table, and frees the rest as it goes.
    taken = []
    defer { budget.add(-heldBytes) }
    parts += try stayingParts(partition: partition)
    let (dealt, found) = state.withLock { ($0.dealt, $0.duplicates[partition] ?? [:]) }
    parts += try read(dealt, partition: partition)
    var built = try PartitionBuilder(rules, partition: partition).build(consume parts)
    if !found.isEmpty {
      var counts = found
      for count in built.duplicates { counts[count.file, default: 0] += count.count }
      built.duplicates = counts.sorted { $0.key < $1.key }.map {
        BuiltPartition.FileCount(file: $0.key, count: $0.value)
      }
    }
    return built
  }

  /// Takes over what dealers hold, after all partitions were dealt.
  package func takeOver(_ dealers: consuming [PersonDealer]) throws(ScratchError) {
    var dealers = consume dealers
    if Self.needsRoom(dealers.map(\.spills), partitionCount: partitionCount, layout: rules.layout) {
      for dealer in dealers.indices { try dealers[dealer].spill() }
      returnFreedMemory()
    }
    let kinds = (0..<UInt32(rules.kinds.workerKinds.count)).map { $0 }
    state.withLock { state in
      for dealer in dealers {
        state.dealt.append(dealer.spills)
        for (file, lost) in dealer.lost { state.lost[file, default: LostRows()].add(lost) }
        for partition in 0..<partitionCount where !dealer.shards[partition].isEmpty {
          state.held[partition].append((dealer.shards[partition], kinds, isMark))
        }
      }
    }
  }

  /// Takes over what another machine's dealer wrote.
  func takeOver(_ dealt: ShardSpills) { state.withLock { $0.dealt.append(dealt) } }

  /// Notes rows that found no entity when they were dealt elsewhere.
  package func note(lost: [UInt32: LostRows]) {
    state.withLock { state in
      for (file, rows) in lost { state.lost[file, default: LostRows()].add(rows) }
    }
  }

  /// By partition and file: duplicates that were found when rows were dealt.
  package var dealtDuplicates: [Int: [UInt32: Int]] { state.withLock { $0.duplicates } }

  /// By file: rows that found no entity when they were dealt.
  package var lost: [UInt32: LostRows] { state.withLock { $0.lost } }

  func take(partition: Int) -> [HeldShard] {
    var taken: [HeldShard] = []
    state.withLock { swap(&taken, &$0.held[partition]) }
    return taken
  }

  func putBack(_ held: [HeldShard], partition: Int) {
    state.withLock { $0.held[partition] = held }
  }

  /// Notes duplicates that go nowhere, by file.
  package func note(_ duplicates: [UInt32: Int], partition: Int) {
    if duplicates.isEmpty { return }
    state.withLock { $0.duplicates[partition] = duplicates }
  }

  func note(leaving: [LeavingEntities], partition: Int) {
    if leaving.isEmpty { return }
    state.withLock { $0.leaving[partition] = leaving }
  }

  /// What the workers spilled of a partition, without the rows that have left: these were dealt.
  private func stayingParts(partition: Int) throws(ScratchError) -> [ShardPart] {
    var parts = try spilledParts(partition: partition)
    guard let source = rules.persons.entities, !parts.isEmpty else { return parts }
    let splits: [PersonSplit]
    if let leaving = state.withLock({ $0.leaving.removeValue(forKey: partition) }) {
      splits = leaving.map { PersonSplit($0) }
    } else {
      let tables = parts.map(\.readEntities)
      let persons = try source.persons(of: tables)
      splits = tables.map { PersonSplit($0, persons) }
    }
    for index in parts.indices where splits[index].moves {
      splits[index].separate(&parts[index], width: rules.layout.words) { _, _, _ in }
    }
    return parts
  }

  /// What the workers spilled of a partition.
  func spilledParts(partition: Int) throws(ScratchError) -> [ShardPart] {
    try read(spilled, partition: partition)
  }

  private func read(
    _ spills: [ShardSpills], partition: Int
  ) throws(ScratchError) -> [ShardPart] {
    var parts: [ShardPart] = []
    for spills in spills {
      try spills.forEachPart(partition: partition, kinds: rules.kinds.codes) { parts.append($0) }
    }
    return parts
  }

  /// Where the segments of a partition stand that workers spilled.
  func segments(partition: Int) -> [ShardSpills.Place] {
    spilled.flatMap { $0.segments(partition: partition) }
  }
}
