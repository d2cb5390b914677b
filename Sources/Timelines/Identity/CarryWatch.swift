package import EventLog
package import Values

/// How many rows without an account are of users who have one elsewhere: what `carry` would give them.
///
/// Looks at all users of a small log, and at one in 64 of a large one, chosen by their ids: the same
/// ones in every run. Only a warning hangs on it.
package struct CarryWatch: Sendable {
  private struct User: Sendable {
    var isPlaced = false
    /// By source: rows, and rows without an account.
    var rows: [Int]
    var without: [Int]
  }

  private static let usersMax = 1024
  private static let sample: UInt64 = 63

  private let hash = ByteHash()
  private let sources: Int
  private var users: [UInt64: User] = [:]
  /// Bits of a hash that must be 0.
  private var mask: UInt64 = 0

  package init(sources: Int) {
    self.sources = sources
  }

  package mutating func look(at batch: borrowing EventBatch) {
    guard batch.users.count == batch.count else { return }
    for row in 0..<batch.count where !batch.users[row].isAbsent {
      let code = hash(batch.bytes.span.extracting(batch.users[row].range))
      if code & mask != 0 { continue }
      let hasAccount = row < batch.accounts.count && !batch.accounts[row].isAbsent
      note(code, source: batch.source, hasAccount: hasAccount)
    }
  }

  private mutating func note(_ code: UInt64, source: Int, hasAccount: Bool) {
    let none = User(
      rows: [Int](repeating: 0, count: sources), without: [Int](repeating: 0, count: sources))
    users[code, default: none].rows[source] += 1
    if hasAccount {
      users[code]?.isPlaced = true
    } else {
      users[code]?.without[source] += 1
    }
    if mask == 0, users.count > Self.usersMax { thin() }
  }

  private mutating func thin() {
    mask = Self.sample
    users = users.filter { $0.key & Self.sample == 0 }
  }

  package mutating func add(_ other: CarryWatch) {
    if mask == 0, other.mask != 0 { thin() }
    for (code, user) in other.users where code & mask == 0 {
      guard var own = users[code] else {
        users[code] = user
        continue
      }
      own.isPlaced = own.isPlaced || user.isPlaced
      for source in 0..<sources {
        own.rows[source] += user.rows[source]
        own.without[source] += user.without[source]
      }
      users[code] = own
    }
    if mask == 0, users.count > Self.usersMax { thin() }
  }

  /// By source: of its rows with a user, in percent, those without an account whose user has one in
  /// another row.
  package var percents: [Int] {
    (0..<sources).map { source in
      let rows = users.values.reduce(0) { $0 + $1.rows[source] }
      let without = users.values.reduce(0) { $0 + ($1.isPlaced ? $1.without[source] : 0) }
      return rows == 0 ? 0 : without * 100 / rows
    }
  }
}

/// On its way to another machine.
extension CarryWatch {
  /// The mask, and per user its hash, whether it has an account, and by source its rows and those
  /// without.
  package var sent: JSONValue {
    let users = users.sorted { $0.key < $1.key }.map { code, user in
      JSONValue.list(
        ([Int(bitPattern: UInt(code)), user.isPlaced ? 1 : 0] + user.rows + user.without)
          .map { .integer($0) })
    }
    return .list([.integer(Int(mask))] + users)
  }

  package init?(sent: JSONValue, sources: Int) {
    self.init(sources: sources)
    guard let parts = sent.elements, let mask = parts.first?.integer,
      mask == 0 || mask == Int(Self.sample)
    else { return nil }
    self.mask = UInt64(mask)
    for part in parts.dropFirst() {
      let numbers = part.elements?.compactMap(\.integer) ?? []
      guard numbers.count == 2 + 2 * sources, numbers[2...].allSatisfy({ $0 >= 0 && $0 < 1 << 48 })
      else { return nil }
      users[UInt64(UInt(bitPattern: numbers[0]))] = User(
        isPlaced: numbers[1] == 1, rows: Array(numbers[2..<2 + sources]),
        without: Array(numbers[(2 + sources)...]))
    }
  }
}
