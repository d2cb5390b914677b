/// Anonymous ids, and the known ones beside each.
struct LinkPairs: Sendable {
  /// An anonymous id beside a known one.
  struct Pair: Sendable {
    var known: UInt32
    /// Index of the anonymous id's next pair, -1 for none.
    var next: Int32
    var first: Int64
    var last: Int64
  }

  var anonymous = IDTable()
  /// By anonymous id: its first pair, -1 for none.
  private(set) var heads: [Int32] = []
  /// By anonymous id: its pairs, and no more than one above the limit.
  private(set) var counts: [Int32] = []
  private(set) var pairs: [Pair] = []
  /// An anonymous id with more known ones links nobody.
  private let knownMax: Int

  init(knownMax: Int) { self.knownMax = knownMax }

  /// Takes over the links of all anonymous ids, which are dealt by the highest bits of their hash.
  init(joining tables: [LinkPairs], bits: Int, knownMax: Int) {
    self.init(knownMax: knownMax)
    anonymous = IDTable(joining: tables.map(\.anonymous), bits: bits)
    heads.reserveCapacity(anonymous.count)
    counts.reserveCapacity(anonymous.count)
    pairs.reserveCapacity(tables.reduce(0) { $0 + $1.pairs.count })
    for table in tables {
      let base = Int32(pairs.count)
      for head in table.heads { heads.append(head < 0 ? -1 : head + base) }
      counts += table.counts
      for var pair in table.pairs {
        if pair.next >= 0 { pair.next += base }
        pairs.append(pair)
      }
    }
  }

  /// Takes in a link.
  @inline(__always)
  mutating func link(
    _ id: borrowing Span<UInt8>, hash: UInt64, _ known: UInt32, _ times: IdentityLog.Times
  ) {
    let code = anonymous.intern(id, hash: hash)
    link(code, known, first: times.first, last: times.last)
  }

  /// Notes a link. An anonymous id of too many people stops taking in more.
  mutating func link(_ anonymous: UInt32, _ known: UInt32, first: Int64, last: Int64) {
    makeRoom(for: Int(anonymous) + 1)
    var at = heads[Int(anonymous)]
    while at >= 0 {
      if pairs[Int(at)].known == known {
        pairs[Int(at)].first = min(pairs[Int(at)].first, first)
        pairs[Int(at)].last = max(pairs[Int(at)].last, last)
        return
      }
      at = pairs[Int(at)].next
    }
    if counts[Int(anonymous)] > knownMax { return }
    counts[Int(anonymous)] += 1
    pairs.append(Pair(known: known, next: heads[Int(anonymous)], first: first, last: last))
    heads[Int(anonymous)] = Int32(pairs.count - 1)
  }

  /// Makes room for ids without links.
  mutating func makeRoom(for count: Int) {
    while heads.count < count {
      heads.append(-1)
      counts.append(0)
    }
  }
}
