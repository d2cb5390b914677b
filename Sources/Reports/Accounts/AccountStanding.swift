import EventLog
import Values

/// Where one account stands at the report's end: a row of the table.
struct AccountStanding: Sendable {
  /// The account's id.
  var id: [UInt8]
  var group: Int
  // In range.
  var users = 0
  var events = 0
  var daysActive = 0
  var revenue = DecimalSum.zero
  /// In the last 28 local days, the last one included.
  var recentUsers = 0
  var isRecent = false
  // In all logs up to the end. Microseconds since 1970.
  var firstSeen: Int64?
  var lastSeen: Int64?
  var activatedAt: Int64?
  /// Of its contracts, where they are asked for: the level, and the first instant without the first
  /// of them that is known to end.
  var level = DecimalSum.zero
  var contractEnd: Int64?
  /// By property of `show`: the latest value, empty for none.
  var shown: [[UInt8]] = []
  /// Those who were active, where they are asked for.
  var people: [AccountPerson] = []
  /// Numbers of the required roles that have not shown up, ascending.
  var missing: [Int] = []

  /// What holds of every account, whatever its events.
  var holds: Bool {
    guard let firstSeen, let lastSeen else {
      return events == 0 && recentUsers == 0 && activatedAt == nil && !isRecent
    }
    let activated = activatedAt ?? firstSeen
    return users <= events && daysActive <= events && (events == 0) == (daysActive == 0)
      && firstSeen <= activated && activated <= lastSeen
  }

  /// `recentStart`: first instant of the 28 days.
  func status(recentStart: Int64) -> AccountStatus {
    if !isRecent { return .dormant }
    if activatedAt != nil { return .activated }
    return firstSeen.map { $0 >= recentStart } ?? false ? .new : .active
  }
}

/// A person in one account.
struct AccountPerson: Sendable {
  /// The person's id as people know it.
  var user: [UInt8]
  /// The latest; empty for none.
  var role: [UInt8] = []
  var firstSeen: Int64
  var lastSeen: Int64
  /// In range.
  var events = 0

  static func precedes(_ left: AccountPerson, _ right: AccountPerson) -> Bool {
    left.user.lexicographicallyPrecedes(right.user)
  }

  func encode(to writer: inout StateWriter) {
    writer.append(text: user)
    writer.append(text: role)
    writer.append(signed: firstSeen)
    writer.append(signed: lastSeen)
    events.encode(to: &writer)
  }

  init(user: [UInt8], at time: Int64) {
    self.user = user
    firstSeen = time
    lastSeen = time
  }

  init(from reader: inout StateReader) {
    user = reader.text()
    role = reader.text()
    firstSeen = FirstInstant(from: &reader).value
    lastSeen = FirstInstant(from: &reader).value
    if firstSeen == .max || lastSeen == .max { reader.note("a person was never seen") }
    events = Int(from: &reader)
  }
}

/// The `status` column: the first of these that holds.
enum AccountStatus: String, Sendable {
  /// Nobody did anything in the last 28 days.
  case dormant
  /// Has met the activation.
  case activated
  /// Not activated, and first seen in the last 28 days.
  case new
  /// Not activated, and known for longer.
  case active
}
