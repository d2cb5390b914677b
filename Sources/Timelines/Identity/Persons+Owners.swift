/// Whose many keys are, of which most are found in one table.
extension Persons {
  /// By key of `keys`.
  func owners(of keys: ByteTable) -> [Owner] {
    var owners: [Owner] = []
    owners.reserveCapacity(keys.count)
    let bytes = keys.bytes.span
    var touched: UInt8 = 0
    var sought: [(hash: UInt64, slot: UInt64)] = []
    for start in stride(from: 0, to: keys.count, by: Self.groupKeys) {
      let group = start..<min(start + Self.groupKeys, keys.count)
      touched &+= touch(group, of: keys, &sought)
      for index in group { owners.append(owner(of: bytes.extracting(keys.range(index)))) }
    }
    return withExtendedLifetime(touched) { owners }
  }

  /// Keys whose tables are loaded together: see `TimelineShards`.
  private static let groupKeys = 64

  /// Loads what finding the first ids of keys will wait for.
  private func touch(
    _ group: Range<Int>, of keys: ByteTable, _ sought: inout [(hash: UInt64, slot: UInt64)]
  ) -> UInt8 {
    if anonymous.count == 0 { return 0 }
    let bytes = keys.bytes.span
    var sum: UInt8 = 0
    sought.removeAll(keepingCapacity: true)
    for index in group {
      let key = bytes.extracting(keys.range(index))
      guard key.count > 0, key[key.count - 1] >= EntityKey.openEnd else { continue }
      let first = key.extracting(0..<EntityKey.firstCount(key))
      let hash = hash(first)
      sought.append((hash, anonymous.slot(hash: hash)))
    }
    for one in sought { sum &+= anonymous.ends(slot: one.slot, hash: one.hash, count: 0) }
    return sum
  }
}
