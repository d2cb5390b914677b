import EventLog
import Spec
import Values

extension Inspection.Group {
  /// Whether its rows have accounts alone, as a table of customers has them.
  package var isOfAccounts: Bool {
    let source = guess.source
    return source.user.isEmpty && source.anonymous.isEmpty && !source.account.isEmpty
  }

  /// Which ids count as users: those that some row has, and which of the source none has.
  package var countedBy: String {
    let seen = Set(fields.filter { $0.rows > 0 }.map(\.path))
    let users = guess.source.user.map(\.description)
    let ids = users + guess.source.anonymous.map(\.description)
    let found = ids.filter(seen.contains)
    let isNobody = !found.isEmpty && !users.isEmpty && !users.contains(where: seen.contains)
    return (found.isEmpty ? ids : found).joined(separator: ", else ")
      + (isNobody ? "; no row has \(users.joined(separator: " or "))" : "")
  }
}

extension Inspection.Events {
  private static let gapsMax = 10

  init(_ census: EventCensus) {
    rows = census.rows
    users = census.userCount
    hasMoreUsers = census.hasMoreUsers
    otherRows = census.otherRows
    names = census.names.map { name in
      Name(
        name: name.name, rows: name.rows, users: name.users.count,
        firstDay: Self.day(Self.days(name.earliest)), lastDay: Self.day(Self.days(name.latest)))
    }.sorted {
      $0.rows == $1.rows ? $0.name.lexicographicallyPrecedes($1.name) : $0.rows > $1.rows
    }
    guard census.rows > 0 else { return }
    first = Self.instant(census.earliest, census.zone)
    last = Self.instant(census.latest, census.zone)
    gaps = Self.gaps(census.days)
    quietHour = Self.quietHour(census.hours)
  }

  private static func days(_ instant: Int64) -> Int {
    Int((instant - (instant % 86_400_000_000 + 86_400_000_000) % 86_400_000_000) / 86_400_000_000)
  }

  /// The longest ones, in order.
  private static func gaps(_ days: DayCounts) -> [(first: String, last: String)] {
    var gaps: [Range<Int>] = []
    var start: Int?
    for (place, count) in days.counts.enumerated() {
      if count == 0 {
        start = start ?? place
      } else if let from = start {
        gaps.append(from..<place)
        start = nil
      }
    }
    let longest = gaps.sorted { $0.count > $1.count }.prefix(gapsMax)
    return longest.sorted { $0.lowerBound < $1.lowerBound }.map {
      (day(days.base + $0.lowerBound), day(days.base + $0.upperBound - 1))
    }
  }

  /// Where five hours in a row have less than a tenth of the events: nights, wherever they are.
  private static func quietHour(_ hours: [Int]) -> Int? {
    let total = hours.reduce(0, +)
    guard total >= 200 else { return nil }
    let sums = hours.indices.map { start in (0..<5).reduce(0) { $0 + hours[(start + $1) % 24] } }
    guard let least = sums.min(), least * 10 < total else { return nil }
    return sums.firstIndex(of: least)
  }

  /// `2025-03-01` of days since 1970.
  static func day(_ day: Int) -> String {
    guard (-719_162..<2_932_897).contains(day) else { return "?" }
    let year = CivilDate.year(ofDay: day)
    var month = 12
    while month > 1, CivilDate.days(year: year, month: month, day: 1) > day { month -= 1 }
    let date = day - CivilDate.days(year: year, month: month, day: 1) + 1
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let digits = String(year)
    return String(repeating: "0", count: 4 - digits.count) + digits + "-" + two(month) + "-"
      + two(date)
  }

  /// `2025-03-01T08:00:00Z`, or `2025-03-01T16:00:00+08:00`, of microseconds since 1970.
  static func instant(_ instant: Int64, _ zone: ZoneRules) -> String {
    let local = zone.local(instant)
    let day = days(local)
    let second = Int((local - Int64(day) * 86_400_000_000) / 1_000_000)
    func clock(_ parts: [Int]) -> String {
      parts.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }
    let east = Int((local - instant) / 60_000_000)
    let offset =
      zone == .utc
      ? "Z" : (east < 0 ? "-" : "+") + clock([abs(east) / 60, abs(east) % 60])
    return Self.day(day) + "T" + clock([second / 3600, second / 60 % 60, second % 60]) + offset
  }
}
