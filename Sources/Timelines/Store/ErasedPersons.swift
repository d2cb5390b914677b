/// Whose rows are erased where ids are persons': all of a person's, by whichever id somebody named it.
package struct ErasedPersons: Sendable {
  /// Ids that are in no row any more: a person's known ones, and devices that were nobody else's.
  package private(set) var ids: Set<[UInt8]> = []
  /// Keys of the timelines that go.
  private var homes: Set<[UInt8]> = []
  private let persons: Persons

  package init(_ asked: [[UInt8]], _ persons: Persons) {
    self.persons = persons
    for id in asked {
      let open = id + [EntityKey.openEnd]
      guard case .person(let person) = persons.owner(of: open.span) else {
        // Nobody else's, or several people's: the id itself is meant.
        ids.insert(id)
        homes.insert(id)
        homes.insert(id + [EntityKey.anonymousEnd])
        continue
      }
      let home = Array(persons.name(person))
      homes.insert(home)
      for entry in persons.ids(of: home) {
        let key = entry.id + [EntityKey.anonymousEnd]
        // Of a device that others used, too, their rows stay, and so does its id.
        if !entry.isAnonymous || persons.owner(of: key.span) == .person(person) {
          ids.insert(entry.id)
        }
      }
    }
  }

  /// Whether the rows of a key go; nil where it depends on their times.
  func verdict(_ key: ArraySlice<UInt8>) -> Bool? {
    let key = Array(key)
    if ids.contains(Array(EntityKey.shown(key[...]))) { return true }
    if case .timed = persons.owner(of: key.span) { return nil }
    return isErased(key, at: 0)
  }

  /// Whether a row of a key goes.
  package func isErased(_ key: ArraySlice<UInt8>, at time: Int64) -> Bool {
    verdict(key) ?? isErased(Array(key), at: time)
  }

  func isErased(_ key: [UInt8], at time: Int64) -> Bool {
    homes.contains(Array(persons.home(of: key[...], at: time)))
  }

  /// A key, or a part of a link, without the ids that are erased; nil where nothing changes.
  package func stripped(_ key: ArraySlice<UInt8>) -> [UInt8]? {
    var kept: [UInt8] = []
    for id in EntityKey.ids(key) where !ids.contains(Array(key[id])) {
      kept += key[id]
      kept.append(EntityKey.anonymousEnd)
    }
    if key.last != EntityKey.anonymousEnd { kept = Array(kept.dropLast()) }
    return kept.elementsEqual(key) ? nil : kept
  }

  /// Whether an erased id stands in a pair of a former and a later one.
  package func isNamed(in pair: ArraySlice<UInt8>) -> Bool {
    EntityKey.ids(pair).contains { ids.contains(Array(pair[$0])) }
  }
}
