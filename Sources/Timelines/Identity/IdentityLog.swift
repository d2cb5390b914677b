package import EventLog
package import System

/// What one worker saw of who is who: which ids stood in one row, and when.
///
/// Each distinct tuple of ids is held once, with its first and last time. No row is held: so memory
/// grows with people and their devices, not with what they do. Nothing is decided here; `Persons`
/// does that, from the logs of all workers.
package struct IdentityLog: Sendable {
  struct Times: Sendable {
    var first: Int64
    var last: Int64
  }

  struct Alias: Sendable {
    /// Of `aliases`.
    var code: UInt32
    var time: Int64
  }

  /// Known ids with the anonymous ids beside them (`EntityKey`).
  private(set) var tuples = ByteInterner()
  private(set) var tupleTimes: [Times] = []
  private(set) var linkTimes: LinkTimes
  /// Known ids of rows without an anonymous id, if it has to be told who is known at all.
  private(set) var lone = ByteInterner()
  /// The former id and the later one, each with its end.
  private(set) var aliases = ByteInterner()
  private(set) var aliasTimes: [Alias] = []

  private let keepsTimes: Bool
  private let keepsKnown: Bool
  let hash = ByteHash.seeded()
  let budget: MemoryBudget
  /// Told to the budget, beside the times' own.
  private(set) var held = 0
  /// Of the group at hand.
  private var hashes: [UInt64] = []
  private var slots: [UInt64] = []
  private var touched: UInt8 = 0

  package init(rules: IdentityRules, budget: MemoryBudget = MemoryBudget(), scratch: String? = nil)
  {
    keepsTimes = rules.anonymousRows == .next
    keepsKnown = rules.hasAliases && rules.hasAnonymous
    linkTimes = LinkTimes(budget: budget, scratch: scratch)
    self.budget = budget
  }

  /// Bytes of memory held.
  package var footprint: Int { held + linkTimes.footprint }

  /// Takes in the users of a batch, their links and their aliases.
  package mutating func append(_ batch: borrowing EventBatch) throws(ScratchError) {
    var grown = 0
    if !batch.links.isEmpty { try appendLinks(batch, grown: &grown) }
    if keepsKnown { appendLone(batch, grown: &grown) }
    appendAliases(batch.aliases, batch, grown: &grown)
    account(grown)
  }

  /// Takes in the aliases of a batch's accounts.
  package mutating func appendAccounts(_ batch: borrowing EventBatch) {
    var grown = 0
    appendAliases(batch.accountAliases, batch, grown: &grown)
    account(grown)
  }

  private mutating func account(_ grown: Int) {
    if grown == 0 { return }
    held += grown
    budget.add(grown)
  }

  /// Takes over what another machine wrote.
  mutating func take(
    _ section: LinkSection, tuples: ByteInterner, lone: ByteInterner, aliases: ByteInterner
  ) {
    (self.tuples, self.lone, self.aliases) = (tuples, lone, aliases)
    (tupleTimes, aliasTimes) = (section.tupleTimes, section.aliasTimes)
    linkTimes = section.times
    account(
      tuples.footprint + lone.footprint + aliases.footprint
        + tupleTimes.count * MemoryLayout<Times>.stride
        + aliasTimes.count * MemoryLayout<Alias>.stride)
  }

  /// Rows whose tables are loaded together: see `TimelineShards`.
  private static let groupRows = 64

  private mutating func appendLinks(
    _ batch: borrowing EventBatch, grown: inout Int
  ) throws(ScratchError) {
    var start = 0
    while start < batch.count {
      let end = min(start + Self.groupRows, batch.count)
      touch(batch, start..<end)
      for row in start..<end where !batch.links[row].isAbsent {
        let time = batch.times[row]
        let code = tuples.intern(
          batch.bytes.span.extracting(batch.links[row].place), hash: hashes[row - start],
          grown: &grown)
        if Int(code) == tupleTimes.count {
          tupleTimes.append(Times(first: time, last: time))
          grown += MemoryLayout<Times>.stride
        } else {
          tupleTimes[Int(code)].first = min(tupleTimes[Int(code)].first, time)
          tupleTimes[Int(code)].last = max(tupleTimes[Int(code)].last, time)
        }
        if keepsTimes { try linkTimes.append(code: code, time: time) }
      }
      start = end
    }
  }

  private mutating func touch(_ batch: borrowing EventBatch, _ rows: Range<Int>) {
    hashes.removeAll(keepingCapacity: true)
    slots.removeAll(keepingCapacity: true)
    let bytes = batch.bytes.span
    for row in rows {
      let link = batch.links[row]
      hashes.append(link.isAbsent ? 0 : hash(bytes.extracting(link.place)))
      slots.append(link.isAbsent ? 0 : tuples.slot(hash: hashes[row - rows.lowerBound]))
    }
    var sum: UInt8 = 0
    for row in rows {
      sum &+= tuples.ends(
        slot: slots[row - rows.lowerBound], count: Int(batch.links[row].count))
    }
    // The times, which lie elsewhere again.
    var times: Int64 = 0
    for slot in slots {
      if let code = tuples.code(slot: slot), code < tupleTimes.count {
        times &+= tupleTimes[code].first
      }
    }
    touched = sum &+ UInt8(truncatingIfNeeded: times)
  }

  private mutating func appendLone(_ batch: borrowing EventBatch, grown: inout Int) {
    let bytes = batch.bytes.span
    for row in batch.users.indices where !batch.users[row].isAbsent {
      if row < batch.links.count, !batch.links[row].isAbsent { continue }
      let id = bytes.extracting(batch.users[row].range)
      if EntityKey.isAnonymous(id) { continue }
      _ = lone.intern(id, hash: hash(id), grown: &grown)
    }
  }

  private mutating func appendAliases(
    _ column: [ByteSlice], _ batch: borrowing EventBatch, grown: inout Int
  ) {
    for row in column.indices where !column[row].isAbsent {
      let both = batch.bytes.span.extracting(column[row].range)
      let code = aliases.intern(both, hash: hash(both), grown: &grown)
      let time = batch.times[row]
      if let last = aliasTimes.last, last.code == code, last.time == time { continue }
      aliasTimes.append(Alias(code: code, time: time))
      grown += MemoryLayout<Alias>.stride
    }
  }
}
