/// Joins the links that stand in the keys of rows, in two steps whose numbers threads share: each
/// number fills a small table of its own, which a near cache holds.
///
///     look at a partition     its known ids, which are in no other; links, dealt by anonymous id
///     pair                    as number 0, which takes longest, the names of known ids; as any other
///                             a bucket of anonymous ids, each with the known ones beside it
///
/// Codes of ids depend on which thread does what; nothing that `Persons` says does.
package struct LinkJoin: Sendable {
  let rows: [LinkedRows]
  let rules: IdentityRules
  private let hash = ByteHash.seeded()
  /// By partition, and of each by worker.
  private let keys: [ByteInterner]
  /// By thread of the first step.
  private var dealt: [[DealtLinks]] = []
  /// By partition: the code of its first known id.
  private var bases: [UInt32] = []
  /// Known ids.
  private(set) var tables: [ByteInterner] = []
  /// Of the known ids, whose codes are those of the tables, one after the other.
  private(set) var names = ByteTable()
  private(set) var pairs: LinkPairs

  package init(_ rows: [LinkedRows], rules: IdentityRules) {
    self.rows = rows
    self.rules = rules
    pairs = LinkPairs(knownMax: rules.knownMax)
    keys = (0..<(rows.first?.shards.count ?? 0)).flatMap { partition in
      rows.map { $0.shards[partition].entities.others }
    }
  }

  package var partitions: Range<Int> { 0..<(rows.first?.shards.count ?? 0) }
  package var pairings: Range<Int> { 0..<(rows.isEmpty ? 0 : Self.bucketCount + 1) }

  private static let bucketBits = 6
  private static let bucketCount = 1 << bucketBits

  /// Links of one bucket, on their way from their partition: few bytes each, since all are there at
  /// once. Their ids stay where they are.
  fileprivate struct DealtLinks: Sendable {
    struct Link: Sendable {
      /// Of the key.
      var word: UInt32
      /// Where the anonymous id begins in it.
      var start: UInt32
      /// Of the partition's.
      var known: UInt32
      /// Of `keys`.
      var shard: UInt32
    }

    var links: [Link] = []
    /// By link; empty where nobody asks.
    var times: [IdentityLog.Times] = []
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
    for (worker, rows) in rows.enumerated() where !rows.shards[partition].isEmpty {
      let shard = rows.shards[partition]
      let times = rules.asksTimesOfPairs ? shard.entityTimes() : nil
      var entity = 0
      shard.entities.others.visitPlaces { word, key in
        defer { entity += 1 }
        if !EntityKey.isLink(key) { return }
        var end = EntityKey.end(in: key, from: 0, atLeast: EntityKey.openEnd)
        let id = key.extracting(0..<end)
        let known = ids.intern(id, hash: hash(id))
        while end + 1 < key.count {
          let start = end + 1
          end = EntityKey.end(in: key, from: start, atLeast: EntityKey.linkEnd)
          let bucket = Int(hash(key.extracting(start..<end)) >> UInt64(64 - Self.bucketBits))
          look.links[bucket].links.append(
            DealtLinks.Link(
              word: word, start: UInt32(start), known: known,
              shard: UInt32(partition * self.rows.count + worker)))
          if let times { look.links[bucket].times.append(times[entity]) }
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
    fileprivate var names: ByteTable?
    /// Keeps loads from being optimized away.
    fileprivate var touched: UInt8 = 0

    package init() {}
  }

  /// Copies the known ids or joins the links of a bucket; each number once, when all partitions have
  /// been looked at.
  package func pair(_ number: Int, _ pairing: inout Pairing) {
    if number == 0 {
      var names = ByteTable()
      for table in tables { names.append(table.strings) }
      pairing.names = names
      return
    }
    let bucket = number - 1
    var table = LinkPairs(knownMax: rules.knownMax)
    for dealt in dealt {
      let dealt = dealt[bucket]
      for start in stride(from: 0, to: dealt.links.count, by: Self.groupLinks) {
        let group = start..<min(start + Self.groupLinks, dealt.links.count)
        touch(dealt.links[group], &pairing)
        for index in group {
          let link = dealt.links[index]
          keys[Int(link.shard)].string(at: link.word, from: Int(link.start)) { rest in
            let id = rest.extracting(
              0..<EntityKey.end(in: rest, from: 0, atLeast: EntityKey.linkEnd))
            table.link(
              id, hash: hash(id), bases[Int(link.shard) / rows.count] + link.known,
              dealt.times.isEmpty ? .none : dealt.times[index])
          }
        }
      }
    }
    pairing.tables.append((bucket, table))
  }

  /// Links whose ids are loaded together: see `TimelineShards`.
  private static let groupLinks = 32

  private func touch(_ links: ArraySlice<DealtLinks.Link>, _ pairing: inout Pairing) {
    var sum: UInt8 = 0
    for link in links { sum &+= keys[Int(link.shard)].first(at: link.word, from: Int(link.start)) }
    pairing.touched = sum
  }

  /// Takes over what was joined of all buckets.
  package mutating func take(_ pairings: consuming [Pairing]) {
    dealt = []
    let all = pairings.flatMap(\.tables).sorted { $0.bucket < $1.bucket }
    for pairing in pairings { names = pairing.names ?? names }
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
