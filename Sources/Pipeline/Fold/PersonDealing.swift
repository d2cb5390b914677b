import EventLog
import Spec
import Timelines

/// Who is who in a run, and the rows dealt to them.
struct PersonDealing {
  var options: RunOptions
  var control: RunControl
  private(set) var users: Persons?
  private(set) var accounts: Persons?

  /// Decides from what all workers saw.
  ///
  /// - Parameter rows: those that have their links with them, by worker.
  init(
    _ links: consuming [IdentityLinks], with rows: [LinkedRows] = [], plan: IdentityPlan?,
    options: RunOptions, control: RunControl
  ) throws {
    self.options = options
    self.control = control
    guard let plan else { return }
    let links = consume links
    try HeldLimits(options).checkLinks(
      links.reduce(0) { $0 + ($1.users?.footprint ?? 0) + ($1.accounts?.footprint ?? 0) }
        + rows.reduce(0) { $0 + $1.footprint })
    if let rules = plan.users {
      users = try Persons(
        links.compactMap(\.users), with: rows, rules: rules, findsOpen: plan.findsOpen)
    }
    if let rules = plan.accounts {
      accounts = try Persons(links.compactMap(\.accounts), rules: rules, findsOpen: plan.findsOpen)
    }
    if plan.carries {
      var carrying = accounts ?? Persons()
      try carrying.carry(
        links.compactMap(\.carried), users: users, memoryBytes: options.memoryBytesMax ?? 1 << 30)
      accounts = carrying
    }
  }

  /// Joins the shards of all workers, with every row in its person's partition.
  ///
  /// - Parameters:
  ///   - files: of which the rows are, in canonical order.
  ///   - earliest: rows before it are no part of the run.
  ///   - dealt: gives a merge the rows that other machines have dealt; nil deals them here.
  func merge(
    _ shards: consuming [TimelineShards], of schema: TimelineSchema, files: [InputLedger],
    from earliest: Int64, dealt: ((TimelineMerge) throws -> Void)? = nil
  ) throws -> TimelineMerge {
    let merge = try joined(consume shards, of: schema, files: files)
    if merge.mustDeal {
      if let dealt {
        try dealt(merge)
      } else {
        try merge.takeOver(deal(merge, 0..<merge.partitionCount, from: earliest))
      }
    }
    return merge
  }

  /// Joins the shards of all workers, with every row in the partition of the id that it carries.
  func joined(
    _ shards: consuming [TimelineShards], of schema: TimelineSchema, files: [InputLedger]
  ) throws -> TimelineMerge {
    let lookup =
      schema.hasPersons
      ? PersonLookup(entities: schema.entity == .user ? users : accounts, users: users)
      : PersonLookup()
    return try TimelineMerge(
      consume shards, persons: lookup,
      fileSources: schema.sources.count > 1 ? files.map(\.file.source) : [])
  }

  /// Deals the rows of some partitions whose entities are others by now.
  ///
  /// - Parameter earliest: rows before it are no part of the run.
  func deal(
    _ merge: TimelineMerge, _ partitions: Range<Int>, from earliest: Int64
  ) throws -> [PersonDealer] {
    try control.share(partitions, threads: options.threads) {
      merge.makeDealer(scratch: options.scratch)
    } work: { partition, dealer in
      try merge.deal(partition: partition, by: &dealer, from: earliest)
    }
  }
}
