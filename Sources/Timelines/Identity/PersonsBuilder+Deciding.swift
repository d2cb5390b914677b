import System
import Values

/// Whose the rows of anonymous ids are.
extension PersonsBuilder {
  /// By pair: whether it holds. An anonymous id of too many people links nobody; then a known id with
  /// too many of those that are left.
  ///
  /// - Parameter guests: those known ids, where not all links are at hand.
  mutating func judge(names: ByteTable, guests given: ByteInterner? = nil) -> [Bool] {
    var holds = [Bool](repeating: true, count: paired.pairs.count)
    var devices = [Int](repeating: 0, count: names.count)
    var crowded: [UInt32] = []
    for id in paired.heads.indices {
      let isCrowded = paired.counts[id] > rules.knownMax
      if isCrowded { crowded.append(UInt32(id)) }
      var at = paired.heads[id]
      while at >= 0 {
        let pair = paired.pairs[Int(at)]
        if isCrowded { holds[Int(at)] = false } else { devices[Int(pair.known)] += 1 }
        at = pair.next
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
      for (at, pair) in paired.pairs.enumerated() where isGuest[Int(pair.known)] {
        holds[at] = false
      }
    }
    counts.anonymousOverLimit = IdentityCounts.OverLimit(
      crowded, in: crowded.isEmpty ? ByteTable() : paired.anonymous.strings)
    counts.knownOverLimit = IdentityCounts.OverLimit(guests, in: names)
    return holds
  }

  /// Decides for all ids but those whose rows are dealt by times of links, which it returns.
  func decide(
    _ decided: inout Persons.Decided, holds: [Bool], personOf: [UInt32], names: ByteTable
  ) -> [UInt32] {
    var shared: [UInt32] = []
    for id in paired.heads.indices {
      var first: LinkPairs.Pair?
      var last: LinkPairs.Pair?
      var person: UInt32?
      var isShared = false
      var at = paired.heads[id]
      while at >= 0 {
        let (pair, isHeld) = (paired.pairs[Int(at)], holds[Int(at)])
        at = pair.next
        if !isHeld { continue }
        let own = personOf[Int(pair.known)]
        if let person, person != own { isShared = true }
        person = own
        if first.map({ precedes(pair, $0, names) }) ?? true { first = pair }
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
    _ a: LinkPairs.Pair, _ b: LinkPairs.Pair, _ names: ByteTable
  ) -> Bool {
    if a.first != b.first { return a.first < b.first }
    return names[Int(a.known)].lexicographicallyPrecedes(names[Int(b.known)])
  }

  /// Of links of one time the smaller id is the last as well.
  private func follows(_ a: LinkPairs.Pair, _ b: LinkPairs.Pair, _ names: ByteTable) -> Bool {
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
    var place = [Int32](repeating: -1, count: paired.heads.count)
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
      var at = paired.heads[Int(id)]
      while at >= 0 {
        if holds[Int(at)] { held.insert(paired.pairs[Int(at)].known) }
        at = paired.pairs[Int(at)].next
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
        guard let found = paired.anonymous.find(bytes, hash: hash(bytes)), place[Int(found)] >= 0,
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
    for (pair, isHeld) in zip(paired.pairs, holds) where isHeld {
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
