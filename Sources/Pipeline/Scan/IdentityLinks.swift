import EventLog
import Spec
import Timelines

/// What a run has to find out about who is who.
struct IdentityPlan: Sendable {
  var users: IdentityRules
  /// Nil where accounts are what they are.
  var accounts: IdentityRules?
  /// Some rows name others by ids whose place nobody says.
  var findsOpen: Bool

  /// For ids that somebody names, in rows that have kept all links.
  init(_ identity: IdentitySpec, _ source: SourceSpec) {
    users = identity.rules([source])
    accounts = identity.accounts.merge == nil ? nil : identity.accountRules
    findsOpen = true
  }

  /// Nil for a spec that does not ask.
  init?(_ spec: AnalysisSpec, _ plan: ExtractionPlan) {
    guard let identity = spec.identity else { return nil }
    users = identity.rules(spec.sources)
    users.hasAnonymous = plan.extractions.contains { !$0.identity.anonymous.isEmpty }
    users.hasAliases = plan.extractions.contains { $0.identity.userAlias != nil }
    accounts = plan.extraction.identity.accountAlias == nil ? nil : identity.accountRules
    findsOpen = plan.schemas.contains { !$0.deliveries.isEmpty }
  }
}

/// One worker's links and aliases.
struct IdentityLinks: Sendable {
  var users: IdentityLog
  var accounts: IdentityLog?

  init(_ plan: IdentityPlan, budget: MemoryBudget, scratch: String) {
    users = IdentityLog(rules: plan.users, budget: budget, scratch: scratch)
    accounts = plan.accounts.map { IdentityLog(rules: $0, budget: budget, scratch: scratch) }
  }

  mutating func append(_ batch: borrowing EventBatch) throws {
    try users.append(batch)
    accounts?.appendAccounts(batch)
  }
}
