/// Whose many keys are, of which most are found in one table.
extension Persons {
  /// Keys whose owners are known, in a table that is nearer than that of all persons.
  struct OwnedKeys {
    var table: ByteInterner
    /// By code.
    var owners: [Owner]
    /// Of the table.
    var hash: ByteHash
  }

  /// By key of `keys`.
  func owners(of keys: ByteTable, like others: OwnedKeys? = nil) -> [Owner] {
    var owners = [Owner](repeating: .itself, count: keys.count)
    let bytes = keys.bytes.span
    var touched: UInt8 = 0
    var group: [Int] = []
    var slots: [UInt64] = []
    for index in 0..<keys.count {
      let key = bytes.extracting(keys.range(index))
      guard key.count > 0, key[key.count - 1] >= EntityKey.openEnd else {
        owners[index] = owner(of: key)
        continue
      }
      if let others, let code = others.table.find(key, hash: others.hash(key)) {
        owners[index] = others.owners[Int(code)]
        continue
      }
      group.append(index)
      if group.count < Self.groupKeys { continue }
      touched &+= touch(group, of: keys, &slots)
      for index in group { owners[index] = owner(of: bytes.extracting(keys.range(index))) }
      group.removeAll(keepingCapacity: true)
    }
    for index in group { owners[index] = owner(of: bytes.extracting(keys.range(index))) }
    return withExtendedLifetime(touched) { owners }
  }

  /// Keys whose tables are loaded together: see `TimelineShards`.
  private static let groupKeys = 64

  /// Loads what finding the first ids of keys will wait for.
  private func touch(_ group: [Int], of keys: ByteTable, _ slots: inout [UInt64]) -> UInt8 {
    if anonymous.count == 0 { return 0 }
    let bytes = keys.bytes.span
    var sum: UInt8 = 0
    slots.removeAll(keepingCapacity: true)
    for index in group {
      let key = bytes.extracting(keys.range(index))
      let first = key.extracting(0..<EntityKey.firstCount(key))
      slots.append(anonymous.slot(hash: hash(first)))
    }
    for slot in slots { sum &+= anonymous.ends(slot: slot, count: 0) }
    return sum
  }
}
