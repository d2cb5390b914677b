import EventLog
package import System

/// Links that go with their rows (`LinkedRows`).
extension TimelineShards {
  /// Whether the rows' keys of a schema may be links: users whom nothing else names.
  package static func takesLinks(_ schema: TimelineSchema) -> Bool {
    schema.entity == .user && schema.hasPersons && !schema.hasSpaces && !schema.keepsRows
      && schema.deliveries.isEmpty
  }

  /// Nil where links do not go with their rows.
  package var linkedRows: LinkedRows? { links.map { LinkedRows(shards: shards, log: $0) } }

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

  /// Takes all links out of memory, those of rows that stay as well.
  package mutating func spillLinks() throws(ScratchError) {
    var log: IdentityLog?
    swap(&log, &links)
    defer { swap(&log, &links) }
    for shard in shards where !shard.isEmpty { try log?.append(shard) }
    try log?.spill()
  }

  /// Forgets links: whoever asks for them has done so.
  package mutating func dropLinks() { links = nil }
}
