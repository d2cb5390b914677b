/// Joins the logs of all workers, and decides.
struct PersonsBuilder {
  let rules: IdentityRules
  let hash = ByteHash.seeded()
  var known = ByteInterner()
  /// Known ids that rows had, as long as nobody has searched for one.
  private var tables: [ByteInterner] = []
  /// Theirs.
  private var joinedNames = ByteTable()
  var paired: LinkPairs
  /// Links that come from aliases, which no log of times has.
  var aliasLinks: [(anonymous: UInt32, known: UInt32, time: Int64)] = []
  var counts = IdentityCounts()
  private var touched: UInt8 = 0

  init(rules: IdentityRules) {
    self.rules = rules
    paired = LinkPairs(knownMax: rules.knownMax)
  }

  /// Starts with the links that rows have.
  init(_ join: LinkJoin) {
    rules = join.rules
    (tables, joinedNames, paired) = (join.tables, join.names, join.pairs)
  }

  mutating func add(_ log: IdentityLog) {
    if log.tuples.count == 0 { return }
    joinKnown()
    let (tuples, times) = (log.tuples.strings, log.tupleTimes)
    var ids: [TupleID] = []
    var known: UInt32 = 0
    for start in stride(from: 0, to: tuples.count, by: Self.groupTuples) {
      ids.removeAll(keepingCapacity: true)
      for code in start..<min(start + Self.groupTuples, tuples.count) {
        split(tuples, code, into: &ids)
      }
      touch(&ids)
      for id in ids {
        let bytes = tuples.bytes.span.extracting(id.range)
        if id.isKnown {
          known = self.known.intern(bytes, hash: id.hash)
        } else {
          paired.link(bytes, hash: id.hash, known, times[id.tuple])
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

  private func split(_ tuples: ByteTable, _ code: Int, into ids: inout [TupleID]) {
    let all = tuples.range(code)
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
    let anonymous = paired.anonymous
    for index in ids.indices {
      let id = ids[index]
      ids[index].slot = id.isKnown ? known.slot(hash: id.hash) : anonymous.slot(hash: id.hash)
    }
    var sum: UInt8 = 0
    for id in ids {
      sum &+=
        id.isKnown
        ? known.ends(slot: id.slot, count: id.range.count)
        : anonymous.ends(slot: id.slot, hash: id.hash, count: id.range.count)
    }
    touched = sum
  }

  /// Of all known ids.
  var names: ByteTable {
    tables.isEmpty && joinedNames.count != known.count ? known.strings : joinedNames
  }

  /// Puts the known ids that rows had into one table, so that they are found.
  mutating func joinKnown() {
    if tables.isEmpty { return }
    known = ByteInterner(joining: tables)
    tables = []
  }

  mutating func internKnown(_ id: borrowing Span<UInt8>) -> UInt32 {
    known.intern(id, hash: hash(id))
  }

  mutating func internAnonymous(_ id: borrowing Span<UInt8>) -> UInt32 {
    paired.anonymous.intern(id, hash: hash(id))
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
