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

  /// The same where sources have ids of their own; nil where all share one space.
  ///
  /// - Parameter ids: as all sources call them, or `SPACE:ID`; keys on return.
  func spaceErasure(
    _ ids: inout Set<[UInt8]>, _ options: RunOptions, _ control: RunControl
  ) throws -> SpaceErasure? {
    guard kept.specs.contains(where: { $0.spaces != SourceSpaces() }) else { return nil }
    let budget = MemoryBudget(limit: options.memoryBytesMax ?? .max)
    let reading = MapReading(options: options, control: control, budget: budget)
    let found = try withMaps { _ in try self.spaces(allSources(), [], reading) }
    guard let spaces = found else { return nil }
    let asked = ids
    let users = Set(asked.compactMap { SpaceErasure.key(of: $0, .user, spaces) })
    var accounts = Set(asked.compactMap { SpaceErasure.key(of: $0, .account, spaces) })
    let plan = IdentityPlan(lastIdentity ?? IdentitySpec(anonymousRows: .own), kept.specs)
    var links: [IdentityLinks] = []
    if lastIdentity != nil {
      var options = options
      options.limits.timeMax = .max
      var reading = kept.plan
      reading.spaces = kept.specs.map(\.spaces)
      links = try self.links(reading, plan, options, control, budget, spaces)
    }
    let dealing = try PersonDealing(links, plan: plan, options: options, control: control)
    if let joined = dealing.accounts {
      for home in accounts.flatMap({ joined.homes(ofOpen: $0) })
      where home.last != EntityKey.anonymousEnd {
        accounts.formUnion(joined.ids(of: home).map(\.id))
      }
    }
    let persons = ErasedPersons(Array(users), dealing.users ?? Persons())
    ids = accounts.union(persons.ids)
    return SpaceErasure(
      spaces: spaces, users: persons, accounts: accounts,
      sourceOf: Dictionary(
        manifest.inputs.map { ($0.content, $0.taken.file.source) },
        uniquingKeysWith: { _, last in last }))
  }
}
