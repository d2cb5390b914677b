import EventLog
import Reports
import Spec
import Timelines

/// Who is who, of all that a store holds.
extension StoreSession {
  /// As the last run that wrote had it.
  var lastIdentity: IdentitySpec? {
    guard kept.links != nil, let identity = manifest.identity else { return nil }
    return try? StoredSource.parsed(manifest, path: "", identity: identity).identity
  }

  /// The links of all rows, read for nothing else.
  func links(
    _ plan: ExtractionPlan, _ identity: IdentityPlan, _ options: RunOptions, _ control: RunControl,
    _ budget: MemoryBudget
  ) throws -> [IdentityLinks] {
    var plan = plan
    plan.schemas = []
    do {
      return try StoreScan(
        plan: plan, options: options, control: control, budget: budget, identity: identity,
        source: kept
      ).read(contents(latest: options.limits.timeMax)).links
    } catch {
      throw explained(error)
    }
  }

  /// The persons that ids mean by the last run's rules, and all of their ids; without such rules an id
  /// means itself.
  ///
  /// - Parameter ids: as somebody named them; as rows have them on return.
  func erased(
    _ ids: inout Set<[UInt8]>, _ options: RunOptions, _ control: RunControl
  ) throws -> ErasedPersons {
    let asked = Array(ids)
    let plan = IdentityPlan(lastIdentity ?? IdentitySpec(anonymousRows: .own), kept.spec)
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
    let persons = ErasedPersons(
      asked, try dealing.users ?? Persons([], rules: plan.users))
    ids.formUnion(persons.ids)
    return persons
  }
}
