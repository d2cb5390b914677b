import EventLog
import Values

/// What a partition is built from: one worker's shard of it, or a segment read back.
struct ShardPart: Sendable {
  /// Ids of its entities.
  var entities: Entities
  var values: ByteTable
  var numbers: PackedDecimals
  var ids: PackedIDs
  var blocks: [PartitionShard.RowBlock]
  /// By its own kind codes: the run's kinds.
  var kindCodes: [UInt32]
  /// By its own kind codes: whether rows have no words.
  var isMark: [Bool]

  enum Entities: Sendable {
    /// From memory, with the table that finds them.
    case held(EntityTable)
    case read(ByteTable)
  }

  /// Of a segment: ids of its entities.
  var readEntities: ByteTable {
    if case .read(let table) = entities { return table }
    return ByteTable()
  }

  var wordCount: Int { blocks.reduce(0) { $0 + $1.words.count } }
}

extension ShardPart {
  init(_ shard: consuming PartitionShard, kindCodes: [UInt32], isMark: [Bool]) {
    let shard = shard
    entities = .held(shard.entities)
    values = shard.values.strings
    numbers = shard.numbers
    ids = shard.ids
    blocks = shard.blocks + [shard.tail]
    self.kindCodes = kindCodes
    self.isMark = isMark
  }
}
