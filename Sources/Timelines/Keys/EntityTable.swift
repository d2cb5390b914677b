/// Gives each distinct id of an entity a code: 0, 1, 2, ... in order of arrival. Short ids and UUIDs
/// stand in buckets (`PackedKeyTable`), all others in records (`ByteInterner`).
struct EntityTable: Sendable {
  private var packed = PackedKeyTable()
  /// Their codes leave out those of packed ids.
  private(set) var others: ByteInterner
  /// Whether short ids are packed. Where they are not, all are among the others.
  let packs: Bool

  init(packs: Bool) {
    self.packs = packs
    others = ByteInterner(slots: packs ? 4 : 16)
  }

  /// What leads to an id in a table.
  struct Probe {
    /// Of the key, if the id has one, else of the bytes.
    var hash: UInt64
    var key: PackedKey?

    @inline(__always)
    init(_ id: borrowing Span<UInt8>, packs: Bool, by byteHash: ByteHash) {
      if packs, let key = PackedKey(id) {
        self.key = key
        hash = byteHash(key)
      } else {
        key = nil
        hash = byteHash(id)
      }
    }
  }

  @inline(__always)
  func probe(_ id: borrowing Span<UInt8>, by hash: ByteHash) -> Probe {
    Probe(id, packs: packs, by: hash)
  }

  var count: Int { packed.count + others.count }

  /// Bytes of memory held.
  var footprint: Int { packed.footprint + others.footprint }

  /// Asks for what a search for a packed id begins with, without waiting for it.
  @inline(__always)
  func prefetch(_ probe: Probe) { packed.prefetch(hash: probe.hash) }

  /// The code of an id; `grown` rises by the memory this took.
  ///
  /// - Parameter word: where a record begins that may be that of an id without a key.
  @inline(__always)
  mutating func intern(
    _ id: borrowing Span<UInt8>, _ probe: Probe, word: UInt32, by hash: ByteHash,
    grown: inout Int
  ) -> UInt32 {
    guard let key = probe.key else {
      return others.intern(id, hash: probe.hash, word: word, grown: &grown)
    }
    return packed.likelyCode(key, hash: probe.hash)
      ?? intern(key, hash: probe.hash, by: hash, grown: &grown)
  }

  /// The same without a word.
  mutating func intern(_ id: borrowing Span<UInt8>, by hash: ByteHash, grown: inout Int) -> UInt32 {
    let probe = probe(id, by: hash)
    guard let key = probe.key else { return others.intern(id, hash: probe.hash, grown: &grown) }
    return intern(key, hash: probe.hash, by: hash, grown: &grown)
  }

  mutating func intern(_ id: borrowing Span<UInt8>, by hash: ByteHash) -> UInt32 {
    var grown = 0
    return intern(id, by: hash, grown: &grown)
  }

  @inline(never)
  private mutating func intern(
    _ key: PackedKey, hash: UInt64, by byteHash: ByteHash, grown: inout Int
  ) -> UInt32 {
    let (next, before) = (UInt32(count), packed.footprint)
    let code = packed.intern(key, hash: hash, next: next, by: byteHash)
    if code == next { others.skipCode() }
    grown += packed.footprint - before
    return code
  }

  /// The code of an id; nil when it has none.
  func find(_ id: borrowing Span<UInt8>, by hash: ByteHash) -> UInt32? {
    let probe = probe(id, by: hash)
    guard let key = probe.key else { return others.find(id, hash: probe.hash) }
    return packed.find(key, hash: probe.hash)
  }

  /// Takes in the ids of another table; returns their codes, by those that they had there.
  mutating func join(_ other: EntityTable, by hash: ByteHash) -> [UInt32] {
    var codes = [UInt32](repeating: 0, count: other.count)
    var grown = 0
    if !packs, other.packed.count > 0 {
      let ids = other.strings
      for code in 0..<ids.count { codes[code] = intern(ids[code].span, by: hash) }
      return codes
    }
    packed.reserve(packed.count + other.packed.count, by: hash)
    other.packed.visit { key, code in
      let hashed = hash(key)
      codes[Int(code)] =
        packed.likelyCode(key, hash: hashed) ?? intern(key, hash: hashed, by: hash, grown: &grown)
    }
    other.others.visitCodes { code, id in codes[Int(code)] = intern(id, by: hash, grown: &grown) }
    return codes
  }

  /// All ids, by code: a copy.
  var strings: ByteTable {
    if packed.count == 0 { return others.strings }
    var table = ByteTable()
    table.ends = [Int](repeating: 0, count: count)
    packed.visit { key, code in table.ends[Int(code)] = key.count }
    others.visitCodes { code, id in table.ends[Int(code)] = id.count }
    for code in 1..<count { table.ends[code] += table.ends[code - 1] }
    table.bytes = [UInt8](repeating: 0, count: table.ends[count - 1])
    let ends = table.ends
    var bytes = table.bytes.mutableSpan
    packed.visit { key, code in key.spell(into: &bytes, at: ends[Int(code)] - key.count) }
    others.visitCodes { code, id in
      let start = ends[Int(code)] - id.count
      for index in id.indices { bytes[start + index] = id[index] }
    }
    return table
  }
}
