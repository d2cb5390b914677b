package import System
import Values

extension Persons {
  /// Takes over the logs of all workers.
  ///
  /// - Parameters:
  ///   - rows: with their links.
  ///   - findsOpen: keys will be asked for of which nobody says in which place their id stood.
  package init(
    _ logs: consuming [IdentityLog], with rows: [LinkedRows] = [], rules: IdentityRules,
    findsOpen: Bool = false
  ) throws(ScratchError) {
    let logs = consume logs + rows.map(\.log)
    var builder = PersonsBuilder(rules: rules)
    for log in logs { builder.add(log) }
    for rows in rows { builder.add(rows) }
    let aliases = builder.addAliases(logs) { ids in
      ids.filter { id in logs.contains { $0.isLone(id) } }
    }
    let names = builder.known.strings
    let holds = builder.judge(names: names)
    let personOf = AliasGraph(aliases, names: names).persons(names: names)
    var decided = Decided(count: builder.heads.count)
    let shared = builder.decide(&decided, holds: holds, personOf: personOf, names: names)
    if !shared.isEmpty {
      let links = try builder.links(of: shared, in: logs, with: rows, holds: holds)
      builder.decide(&decided, shared: shared, links: links, personOf: personOf, names: names)
    }
    builder.count(decided, holds: holds, personOf: personOf, aliases: aliases)
    let budget = logs.first?.budget
    for log in logs { log.giveBack() }
    self.init(
      builder, decided, personOf: personOf, names: names,
      findsKnown: findsOpen || !aliases.isEmpty)
    // Held to the end of the run.
    budget?.add(footprint)
  }

  /// - Parameter findsKnown: known ids may mean others, or are asked for without their place.
  init(
    _ builder: PersonsBuilder, _ decided: Decided, personOf: [UInt32], names: ByteTable,
    findsKnown: Bool
  ) {
    rules = builder.rules
    counts = builder.counts
    self.names = names
    self.personOf = personOf
    known = findsKnown ? builder.known : ByteInterner(slots: 1)
    anonymous = rules.anonymousRows == .own ? ByteInterner(slots: 1) : builder.anonymous
    owners = decided.owners
    timed = decided.timed
    spans = decided.spans
    hash = builder.hash
  }

  /// Whose the rows of anonymous ids are.
  struct Decided {
    var owners: [UInt32]
    var timed: [Range<Int>] = []
    var spans: [Stretch] = []

    init(count: Int) {
      owners = [UInt32](repeating: Persons.nobody, count: count)
    }

    mutating func set(_ anonymous: Int, _ own: [Stretch]) {
      if own.count == 1 {
        owners[anonymous] = own[0].person
        return
      }
      owners[anonymous] = UInt32(timed.count) | Persons.timedBit
      timed.append(spans.count..<spans.count + own.count)
      spans += own
    }
  }
}

extension PersonsBuilder {
  /// An alias of two known ids.
  struct Alias {
    var from: UInt32
    var to: UInt32
    var time: Int64
  }

  /// Aliases of known ids; those of ids that occur as anonymous ones alone become links.
  ///
  /// - Parameter areKnown: which of some former ids, in no link that is at hand, stand in a known id's
  ///   place somewhere.
  mutating func addAliases<Failure>(
    _ logs: [IdentityLog], areKnown: (Set<[UInt8]>) throws(Failure) -> Set<[UInt8]>
  ) throws(Failure) -> [Alias] {
    guard logs.contains(where: { !$0.aliasTimes.isEmpty }) else { return [] }
    var found: [(from: [UInt8], to: UInt32, time: Int64)] = []
    for log in logs {
      let strings = log.aliases.strings
      for alias in log.aliasTimes {
        let both = strings[Int(alias.code)]
        let ids = EntityKey.ids(both)
        // One that renames an id to itself says nothing.
        guard ids.count == 2 else { continue }
        found.append((Array(both[ids[0]]), intern(strings.bytes, ids[1], in: \.known), alias.time))
      }
    }
    let former = Set(found.map(\.from))
    let linked = former.filter { known.find($0.span, hash: hash($0.span)) != nil }
    let isKnown = linked.union(rules.hasAnonymous ? try areKnown(former.subtracting(linked)) : [])
    var aliases: [Alias] = []
    for alias in found {
      if !rules.hasAnonymous || isKnown.contains(alias.from) {
        let from = intern(alias.from, 0..<alias.from.count, in: \.known)
        aliases.append(Alias(from: from, to: alias.to, time: alias.time))
      } else {
        let id = intern(alias.from, 0..<alias.from.count, in: \.anonymous)
        link(id, alias.to, first: alias.time, last: alias.time)
        aliasLinks.append((id, alias.to, alias.time))
      }
    }
    return aliases
  }

