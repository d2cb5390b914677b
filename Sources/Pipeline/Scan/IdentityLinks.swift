import EventLog
import Spec
import System
import Timelines

/// What a run has to find out about who is who, and whose account a row has that carries none.
struct IdentityPlan: Sendable {
  /// Nil where users are what they are.
  var users: IdentityRules?
  /// Nil where accounts are what they are.
  var accounts: IdentityRules?
  /// Some rows name others by ids whose place nobody says.
  var findsOpen: Bool
  /// Rows without an account take one.
  var carries = false
  /// Users' links may leave memory: for those who ask for one partition's at a time.
  var spillsLinks = false

  /// For ids that somebody names, in rows that have kept all links.
  init(_ identity: IdentitySpec, _ sources: [SourceSpec]) {
    users = identity.rules(sources)
    accounts = identity.accounts.merge == nil ? nil : identity.accountRules
    findsOpen = true
  }

  /// Nil for a spec that does not ask.
  init?(_ spec: AnalysisSpec, _ plan: ExtractionPlan) {
    carries = !plan.carry.isEmpty
    findsOpen = plan.schemas.contains { !$0.deliveries.isEmpty }
    guard let identity = spec.identity else {
      if !carries { return nil }
      return
    }
    var rules = identity.rules(spec.sources)
    rules.hasAnonymous = plan.extractions.contains { !$0.identity.anonymous.isEmpty }
    rules.hasAliases = plan.extractions.contains { $0.identity.userAlias != nil }
    users = rules
    accounts = plan.extraction.identity.accountAlias == nil ? nil : identity.accountRules
  }
}

/// One worker's links and aliases, and its users' accounts.
struct IdentityLinks: Sendable {
  var users: IdentityLog?
  var accounts: IdentityLog?
  var carried: CarryLog?

  init(
    _ plan: IdentityPlan, budget: MemoryBudget, scratch: String, spilling: LinkSpilling? = nil
  ) {
    users = plan.users.map {
      IdentityLog(rules: $0, budget: budget, scratch: scratch, spilling: spilling)
    }
    accounts = plan.accounts.map { IdentityLog(rules: $0, budget: budget, scratch: scratch) }
    carried = plan.carries ? CarryLog(budget: budget, scratch: scratch) : nil
  }

  /// Whether some of it has left memory.
  var hasSpilled: Bool { users?.hasSpilled ?? false }

  /// Bytes of memory that it takes who is who.
  var footprint: Int { (users?.footprint ?? 0) + (accounts?.footprint ?? 0) }

  mutating func append(_ batch: borrowing EventBatch) throws {
    try users?.append(batch)
    accounts?.appendAccounts(batch)
    try carried?.append(batch)
  }
}

/// On their way to another machine.
extension IdentityLinks {
  /// Of users, of accounts, of users with accounts.
  static let sections = 3

  /// Writes all that it holds; returns the bytes of each section, 0 for what nobody asked.
  func export(to write: ([UInt8]) throws -> Void) throws -> [Int] {
    [
      try users?.export(to: write) ?? 0, try accounts?.export(to: write) ?? 0,
      try carried?.export(to: write) ?? 0,
    ]
  }

  /// What another machine wrote, from `offset` on; nil for what the plan does not ask for, or asks for
  /// in vain.
  init?(
    _ plan: IdentityPlan, reading file: ScratchFile, at offset: Int, lengths: [Int],
    budget: MemoryBudget
  ) throws(ScratchError) {
    let asked = [plan.users != nil, plan.accounts != nil, plan.carries]
    guard lengths.map({ $0 > 0 }) == asked else { return nil }
    var at = offset
    if let rules = plan.users {
      users = try IdentityLog(
        reading: file, at: at, count: lengths[0], rules: rules, budget: budget)
      at += lengths[0]
    }
    if let rules = plan.accounts {
      accounts = try IdentityLog(
        reading: file, at: at, count: lengths[1], rules: rules, budget: budget)
      at += lengths[1]
    }
    if plan.carries {
      carried = try CarryLog(reading: file, at: at, count: lengths[2], budget: budget)
    }
  }
}
