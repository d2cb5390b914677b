import EventLog
import Values

/// *Judged*: what a run makes of the events of one input, of which all counts add up, whoever judged:
/// a scan which events some report looks at, a fold which of those are duplicates, a store which are
/// there at all.
package struct JudgedRows: Sendable, Equatable {
  /// Events that the run sees.
  package var events = 0
  /// Of a store's those that it does not: later than now, erased or expired.
  var held = 0
  /// Of a store's rows those of nobody whom this spec looks for.
  var nobodys = 0
  /// Of what the run sees, in microseconds since 1970; without any `Int64.max` and `Int64.min`.
  package var earliest = Int64.max
  package var latest = Int64.min
  var days = DayCounts()
  var spread = TimeSpread()
  /// Events with a known and an anonymous id, where nobody keeps the link.
  var withBothIDs = 0
  /// Events that some report looks at, and those that none does.
  var matched = 0
  var unmatched = 0
  /// Of the matched: dropped because their id was already seen for the entity.
  package var duplicates = 0
  /// Of the matched: long before the logs.
  var early = 0
  /// Of the matched: kept for an account, and found none.
  var lost = 0
  /// Events with an account and without a user, where both are counted.
  package var withoutUser = 0
  /// Events without an account, where accounts are counted.
  package var withoutAccount = 0

  /// From the earliest to the latest of what the run sees; nil where nothing of it has a time, though
  /// there be events.
  var times: ClosedRange<Int64>? { earliest <= latest ? earliest...latest : nil }
  /// Events that count in some report.
  package var used: Int { matched - duplicates - early - lost }
  /// Good events that no report looks at.
  package var outside: Int { unmatched + lost }
  /// Events that this run leaves out.
  package var aside: Int { held + early }

  /// Every event that was taken is used, outside, a duplicate, aside or nobody's.
  func accounts(for taken: Int) -> Bool {
    taken == used + outside + duplicates + aside + nobodys && used >= 0 && duplicates >= 0
  }
}

extension JudgedRows {
  /// What is counted, for all that does the same with each.
  private static let counts: [RareFields<JudgedRows>.Count] = [
    ("events", \.events), ("held", \.held), ("nobodys", \.nobodys),
    ("with_both_ids", \.withBothIDs), ("matched", \.matched), ("unmatched", \.unmatched),
    ("duplicates", \.duplicates), ("early", \.early), ("lost", \.lost),
    ("without_user", \.withoutUser), ("without_account", \.withoutAccount),
  ]

  mutating func add(_ other: JudgedRows) {
    for (_, path) in Self.counts { self[keyPath: path] += other[keyPath: path] }
    earliest = min(earliest, other.earliest)
    latest = max(latest, other.latest)
    days.add(other.days)
    spread.add(other.spread)
  }

  /// One JSON form, without what says nothing.
  var json: JSONValue {
    var members = RareFields(counts: Self.counts).members(of: self)
    if let times {
      members.append(
        ("range", .list([.integer(Int(times.lowerBound)), .integer(Int(times.upperBound))])))
    }
    if !days.counts.isEmpty {
      members.append(("first_day", .integer(days.base)))
      members.append(("days", .list(days.counts.map { .integer($0) })))
    }
    if spread != TimeSpread() { members.append(("spread", spread.json)) }
    return .object(members)
  }

  init?(_ json: JSONValue) {
    self.init()
    guard RareFields(counts: Self.counts).read(json, into: &self) else { return nil }
    if let range = json["range"] {
      guard let ends = range.elements?.compactMap(\.integer), ends.count == 2, ends[0] <= ends[1]
      else { return nil }
      (earliest, latest) = (Int64(ends[0]), Int64(ends[1]))
    }
    if let list = json["days"] {
      guard let base = json["first_day"]?.integer, let counts = list.elements,
        let days = DayCounts(base: base, counts: counts.map { $0.integer ?? -1 })
      else { return nil }
      self.days = days
    }
    if let json = json["spread"] {
      guard let spread = TimeSpread(json) else { return nil }
      self.spread = spread
    }
  }
}

extension TimeSpread {
  /// By stretch: its number, events, those that are used, the earliest.
  fileprivate var json: JSONValue {
    .list(
      stretches.sorted { $0.key < $1.key }.map { number, stretch in
        .list(
          [Int(number), stretch.events, stretch.used, Int(stretch.earliest)].map { .integer($0) })
      })
  }

  fileprivate init?(_ json: JSONValue) {
    self.init()
    for stretch in json.elements ?? [] {
      let numbers = stretch.elements?.compactMap(\.integer) ?? []
      guard numbers.count == 4, RareFields<Self>.isCount(numbers[1]),
        RareFields<Self>.isCount(numbers[2])
      else { return nil }
      add(
        Stretch(events: numbers[1], used: numbers[2], earliest: Int64(numbers[3])),
        number: Int64(numbers[0]))
    }
  }
}
