import EventLog
import Values

/// The events of a log as a guessed source reads them: names, users, and a zone's days and hours.
struct EventCensus: Sendable {
  struct Name: Sendable {
    var name: [UInt8]
    var rows = 0
    var users: Set<UInt32> = []
    /// By the clocks of the zone, as microseconds since 1970.
    var earliest = Int64.max
    var latest = Int64.min
  }

  private(set) var names: [Name] = []
  private var codes: [[UInt8]: Int] = [:]
  /// Rows of names past the bound.
  private(set) var otherRows = 0
  private var users: [[UInt8]: UInt32] = [:]
  /// Users, or users of names, were more than are kept.
  private(set) var hasMoreUsers = false
  private var pairs = 0
  private(set) var days = DayCounts()
  /// Rows by hour of the day.
  private(set) var hours = [Int](repeating: 0, count: 24)
  /// Instants.
  private(set) var earliest = Int64.max
  private(set) var latest = Int64.min
  private(set) var rows = 0
  private(set) var frequent = FrequentValues()
  private(set) var frequentAccounts = FrequentValues()

  private static let namesMax = 10_000
  private static let usersMax = 200_000
  private static let pairsMax = 4_000_000
  private static let valueBytesMax = 1_000

  /// Whose days and hours they are.
  let zone: ZoneRules

  init(zone: ZoneRules) { self.zone = zone }

  var userCount: Int { users.count }

  mutating func add(_ batch: EventBatch) {
    for row in 0..<batch.count {
      let instant = batch.times[row]
      let time = zone.local(instant)
      rows += 1
      earliest = min(earliest, instant)
      latest = max(latest, instant)
      days.count(time)
      let hour = time / 3_600_000_000 % 24
      hours[Int(hour < 0 ? hour + 24 : hour)] += 1
      let user = row < batch.users.count ? bytes(batch.users[row], of: batch) : []
      if row < batch.accounts.count {
        let account = bytes(batch.accounts[row], of: batch)
        if !account.isEmpty { frequentAccounts.add(account) }
      }
      if !user.isEmpty { frequent.add(user) }
      let code = user.isEmpty ? nil : code(of: user)
      add(bytes(batch.names[row], of: batch), code, rows: 1, time...time)
    }
  }

  private func bytes(_ slice: ByteSlice, of batch: EventBatch) -> [UInt8] {
    Array(batch.bytes[slice.range].prefix(Self.valueBytesMax))
  }

  private mutating func code(of user: [UInt8]) -> UInt32? {
    if let code = users[user] { return code }
    guard users.count < Self.usersMax else {
      hasMoreUsers = true
      return nil
    }
    let code = UInt32(users.count)
    users[user] = code
    return code
  }

  private mutating func add(
    _ name: [UInt8], _ user: UInt32?, rows: Int, _ times: ClosedRange<Int64>
  ) {
    let code: Int
    if let known = codes[name] {
      code = known
    } else if names.count < Self.namesMax {
      code = names.count
      codes[name] = code
      names.append(Name(name: name))
    } else {
      otherRows += rows
      return
    }
    names[code].rows += rows
    names[code].earliest = min(names[code].earliest, times.lowerBound)
    names[code].latest = max(names[code].latest, times.upperBound)
    guard let user else { return }
    if pairs < Self.pairsMax {
      if names[code].users.insert(user).inserted { pairs += 1 }
    } else if !names[code].users.contains(user) {
      hasMoreUsers = true
    }
  }

  mutating func add(_ other: EventCensus) {
    rows += other.rows
    earliest = min(earliest, other.earliest)
    latest = max(latest, other.latest)
    otherRows += other.otherRows
    hasMoreUsers = hasMoreUsers || other.hasMoreUsers
    days.add(other.days)
    for hour in hours.indices { hours[hour] += other.hours[hour] }
    frequent.add(other.frequent)
    frequentAccounts.add(other.frequentAccounts)
    let ids = other.users.sorted { $0.value < $1.value }.map(\.key)
    let codes = ids.map { code(of: $0) }
    for name in other.names {
      add(name.name, nil, rows: name.rows, name.earliest...name.latest)
      for user in name.users {
        if let code = codes[Int(user)] {
          add(name.name, code, rows: 0, name.earliest...name.latest)
        }
      }
    }
  }
}

extension ZoneRules {
  /// What clocks show at an instant, as if it were UTC; both in microseconds since 1970.
  func local(_ instant: Int64) -> Int64 {
    let second = instant / 1_000_000 - (instant % 1_000_000 < 0 ? 1 : 0)
    return instant &+ Int64(offset(at: second)) * 1_000_000
  }
}
