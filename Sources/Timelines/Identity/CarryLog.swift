package import EventLog
package import System

/// What one worker saw of who was with which account, and when: what rows without an account go by.
///
/// Each distinct pair is held once; the instants of its rows as `LinkTimes` has them.
package struct CarryLog: Sendable {
  /// Accounts, each with the user's key behind it (`EntityKey`): `o1 FF alice`.
  private(set) var pairs = ByteInterner()
  /// By pair.
  private(set) var first: [Int64] = []
  private(set) var times: LinkTimes
  let hash = ByteHash.seeded()
  let budget: MemoryBudget
  private(set) var held = 0
  private var pair: [UInt8] = []

  package init(budget: MemoryBudget = MemoryBudget(), scratch: String? = nil) {
    times = LinkTimes(budget: budget, scratch: scratch)
    self.budget = budget
  }

  /// Takes in the rows of a batch that have a user and an account.
  package mutating func append(_ batch: borrowing EventBatch) throws(ScratchError) {
    guard batch.users.count == batch.count, batch.accounts.count == batch.count else { return }
    var grown = 0
    for row in 0..<batch.count {
      let (user, account) = (batch.users[row], batch.accounts[row])
      if user.isAbsent || account.isAbsent { continue }
      pair.removeAll(keepingCapacity: true)
      for at in account.range { pair.append(batch.bytes[at]) }
      pair.append(EntityKey.anonymousEnd)
      for at in user.range { pair.append(batch.bytes[at]) }
      let code = intern(grown: &grown)
      let time = batch.times[row]
      if Int(code) == first.count {
        first.append(time)
        grown += MemoryLayout<Int64>.stride
      } else {
        first[Int(code)] = min(first[Int(code)], time)
      }
      try times.append(code: code, time: time)
    }
    if grown == 0 { return }
    held += grown
    budget.add(grown)
  }

  /// The code of the pair at hand.
  private mutating func intern(grown: inout Int) -> UInt32 {
    // Out of `self` while it is looked up there.
    var key: [UInt8] = []
    swap(&key, &pair)
    defer { swap(&key, &pair) }
    return pairs.intern(key.span, hash: hash(key.span), grown: &grown)
  }

  /// Takes over what another machine wrote.
  mutating func take(_ pairs: ByteInterner, first: [Int64], times: LinkTimes) {
    (self.pairs, self.first, self.times) = (pairs, first, times)
    held = pairs.footprint + first.count * MemoryLayout<Int64>.stride
    budget.add(held)
  }

  /// Memory that is given back with it.
  func release() { budget.add(-held - times.budgeted) }
}

/// Which rows take an account from the ones before them.
package enum CarryRule: String, Sendable, CaseIterable {
  case none
  /// The last account of the same person at or before the row.
  case forward
  /// The same, and before the first account that one.
  case around

  /// The byte that ends the key of a row's user where the account is not known yet.
  var end: UInt8? {
    switch self {
    case .none: nil
    case .forward: EntityKey.forwardEnd
    case .around: EntityKey.aroundEnd
    }
  }

  /// Puts in the account's place of rows without one the key of their user.
  package func fill(_ batch: inout EventBatch) {
    guard let end, batch.users.count == batch.count, batch.accounts.count <= batch.count else {
      return
    }
    // A source may have no accounts at all.
    while batch.accounts.count < batch.count { batch.accounts.append(.absent) }
    for row in 0..<batch.count where batch.accounts[row].isAbsent && !batch.users[row].isAbsent {
      let start = batch.bytes.count
      for at in batch.users[row].range { batch.bytes.append(batch.bytes[at]) }
      batch.bytes.append(end)
      batch.accounts[row] = ByteSlice(offset: start, count: batch.bytes.count - start)
    }
  }
}
