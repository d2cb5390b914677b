public import EventLog

/// What became of the rows of a batch: each row is counted once.
public struct AppendCounts: Sendable, Equatable {
  /// Kept for an entity, or delivered to one.
  public var used = 0
  /// Matched by no matcher.
  public var outside = 0
  /// Matched, but without the entity: no user, or no account.
  public var withoutEntity = 0

  public init() {}

  public static func += (left: inout AppendCounts, right: AppendCounts) {
    left.used += right.used
    left.outside += right.outside
    left.withoutEntity += right.withoutEntity
  }
}

/// One worker's part of the timelines of one kind of entity: takes in batches, and keeps their
/// events by partition. No locks: each worker has its own, and `TimelineMerge` joins them.
///
/// A batch goes through in three passes, so that the processor can wait for many cache misses at
/// once: the first matches every row and hashes its entity, the second loads the slot of the
/// entity's table where each hash should be, the third interns the entities and keeps the rows.
public struct TimelineShards: Sendable {
  /// Fits some million events; see `partitions(inflatedBytes:budget:)` for more.
  public static let partitionsDefault = 64

  public let schema: TimelineSchema
  /// A power of two.
  public let partitionCount: Int
  let layout: RowLayout
  let hash: ByteHash
  private let textColumns: [Int]
  private let numberColumns: [Int]
  private let batchTextCount: Int
  private let batchNumberCount: Int
  private let partitionShift: UInt64

  var program: MatcherProgram
  var shards: [PartitionShard]
  /// Bytes held, as far as `budget` has been told.
  private var held = 0
  let budget: MemoryBudget
  private var selected: [SelectedRow] = []
  private var touched: UInt64 = 0

  private struct SelectedRow {
    var row: Int32
    /// Index into the program's outcomes.
    var outcome: Int32
    var hash: UInt64
  }

  /// `textColumns` and `numberColumns` name the columns of the batches to come, and must hold every
  /// property that the schema keeps or its matchers look at. `partitions` is rounded up to a power
  /// of two; all workers of a schema have the same number.
  public init(
    schema: TimelineSchema, textColumns: [String], numberColumns: [String],
    partitions: Int = TimelineShards.partitionsDefault, budget: MemoryBudget = MemoryBudget(),
    scratch: String? = nil
  ) {
    self.init(
      schema: schema, textColumns: textColumns, numberColumns: numberColumns,
      partitions: partitions, budget: budget, scratch: scratch, hashMask: .max)
  }

  /// `hashMask` keeps only some bits of every hash: tests make all strings collide.
  package init(
    schema: TimelineSchema, textColumns: [String], numberColumns: [String], partitions: Int,
    budget: MemoryBudget, scratch: String?, hashMask: UInt64
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
    hash = ByteHash(mask: hashMask)
    self.textColumns = columns(schema.texts, in: textColumns)
    self.numberColumns = columns(schema.numbers, in: numberColumns)
    batchTextCount = textColumns.count
    batchNumberCount = numberColumns.count
    var bits: UInt64 = 0
    while 1 << bits < partitions { bits += 1 }
    partitionCount = 1 << Int(bits)
    partitionShift = 64 - bits
    program = MatcherProgram(
      schema: schema, textColumns: textColumns, numberColumns: numberColumns, hash: hash)
    shards = (0..<partitionCount).map { _ in PartitionShard() }
    self.budget = budget
    account(shards.reduce(0) { $0 + $1.footprint })
  }

  /// Bytes of memory held by rows and dictionaries.
  public var approximateBytes: Int { held + program.footprint }

  private mutating func account(_ grown: Int) {
    held += grown
    budget.add(grown)
  }

  /// Takes in the rows of a batch. `file` is the input's number in the canonical order, below 2^31.
  ///
  /// `used` has a flag per row, kept across the schemas that take in the same batch: a row that
  /// another schema used before (1) is still kept here, but a duplicate of it is not counted again;
  /// rows that this schema uses become 1. So over all schemas, the events used are the flags that
  /// are 1, less the duplicates that the built partitions report.
  public mutating func append(
    _ batch: borrowing EventBatch, file: UInt32, used: inout [UInt8]
  ) throws(ScratchError) -> AppendCounts {
    if used.count < batch.count {
      used.append(contentsOf: repeatElement(0, count: batch.count - used.count))
    }
    var counts = AppendCounts()
    let columns = BatchColumns(batch, entity: schema.entity)
    select(columns, counts: &counts)
    touchSlots()
    var grown = 0
    if layout.words == 0 {
      keepMarks(columns, used: &used, grown: &grown)
    } else {
      keepRows(columns, file: file, used: &used, grown: &grown)
    }
    if grown > 0 { account(grown) }
    return counts
  }

  public mutating func append(
    _ batch: borrowing EventBatch, file: UInt32
  ) throws(ScratchError) -> AppendCounts {
    var used: [UInt8] = []
    return try append(batch, file: file, used: &used)
  }

  /// The columns of one batch.
  private struct BatchColumns {
    let count: Int
    let bytes: [UInt8]
    let times: [Int64]
    let names: [ByteSlice]
    let entities: [ByteSlice]
    let users: [ByteSlice]
    let ids: [ByteSlice]
    let texts: [ByteSlice]
    let numbers: [ExactDecimal]

    init(_ batch: borrowing EventBatch, entity: TimelineSchema.Entity) {
      count = batch.count
      bytes = batch.bytes
      times = batch.times
      names = batch.names
      entities = entity == .user ? batch.users : batch.accounts
      users = batch.users
      ids = batch.ids
      texts = batch.texts
      numbers = batch.numbers
    }
  }

