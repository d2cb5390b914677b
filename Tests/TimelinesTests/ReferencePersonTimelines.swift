import EventLog
import TestSupport
import Timelines
import Values

extension LogRow {
  var identity: IdentityRow {
    IdentityRow(
      time: time, known: user.isEmpty ? nil : user, anonymous: anonymous,
      former: formerUser.isEmpty || user.isEmpty ? nil : formerUser)
  }

  /// Accounts are known, or not there.
  var accountIdentity: IdentityRow {
    IdentityRow(
      time: time, known: account.isEmpty ? nil : account, anonymous: [],
      former: formerAccount.isEmpty || account.isEmpty ? nil : formerAccount)
  }

  /// The key of the user, empty without any id.
  var userKey: [UInt8] { user.isEmpty && anonymous.isEmpty ? [] : identity.key }
}

/// Timelines of persons, the slow and obvious way: duplicates are taken out by the key that rows came
/// under, then every row goes to the person whose it is.
struct ReferencePersonTimelines {
  let base: ReferenceTimelines
  let users: ReferencePersons
  let accounts: ReferencePersons

  private var schema: TimelineSchema { base.schema }

  private struct Kept {
    var event: ReferenceTimelines.Event
    /// The key that the row came under, and for a delivery the id that it names.
    var key: [UInt8]
    var isOpen: Bool
    var home: [UInt8] = []
    /// What orders events that are the same but for it.
    var carried: [UInt8] = []
  }

  static let end = IdentityRow.end

  func run(_ rows: [LogRow], used: inout [Bool]) -> ShownTimelines {
    var result = ShownTimelines()
    var kept: [Kept] = []
    for (index, row) in rows.enumerated() {
      let entity = schema.entity == .user ? row.userKey : Array(row.account.utf8)
      let own = keep(row, entity: entity, counted: !used[index])
      if own.isEmpty || own[0].event.isHidden {
        result.counts.outside += 1
        if !entity.isEmpty { kept += own }
      } else if entity.isEmpty {
        result.counts.withoutEntity += 1
      } else {
        result.counts.used += 1
        used[index] = true
        kept += own
      }
    }
    kept = distinct(kept, &result)
    place(&kept)
    kept.removeAll(where: \.event.isHidden)
    for (home, events) in Dictionary(grouping: kept, by: \.home) {
      let sorted = events.sorted(by: precedes)
      if sorted.allSatisfy({ $0.event.delivery > 0 }) {
        result.unplaced += sorted.count
        continue
      }
      result.timelines.append(
        ShownTimeline(
          id: home,
          events: sorted.map { kept in
            var shown = kept.event.shown
            shown.user = person(ofUser: shown.user, at: shown.time)
            for (column, name) in schema.texts.enumerated() where isDelivery(name) {
              shown.texts[column] = open(shown.texts[column], at: shown.time)
            }
            return shown
          }))
    }
    result.timelines.sort { $0.id.lexicographicallyPrecedes($1.id) }
    return result
  }

  private func keep(_ row: LogRow, entity: [UInt8], counted: Bool) -> [Kept] {
    func event(_ matched: [Int], _ delivery: Int, _ user: [UInt8], _ counted: Bool)
      -> ReferenceTimelines.Event
    {
      func isRead(_ property: String) -> Bool {
        guard let events = schema.readOn[property] else { return true }
        return matched.contains { events.contains(schema.matchers[$0]) }
      }
      return ReferenceTimelines.Event(
        shown: ShownEvent(
          time: row.time, name: Array(row.name.utf8), matched: matched,
          texts: schema.texts.map { isRead($0) ? base.text(row, $0) : [] },
          numbers: schema.numbers.map { isRead($0) ? base.number(row, $0) : .absent }, user: user),
        delivery: delivery, id: schema.keepsIDs ? Array(row.id.utf8) : [], file: row.file,
        counted: counted)
    }
    var kept: [Kept] = []
    let matched = schema.matchers.indices.filter {
      base.matches(schema.matchers[$0], row, delivered: nil)
    }
    if !matched.isEmpty {
      kept.append(
        Kept(
          event: event(matched, 0, schema.keepsUsers ? row.userKey : [], counted), key: entity,
          isOpen: false))
    }
    for (number, delivery) in schema.deliveries.enumerated() {
      let target = base.text(row, delivery.property)
      let matched = schema.matchers.indices.filter {
        base.matches(schema.matchers[$0], row, delivered: delivery)
      }
      if target.isEmpty || matched.isEmpty || !base.matches(delivery.event, row, delivered: nil) {
        continue
      }
      kept.append(
        Kept(event: event(matched, number + 1, entity, false), key: target, isOpen: true))
    }
    if matched.isEmpty, schema.keepsIDs, !row.id.isEmpty {
      var hidden = event([], 0, schema.keepsUsers ? row.userKey : [], false)
      hidden.isHidden = true
      kept.append(Kept(event: hidden, key: entity, isOpen: false))
    }
    return kept
  }

