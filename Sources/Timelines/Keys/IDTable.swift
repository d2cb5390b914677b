/// Ids and their codes, in one table or, of many that threads have filled, in tables by the highest
/// bits of the hash: who asks for ids of one partition after the other stays in a near cache.
///
///     parts     [0, 1, 2]  [3, 4]  []  [5]     codes that one table has follow each other
///     rest      [6, 7, ...                     of ids that came later
struct IDTable: Sendable {
  private var parts: [ByteInterner] = []
  /// By part: the code of its first id.
  private var bases: [UInt32] = []
  private var shift: UInt64 = 0
  /// The code of the first id in `rest`.
  private var restBase: UInt32 = 0
  private var rest: ByteInterner

  /// `slots` is a power of two.
  init(slots: Int = 16) { rest = ByteInterner(slots: slots) }

  /// Takes over tables of one part each, by the highest `bits` bits of the hash, 1 to 16.
  init(joining tables: [IDTable], bits: Int) {
    precondition(tables.count == 1 << bits && tables.allSatisfy(\.parts.isEmpty))
    self.init(slots: 1)
    parts = tables.map(\.rest)
    shift = UInt64(64 - bits)
    bases.reserveCapacity(parts.count)
    for part in parts {
      bases.append(restBase)
      restBase += UInt32(part.count)
    }
  }

  var count: Int { Int(restBase) + rest.count }

  /// Bytes of memory held.
  var footprint: Int { parts.reduce(rest.footprint) { $0 + $1.footprint } }

  /// All ids, by code: a copy.
  var strings: ByteTable {
    var all = ByteTable()
    for part in parts + [rest] { all.append(part.strings) }
    return all
  }

  /// The code of `bytes`, whose hash is `hash`; nil when it has none.
  @inline(__always)
  func find(_ bytes: borrowing Span<UInt8>, hash: UInt64) -> UInt32? {
    if !parts.isEmpty {
      let part = Int(hash >> shift)
      if let code = parts[part].find(bytes, hash: hash) { return bases[part] + code }
      if rest.count == 0 { return nil }
    }
    return rest.find(bytes, hash: hash).map { restBase + $0 }
  }

  mutating func intern(_ bytes: borrowing Span<UInt8>, hash: UInt64) -> UInt32 {
    if !parts.isEmpty {
      let part = Int(hash >> shift)
      if let code = parts[part].find(bytes, hash: hash) { return bases[part] + code }
    }
    return restBase + rest.intern(bytes, hash: hash)
  }

  /// Loads the slot that finding will ask for: see `ByteInterner`.
  @inline(__always)
  func slot(hash: UInt64) -> UInt64 {
    parts.isEmpty ? rest.slot(hash: hash) : parts[Int(hash >> shift)].slot(hash: hash)
  }

  /// Loads where a slot's id begins and ends.
  @inline(__always)
  func ends(slot: UInt64, hash: UInt64, count: Int) -> UInt8 {
    parts.isEmpty
      ? rest.ends(slot: slot, count: count)
      : parts[Int(hash >> shift)].ends(slot: slot, count: count)
  }
}
