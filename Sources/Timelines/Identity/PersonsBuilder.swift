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
  private var touched: UInt8 = 0

  init(rules: IdentityRules) {
    self.rules = rules
  }

  mutating func add(_ log: IdentityLog) {
    add(log.tuples.strings, log.tupleTimes, areKeys: false)
  }

  /// The links that stand in the keys of rows.
  mutating func add(_ rows: LinkedRows) {
    for shard in rows.shards where !shard.isEmpty {
      let times = rules.asksTimesOfPairs ? shard.entityTimes() : nil
      add(shard.entities.strings, times, areKeys: true)
    }
  }

  /// - Parameter times: by tuple; nil where nobody asks.
  private mutating func add(_ tuples: ByteTable, _ times: [IdentityLog.Times]?, areKeys: Bool) {
    var ids: [TupleID] = []
    var known: UInt32 = 0
    for start in stride(from: 0, to: tuples.count, by: Self.groupTuples) {
      ids.removeAll(keepingCapacity: true)
      for code in start..<min(start + Self.groupTuples, tuples.count) {
        split(tuples, code, areKeys: areKeys, into: &ids)
      }
      touch(&ids)
      for id in ids {
        let bytes = tuples.bytes.span.extracting(id.range)
        if id.isKnown {
          known = self.known.intern(bytes, hash: id.hash)
        } else {
          let times = times?[id.tuple] ?? .none
          let anonymous = anonymous.intern(bytes, hash: id.hash)
          link(anonymous, known, first: times.first, last: times.last)
        }
      }
    }
  }

  /// An id of a tuple, on its way into its table; the known one stands before the others.
  private struct TupleID {
    var tuple: Int
    var range: Range<Int>
    var isKnown: Bool
    var hash: UInt64
    var slot: UInt64 = 0
  }

  /// Tuples whose tables are loaded together: see `TimelineShards`.
  private static let groupTuples = 32

  private func split(
    _ tuples: ByteTable, _ code: Int, areKeys: Bool, into ids: inout [TupleID]
  ) {
    guard let all = tuples.tuple(code, areKeys: areKeys) else { return }
    let tuple = tuples.bytes.span.extracting(all)
    var start = 0
    repeat {
      let end = EntityKey.end(in: tuple, from: start, atLeast: EntityKey.openEnd)
      ids.append(
        TupleID(
          tuple: code, range: all.lowerBound + start..<all.lowerBound + end, isKnown: start == 0,
          hash: hash(tuple.extracting(start..<end))))
      start = end + 1
    } while start < tuple.count
  }

  private mutating func touch(_ ids: inout [TupleID]) {
    for index in ids.indices {
      let id = ids[index]
      ids[index].slot = id.isKnown ? known.slot(hash: id.hash) : anonymous.slot(hash: id.hash)
    }
    var sum: UInt8 = 0
    for id in ids {
      sum &+=
        id.isKnown
        ? known.ends(slot: id.slot, count: id.range.count)
        : anonymous.ends(slot: id.slot, count: id.range.count)
    }
    touched = sum
  }

  mutating func intern(
    _ bytes: [UInt8], _ range: Range<Int>, in table: WritableKeyPath<Self, ByteInterner>
  ) -> UInt32 {
    let id = bytes.span.extracting(range)
    return self[keyPath: table].intern(id, hash: hash(id))
  }

  /// Notes a link. An anonymous id of too many people stops taking in more.
  mutating func link(_ anonymous: UInt32, _ known: UInt32, first: Int64, last: Int64) {
    while Int(anonymous) >= heads.count {
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

extension ByteTable {
  /// Where a tuple stands; nil for a key that is none.
  func tuple(_ index: Int, areKeys: Bool) -> Range<Int>? {
    let all = range(index)
    if !areKeys { return all }
    let isLink = EntityKey.isLink(bytes.span.extracting(all))
    return isLink ? all.lowerBound..<all.upperBound - 1 : nil
  }
}