  /// By pair: whether it holds. An anonymous id of too many people links nobody; then a known id with
  /// too many of those that are left.
  ///
  /// - Parameter guests: those known ids, where not all links are at hand.
  mutating func judge(names: ByteTable, guests given: ByteInterner? = nil) -> [Bool] {
    var holds = [Bool](repeating: true, count: pairs.count)
    var devices = [Int](repeating: 0, count: names.count)
    var crowded: [UInt32] = []
    for id in heads.indices {
      let isCrowded = pairCounts[id] > rules.knownMax
      if isCrowded { crowded.append(UInt32(id)) }
      var at = heads[id]
      while at >= 0 {
        if isCrowded { holds[Int(at)] = false } else { devices[Int(pairs[Int(at)].known)] += 1 }
        at = pairs[Int(at)].next
      }
    }
    let isGuest =
      given.map { given in
        (0..<names.count).map {
          given.count > 0 && given.find(names[$0].span, hash: hash(names[$0].span)) != nil
        }
      } ?? devices.map { $0 > rules.anonymousMax }
    let guests = isGuest.indices.filter { isGuest[$0] }.map { UInt32($0) }
    if !guests.isEmpty {
      for at in pairs.indices where isGuest[Int(pairs[at].known)] { holds[at] = false }
    }
    counts.anonymousOverLimit = IdentityCounts.OverLimit(
      crowded, in: crowded.isEmpty ? ByteTable() : anonymous.strings)
    counts.knownOverLimit = IdentityCounts.OverLimit(guests, in: names)
    return holds
  }

  /// Decides for all ids but those whose rows are dealt by times of links, which it returns.
  func decide(
    _ decided: inout Persons.Decided, holds: [Bool], personOf: [UInt32], names: ByteTable
  ) -> [UInt32] {
    var shared: [UInt32] = []
    for id in heads.indices {
      var first: Pair?
      var last: Pair?
      var person: UInt32?
      var isShared = false
      var at = heads[id]
      while at >= 0 {
        let (pair, isHeld) = (pairs[Int(at)], holds[Int(at)])
        at = pair.next
        if !isHeld { continue }
        let own = personOf[Int(pair.known)]
        if let person, person != own { isShared = true }
        person = own
        if first.map({ precedes(pair, $0, by: \.first, names) }) ?? true { first = pair }
        if last.map({ follows(pair, $0, names) }) ?? true { last = pair }
      }
      guard let first, let last else { continue }
      let own = personOf[Int(first.known)]
      switch rules.anonymousRows {
      case .own: break
      case .first: decided.owners[id] = own
      case .last: decided.owners[id] = personOf[Int(last.known)]
      case .next:
        if isShared { shared.append(UInt32(id)) } else { decided.owners[id] = own }
      case .before:
        if first.first == .min { continue }
        decided.set(
          id,
          [
            Persons.Stretch(until: first.first - 1, person: own),
            Persons.Stretch(until: .max, person: Persons.nobody),
          ])
      }
    }
    return shared
  }

  private func precedes(
    _ a: Pair, _ b: Pair, by time: KeyPath<Pair, Int64>, _ names: ByteTable
  ) -> Bool {
    let (left, right) = (a[keyPath: time], b[keyPath: time])
    if left != right { return left < right }
    return names[Int(a.known)].lexicographicallyPrecedes(names[Int(b.known)])
  }

  /// Of links of one time the smaller id is the last as well.
  private func follows(_ a: Pair, _ b: Pair, _ names: ByteTable) -> Bool {
    if a.last != b.last { return a.last > b.last }
    return names[Int(a.known)].lexicographicallyPrecedes(names[Int(b.known)])
  }

  struct Link {
    var time: Int64
    var known: UInt32
  }

