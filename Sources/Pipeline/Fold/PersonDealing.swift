import Dispatch
import EventLog
import Spec
import Synchronization
import Timelines

/// Who is who in a run, and the rows dealt to them.
struct PersonDealing {
  var options: RunOptions
  var control: RunControl
  private(set) var users: Persons?
  private(set) var accounts: Persons?

  /// Decides from what all workers saw.
  init(
    _ links: consuming [IdentityLinks], plan: IdentityPlan?, options: RunOptions,
    control: RunControl
  ) throws {
    self.options = options
    self.control = control
    guard let plan else { return }
    let links = consume links
    if let rules = plan.users {
      users = try Persons(links.compactMap(\.users), rules: rules, findsOpen: plan.findsOpen)
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
  func merge(
    _ shards: consuming [TimelineShards], of schema: TimelineSchema, files: [InputLedger],
    from earliest: Int64
  ) throws -> TimelineMerge {
    let lookup =
      schema.hasPersons
      ? PersonLookup(entities: schema.entity == .user ? users : accounts, users: users)
      : PersonLookup()
    let merge = try TimelineMerge(
      consume shards, persons: lookup,
      fileSources: schema.sources.count > 1 ? files.map(\.file.source) : [])
    if merge.mustDeal { try deal(merge, from: earliest) }
    return merge
  }

  private func deal(_ merge: TimelineMerge, from earliest: Int64) throws {
    let next = Atomic<Int>(0)
    let finished = Mutex<[PersonDealer]>([])
    let failure = Mutex<(any Error)?>(nil)
    DispatchQueue.concurrentPerform(iterations: max(1, options.threads)) { _ in
      guard var dealer = merge.makeDealer(scratch: options.scratch) else { return }
      do {
        while true {
          let number = next.add(1, ordering: .relaxed).oldValue
          guard number < merge.partitionCount else { break }
          try control.checkCancelled()
          try merge.deal(partition: number, by: &dealer, from: earliest)
        }
      } catch {
        control.cancel()
        failure.withLock { if $0 == nil || ($0 as? RunFailure)?.kind == .cancelled { $0 = error } }
      }
      let done = dealer
      finished.withLock { $0.append(done) }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    try merge.takeOver(finished.withLock { $0 })
  }
}
