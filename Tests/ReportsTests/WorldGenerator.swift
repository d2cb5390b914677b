import EventLog
import Spec
import TestSupport
import Timelines

@testable import Reports
@testable import Values

extension Interval {
  /// Every named one, and stretches of days and of weeks.
  static let tested = allCases + [.days(10), .weeks(2)]
}

/// Seeded worlds and report options: small, so that every rule is met at its edge.
struct WorldGenerator: SeededGenerator {
  var random: SplitMix64
  static let day = Microseconds.day

  init(seed: UInt64) { random = SplitMix64(state: seed) }

  /// Zone and a time at which something happens to its clocks.
  mutating func world(_ interval: Interval) -> World {
    let places: [(String, String)] = [
      ("UTC", "2026-02-25T00:00:00Z"), ("Europe/Berlin", "2026-10-25T01:00:00Z"),
      ("America/New_York", "2026-03-08T07:00:00Z"), ("America/Sao_Paulo", "2018-11-04T03:00:00Z"),
      ("Pacific/Apia", "2011-12-30T10:00:00Z"), ("Asia/Kolkata", "2024-02-28T18:30:00Z"),
      ("Australia/Lord_Howe", "2026-04-04T15:00:00Z"), ("America/St_Johns", "2006-10-29T02:31:00Z"),
    ]
    let place = pick(interval == .hour ? Array(places.prefix(4)) : places)
    let center = CalendarTests.instant(place.1)
    let spread: Int64 =
      switch interval {
      case .hour: Self.day / 2
      case .day: 12 * Self.day
      case .week: 60 * Self.day
      case .month: 250 * Self.day
      case .quarter: 500 * Self.day
      case .year: 1200 * Self.day
      case .days(let count): 12 * Int64(count) * Self.day
      case .weeks(let count): 60 * Int64(count) * Self.day
      }
    var world = World(zone: place.0, weekStartsOnSunday: chance(40))
    if chance(30) { world.yearStart = number(1...12) }
    if chance(30) {
      world.origin = CalendarDate(
        daysSince1970: Int(center / Self.day) + number(-400...400))
    }
    let calendar = world.calendar
    let times = (0..<number(1...25)).map { _ -> Int64 in
      let time = center + Int64.random(in: -spread...spread, using: &random)
      if !chance(25) { return time }
      // The first or the last instant of its interval.
      return calendar.start(of: calendar.index(of: time, in: interval), in: interval)
        - (chance(50) ? 1 : 0)
    }
    world.entities = (0..<number(1...7)).map { entity in
      let events = (0..<number(1...12)).map { _ in
        WorldEvent(
          time: pick(times), name: pick(World.names), country: pick(["", "A", "B", "(other)"]),
          plan: pick(["", "x", "y"]),
          amount: pick([
            .absent, .zero, ExactDecimal(significand: 1, scale: 1),
            ExactDecimal(significand: -25, scale: 2), ExactDecimal(significand: 199, scale: 2),
          ]))
      }
      return ("user\(entity)", Self.distinct(events))
    }
    let last = world.entities.flatMap { $0.events.map(\.time) }.max()!
    world.observedUntil = chance(60) ? last : pick(times)
    if chance(20) {
      world.observedUntil =
        calendar.start(of: calendar.index(of: last, in: interval) + 1, in: interval) - 1
    }
    if chance(40) { world.range = range(pick(times), pick(times), calendar) }
    if chance(60) { world.observedFrom = world.entities.flatMap { $0.events.map(\.time) }.min()! }
    return world
  }

  /// Events with equal time and name differ in nothing else: their order is not what is tested here.
  private static func distinct(_ events: [WorldEvent]) -> [WorldEvent] {
    var kept: [WorldEvent] = []
    for event in events
    where !kept.contains(where: { $0.time == event.time && $0.name == event.name }) {
      kept.append(event)
    }
    return kept
  }

  mutating func range(_ left: Int64, _ right: Int64, _ calendar: ReportCalendar) -> DateRange {
    // Not a date that the zone skipped: where a range begins then is a matter of taste.
    func date(_ instant: Int64) -> CalendarDate {
      CalendarDate(daysSince1970: calendar.index(of: instant, in: .day))
    }
    var range = DateRange()
    if chance(60) { range.from = date(min(left, right)) }
    if chance(60) { range.until = date(max(left, right) + (chance(50) ? Self.day : 0)) }
    let skipped = CalendarDate(year: 2011, month: 12, day: 30)
    if range.from == skipped { range.from = nil }
    if range.until == skipped { range.until = nil }
    return range
  }

  mutating func options(_ world: World) -> ReportOptions {
    var options = ReportOptions(name: "report")
    options.breakdown = pick([[], [], ["country"], ["plan", "country"]])
    if !options.breakdown.isEmpty && chance(40) { options.top = number(1...3) }
    if !options.breakdown.isEmpty { options.breakdownOn = pick([nil, nil] + BreakdownOn.allCases) }
    let times = world.entities.flatMap { $0.events.map(\.time) }
    if chance(20) { options.range = range(pick(times), pick(times), world.calendar) }
    return options
  }

  mutating func matcher() -> EventMatcher {
    pick([.any, .any, .named(["pay"]), .named(["sign_up"]), .named(["open", "pay"])])
  }
}
