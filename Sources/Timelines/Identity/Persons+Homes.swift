/// Whose an id is, for people who ask: slow ways, one entity at a time.
extension Persons {
  /// The key of the timeline in which a key's rows of an instant stand.
  package func home(of key: ArraySlice<UInt8>, at time: Int64) -> ArraySlice<UInt8> {
    let owner = owner(of: key.span)
    if let person = person(owner, at: time) { return person == Self.nowhere ? key : name(person) }
    return owner == .itself ? key : key.prefix(EntityKey.firstCount(key.span) + 1)
  }

  /// Keys of the timelines in which rows of an id may stand of which nobody says in which place it
  /// stood: at an instant, or at any.
  package func homes(ofOpen id: [UInt8], at time: Int64? = nil) -> [[UInt8]] {
    let device = id + [EntityKey.anonymousEnd]
    let open = id + [EntityKey.openEnd]
    let owner = owner(of: open.span)
    if let time {
      return person(owner, at: time).map { [Array(name($0))] } ?? [id, device]
    }
    switch owner {
    case .itself, .first, .carried: return [id, device]
    case .person(let person): return [Array(name(person))]
    case .timed: return all(owner).map { Array(name($0)) } + [device]
    }
  }

  /// All ids of a person, the known ones first, each kind by its bytes.
  package func ids(of home: [UInt8]) -> [(id: [UInt8], isAnonymous: Bool)] {
    var found: [(id: [UInt8], isAnonymous: Bool)] = []
    for code in personOf.indices where names[Int(personOf[code])].elementsEqual(home) {
      found.append((Array(names[code]), false))
    }
    let devices = anonymous.strings
    for code in 0..<devices.count {
      let key = Array(devices[code]) + [EntityKey.anonymousEnd]
      if all(owner(of: key.span)).contains(where: { name($0).elementsEqual(home) }) {
        found.append((Array(devices[code]), true))
      }
    }
    return found.sorted { a, b in
      a.isAnonymous == b.isAnonymous ? a.id.lexicographicallyPrecedes(b.id) : b.isAnonymous
    }
  }
}