  /// All links of some anonymous ids.
  func links(
    of shared: [UInt32], in logs: [IdentityLog], with rows: [LinkedRows], holds: [Bool]
  ) throws(ScratchError) -> [[Link]] {
    var place = [Int32](repeating: -1, count: heads.count)
    for (index, id) in shared.enumerated() { place[Int(id)] = Int32(index) }
    var links = [[Link]](repeating: [], count: shared.count)
    for link in aliasLinks where place[Int(link.anonymous)] >= 0 {
      links[Int(place[Int(link.anonymous)])].append(Link(time: link.time, known: link.known))
    }
    func note(_ code: UInt32, _ time: Int64, _ wanted: Wanted) {
      for entry in wanted[code] ?? [] {
        links[entry.place].append(Link(time: time, known: entry.known))
      }
    }
    for log in logs {
      let wanted = self.wanted(log.tuples.strings, areKeys: false, place)
      if wanted.isEmpty { continue }
      try log.linkTimes.readAll { code, time in note(code, time, wanted) }
    }
    for shard in rows.flatMap(\.shards) where !shard.isEmpty {
      let wanted = self.wanted(shard.entities.strings, areKeys: true, place)
      if wanted.isEmpty { continue }
      shard.forEachBlock { block in
        for row in block.rows { note(row.entity, row.time, wanted) }
      }
    }
    drop(&links, of: shared, holds: holds)
    return links
  }

  /// Takes the links that do not hold out of all of some ids.
  func drop(_ links: inout [[Link]], of shared: [UInt32], holds: [Bool]) {
    for (index, id) in shared.enumerated() {
      var held: Set<UInt32> = []
      var at = heads[Int(id)]
      while at >= 0 {
        if holds[Int(at)] { held.insert(pairs[Int(at)].known) }
        at = pairs[Int(at)].next
      }
      links[index].removeAll { !held.contains($0.known) }
    }
  }

  /// By code of a tuple: the shared ids in it, by their places, with the known one.
  private typealias Wanted = [UInt32: [(place: Int, known: UInt32)]]

  private func wanted(_ tuples: ByteTable, areKeys: Bool, _ place: [Int32]) -> Wanted {
    var wanted: Wanted = [:]
    for code in 0..<tuples.count {
      guard let all = tuples.tuple(code, areKeys: areKeys) else { continue }
      let ids = EntityKey.tuple(tuples.bytes[all])
      for id in ids.anonymous {
        let bytes = tuples.bytes.span.extracting(id)
        guard let found = anonymous.find(bytes, hash: hash(bytes)), place[Int(found)] >= 0,
          let owner = known(tuples.bytes, ids.known)
        else { continue }
        wanted[UInt32(code), default: []].append((Int(place[Int(found)]), owner))
      }
    }
    return wanted
  }

  private func known(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32? {
    let id = bytes.span.extracting(range)
    return known.find(id, hash: hash(id))
  }

  /// Rows of a shared id belong to the next link's person, and after the last to that one's.
  func decide(
    _ decided: inout Persons.Decided, shared: [UInt32], links: [[Link]], personOf: [UInt32],
    names: ByteTable
  ) {
    for (id, links) in zip(shared, links) {
      let sorted = links.sorted { a, b in
        if a.time != b.time { return a.time < b.time }
        return names[Int(a.known)].lexicographicallyPrecedes(names[Int(b.known)])
      }
      var spans: [Persons.Stretch] = []
      var time: Int64?
      for link in sorted where link.time != time {
        time = link.time
        let person = personOf[Int(link.known)]
        if let last = spans.indices.last, spans[last].person == person {
          spans[last].until = link.time
        } else {
          spans.append(Persons.Stretch(until: link.time, person: person))
        }
      }
      guard let last = spans.indices.last else { continue }
      spans[last].until = .max
      decided.set(Int(id), spans)
    }
  }

  mutating func count(
    _ decided: Persons.Decided, holds: [Bool], personOf: [UInt32], aliases: [Alias]
  ) {
    var isPerson = [Bool](repeating: false, count: personOf.count)
    for (pair, isHeld) in zip(pairs, holds) where isHeld {
      counts.links += 1
      isPerson[Int(personOf[Int(pair.known)])] = true
    }
    for alias in aliases { isPerson[Int(personOf[Int(alias.to)])] = true }
    counts.persons = isPerson.count { $0 }
    counts.mergedIDs = personOf.enumerated().count { $0.offset != Int($0.element) }
  }
}

extension IdentityCounts.OverLimit {
  init(_ ids: [UInt32], in names: ByteTable) {
    count = ids.count
    let sorted = ids.map { Array(names[Int($0)]) }
      .sorted { $0.lexicographicallyPrecedes($1) }
    examples = sorted.prefix(Self.examplesMax).map { LogText(String(decoding: $0, as: UTF8.self)) }
  }
}

extension IdentityLog {
  func isLone(_ id: [UInt8]) -> Bool { lone.find(id.span, hash: hash(id.span)) != nil }
}
