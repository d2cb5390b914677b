/// A row as identity sees it.
package struct IdentityRow: Hashable, Sendable {
  package var time: Int64
  package var known: String?
  package var anonymous: [String]
  /// The former id that this row says the known one had.
  package var former: String?

  package init(
    time: Int64, known: String? = nil, anonymous: [String] = [], former: String? = nil
  ) {
    self.time = time
    self.known = known
    self.anonymous = anonymous
    self.former = former
  }
}

/// As the spec says them.
package struct ReferenceRules: Sendable {
  /// before, next, first, last or own.
  package var anonymousRows: String
  package var knownMax: Int
  package var anonymousMax: Int
  /// Nobody has anonymous ids: every alias joins two known ones.
  package var hasAnonymous: Bool

  package init(
    _ anonymousRows: String = "next", knownMax: Int = 50, anonymousMax: Int = 1000,
    hasAnonymous: Bool = true
  ) {
    self.anonymousRows = anonymousRows
    self.knownMax = knownMax
    self.anonymousMax = anonymousMax
    self.hasAnonymous = hasAnonymous
  }
}

/// Who somebody is.
package enum PersonName: Hashable, Sendable {
  case known(String)
  case device(String)
}

/// The rules as they are written down, row by row: slow and obvious.
package struct ReferencePersons {
  let rows: [IdentityRow]
  package let rules: ReferenceRules

  private struct Link: Hashable {
    var anonymous: String
    var known: String
    var time: Int64
  }

  private struct Alias: Hashable {
    var from: String
    var to: String
    var time: Int64
  }

  private var links: Set<Link> = []
  private var aliases: Set<Alias> = []

  package init(rows: [IdentityRow], rules: ReferenceRules) {
    self.rows = rows
    self.rules = rules
    for row in rows {
      guard let known = row.known else { continue }
      for id in row.anonymous {
        links.insert(Link(anonymous: id, known: known, time: row.time))
      }
      guard let former = row.former, former != known else { continue }
      let isKnown = !rules.hasAnonymous || rows.contains { row in row.known == former }
      if isKnown {
        aliases.insert(Alias(from: former, to: known, time: row.time))
      } else {
        links.insert(Link(anonymous: former, known: known, time: row.time))
      }
    }
    let all = links
    let crowded = Set(all.map(\.anonymous)).filter { id in
      Set(all.filter { $0.anonymous == id }.map(\.known)).count > rules.knownMax
    }
    links = links.filter { !crowded.contains($0.anonymous) }
    let left = links
    let guests = Set(left.map(\.known)).filter { id in
      Set(left.filter { $0.known == id }.map(\.anonymous)).count > rules.anonymousMax
    }
    links = links.filter { !guests.contains($0.known) }
  }

  package func person(of row: IdentityRow) -> PersonName {
    if let known = row.known { return .known(person(ofKnown: known)) }
    for id in row.anonymous {
      let own = links.filter { $0.anonymous == id }
      if own.isEmpty { continue }
      if let known = known(own, at: row.time) { return .known(person(ofKnown: known)) }
      break
    }
    return .device(row.anonymous[0])
  }

  /// Whether an anonymous id has a link that holds.
  package func isLinked(_ id: String) -> Bool { links.contains { $0.anonymous == id } }

  /// Whether an id is known beside an anonymous one, or in an alias.
  package func isKnownInLinks(_ id: String) -> Bool {
    rows.contains { $0.known == id && !$0.anonymous.isEmpty }
      || rows.contains { $0.former != nil && $0.former != $0.known && $0.known == id }
      || aliases.contains { $0.from == id }
  }

  /// Of an id of which nobody says in which place it stood, as its rows' time has it; nil for none
  /// but itself.
  package func open(_ id: String, at time: Int64) -> PersonName? {
    if isKnownInLinks(id) { return .known(person(ofKnown: id)) }
    let own = links.filter { $0.anonymous == id }
    if own.isEmpty { return nil }
    return known(own, at: time).map { .known(person(ofKnown: $0)) }
  }

  private func known(_ links: Set<Link>, at time: Int64) -> String? {
    func first(_ links: [Link]) -> String? {
      let time = links.map(\.time).min()
      return links.filter { $0.time == time }.map(\.known).min(by: bytes)
    }
    func last(_ links: [Link]) -> String? {
      let time = links.map(\.time).max()
      return links.filter { $0.time == time }.map(\.known).min(by: bytes)
    }
    switch rules.anonymousRows {
    case "own": return nil
    case "first": return first(Array(links))
    case "last": return last(Array(links))
    case "next": return first(links.filter { $0.time >= time }) ?? last(Array(links))
    default:
      return time < links.map(\.time).min()! ? first(Array(links)) : nil
    }
  }

  package func person(ofKnown id: String) -> String {
    var holding: [String: Alias] = [:]
    for alias in aliases {
      guard let held = holding[alias.from] else {
        holding[alias.from] = alias
        continue
      }
      if (held.time, 0) < (alias.time, 0)
        || held.time == alias.time && bytes(held.to, alias.to)
      {
        holding[alias.from] = alias
      }
    }
    var joined: Set<String> = [id]
    while true {
      var more = joined
      for alias in holding.values where joined.contains(alias.from) || joined.contains(alias.to) {
        more.formUnion([alias.from, alias.to])
      }
      if more == joined { break }
      joined = more
    }
    let neverRenamed = joined.filter { holding[$0] == nil }
    return (neverRenamed.isEmpty ? joined : neverRenamed).min(by: bytes)!
  }

  private func bytes(_ a: String, _ b: String) -> Bool {
    Array(a.utf8).lexicographicallyPrecedes(Array(b.utf8))
  }
}
