/// What one worker has of users whose rows have their links with them: the key of a row with a link is
/// the whole tuple, so that one table finds both with one search, and no other holds them.
///
///     reading     alice FF d1 FA    entity 7, times in its rows
///     asking      alice - d1        the first and the last of these times (`LinkJoin`)
///     building    alice             entity 3, with all other keys of hers
package struct LinkedRows: Sendable {
  /// By partition.
  let shards: [PartitionShard]
  /// Links of rows that no shard keeps, and of those that have left memory.
  package let log: IdentityLog

  /// Whether links have left memory.
  package var hasSpilled: Bool { log.hasSpilled }

  /// Bytes that links take at most: as if each key were one. It asks no key.
  package var footprintBound: Int {
    shards.reduce(log.footprint) { sum, shard in
      sum + shard.entities.footprint + shard.entities.count * log.bytesBesideTuple
    }
  }

  /// Bytes that links take.
  package var footprint: Int {
    var bytes = log.footprint
    for shard in shards where !shard.isEmpty {
      shard.entities.others.visit { key in
        if EntityKey.isLink(key) { bytes += key.count + log.bytesBesideTuple }
      }
    }
    return bytes
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
