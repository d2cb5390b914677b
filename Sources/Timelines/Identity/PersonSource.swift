import System

/// Who is who, wherever it is held.
package enum PersonSource: Sendable {
  /// In memory.
  case whole(Persons)
  /// On disk: for some keys at a time.
  case spilled(SpilledLinks)

  /// Whether every key means itself. Without anonymous ids there are no links.
  var movesNothing: Bool {
    switch self {
    case .whole(let persons): persons.movesNothing
    case .spilled: false
    }
  }

  var isSpilled: Bool {
    if case .spilled = self { return true }
    return false
  }

  package var counts: IdentityCounts {
    switch self {
    case .whole(let persons): persons.counts
    case .spilled(let links): links.counts
    }
  }

  /// Who the ids of some keys are; of others it may say anything.
  func persons(of keys: [ByteTable]) throws(ScratchError) -> Persons {
    switch self {
    case .whole(let persons): persons
    case .spilled(let links): try links.persons(of: keys)
    }
  }
}

/// Who the entities of a merge are, and who their users are: nil where ids mean themselves.
package struct PersonLookup: Sendable {
  package var entities: PersonSource?
  package var users: PersonSource?

  package init(entities: PersonSource? = nil, users: PersonSource? = nil) {
    // Without links and aliases every key is itself; only keys of several ids have to be shortened.
    self.entities = entities.flatMap { $0.movesNothing ? nil : $0 }
    self.users = users.flatMap { $0.movesNothing ? nil : $0 }
  }
}
