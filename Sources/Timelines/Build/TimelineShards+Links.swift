import EventLog
import System

/// Links that go with their rows: the key of a row with a link is the whole tuple, so that a table
/// finds both with one search, and no other holds them. Only rows that no shard keeps, and shards
/// that leave memory, have theirs in a log.
///
///     reading     alice FF d1 FF FA    entity 7, times in its rows
///     asking      alice - d1           first and last of these times (`PersonsBuilder`)
///     building    alice                entity 3, with all other keys of hers
extension TimelineShards {
  /// Whether the rows' keys of a schema may be links: users whom nothing else names.
  package static func takesLinks(_ schema: TimelineSchema) -> Bool {
    schema.entity == .user && schema.hasPersons && !schema.hasSpaces && !schema.keepsRows
      && schema.deliveries.isEmpty
  }

  /// Takes in the links of the rows that were not selected.
  mutating func noteUnselected(
    _ keys: borrowing Span<ByteSlice>, _ batch: borrowing EventBatch
  ) throws(ScratchError) {
    if selected.count == keys.count { return }
    let bytes = batch.bytes.span
    var index = 0
    for row in 0..<keys.count {
      if index < selected.count, Int(selected[index].row) == row {
        index += 1
        continue
      }
      let key = bytes.extracting(keys[row].place)
      if !EntityKey.isLink(key) { continue }
      try links?.append(key.extracting(0..<key.count - 1), time: batch.times[row])
    }
  }

  /// Takes in the links of all rows, which are to leave memory.
  mutating func logLinks() throws(ScratchError) {
    if links == nil { return }
    for shard in shards where !shard.isEmpty { try links?.append(shard) }
  }

  /// Bytes that links take, in keys and in the log.
  package var linkFootprint: Int {
    guard let links else { return 0 }
    var bytes = links.footprint
    for shard in shards where !shard.isEmpty {
      shard.entities.forEach { key in
        if EntityKey.isLink(key) { bytes += key.count + IdentityLog.bytesBesideTuple }
      }
    }
    return bytes
  }

  /// The log of links; from now on there is none.
  @discardableResult
  package mutating func takeLinks() -> IdentityLog? {
    var taken: IdentityLog?
    swap(&taken, &links)
    return taken
  }
}

extension PartitionShard {
  /// By entity: its first and last time.
  func entityTimes() -> [IdentityLog.Times] {
    var times = [IdentityLog.Times](repeating: .none, count: entities.count)
    forEachBlock { block in
      for row in block.rows { times[Int(row.entity)].add(row.time) }
    }
    return times
  }
}
