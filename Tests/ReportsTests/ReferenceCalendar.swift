import EventLog
import Foundation
import Spec

@testable import Reports
@testable import Values

/// Intervals as Foundation sees them, numbered in an obvious way: what references count with.
struct ReferenceCalendar {
  let zone: FoundationZone
  let weekStartsOnSunday: Bool
  /// Months from January to the first one of a year.
  let monthShift: Int
  /// Day number of a day that begins a stretch of several days.
  let origin: Int
  static let utc: Calendar = {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(identifier: "UTC")!
    return calendar
  }()

  init(_ world: World) {
    zone = World.zone(world.zone)
    weekStartsOnSunday = world.weekStartsOnSunday
    monthShift = world.yearStart - 1
    // 1970-01-05, a Monday.
    origin = world.origin.map { Self.dayNumber($0) } ?? 4
  }

  static func dayNumber(_ date: CalendarDate) -> Int {
    let noon = utc.date(
      from: DateComponents(year: date.year, month: date.month, day: date.day, hour: 12))!
    return Int((noon.timeIntervalSince1970 / 86_400).rounded(.down))
  }

  static func date(_ dayNumber: Int) -> CalendarDate {
    let parts = utc.dateComponents(
      [.year, .month, .day], from: Date(timeIntervalSince1970: Double(dayNumber) * 86_400))
    return CalendarDate(year: parts.year!, month: parts.month!, day: parts.day!)
  }

  /// Hours are those since 1970 in UTC: for zones whose offsets are whole hours.
  func key(_ instant: Int64, _ interval: Interval) -> Int {
    let second = Int64((Double(instant) / 1_000_000).rounded(.down))
    if interval == .hour { return Int((Double(second) / 3600).rounded(.down)) }
    let (year, month, day) = zone.date(second)
    switch interval {
    case .month: return year * 12 + month - 1
    case .quarter: return (year * 12 + month - 1 - monthShift) / 3
    case .year: return (year * 12 + month - 1 - monthShift) / 12
    case .day, .week, .hour, .days, .weeks: break
    }
    let number = Self.dayNumber(CalendarDate(year: year, month: month, day: day))
    if interval == .day { return number }
    if let length = Self.length(interval) {
      // Counted forwards and backwards from the origin, one stretch after the other.
      var key = 0
      while origin + (key + 1) * length <= number { key += 1 }
      while origin + key * length > number { key -= 1 }
      return key
    }
    let weekday = Self.utc.component(
      .weekday, from: Date(timeIntervalSince1970: Double(number) * 86_400))
    let start = number - (weekStartsOnSunday ? weekday - 1 : (weekday + 5) % 7)
    return (start + 700_000) / 7
  }

  private static func length(_ interval: Interval) -> Int? {
    switch interval {
    case .days(let count): count
    case .weeks(let count): 7 * count
    default: nil
    }
  }

  /// Day number of the interval's first date.
  func firstDay(_ key: Int, _ interval: Interval) -> Int {
    switch interval {
    case .hour: preconditionFailure("hours have no date of their own")
    case .day: return key
    case .week: return key * 7 - 700_000 + (weekStartsOnSunday ? 3 : 4)
    case .month:
      return Self.dayNumber(CalendarDate(year: key / 12, month: key % 12 + 1, day: 1))
    case .quarter, .year:
      let month = key * (interval == .year ? 12 : 3) + monthShift
      return Self.dayNumber(CalendarDate(year: month / 12, month: month % 12 + 1, day: 1))
    case .days, .weeks: return origin + key * (Self.length(interval) ?? 0)
    }
  }

  func label(_ key: Int, _ interval: Interval) -> String {
    if interval != .hour {
      let date = Self.date(firstDay(key, interval))
      return String(format: "%04d-%02d-%02d", date.year, date.month, date.day)
    }
    let second = Int64(key) * 3600
    let parts = zone.components(second)
    let plain = String(
      format: "%04d-%02d-%02dT%02d:00:00", parts.year!, parts.month!, parts.day!, parts.hour!)
    if zone.zone.identifier == "UTC" || zone.zone.identifier == "GMT" { return plain }
    let offset = zone.offset(second)
    return plain + String(format: "%@%02d:00", offset < 0 ? "-" : "+", abs(offset) / 3600)
  }
}

/// How a reference looks at a world through a report's options.
struct ReferenceView {
  let world: World
  let calendar: ReferenceCalendar
  let options: ReportOptions
  let fromDay: Int
  let untilDay: Int
  /// By id: observed events in time order.
  let entities: [(id: String, events: [WorldEvent])]

  init(_ world: World, _ options: ReportOptions) {
    self.world = world
    self.options = options
    calendar = ReferenceCalendar(world)
    let from = options.range.from ?? world.range.from
    let until = options.range.until ?? world.range.until
    fromDay = from.map { ReferenceCalendar.dayNumber($0) } ?? .min
    untilDay = until.map { ReferenceCalendar.dayNumber($0) } ?? .max
    entities = world.entities.map { entity in
      let seen = entity.events.filter { $0.time <= world.observedUntil }
      return (entity.id, seen.sorted { ($0.time, $0.name) < ($1.time, $1.name) })
    }
  }

  func isInRange(_ instant: Int64) -> Bool {
    let day = calendar.key(instant, .day)
    return day >= fromDay && day < untilDay
  }

