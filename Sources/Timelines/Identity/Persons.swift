package import Values

/// Who is who, of all logs: the person that an entity's key means at an instant.
///
/// A row with a known id is that person's, by the aliases that join known ids. A row without one
/// belongs to the first of its anonymous ids that has a link, by the rule for anonymous rows; without
/// a link it stays its first anonymous id's. A function of the links alone: it is computed anew in
/// every run, and no order of files, rows or workers shows.
package struct Persons: Sendable {
  /// Whose a key's rows are.
  package enum Owner: Sendable, Equatable {
    /// The entity of this key: nothing moves.
    case itself
    /// The first of the key's anonymous ids.
    case first
    /// A person, at any time.
    case person(UInt32)
    /// A person that depends on the time, or nobody else: see `owner(of:at:)`.
    case timed(UInt32)
    /// Of a row without an account: whichever its user has.
    case carried(CarryOwner)
  }

  /// Up to and at an instant: this person, or `nobody`.
  struct Stretch: Sendable, Equatable {
    var until: Int64
    var person: UInt32
  }

  static let nobody = UInt32.max

  package let rules: IdentityRules
  package let counts: IdentityCounts
  /// Known ids by code: persons are called by one of theirs.
  let names: ByteTable
  /// By known id.
  let personOf: [UInt32]
  /// Known ids that stand beside anonymous ones or in aliases: only where keys without a place are
  /// asked for, or known ids are joined.
  let known: ByteInterner
  let anonymous: IDTable
  /// By anonymous id: a person, `nobody`, or with the highest bit an index into `timed`.
  let owners: [UInt32]
  /// Where in `spans`.
  let timed: [Range<Int>]
  let spans: [Stretch]
  let hash: ByteHash
  /// Of accounts: whose the rows without one are.
  var carriers: Carriers?

  static let timedBit: UInt32 = 1 << 31
  /// Whoever a row is of that goes nowhere.
  static let nowhere = UInt32.max - 1

  /// Everybody is who they are.
  package init() {
    rules = IdentityRules(anonymousRows: .own, hasAnonymous: false, hasAliases: false)
    counts = IdentityCounts()
    (names, personOf, owners, timed, spans) = (ByteTable(), [], [], [], [])
    (known, anonymous) = (ByteInterner(slots: 1), IDTable(slots: 1))
    hash = ByteHash.seeded()
  }

  /// Bytes of memory held, roughly.
  package var footprint: Int {
    names.bytes.count + names.count * 8 + personOf.count * 4 + known.footprint
      + anonymous.footprint + owners.count * 4 + timed.count * 16 + spans.count * 16
  }

  /// Whether every key means itself.
  var movesNothing: Bool { !rules.hasAnonymous && counts.mergedIDs == 0 && carriers == nil }

  /// Everybody whom an owner may be.
  func all(_ owner: Owner) -> [UInt32] {
    switch owner {
    case .itself, .first, .carried: []
    case .person(let person): [person]
    case .timed(let index): spans[timed[Int(index)]].map(\.person).filter { $0 != Self.nobody }
    }
  }

  /// Persons are numbered below it.
  var nameCount: Int { names.count + (carriers?.accounts.count ?? 0) }

  /// The person's name.
  package func name(_ person: UInt32) -> ArraySlice<UInt8> {
    if let carriers, Int(person) >= names.count {
      return carriers.accounts[Int(person) - names.count]
    }
    return names[Int(person)]
  }

  package func owner(of key: borrowing Span<UInt8>) -> Owner {
    let count = key.count
    guard count > 0, key[count - 1] >= EntityKey.openEnd else {
      if let carriers, EntityKey.isCarried(key) { return .carried(carriers.owner(of: key)) }
      let id = key.extracting(0..<EntityKey.unlinkedCount(key))
      return owner(ofKnown: id) ?? .itself
    }
    if EntityKey.isOpen(key) {
      let id = key.extracting(0..<count - 1)
      // Whether it is known, its own rows do not say: reports may look at none of them.
      if known.count > 0, let code = known.find(id, hash: hash(id)) {
        return .person(personOf[Int(code)])
      }
      return owner(ofAnonymous: id) ?? .itself
    }
    var start = 0
    var ids = 0
    while start < count {
      let at = EntityKey.end(in: key, from: start, atLeast: EntityKey.openEnd)
      ids += 1
      if let owner = owner(ofAnonymous: key.extracting(start..<at)) {
        // Of rows that a rule leaves to the device, the key's first id is the device.
        return owner
      }
      start = at + 1
    }
    return ids > 1 ? .first : .itself
  }

  /// Whose a row of this key and time is; nil leaves it to the key's first id.
  package func person(_ owner: Owner, at time: Int64) -> UInt32? {
    switch owner {
    case .itself, .first: return nil
    case .carried(let owner): return carriers?.account(owner, at: time) ?? Self.nowhere
    case .person(let person): return person
    case .timed(let index):
      var (low, high) = (timed[Int(index)].lowerBound, timed[Int(index)].upperBound - 1)
      while low < high {
        let middle = (low + high) / 2
        if spans[middle].until < time { low = middle + 1 } else { high = middle }
      }
      return spans[low].person == Self.nobody ? nil : spans[low].person
    }
  }

  /// Whether two rows of one key may be two persons'.
  func goesByTimes(_ owner: Owner) -> Bool {
    switch owner {
    case .itself, .first, .person: false
    case .timed: true
    case .carried(let owner): carriers?.goesByTimes(owner) ?? false
    }
  }

  /// Nil for an id that is not known to be known.
  private func owner(ofKnown id: borrowing Span<UInt8>) -> Owner? {
    if known.count == 0 { return nil }
    guard let code = known.find(id, hash: hash(id)) else { return nil }
    return personOf[Int(code)] == code ? .itself : .person(personOf[Int(code)])
  }

  /// Nil for an id without a link that holds.
  private func owner(ofAnonymous id: borrowing Span<UInt8>) -> Owner? {
    if anonymous.count == 0 { return nil }
    guard let code = anonymous.find(id, hash: hash(id)) else { return nil }
    let owner = owners[Int(code)]
    if owner == Self.nobody { return nil }
    return owner & Self.timedBit == 0 ? .person(owner) : .timed(owner & ~Self.timedBit)
  }
}

/// What was found of persons.
package struct IdentityCounts: Sendable, Equatable {
  /// Ids that link nobody: too many people's.
  package struct OverLimit: Sendable, Equatable {
    package var count = 0
    /// The smallest few by bytes.
    package var examples: [LogText] = []

    static let examplesMax = 3

    package init() {}

    /// Takes over what was found among other ids.
    mutating func add(_ other: Self) {
      count += other.count
      let all = (examples + other.examples).sorted {
        $0.string.utf8.lexicographicallyPrecedes($1.string.utf8)
      }
      examples = Array(all.prefix(Self.examplesMax))
    }
  }

  /// Pairs of an anonymous and a known id that hold.
  package var links = 0
  /// Persons with a link or an alias.
  package var persons = 0
  /// Known ids that are another one's by aliases.
  package var mergedIDs = 0
  package var anonymousOverLimit = OverLimit()
  package var knownOverLimit = OverLimit()

  package init() {}
}
