package import EventLog
package import System

/// What became of the rows of a batch: each row is counted once.
package struct AppendCounts: Sendable, Equatable {
  /// Kept for an entity, or delivered to one.
  package var used = 0
  /// Matched by no matcher.
  package var outside = 0
  /// Matched, but without the entity: no user, or no account.
  package var withoutEntity = 0

  package init() {}

  package static func += (left: inout AppendCounts, right: AppendCounts) {
    left.used += right.used
    left.outside += right.outside
    left.withoutEntity += right.withoutEntity
  }
}

/// One worker's part of the timelines of one kind of entity: takes in batches, and keeps their
/// events by partition. No locks: each worker has its own, and `TimelineMerge` joins them.
///
/// A batch goes through in three passes, so that the processor can wait for many cache misses at
/// once: the first matches every row and packs and hashes the id of its entity, the second, group by
/// group, loads what the hashes of ids lead to that are not packed, the third interns the entities and
/// keeps the rows, and asks for the buckets of packed ids some rows ahead.
package struct TimelineShards: Sendable {
  /// Fits some million events; see `partitions(inflatedBytes:)` for more.
  package static let partitionsDefault = 64

  package let schema: TimelineSchema
  /// A power of two.
  package let partitionCount: Int
  let layout: RowLayout
  /// Of tables.
  let hash: ByteHash
  /// Of places: which partition an entity belongs to.
  let placing: ByteHash
  let batchTextCount: Int
  let batchNumberCount: Int
  let partitionShift: UInt64
  /// Keys are placed whole, by the hash of tables.
  let placesWhole: Bool

  var program: MatcherProgram
  var kept: KeptColumns
  var shards: [PartitionShard]
  /// Bytes held, as far as `budget` has been told.
  private(set) var held = 0
  private let heldWhenEmpty: Int
  let budget: MemoryBudget
  var spills: ShardSpills
  // Of the batch at hand; kept for their memory.
  var selected: [SelectedRow] = []
  /// By row, in front: an index into the program's outcomes, or `MatcherProgram.nothing`.
  var rowOutcomes: [Int32] = []
  /// `selected` while it is sorted, and by partition where the next of its rows goes.
  var placed: [SelectedRow] = []
  var partitionStarts: [Int] = []
  /// Of the users of the group at hand, if users are kept.
  var userHashes: [UInt64] = []
  var touched: UInt64 = 0
  /// Whether some of `selected` have an id that is not packed.
  var hasOtherIDs = false
  var notesRows = false
  /// Nil where links do not go with their rows.
  var links: IdentityLog?
  let hasLinkKeys: Bool
  /// Rows of the batch that were matched, but have not the entity: noted where rows are of several
  /// files.
  package internal(set) var rowsWithoutEntity: [Int] = []

  /// Bytes that the names of events take, beside the budget.
  package var namesFootprint: Int { program.footprint }

  /// A number of partitions for logs of this size, such that each, while it is built, takes some
  /// 16 MiB at most, unless one entity has more events than that.
  package static func partitions(inflatedBytes: Int) -> Int {
    // A row of 200 bytes, which is short, takes some 50 bytes while it is built.
    var partitions = partitionsDefault
    while partitions < 4096, inflatedBytes / partitions > 64 << 20 { partitions *= 2 }
    return partitions
  }

  /// `textColumns` and `numberColumns` name the columns of the batches to come, and must hold every
  /// property that the schema keeps or its matchers look at. `partitions` is rounded up to a power
  /// of two; all workers of a schema have the same number. Above `budget` (shared by the workers
  /// and schemas of a run) partitions spill to a nameless file in the directory `scratch`, one for
  /// each worker and schema; without `scratch` they stay in memory.
  ///
  /// - Parameters:
  ///   - placing: who has to find entities in the same partitions.
  ///   - links: nil where links do not go with their rows (`takesLinks`).
  ///   - linkSpilling: nil where they stay in memory when their rows leave it.
  package init(
    schema: TimelineSchema, textColumns: [String], numberColumns: [String],
    partitions: Int = TimelineShards.partitionsDefault, budget: MemoryBudget = MemoryBudget(),
    scratch: String? = nil, placing: Placing = .everywhere, links: IdentityRules? = nil,
    linkSpilling: LinkSpilling? = nil
  ) {
    self.init(
      schema: schema, textColumns: textColumns, numberColumns: numberColumns,
      partitions: partitions, budget: budget, scratch: scratch, placing: placing, links: links,
      linkSpilling: linkSpilling, hashMask: .max)
  }

  /// `hashMask` keeps only some bits of every hash: tests make all strings collide.
  package init(
    schema: TimelineSchema, textColumns: [String], numberColumns: [String], partitions: Int,
    budget: MemoryBudget, scratch: String?, placing: Placing = .everywhere,
    links: IdentityRules? = nil,
    linkSpilling: LinkSpilling? = nil, hashMask: UInt64
  ) {
    func columns(_ names: [String], in all: [String]) -> [Int] {
      names.map { name in
        guard let column = all.firstIndex(of: name) else {
          preconditionFailure("the schema keeps \(name), which no column holds")
        }
        return column
      }
    }
    precondition(partitions > 0 && partitions <= 1 << 16)
    self.schema = schema
    layout = RowLayout(schema)
    hash = ByteHash.seeded(mask: hashMask)
    self.placing = placing.hash(mask: hashMask)
    // Persons are dealt again, by the first of an entity's parts.
    placesWhole = placing == .here && !schema.hasPersons && !schema.hasSpaces
    kept = KeptColumns(
      schema: schema, textColumns: columns(schema.texts, in: textColumns),
      numberColumns: columns(schema.numbers, in: numberColumns))
    batchTextCount = textColumns.count
    batchNumberCount = numberColumns.count
    var bits: UInt64 = 0
    while 1 << bits < partitions { bits += 1 }
    partitionCount = 1 << Int(bits)
    partitionShift = 64 - bits
    program = MatcherProgram(
      schema: schema, textColumns: textColumns, numberColumns: numberColumns, hash: hash)
    self.budget = budget
    spills = ShardSpills(layout: layout, partitions: partitionCount, scratch: scratch)
    let rules = Self.takesLinks(schema) ? links : nil
    self.links = rules.map {
      IdentityLog(rules: $0, budget: budget, scratch: scratch, spilling: linkSpilling)
    }
    hasLinkKeys = rules != nil
    // Links refer to the records of keys.
    shards = (0..<partitionCount).map { _ in PartitionShard(packs: rules == nil) }
    heldWhenEmpty = shards.reduce(0) { $0 + $1.footprint }
    budget.addHolder()
    account(heldWhenEmpty)
  }

  mutating func account(_ grown: Int) {
    held += grown
    budget.add(grown)
  }

  /// Takes in the rows of a batch. `file` is the input's number in the canonical order, below 2^31.
  ///
  /// `used` has a flag per row, kept across the schemas that take in the same batch: a row that
  /// another schema used before (1) is still kept here, but a duplicate of it is not counted again;
  /// rows that this schema uses become 1. So over all schemas, the events used are the flags that
  /// are 1, less the duplicates that the built partitions report.
  package mutating func append(
    _ batch: borrowing EventBatch, file: UInt32, used: inout [UInt8]
  ) throws(ScratchError) -> AppendCounts {
    try append(batch, file: file, inputs: [], used: &used)
  }

  /// The same for rows of several files: `inputs` has the number of each row's.
  package mutating func append(
    _ batch: borrowing EventBatch, inputs: [UInt32], used: inout [UInt8]
  ) throws(ScratchError) -> AppendCounts {
    precondition(inputs.count == batch.count, "one input for each row")
    return try append(batch, file: 0, inputs: inputs, used: &used)
  }

  private mutating func append(
    _ batch: borrowing EventBatch, file: UInt32, inputs: [UInt32], used: inout [UInt8]
  ) throws(ScratchError) -> AppendCounts {
    if used.count < batch.count {
      used.append(contentsOf: repeatElement(0, count: batch.count - used.count))
    }
    var counts = AppendCounts()
    notesRows = !inputs.isEmpty
    program.source = batch.source
    let columns = BatchColumns(batch, schema: schema, hasLinkKeys: hasLinkKeys)
    select(columns, counts: &counts)
    if links != nil { try noteUnselected(columns.entities.span, batch) }
    sortSelected()
    kept.update(program.kinds)
    var grown = 0
    var start = 0
    while start < selected.count {
      let group = start..<min(start + Self.groupRows, selected.count)
      touchEntities(group)
      if layout.words == 0 {
        keepMarks(group, of: columns, used: &used, grown: &grown)
      } else {
        if schema.keepsOther {
          touchUsers(group, columns.users.span, bytes: columns.bytes.span)
        }
        keepRows(
          group, of: columns, file: file, inputs: inputs, used: &used, grown: &grown)
      }
      start = group.upperBound
    }
    if grown > 0 { account(grown) }
    // What empty partitions hold stays, whatever is spilled.
    if budget.mustSpill(holding: held - heldWhenEmpty) { try spill() }
    return counts
  }

  package mutating func append(
    _ batch: borrowing EventBatch, file: UInt32
  ) throws(ScratchError) -> AppendCounts {
    var used: [UInt8] = []
    return try append(batch, file: file, used: &used)
  }

  /// Writes all partitions to the scratch file, if there is one, and starts them anew.
  mutating func spill() throws(ScratchError) {
    var change = 0
    var log: IdentityLog?
    swap(&log, &links)
    defer { swap(&log, &links) }
    try spills.write(
      &shards, kinds: program.kinds, isMark: kept.isMark,
      leaving: { (shard) throws(ScratchError) in try log?.append(shard) },
      account: { change += $0 })
    account(change)
  }

  /// Rows that go through the second and third pass together: what the second loads for them has
  /// room in the two nearest caches, and it seldom waits for the last of a group.
  private static let groupRows = 192
}
