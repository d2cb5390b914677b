import EventLog
import Spec
import Timelines

/// Whom `forget` means.
extension StoreSession {
  /// The persons that ids mean by the last run's rules, and all of their ids; without such rules an id
  /// means itself.
  ///
  /// - Parameter ids: as somebody named them; as rows have them on return.
  func erased(
    _ ids: inout Set<[UInt8]>, _ options: RunOptions, _ control: RunControl
  ) throws -> ErasedPersons {
    let asked = Array(ids)
    let plan = IdentityPlan(lastIdentity ?? IdentitySpec(anonymousRows: .own), kept.specs)
    var links: [IdentityLinks] = []
    if lastIdentity != nil {
      var options = options
      options.limits.timeMax = .max
      links = try self.links(
        kept.plan, plan, options, control, MemoryBudget(limit: options.memoryBytesMax ?? .max))
    }
    let dealing = try PersonDealing(links, plan: plan, options: options, control: control)
    // Of accounts there are no devices: whoever is joined goes.
    if let accounts = dealing.accounts {
      for home in asked.flatMap({ accounts.homes(ofOpen: $0) })
      where home.last != EntityKey.anonymousEnd {
        ids.formUnion(accounts.ids(of: home).map(\.id))
      }
    }
    let persons = ErasedPersons(asked, dealing.users ?? Persons())
    ids.formUnion(persons.ids)
    return persons
  }

  /// Refuses what names ids where some sources have ids of their own: of which system an id is would be
  /// a guess.
  func checkOneSpace(_ what: String) throws(RunFailure) {
    guard manifest.maps != nil || kept.specs.contains(where: { $0.spaces != SourceSpaces() })
    else { return }
    throw RunFailure(
      .badSpec,
      "`store \(what)` cannot tell of which system an id is where sources have `ids` of their own so "
        + "far: drop the inputs that hold it, and give them again without it")
  }
}
