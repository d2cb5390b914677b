package import Values

/// Events that match by their names only: they link ids and carry properties, and are no activity of
/// anybody.
package enum PassiveNames: Sendable, Hashable {
  case names(Set<[UInt8]>)
  case all

  package init(_ names: [String]) {
    self = .names(Set(names.map { Array($0.utf8) }))
  }

  func contains(_ name: [UInt8]) -> Bool {
    switch self {
    case .all: true
    case .names(let names): names.contains(name)
    }
  }
}

/// One of the sources that the batches of a run are of.
package struct SchemaSource: Sendable, Hashable {
  /// Empty for the only source, which has none.
  package var name: LogText
  package var passive: PassiveNames

  package init(name: LogText = "", passive: PassiveNames = PassiveNames([])) {
    self.name = name
    self.passive = passive
  }
}

/// What is kept of each event for one kind of entity: follows from the reports that count it.
package struct TimelineSchema: Sendable, Equatable {
  package enum Entity: String, Sendable, CaseIterable {
    case user, account
  }

  package var entity: Entity
  /// Distinct matchers of the reports. An event that none matches is not kept.
  package var matchers: [EventMatcher]
  /// Names of text properties to keep, in the order of `Timeline.texts`.
  package var texts: [String]
  /// Names of number properties to keep, in the order of `Timeline.numbers`.
  package var numbers: [String]
  /// By text or number property: the matchers, all among `matchers`, of the events on which a report
  /// reads it. On other events it is not kept, and shows as absent; a property that is not listed is
  /// kept on every event.
  package var readOn: [String: [EventMatcher]]
  /// Account timelines only: keep which user did it.
  package var keepsUsers: Bool
  /// Drop events whose id was already seen for the entity, and use ids to order equal times.
  package var keepsIDs: Bool
  /// Visit entities in the order of their ids' bytes (within a partition).
  package var sortsEntities: Bool
  package var deliveries: [Delivery]
  /// Entities and users are persons: ids may be keys, and rows may be dealt once more (`EntityKey`).
  package var hasPersons: Bool
  /// Some ids are of a space of their own (`EntityKey`).
  package var hasSpaces = false
  /// For a store: every row stays as it is, duplicates as well, with its event id, its input, and,
  /// in user timelines, its account. Account timelines then are only of rows without a user.
  package var keepsRows: Bool
  /// By the number that batches carry; at least one.
  package var sources = [SchemaSource()]

  /// Rows have a second id: the user of an account's event, or the account of a stored one.
  var keepsOther: Bool { keepsUsers || keepsRows && entity == .user }

  package init(
    entity: Entity, matchers: [EventMatcher] = [], texts: [String] = [], numbers: [String] = [],
    readOn: [String: [EventMatcher]] = [:], keepsUsers: Bool = false, keepsIDs: Bool = false,
    sortsEntities: Bool = false,
    deliveries: [Delivery] = [], keepsRows: Bool = false, hasPersons: Bool = false
  ) {
    self.entity = entity
    self.matchers = matchers
    self.texts = texts
    self.numbers = numbers
    self.readOn = readOn
    self.keepsUsers = keepsUsers
    self.keepsIDs = keepsIDs
    self.sortsEntities = sortsEntities
    self.deliveries = deliveries
    self.keepsRows = keepsRows
    self.hasPersons = hasPersons
  }
}