  /// Keys of the rows of a report by interval, given when it first saw an event.
  func rows(_ interval: Interval, firstSeen: Int64?) -> ClosedRange<Int>? {
    guard let firstSeen else { return nil }
    // The first instants of days, by looking for them second by second would be too slow: by hour.
    var first = firstSeen
    if calendar.key(first, .day) < fromDay { first = firstInstant(fromDay) }
    var last = world.observedUntil
    if calendar.key(last, .day) >= untilDay { last = firstInstant(untilDay) - 1 }
    return first > last ? nil : calendar.key(first, interval)...calendar.key(last, interval)
  }

  func firstInstant(_ day: Int) -> Int64 {
    let date = ReferenceCalendar.date(day)
    let parts = DateComponents(year: date.year, month: date.month, day: date.day, hour: 12)
    let noon = calendar.zone.calendar.date(from: parts)!
    return Int64(calendar.zone.calendar.startOfDay(for: noon).timeIntervalSince1970) * 1_000_000
  }

  func state(_ key: Int, _ interval: Interval, inRange: Bool) -> String {
    if calendar.key(world.observedUntil + 1, interval) <= key { return "partial" }
    return inRange && isCut(key, interval) ? "partial" : "complete"
  }

  func isCut(_ key: Int, _ interval: Interval) -> Bool {
    interval != .hour
      && (calendar.firstDay(key, interval) < fromDay
        || calendar.firstDay(key + 1, interval) > untilDay)
  }

  /// The state of a cohort, which is whole once nobody can join it any more.
  func cohortState(_ key: Int, _ interval: Interval) -> String {
    let next = world.observedUntil + 1
    return calendar.key(next, interval) > key || calendar.key(next, .day) >= untilDay
      ? "complete" : "partial"
  }

  func values(_ event: WorldEvent) -> [String] {
    options.breakdown.map { $0 == "country" ? event.country : event.plan }
  }

  /// The value of an entity that stands under one, whose first matching event this is.
  func values(_ id: String, _ first: WorldEvent) -> [String] {
    let on = options.breakdownOn ?? .firstMatch
    return values(id, first, on == .event ? .firstMatch : on, first: first)
  }

  /// The value of an event of a report that counts each by its own, unless the options say otherwise.
  func values(_ id: String, _ event: WorldEvent, first: WorldEvent) -> [String] {
    values(id, event, options.breakdownOn ?? .event, first: first)
  }

  private func values(
    _ id: String, _ event: WorldEvent, _ on: BreakdownOn, first: WorldEvent
  ) -> [String] {
    let all = entities.first { $0.id == id }!.events
    let before = all.prefix(all.firstIndex(of: event)! + 1)
    return options.breakdown.map { property in
      func value(_ event: WorldEvent) -> String {
        property == "country" ? event.country : event.plan
      }
      switch on {
      case .event: return value(event)
      case .latest: return before.map(value).last { !$0.isEmpty } ?? ""
      case .firstTouch: return all.map(value).first { !$0.isEmpty } ?? ""
      case .firstMatch: return value(first)
      }
    }
  }

  /// Values as rows name them, with the tuples that each row stands for.
  func valueGroups<Size: Comparable>(_ tuples: [[String]], size: ([String]) -> Size)
    -> [(values: [String], tuples: Set<[String]>)]
  {
    if options.breakdown.isEmpty { return [([], [[]])] }
    let named = Dictionary(uniqueKeysWithValues: tuples.enumerated().map { ("\($0)", $1) })
    return groups(named.map { (values: $1, id: $0) }) { ids in size(named[ids[0]]!) }
      .map { group in (values: group.values, tuples: Set(group.ids.map { named[$0]! })) }
  }

  /// Groups of entities by breakdown values, as rows name them: `(other)` past the largest.
  func groups<Size: Comparable>(
    _ entities: [(values: [String], id: String)], size: ([String]) -> Size
  )
    -> [(values: [String], ids: [String])]
  {
    if options.breakdown.isEmpty { return [([], entities.map(\.id))] }
    func precedes(_ left: [String], _ right: [String]) -> Bool {
      Array(left.map { Array($0.utf8) + [0] }.joined()).lexicographicallyPrecedes(
        Array(right.map { Array($0.utf8) + [0] }.joined()))
    }
    // What the logs call `(other)` is written so that it is not taken for what `top` sums up.
    var groups = Dictionary(grouping: entities, by: \.values).map {
      (values: $0.key.map { $0 == "(other)" ? "\\(other)" : $0 }, ids: $0.value.map(\.id))
    }
    groups.sort { left, right in
      let (a, b) = (size(left.ids), size(right.ids))
      return a != b ? a > b : precedes(left.values, right.values)
    }
    if let top = options.top, top < groups.count {
      let rest = groups[top...].flatMap(\.ids)
      groups.removeSubrange(top...)
      groups.append((options.breakdown.map { _ in "(other)" }, rest))
    }
    return groups.sorted { precedes($0.values, $1.values) }
  }
}

func ratio(_ numerator: Int, _ denominator: Int) -> String {
  denominator == 0 ? "" : "\(Double(numerator) / Double(denominator))"
}

extension ReferenceView {
  /// From the first event of anyone to the interval in which observation or the range ends.
  func rowsFromTheBeginning(_ interval: Interval) -> (first: Int, last: Int) {
    let first = entities.flatMap { $0.events.map(\.time) }.min() ?? world.observedUntil
    var last = world.observedUntil
    if calendar.key(last, .day) >= untilDay { last = firstInstant(untilDay) - 1 }
    let key = calendar.key(last, interval)
    return (min(calendar.key(first, interval), key), key)
  }
}
