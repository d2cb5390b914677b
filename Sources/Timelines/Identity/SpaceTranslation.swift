package import EventLog

/// Calls the ids of one source's batches as all sources do: one for each worker.
package struct SpaceTranslation: Sendable {
  private let space: IDSpace
  /// In front of an id that no map leads on.
  private let prefix: [UInt8]
  /// By id: in which batch its key was put, and where.
  private var stamps: [UInt32]
  private var places: [ByteSlice]
  private var stamp: UInt32 = 0
  /// Rows with an id that no map leads on, and the smallest such id by bytes.
  package private(set) var unmapped = Unmapped()

  package struct Unmapped: Sendable, Equatable {
    package var rows = 0
    package var smallest: [UInt8] = []

    package init(rows: Int = 0, smallest: [UInt8] = []) {
      (self.rows, self.smallest) = (rows, smallest)
    }

    mutating func note(_ id: ArraySlice<UInt8>) {
      rows += 1
      if smallest.isEmpty || id.lexicographicallyPrecedes(smallest) { smallest = Array(id) }
    }

    package mutating func add(_ other: Unmapped) {
      if other.rows == 0 { return }
      note(other.smallest[...])
      rows += other.rows - 1
    }
  }

  package init(_ space: IDSpace) {
    self.space = space
    prefix = Array(space.name.utf8) + [UInt8(ascii: ":")]
    stamps = [UInt32](repeating: 0, count: space.count)
    places = [ByteSlice](repeating: .absent, count: space.count)
  }

  /// Rewrites the accounts of a batch, and their aliases.
  package mutating func translateAccounts(_ batch: inout EventBatch) {
    stamp &+= 1
    for row in batch.accounts.indices where !batch.accounts[row].isAbsent {
      let carried = batch.accounts[row]
      batch.accounts[row] = translated(carried, in: &batch, row: row, isEntity: true)
    }
    for row in batch.accountAliases.indices where !batch.accountAliases[row].isAbsent {
      batch.accountAliases[row] = tuple(
        batch.accountAliases[row], ids: 2, in: &batch, row: row)
    }
  }

  /// Rewrites the users of a batch, their links and their aliases. Anonymous ids are no source's own.
  package mutating func translateUsers(_ batch: inout EventBatch) {
    stamp &+= 1
    for row in batch.users.indices where !batch.users[row].isAbsent {
      let carried = batch.users[row]
      if EntityKey.isAnonymous(batch.bytes.span.extracting(carried.range)) { continue }
      batch.users[row] = translated(carried, in: &batch, row: row, isEntity: true)
    }
    for row in batch.links.indices where !batch.links[row].isAbsent {
      batch.links[row] = tuple(batch.links[row], ids: 1, in: &batch, row: row)
    }
    for row in batch.aliases.indices where !batch.aliases[row].isAbsent {
      batch.aliases[row] = tuple(batch.aliases[row], ids: 2, in: &batch, row: row)
    }
  }

  private func code(of id: ByteSlice, in batch: borrowing EventBatch) -> Int? {
    let bytes = batch.bytes.span.extracting(id.range)
    return space.ids.find(bytes, hash: space.hash(bytes)).map { Int($0) }
  }

  /// Where the key of an id stands in the batch from now on.
  private mutating func translated(
    _ id: ByteSlice, in batch: inout EventBatch, row: Int, isEntity: Bool
  ) -> ByteSlice {
    guard let code = code(of: id, in: batch) else {
      if isEntity { unmapped.note(batch.bytes[id.range]) }
      let start = batch.bytes.count
      batch.bytes += prefix
      batch.bytes.appendAgain(id.range)
      batch.bytes.append(EntityKey.spaceEnd)
      return ByteSlice(offset: start, count: batch.bytes.count - start)
    }
    if isEntity, space.isShared[code] { tell(row, from: id, in: &batch) }
    if stamps[code] == stamp { return places[code] }
    let start = batch.bytes.count
    batch.bytes += space.keys[Int(space.keyOf[code])]
    stamps[code] = stamp
    places[code] = ByteSlice(offset: start, count: batch.bytes.count - start)
    return places[code]
  }

  /// Events are duplicates of those under the id that their rows carry: where several ids become one,
  /// event ids tell which it was.
  private func tell(_ row: Int, from carried: ByteSlice, in batch: inout EventBatch) {
    guard row < batch.ids.count, !batch.ids[row].isAbsent else { return }
    let start = batch.bytes.count
    batch.bytes.appendAgain(batch.ids[row].range)
    batch.bytes.append(EntityKey.anonymousEnd)
    batch.bytes.appendAgain(carried.range)
    batch.ids[row] = ByteSlice(offset: start, count: batch.bytes.count - start)
  }

  /// The first ids of several, each with its end.
  private mutating func tuple(
    _ slice: ByteSlice, ids: Int, in batch: inout EventBatch, row: Int
  ) -> ByteSlice {
    var parts: [ByteSlice] = []
    var start = slice.range.lowerBound
    for _ in 0..<ids {
      var end = start
      while end < slice.range.upperBound, batch.bytes[end] != EntityKey.anonymousEnd { end += 1 }
      let id = ByteSlice(offset: start, count: end - start)
      parts.append(
        id.isAbsent ? id : translated(id, in: &batch, row: row, isEntity: false))
      start = min(end + 1, slice.range.upperBound)
    }
    let first = batch.bytes.count
    for part in parts {
      batch.bytes.appendAgain(part.range)
      batch.bytes.append(EntityKey.anonymousEnd)
    }
    batch.bytes.appendAgain(start..<slice.range.upperBound)
    return ByteSlice(offset: first, count: batch.bytes.count - first)
  }
}

extension [UInt8] {
  /// Some of its bytes once more, without a copy of all.
  fileprivate mutating func appendAgain(_ range: Range<Int>) {
    for at in range { append(self[at]) }
  }
}
