/// Joins the links that stand in the keys of rows, in two steps whose numbers threads share: each
/// number fills a small table of its own, which a near cache holds.
///
///     look at a partition     its known ids, which are in no other; links, dealt by anonymous id
///     pair                    as number 0, which takes longest, all known ids in one table; as any
///                             other a bucket of anonymous ids, each with the known ones beside it
///
/// Codes of ids depend on which thread does what; nothing that `Persons` says does.
package struct LinkJoin: Sendable {
  let rows: [LinkedRows]
  let rules: IdentityRules
  private let hash = ByteHash.seeded()
  /// By thread of the first step.
  private var dealt: [[DealtLinks]] = []
  /// By partition: the code of its first known id.
  private var bases: [UInt32] = []
  private var tables: [ByteInterner] = []
  private(set) var known = ByteInterner()
  /// Of `known`.
  private(set) var names = ByteTable()
  private(set) var pairs: LinkPairs

  package init(_ rows: [LinkedRows], rules: IdentityRules) {
    self.rows = rows
    self.rules = rules
    pairs = LinkPairs(knownMax: rules.knownMax)
  }

  package var partitions: Range<Int> { 0..<(rows.first?.shards.count ?? 0) }
  package var pairings: Range<Int> { 0..<(rows.isEmpty ? 0 : Self.bucketCount + 1) }

  private static let bucketBits = 6
  private static let bucketCount = 1 << bucketBits

  /// Links of one bucket, on their way from their partition.
  fileprivate struct DealtLinks: Sendable {
    struct Link: Sendable {
      var hash: UInt64
      /// Where the anonymous id ends in `bytes`.
      var end: Int
      /// Of the partition's.
      var known: UInt32
      var partition: UInt32
    }

    var bytes: [UInt8] = []
    var links: [Link] = []
    /// By link; empty where nobody asks.
    var times: [IdentityLog.Times] = []

    mutating func append(
      _ id: borrowing Span<UInt8>, hash: UInt64, known: UInt32, partition: Int,
      times: IdentityLog.Times?
    ) {
      // Safe: the buffer is read inside the closure, and bytes may have any value.
      unsafe id.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
      links.append(
        Link(hash: hash, end: bytes.count, known: known, partition: UInt32(partition)))
      if let times { self.times.append(times) }
    }
  }
}

/// The first step.
extension LinkJoin {
  /// What one thread found in its partitions.
  package struct Look: Sendable {
    fileprivate var known: [(partition: Int, ids: ByteInterner)] = []
    /// By bucket.
    fileprivate var links = [DealtLinks](repeating: DealtLinks(), count: LinkJoin.bucketCount)

    package init() {}
  }

  /// Looks at the rows of a partition; each once.
  package func look(at partition: Int, _ look: inout Look) {
    var ids = ByteInterner()
    for rows in rows where !rows.shards[partition].isEmpty {
      let shard = rows.shards[partition]
      let times = rules.asksTimesOfPairs ? shard.entityTimes() : nil
      var entity = 0
      shard.entities.visit { key in
        defer { entity += 1 }
        if !EntityKey.isLink(key) { return }
        var end = EntityKey.end(in: key, from: 0, atLeast: EntityKey.openEnd)
        let id = key.extracting(0..<end)
        let known = ids.intern(id, hash: hash(id))
        while end + 1 < key.count {
          let start = end + 1
          end = EntityKey.end(in: key, from: start, atLeast: EntityKey.linkEnd)
          let id = key.extracting(start..<end)
          let hash = hash(id)
          look.links[Int(hash >> UInt64(64 - Self.bucketBits))].append(
            id, hash: hash, known: known, partition: partition, times: times?[entity])
        }
      }
    }
    if ids.count > 0 { look.known.append((partition, ids)) }
  }

  /// Takes over what was found in all partitions.
  package mutating func take(_ looks: [Look]) {
    let tables = looks.flatMap(\.known)
    bases = [UInt32](repeating: 0, count: partitions.count)
    var base = 0
    for table in tables {
      bases[table.partition] = UInt32(base)
      base += table.ids.count
    }
    self.tables = tables.map(\.ids)
    dealt = looks.map(\.links)
  }
}

/// The second step.
extension LinkJoin {
  /// What one thread joined of its buckets.
  package struct Pairing: Sendable {
    fileprivate var tables: [(bucket: Int, pairs: LinkPairs)] = []
    fileprivate var known: (ids: ByteInterner, names: ByteTable)?

    package init() {}
  }

  /// Joins the known ids or the links of a bucket; each number once, when all partitions have been
  /// looked at.
  package func pair(_ number: Int, _ pairing: inout Pairing) {
    if number == 0 {
      let known = ByteInterner(joining: tables)
      pairing.known = (known, known.strings)
      return
    }
    let bucket = number - 1
    var table = LinkPairs(knownMax: rules.knownMax)
    for dealt in dealt {
      let dealt = dealt[bucket]
      let bytes = dealt.bytes.span
      var start = 0
      for (index, link) in dealt.links.enumerated() {
        table.link(
          bytes.extracting(start..<link.end), hash: link.hash,
          bases[Int(link.partition)] + link.known, dealt.times.isEmpty ? .none : dealt.times[index])
        start = link.end
      }
    }
    pairing.tables.append((bucket, table))
  }

  /// Takes over what was joined of all buckets.
  package mutating func take(_ pairings: [Pairing]) {
    (dealt, tables) = ([], [])
    for pairing in pairings {
      if let known = pairing.known { (self.known, names) = known }
    }
    let all = pairings.flatMap(\.tables).sorted { $0.bucket < $1.bucket }
    if all.isEmpty { return }
    pairs = LinkPairs(
      joining: all.map(\.pairs), bits: Self.bucketBits, knownMax: rules.knownMax)
  }

  /// With both steps done, one number after the other.
  package func joined() -> Self {
    var join = self
    var look = Look()
    for partition in partitions { join.look(at: partition, &look) }
    join.take([look])
    var pairing = Pairing()
    for number in pairings { join.pair(number, &pairing) }
    join.take([pairing])
    return join
  }
}
