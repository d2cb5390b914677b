/// Joins the logs of all workers, and decides.
struct PersonsBuilder {
  /// An anonymous id beside a known one.
  struct Pair {
    var known: UInt32
    /// Index of the anonymous id's next pair, -1 for none.
    var next: Int32
    var first: Int64
    var last: Int64
  }

  let rules: IdentityRules
  let hash = ByteHash.seeded()
  var known = ByteInterner()
  var anonymous = ByteInterner()
  /// By anonymous id: its first pair.
  var heads: [Int32] = []
  /// By anonymous id: its pairs, and no more than one above the limit.
  var pairCounts: [Int32] = []
  var pairs: [Pair] = []
  /// Links that come from aliases, which no log of times has.
  var aliasLinks: [(anonymous: UInt32, known: UInt32, time: Int64)] = []
  var counts = IdentityCounts()

  init(rules: IdentityRules) {
    self.rules = rules
  }

  mutating func add(_ log: IdentityLog) {
    let tuples = log.tuples.strings
    for code in 0..<tuples.count {
      let tuple = tuples[code]
      let ids = EntityKey.tuple(tuple)
      let known = intern(tuples.bytes, ids.known, in: \.known)
      let times = log.tupleTimes[code]
      for id in ids.anonymous {
        link(
          intern(tuples.bytes, id, in: \.anonymous), known, first: times.first, last: times.last)
      }
    }
  }

  mutating func intern(
    _ bytes: [UInt8], _ range: Range<Int>, in table: WritableKeyPath<Self, ByteInterner>
  ) -> UInt32 {
    let id = bytes.span.extracting(range)
    return self[keyPath: table].intern(id, hash: hash(id))
  }

  /// Notes a link. An anonymous id of too many people stops taking in more.
  mutating func link(_ anonymous: UInt32, _ known: UInt32, first: Int64, last: Int64) {
    if Int(anonymous) == heads.count {
      heads.append(-1)
      pairCounts.append(0)
    }
    var at = heads[Int(anonymous)]
    while at >= 0 {
      if pairs[Int(at)].known == known {
        pairs[Int(at)].first = min(pairs[Int(at)].first, first)
        pairs[Int(at)].last = max(pairs[Int(at)].last, last)
        return
      }
      at = pairs[Int(at)].next
    }
    if pairCounts[Int(anonymous)] > rules.knownMax { return }
    pairCounts[Int(anonymous)] += 1
    pairs.append(Pair(known: known, next: heads[Int(anonymous)], first: first, last: last))
    heads[Int(anonymous)] = Int32(pairs.count - 1)
  }
}
