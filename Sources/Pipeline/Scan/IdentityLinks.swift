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
    rules.idsPerRow = plan.extractions.map(\.identity.anonymous.count).max() ?? 0
    rules.hasAnonymous = rules.idsPerRow > 0
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

  /// Bytes of memory that who is who takes.
  var footprint: Int { (users?.footprint ?? 0) + (accounts?.footprint ?? 0) }

  mutating func append(_ batch: borrowing EventBatch) throws {
    try users?.append(batch)
    accounts?.appendAccounts(batch)
    try carried?.append(batch)
  }
}

extension [IdentityLinks] {
  var footprint: Int { reduce(0) { $0 + $1.footprint } }
}

extension [LinkedRows] {
  var footprint: Int { reduce(0) { $0 + $1.footprint } }
  var footprintBound: Int { reduce(0) { $0 + $1.footprintBound } }
}

extension LogScan.Result {
  /// Takes the links of all users out of memory, if some have left it or not all have room to be
  /// joined: before anything refers to them, so that what they took is free.
  mutating func spillLinks(_ options: RunOptions) throws {
    guard spillsLinks, !fitsLinks(HeldLimits(options)) else { return }
    for worker in links.indices { try links[worker].users?.spill() }
    for schema in shards.indices {
      for worker in shards[schema].indices { try shards[schema][worker].spillLinks() }
    }
  }

  /// Whether all links are in memory, and can be joined there.
  private func fitsLinks(_ limits: HeldLimits) -> Bool {
    let rows = shards.joined().compactMap(\.linkedRows)
    if links.contains(where: { $0.users?.hasSpilled == true }) { return false }
    return !rows.contains(where: \.hasSpilled) && limits.fitLinks(links, with: rows)
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
