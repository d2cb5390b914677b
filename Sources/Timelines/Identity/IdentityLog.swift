package import EventLog
package import System

/// What one worker saw of who is who: which ids stood in one row, and when.
///
/// Each distinct tuple of ids is held once, with its first and last time. No row is held: so memory
/// grows with people and their devices, not with what they do; where it may, it spills (`LinkSpills`).
/// Nothing is decided here; `Persons` does that, from the logs of all workers.
package struct IdentityLog: Sendable {
  struct Times: Sendable {
    var first: Int64
    var last: Int64

    /// Before the first.
    static let none = Times(first: .max, last: .min)

    mutating func add(_ time: Int64) {
      if time < first { first = time }
      if time > last { last = time }
    }
  }

  struct Alias: Sendable {
    /// Of `aliases`.
    var code: UInt32
    var time: Int64
  }

  /// Known ids with the anonymous ids beside them (`EntityKey`).
  var tuples = ByteInterner()
  var tupleTimes: [Times] = []
  var linkTimes: LinkTimes
  /// Known ids of rows without an anonymous id, if it has to be told who is known at all.
  var lone = ByteInterner()
  /// The former id and the later one, each with its end.
  private(set) var aliases = ByteInterner()
  private(set) var aliasTimes: [Alias] = []

  let keepsTimes: Bool
  private let keepsKnown: Bool
  let hash = ByteHash.seeded()
  let budget: MemoryBudget
  /// Told to the budget, beside the times' own: links and lone ids, and aliases.
  var (heldLinks, heldAliases) = (0, 0)
  /// Nil for a log that stays in memory.
  let spilling: LinkSpilling?
  /// What has left memory.
  var spills: LinkSpills?
  let scratch: String?
  // Of the group at hand; kept for their memory.
  private var linked: [LinkedRow] = []
  private var touched: UInt8 = 0

  /// A row with a link, on its way into the table.
  private struct LinkedRow {
    var row: Int32
    var hash: UInt64
    var slot: UInt64
  }

  package init(
    rules: IdentityRules, budget: MemoryBudget = MemoryBudget(), scratch: String? = nil,
    spilling: LinkSpilling? = nil
  ) {
    self.scratch = scratch
    self.spilling = scratch == nil ? nil : spilling
    tupleBytes =
      MemoryLayout<Times>.stride + max(0, rules.idsPerRow - 1) * Self.bytesOfMoreIDs
      + (rules.asksTimesOfPairs ? rules.idsPerRow * MemoryLayout<Times>.stride : 0)
    keepsTimes = rules.anonymousRows == .next
    keepsKnown = rules.hasAliases && rules.hasAnonymous
    linkTimes = LinkTimes(budget: budget, scratch: scratch)
    self.budget = budget
  }

  /// Bytes of memory held.
  package var footprint: Int { heldLinks + heldAliases + linkTimes.footprint }

  /// Takes in the users of a batch, their links and their aliases.
  package mutating func append(_ batch: borrowing EventBatch) throws(ScratchError) {
    var grown = 0
    if !batch.links.isEmpty { try appendLinks(batch, grown: &grown) }
    if keepsKnown { appendLone(batch, grown: &grown) }
    account(grown)
    appendAliases(batch.aliases, batch)
    try spillIfNeeded()
  }

  /// Takes in the aliases of a batch's accounts.
  package mutating func appendAccounts(_ batch: borrowing EventBatch) {
    appendAliases(batch.accountAliases, batch)
  }

  mutating func account(_ grown: Int) {
    if grown == 0 { return }
    heldLinks += grown
    budget.add(grown * Self.growth)
    budget.addLinks(grown)
  }

  private mutating func accountAliases(_ grown: Int) {
    if grown == 0 { return }
    heldAliases += grown
    budget.add(grown * Self.growth)
    budget.addAliases(grown)
  }

  /// What cannot be spilled is twice in memory whenever a table grows: the budget keeps room for that.
  static let growth = 2

  /// Tells the budget that it goes.
  func giveBack() {
    budget.add(-(heldLinks + heldAliases) * Self.growth - linkTimes.budgeted)
    budget.addLinks(-heldLinks)
    budget.addAliases(-heldAliases)
  }

  /// Takes over what another machine wrote.
  mutating func take(
    _ section: LinkSection, tuples: ByteInterner, lone: ByteInterner, aliases: ByteInterner
  ) {
    (self.tuples, self.lone, self.aliases) = (tuples, lone, aliases)
    (tupleTimes, aliasTimes) = (section.tupleTimes, section.aliasTimes)
    linkTimes = section.times
    account(
      tuples.footprint + lone.footprint + tupleTimes.count * tupleBytes)
    accountAliases(aliases.footprint + aliasTimes.count * MemoryLayout<Alias>.stride)
  }

  /// Rows whose tables are loaded together: see `TimelineShards`.
  private static let groupRows = 64

  private mutating func appendLinks(
    _ batch: borrowing EventBatch, grown: inout Int
  ) throws(ScratchError) {
    let (bytes, links, times) = (batch.bytes.span, batch.links.span, batch.times.span)
    var start = 0
    while start < links.count {
      start = select(from: start, links, bytes)
      touch(links)
      for index in linked.indices {
        let (row, hash) = (Int(linked[index].row), linked[index].hash)
        let code = tuples.intern(bytes.extracting(links[row].place), hash: hash, grown: &grown)
        try add(code, times[row], grown: &grown)
      }
    }
  }

  @inline(__always)
  private mutating func add(_ code: UInt32, _ time: Int64, grown: inout Int) throws(ScratchError) {
    if Int(code) == tupleTimes.count {
      tupleTimes.append(Times(first: time, last: time))
      grown += tupleBytes
    } else {
      tupleTimes[Int(code)].add(time)
    }
    if keepsTimes { try linkTimes.append(code: code, time: time) }
  }

  /// Takes in one link.
  mutating func append(_ tuple: borrowing Span<UInt8>, time: Int64) throws(ScratchError) {
    var grown = 0
    let code = tuples.intern(tuple, hash: hash(tuple), grown: &grown)
    try add(code, time, grown: &grown)
    account(grown)
    try spillIfNeeded()
  }

  /// Takes in the links of a shard's rows, which stand in their keys.
  mutating func append(_ shard: PartitionShard) throws(ScratchError) {
    var grown = 0
    let keys = shard.entities.strings
    let bytes = keys.bytes.span
    // By entity.
    var codes: [UInt32?] = []
    codes.reserveCapacity(keys.count)
    for index in 0..<keys.count {
      let key = bytes.extracting(keys.range(index))
      guard EntityKey.isLink(key) else {
        codes.append(nil)
        continue
      }
      let tuple = key.extracting(0..<key.count - 1)
      let code = tuples.intern(tuple, hash: hash(tuple), grown: &grown)
      if Int(code) == tupleTimes.count {
        // Some row of the shard has it.
        tupleTimes.append(.none)
        grown += tupleBytes
      }
      codes.append(code)
    }
    for block in shard.blocks + [shard.tail] {
      for row in block.rows {
        if let code = codes[Int(row.entity)] { try add(code, row.time, grown: &grown) }
      }
    }
    account(grown)
    try spillIfNeeded()
  }

  /// What a tuple takes beside its place in a table: its times, and what each id more than one takes
  /// where links are joined.
  private let tupleBytes: Int
  private static let bytesOfMoreIDs = 100

  /// What a tuple of a table takes beside its bytes, roughly.
  var bytesBesideTuple: Int { 8 + 12 + tupleBytes }

  /// Hashes the links of the next group of rows that have one; returns the row behind it.
  private mutating func select(
    from start: Int, _ links: borrowing Span<ByteSlice>, _ bytes: borrowing Span<UInt8>
  ) -> Int {
    linked.removeAll(keepingCapacity: true)
    var row = start
    while row < links.count, linked.count < Self.groupRows {
      if !links[row].isAbsent {
        let hash = hash(bytes.extracting(links[row].place))
        linked.append(LinkedRow(row: Int32(truncatingIfNeeded: row), hash: hash, slot: 0))
      }
      row += 1
    }
    return row
  }

  /// Loads what interning will wait for, one kind of load after the other: with anything between,
  /// the processor would have only a few of them under way. The sum keeps the last from being
  /// optimized away.
  private mutating func touch(_ links: borrowing Span<ByteSlice>) {
    for index in linked.indices { linked[index].slot = tuples.slot(hash: linked[index].hash) }
    var sum: UInt8 = 0
    for link in linked {
      sum &+= tuples.ends(slot: link.slot, count: Int(links[Int(link.row)].count))
    }
    // The times, which lie elsewhere again.
    var times: Int64 = 0
    for link in linked {
      if let code = tuples.code(slot: link.slot), code < tupleTimes.count {
        times &+= tupleTimes[code].first
      }
    }
    touched = sum &+ UInt8(truncatingIfNeeded: times)
  }

  private mutating func appendLone(_ batch: borrowing EventBatch, grown: inout Int) {
    let bytes = batch.bytes.span
    for row in batch.users.indices where !batch.users[row].isAbsent {
      if row < batch.links.count, !batch.links[row].isAbsent { continue }
      if row < batch.keys.count, EntityKey.isLink(bytes.extracting(batch.keys[row].range)) {
        continue
      }
      let id = bytes.extracting(batch.users[row].range)
      if EntityKey.isAnonymous(id) { continue }
      _ = lone.intern(id, hash: hash(id), grown: &grown)
    }
  }

  private mutating func appendAliases(
    _ column: [ByteSlice], _ batch: borrowing EventBatch
  ) {
    var grown = 0
    for row in column.indices where !column[row].isAbsent {
      let both = batch.bytes.span.extracting(column[row].range)
      let code = aliases.intern(both, hash: hash(both), grown: &grown)
      let time = batch.times[row]
      if let last = aliasTimes.last, last.code == code, last.time == time { continue }
      aliasTimes.append(Alias(code: code, time: time))
      grown += MemoryLayout<Alias>.stride
    }
    accountAliases(grown)
  }
}
