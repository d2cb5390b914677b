import EventLog
import Spec
import Timelines

/// Who is who in a run, and the rows dealt to them.
struct PersonDealing {
  var options: RunOptions
  var control: RunControl
  /// Nil also for those of whom not all is in memory.
  private(set) var users: Persons?
  private(set) var accounts: Persons?
  /// Users whose links do not fit into memory.
  private(set) var spilled: SpilledLinks?

  /// Decides from what all workers saw.
  ///
  /// - Parameters:
  ///   - links: of users all in memory, or all spilled (`LogScan.Result.spillLinks`).
  ///   - rows: those that have their links with them, by worker.
  init(
    _ links: consuming [IdentityLinks], with rows: [LinkedRows] = [], plan: IdentityPlan?,
    options: RunOptions, control: RunControl
  ) throws {
    self.options = options
    self.control = control
    guard let plan else { return }
    let links = consume links
    let limits = HeldLimits(options)
    if let rules = plan.users {
      let logs = links.compactMap(\.users)
      if logs.contains(where: \.hasSpilled) {
        spilled = try survey(
          SpilledLinks(logs + rows.map(\.log), rules: rules, findsOpen: plan.findsOpen))
        try limits.checkAliases(spilled?.footprint ?? 0)
      } else {
        try limits.checkLinks(links, with: rows)
        users = try Persons(logs, with: join(rows, rules), findsOpen: plan.findsOpen)
      }
    } else {
      try limits.checkLinks(links, with: [])
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

  /// What was found of users; nil where nobody asked.
  var userCounts: IdentityCounts? { spilled?.counts ?? users?.counts }

  /// Joins the links that rows have.
  private func join(_ rows: [LinkedRows], _ rules: IdentityRules) throws -> LinkJoin {
    var join = LinkJoin(rows, rules: rules)
    let looks = try control.share(join.partitions, threads: options.threads) {
      LinkJoin.Look()
    } work: { [join] partition, look in
      join.look(at: partition, &look)
    }
    join.take(looks)
    let pairings = try control.share(join.pairings, threads: options.threads) {
      LinkJoin.Pairing()
    } work: { [join] number, pairing in
      join.pair(number, &pairing)
    }
    join.take(pairings)
    return join
  }

  /// Finds out what has to be known of all links before anybody's person is.
  private func survey(_ links: SpilledLinks) throws -> SpilledLinks {
    var links = links
    let partitions = 0..<links.partitionCount
    var surveys = try control.share(partitions, threads: options.threads) { [links] in
      SpilledLinks.Survey(links)
    } work: { number, survey in
      try survey.look(at: number)
    }
    for index in surveys.indices { try surveys[index].finish() }
    links.take(surveys)
    let counts = try control.share(partitions, threads: options.threads) {
      SpilledLinks.Count()
    } work: { [links] number, count in
      try links.count(number, &count)
    }
    links.take(counts)
    return links
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
    let users = spilled.map { .spilled($0) } ?? users.map { PersonSource.whole($0) }
    let accounts = accounts.map { PersonSource.whole($0) }
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
