@testable import Timelines

/// A row as identity sees it.
struct IdentityRow: Hashable {
  var time: Int64
  var known: String?
  var anonymous: [String] = []
  /// The former id that this row says the known one had.
  var former: String?
}

/// Who somebody is.
enum PersonName: Hashable {
  case known(String)
  case device(String)
}

/// The rules as they are written down, row by row: slow and obvious.
struct ReferencePersons {
  let rows: [IdentityRow]
  let rules: IdentityRules

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

  init(rows: [IdentityRow], rules: IdentityRules) {
    self.rows = rows
    self.rules = rules
    for row in rows {
      guard let known = row.known else { continue }
      for id in row.anonymous {
        links.insert(Link(anonymous: id, known: known, time: row.time))
      }
      guard let former = row.former, former != known else { continue }
      let isKnown = rows.contains { row in row.known == former }
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

  func person(of row: IdentityRow) -> PersonName {
    if let known = row.known { return .known(person(ofKnown: known)) }
    for id in row.anonymous {
      let own = links.filter { $0.anonymous == id }
      if own.isEmpty { continue }
      if let known = known(own, at: row.time) { return .known(person(ofKnown: known)) }
      break
    }
    return .device(row.anonymous[0])
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
    case .own: return nil
    case .first: return first(Array(links))
    case .last: return last(Array(links))
    case .next: return first(links.filter { $0.time >= time }) ?? last(Array(links))
    case .before:
      return time < links.map(\.time).min()! ? first(Array(links)) : nil
    }
  }

  func person(ofKnown id: String) -> String {
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
