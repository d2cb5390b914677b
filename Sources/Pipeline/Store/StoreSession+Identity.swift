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
    _ budget: MemoryBudget, _ spaces: RunSpaces? = nil
  ) throws -> [IdentityLinks] {
    var plan = plan
    plan.schemas = []
    do {
      return try StoreScan(
        plan: plan, options: options, control: control, budget: budget, identity: identity,
        source: kept, spaces: spaces
      ).read(contents(latest: options.limits.timeMax)).links
    } catch {
      throw explained(error)
    }
  }
}
