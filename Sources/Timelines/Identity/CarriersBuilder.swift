package import System

/// Joins what all workers saw of persons with accounts.
struct CarriersBuilder {
  /// A person, as far as pairs alone tell.
  private struct Person {
    /// Of `accounts`; nil where only times can tell.
    var account: UInt32?
    var first: Int64
    /// There are several accounts, or one at times that are another's as well.
    var needsTimes: Bool
  }

  /// A row with an account.
  private struct Sight {
    var person: UInt32
    var time: Int64
    var account: UInt32
  }

  private let users: Persons?
  private let hash = ByteHash.seeded()
  private var keys = ByteInterner()
  private var persons: [Person] = []
  /// As rows carry them.
  private var accounts = ByteInterner()
  /// By log and pair: its account, and its person where that is one at all times.
  private var pairs: [[(account: UInt32, person: UInt32?)]] = []

  /// Bytes of sights that are sorted at a time.
  private let sightBytesMax: Int

  init(users: Persons?, memoryBytes: Int) {
    self.users = users
    sightBytesMax = max(1 << 20, memoryBytes / 8)
  }

  mutating func add(_ log: CarryLog) {
    let table = log.pairs.strings
    var found: [(account: UInt32, person: UInt32?)] = []
    found.reserveCapacity(table.count)
    for code in 0..<table.count {
      let pair = table[code]
      let end = pair.firstIndex(of: EntityKey.anonymousEnd) ?? pair.endIndex
      let (name, user) = (pair[..<end], pair[min(end + 1, pair.endIndex)...])
      let account = accounts.intern(name.span, hash: hash(name.span))
      let device = user.prefix(Carriers.deviceCount(user.span))
      let owner = users?.owner(of: user.span) ?? .itself
      switch owner {
      case .itself: found.append((account, note(user, account, log.first[code])))
      case .first, .carried: found.append((account, note(device, account, log.first[code])))
      case .person(let person):
        found.append((account, note(users?.name(person) ?? user, account, log.first[code])))
      case .timed:
        for person in users?.all(owner) ?? [] { ask(users?.name(person) ?? user) }
        ask(device)
        found.append((account, nil))
      }
    }
    pairs.append(found)
  }

  private mutating func note(
    _ key: ArraySlice<UInt8>, _ account: UInt32, _ time: Int64
  ) -> UInt32 {
    let code = keys.intern(key.span, hash: hash(key.span))
    guard Int(code) < persons.count else {
      persons.append(Person(account: account, first: time, needsTimes: false))
      return code
    }
    persons[Int(code)].first = min(persons[Int(code)].first, time)
    if persons[Int(code)].account != account { persons[Int(code)].needsTimes = true }
    return code
  }

  /// Whether it has accounts at all, times will tell.
  private mutating func ask(_ key: ArraySlice<UInt8>) {
    let code = keys.intern(key.span, hash: hash(key.span))
    if Int(code) == persons.count {
      persons.append(Person(account: nil, first: .max, needsTimes: true))
    }
    persons[Int(code)].needsTimes = true
  }

  /// - Parameter joined: accounts that are one; their numbers come first.
  func carriers(_ logs: [CarryLog], joined: Persons) throws(ScratchError) -> Carriers {
    let names = accounts.strings
    var final: [UInt32] = []
    for code in 0..<names.count {
      if case .person(let account) = joined.owner(of: names[code].span) {
        final.append(account)
      } else {
        final.append(UInt32(joined.names.count + code))
      }
    }
    var places = [Range<Int>](repeating: 0..<0, count: persons.count)
    var stretches: [Carriers.Stretch] = []
    for (code, person) in persons.enumerated() where !person.needsTimes {
      guard let account = person.account else { continue }
      places[code] = stretches.count..<stretches.count + 1
      stretches.append(.init(from: person.first, account: final[Int(account)]))
    }
    var count = 0
    if persons.contains(where: \.needsTimes) {
      try forEachSight(logs) { _ in count += 1 }
    }
    // Some persons at a time, so that memory stays within bounds whatever they did.
    let passes = (count * MemoryLayout<Sight>.stride + sightBytesMax - 1) / sightBytesMax
    for pass in 0..<passes {
      var sights: [Sight] = []
      try forEachSight(logs) { sight in
        if Int(sight.person) % passes == pass { sights.append(sight) }
      }
      sights.sort { Self.precedes($0, $1, names) }
      Self.decide(sights, final, &places, &stretches)
    }
    return Carriers(
      users: users, persons: keys, hash: hash, places: places, stretches: stretches,
      accounts: names)
  }

  /// Sorted by persons, times and accounts: of one instant the last holds.
  private static func decide(
    _ sights: [Sight], _ final: [UInt32], _ places: inout [Range<Int>],
    _ stretches: inout [Carriers.Stretch]
  ) {
    var at = 0
    while at < sights.count {
      let person = sights[at].person
      let start = stretches.count
      while at < sights.count, sights[at].person == person {
        let time = sights[at].time
        while at + 1 < sights.count, sights[at + 1].person == person, sights[at + 1].time == time {
          at += 1
        }
        let account = final[Int(sights[at].account)]
        if stretches.count == start || stretches[stretches.count - 1].account != account {
          stretches.append(.init(from: time, account: account))
        }
        at += 1
      }
      places[Int(person)] = start..<stretches.count
    }
  }

  private static func precedes(_ a: Sight, _ b: Sight, _ names: ByteTable) -> Bool {
    if a.person != b.person { return a.person < b.person }
    if a.time != b.time { return a.time < b.time }
    if a.account == b.account { return false }
    return names[Int(a.account)].lexicographicallyPrecedes(names[Int(b.account)])
  }

  /// Gives `body` every row with an account of a person who needs times.
  private func forEachSight(
    _ logs: [CarryLog], _ body: (Sight) -> Void
  ) throws(ScratchError) {
    for (number, log) in logs.enumerated() {
      let pairs = pairs[number]
      // Of users who are several persons' over time: their keys.
      var timed: [UInt32: (owner: Persons.Owner, device: ArraySlice<UInt8>)] = [:]
      let table = log.pairs.strings
      for code in pairs.indices where pairs[code].person == nil {
        let user = table[code].drop { $0 != EntityKey.anonymousEnd }.dropFirst()
        timed[UInt32(code)] = (
          users?.owner(of: user.span) ?? .itself,
          user.prefix(Carriers.deviceCount(user.span))
        )
      }
      try log.times.readAll { code, time in
        let pair = pairs[Int(code)]
        if let person = pair.person {
          guard persons[Int(person)].needsTimes else { return }
          body(Sight(person: person, time: time, account: pair.account))
        } else if let entry = timed[code], let users {
          let key = users.person(entry.owner, at: time).map { users.name($0) } ?? entry.device
          guard let person = keys.find(key.span, hash: hash(key.span)) else { return }
          body(Sight(person: person, time: time, account: pair.account))
        }
      }
    }
  }
}

extension Persons {
  /// Decides, for accounts, whose the rows without one are.
  ///
  /// - Parameters:
  ///   - logs: of all workers.
  ///   - users: who the users are; nil where ids mean themselves.
  ///   - memoryBytes: that may be taken for a while.
  package mutating func carry(
    _ logs: consuming [CarryLog], users: Persons?, memoryBytes: Int = .max
  ) throws(ScratchError) {
    let logs = consume logs
    var builder = CarriersBuilder(users: users, memoryBytes: memoryBytes)
    for log in logs { builder.add(log) }
    let carriers = try builder.carriers(logs, joined: self)
    for log in logs { log.release() }
    logs.first?.budget.add(carriers.footprint)
    self.carriers = carriers
  }
}
