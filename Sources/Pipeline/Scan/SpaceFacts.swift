import Timelines

/// What a scan found out about spaces of ids.
struct SpaceFacts: Sendable {
  /// By map of the spec.
  var maps: [MapSums] = []
  /// By source.
  var accounts: [SpaceTranslation.Unmapped] = []
  var users: [SpaceTranslation.Unmapped] = []
  /// Nil where sources need not be compared.
  var shared: SharedAccounts?

  mutating func add(_ other: SpaceFacts) {
    for source in other.accounts.indices {
      accounts[source].add(other.accounts[source])
      users[source].add(other.users[source])
    }
    if let more = other.shared {
      shared = shared.map { known in
        var both = known
        both.add(more)
        return both
      }
    }
  }
}