  /// First pass: which rows are kept, and the hashes of their entities.
  private mutating func select(_ columns: BatchColumns, counts: inout AppendCounts) {
    let (bytes, names, entities) = (columns.bytes.span, columns.names.span, columns.entities.span)
    let (texts, numbers) = (columns.texts.span, columns.numbers.span)
    let delivers = !schema.deliveries.isEmpty
    selected.removeAll(keepingCapacity: true)
    for row in 0..<columns.count {
      // A column that was not extracted is empty.
      let name = row < names.count ? names[row] : .absent
      let outcome = program.outcome(
        ofRow: row, name: bytes.extracting(name.range), bytes: bytes, texts: texts,
        numbers: numbers)
      if outcome == MatcherProgram.nothing
        || delivers && !isKept(row, outcome: outcome, texts: texts)
      {
        counts.outside += 1
        continue
      }
      let entity = row < entities.count ? entities[row] : .absent
      if entity.isAbsent {
        counts.withoutEntity += 1
        continue
      }
      selected.append(
        SelectedRow(
          row: Int32(row), outcome: Int32(outcome), hash: hash(bytes.extracting(entity.range))))
    }
    counts.used = selected.count
  }

  /// Whether the row is the entity's own event, or at least one delivery has somewhere to go.
  private func isKept(_ row: Int, outcome: Int, texts: borrowing Span<ByteSlice>) -> Bool {
    if program.outcomes[outcome].kind >= 0 { return true }
    for delivery in program.outcomes[outcome].deliveries
    where !texts[row * batchTextCount + delivery.column].isAbsent {
      return true
    }
    return false
  }

  private func partition(_ hash: UInt64) -> Int {
    // A shift by all 64 bits, for one partition, is 0.
    Int(truncatingIfNeeded: hash >> partitionShift)
  }

  /// Second pass. The sum keeps the loads from being optimized away.
  private mutating func touchSlots() {
    var sum: UInt64 = 0
    for row in selected {
      sum &+= shards[partition(row.hash)].entities.touch(hash: row.hash)
    }
    touched = sum
  }

  /// Third pass, when rows have nothing beside time, entity and kind.
  private mutating func keepMarks(_ columns: BatchColumns, used: inout [UInt8], grown: inout Int) {
    let (bytes, times, entities) = (columns.bytes.span, columns.times.span, columns.entities.span)
    for item in selected {
      let row = Int(item.row)
      used[row] = 1
      let partition = partition(item.hash)
      let kind = UInt32(bitPattern: program.outcomes[Int(item.outcome)].kind)
      let entity = shards[partition].entities.intern(
        bytes.extracting(entities[row].range), hash: item.hash, grown: &grown)
      shards[partition].prepareRow(words: 0, grown: &grown)
      shards[partition].tail.rows.append(
        EventRow(time: times[row], entity: entity, kind: kind))
    }
  }

  /// Third pass, in general.
  private mutating func keepRows(
    _ columns: BatchColumns, file: UInt32, used: inout [UInt8], grown: inout Int
  ) {
    let (bytes, entities) = (columns.bytes.span, columns.entities.span)
    for item in selected {
      let row = Int(item.row)
      let counted = used[row] == 0
      used[row] = 1
      let outcome = program.outcomes[Int(item.outcome)]
      if outcome.kind >= 0 {
        let user = schema.keepsUsers && row < columns.users.count ? columns.users[row] : .absent
        keep(
          row, of: columns, entity: entities[row], hash: item.hash,
          kind: UInt32(bitPattern: outcome.kind), user: user,
          file: RowLayout.fileWord(file, counted: counted), grown: &grown)
      }
      for delivery in outcome.deliveries {
        let target = columns.texts[row * batchTextCount + delivery.column]
        if target.isAbsent { continue }
        keep(
          row, of: columns, entity: target, hash: hash(bytes.extracting(target.range)),
          kind: delivery.kind, user: entities[row],
          file: RowLayout.fileWord(file, counted: false), grown: &grown)
      }
    }
  }

  @inline(__always)
  private mutating func keep(
    _ row: Int, of columns: BatchColumns, entity: ByteSlice, hash entityHash: UInt64, kind: UInt32,
    user: ByteSlice, file: UInt32, grown: inout Int
  ) {
    let bytes = columns.bytes.span
    let hash = hash
    let partition = partition(entityHash)
    let layout = layout
    let code = shards[partition].entities.intern(
      bytes.extracting(entity.range), hash: entityHash, grown: &grown)
    shards[partition].prepareRow(words: layout.words, grown: &grown)
    shards[partition].tail.rows.append(
      EventRow(time: columns.times[row], entity: code, kind: kind))
    for column in textColumns {
      let slice = columns.texts[row * batchTextCount + column]
      let word = shards[partition].value(
        bytes.extracting(slice.range), hash: hash, grown: &grown)
      shards[partition].tail.words.append(word)
    }
    for column in numberColumns {
      let word = shards[partition].number(
        columns.numbers[row * batchNumberCount + column], grown: &grown)
      shards[partition].tail.words.append(word)
    }
    if layout.hasUser {
      let word = shards[partition].value(bytes.extracting(user.range), hash: hash, grown: &grown)
      shards[partition].tail.words.append(word)
    }
    if layout.hasID {
      let id = row < columns.ids.count ? columns.ids[row] : .absent
      let word = shards[partition].ids.append(bytes.extracting(id.range), grown: &grown)
      shards[partition].tail.words.append(word)
      shards[partition].tail.words.append(file)
    }
  }
}