  /// Of rows of one key, one delivery, one origin, one name and one id the first stays.
  private func distinct(_ kept: [Kept], _ result: inout ShownTimelines) -> [Kept] {
    var left: [Kept] = []
    for kept in kept.sorted(by: { ReferenceTimelines.precedes($0.event, $1.event, schema) }) {
      let isDuplicate = left.contains {
        !kept.event.id.isEmpty && $0.event.id == kept.event.id && $0.key == kept.key
          && $0.event.shown.name == kept.event.shown.name
          && base.source($0.event.file) == base.source(kept.event.file)
          && $0.event.delivery == kept.event.delivery
          && (kept.event.delivery == 0 || $0.event.shown.user == kept.event.shown.user)
      }
      if !isDuplicate {
        left.append(kept)
      } else if kept.event.counted {
        result.duplicates[kept.event.file, default: 0] += 1
      }
    }
    return left
  }

  private func place(_ kept: inout [Kept]) {
    let persons = schema.entity == .user ? users : accounts
    for index in kept.indices where !kept[index].isOpen {
      let key = kept[index].key
      if key.last == Self.end[0] {
        let ids = Self.ids(key)
        let row = IdentityRow(time: kept[index].event.shown.time, anonymous: ids)
        kept[index].home = Self.key(users.person(of: row))
        let isLinked =
          users.rules.anonymousRows != "own" && ids.contains { users.isLinked($0) }
        if isLinked || Set(ids).count > 1 { kept[index].carried = key }
      } else {
        let id = String(decoding: key, as: UTF8.self)
        kept[index].home = Array(persons.person(ofKnown: id).utf8)
        if kept[index].home != key { kept[index].carried = key }
      }
    }
    // Ids without a place: where there is somebody of this id.
    let keys = Set(kept.filter { !$0.isOpen }.map(\.key))
    let homes = Set(kept.filter { !$0.isOpen }.map(\.home))
    for index in kept.indices where kept[index].isOpen {
      let key = kept[index].key
      let id = String(decoding: key, as: UTF8.self)
      let device = key + Self.end
      let isTimed = !persons.isKnownInLinks(id) && persons.isLinked(id)
      if let person = persons.open(id, at: kept[index].event.shown.time) {
        kept[index].home = Self.key(person)
      } else if keys.contains(key) || homes.contains(key) {
        kept[index].home = key
      } else {
        kept[index].home = keys.contains(device) || homes.contains(device) ? device : key
      }
      if isTimed || persons.isKnownInLinks(id)
        || kept[index].home != key && kept[index].home != device
      {
        kept[index].carried = key + [0xfe]
      }
    }
  }

  /// Equal events of one person are ordered by the key that they came under.
  private func precedes(_ a: Kept, _ b: Kept) -> Bool {
    func carried(_ kept: Kept) -> [UInt8] { schema.keepsIDs ? kept.carried : [] }
    var (left, right) = (a.event, b.event)
    if ReferenceTimelines.precedes(left, right, schema)
      || ReferenceTimelines.precedes(right, left, schema)
    {
      // What stands behind the user must not decide before the key does.
      let matched = left.shown.matched
      left.shown.matched = right.shown.matched
      left.delivery = right.delivery
      left.file = right.file
      left.counted = right.counted
      if ReferenceTimelines.precedes(left, right, schema)
        || ReferenceTimelines.precedes(right, left, schema)
      {
        return ReferenceTimelines.precedes(left, right, schema)
      }
      if carried(a) != carried(b) { return carried(a).lexicographicallyPrecedes(carried(b)) }
      _ = matched
      right = b.event
      return ReferenceTimelines.precedes(a.event, right, schema)
    }
    return carried(a).lexicographicallyPrecedes(carried(b))
  }

  private func person(ofUser key: [UInt8], at time: Int64) -> [UInt8] {
    if key.isEmpty { return [] }
    if key.last == Self.end[0] {
      return Self.key(users.person(of: IdentityRow(time: time, anonymous: Self.ids(key))))
    }
    return Array(users.person(ofKnown: String(decoding: key, as: UTF8.self)).utf8)
  }

  /// Ids by which events are delivered are persons' as well.
  private func isDelivery(_ property: String) -> Bool {
    schema.deliveries.contains { $0.property == property }
  }

  private func open(_ id: [UInt8], at time: Int64) -> [UInt8] {
    if id.isEmpty { return id }
    let persons = schema.entity == .user ? users : accounts
    let person = persons.open(String(decoding: id, as: UTF8.self), at: time)
    return person.map { Self.key($0) } ?? id
  }

  private static func ids(_ key: [UInt8]) -> [String] {
    key.split(separator: end[0]).map { String(decoding: $0, as: UTF8.self) }
  }

  private static func key(_ name: PersonName) -> [UInt8] {
    switch name {
    case .known(let id): Array(id.utf8)
    case .device(let id): Array(id.utf8) + end
    }
  }
}
