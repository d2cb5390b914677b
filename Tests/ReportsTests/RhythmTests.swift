import EventLog
import Foundation
import Spec
import TestSupport
import Testing

@testable import Reports
@testable import Values

struct RhythmTests {
  static func definition(_ working: RhythmDefinition.Working = .init()) -> RhythmDefinition {
    RhythmDefinition(options: ReportOptions(name: "report"), working: working)
  }

  static func events(_ times: [String]) -> [WorldEvent] {
    times.map { WorldEvent(time: CalendarTests.instant($0), name: "open") }
  }

  @Test func countsByLocalHour() throws {
    var world = World(zone: "Asia/Kolkata")
    // Half past five ahead of UTC. 2026-01-05 is a Monday.
    world.entities = [
      (
        "ann",
        Self.events([
          // Monday 09:00 and 09:59, Monday of the week after 09:30, Sunday 23:59.
          "2026-01-05T03:30:00Z", "2026-01-05T04:29:59Z", "2026-01-12T04:00:00Z",
          "2026-01-11T18:29:00Z",
        ])
      ),
      // Monday 08:59, Monday 00:00.
      ("bob", Self.events(["2026-01-05T03:29:59Z", "2026-01-04T18:30:00Z"])),
    ]
    world.observedUntil = CalendarTests.instant("2026-01-19T00:00:00Z")
    let tables = try world.tables(Self.definition())
    let rows = tables["report"] ?? []
    #expect(rows.count == 168)
    #expect(rows.map { $0[0] } == (0..<168).map { "\($0 / 24 + 1)" })
    #expect(rows.map { $0[1] } == (0..<168).map { "\($0 % 24)" })
    #expect(
      lines(rows.filter { $0[2] != "0" }) == [
        "1 0 1 1 \(1.0 / 6)", "1 8 1 1 \(1.0 / 6)", "1 9 3 1 0.5", "7 23 1 1 \(1.0 / 6)",
      ])
    #expect(rows.filter { $0[2] == "0" }.allSatisfy { $0[3] == "0" && $0[4] == "0.0" })
    // Nine hours on five days of 168 hours.
    #expect(lines(tables["report.summary"]) == ["6 3 0.5 \(45.0 / 168) 2 1"])

    let nights = RhythmDefinition.Working(days: [.mon, .sun], from: 23, until: 24)
    let night = try world.tables(Self.definition(nights))["report.summary"]
    #expect(lines(night) == ["6 1 \(1.0 / 6) \(2.0 / 168) 2 1"])
  }

  /// In Berlin 02:30 came twice on the last Sunday of October 2026, and not at all in March.
  @Test func clockChanges() throws {
    var world = World(zone: "Europe/Berlin")
    world.entities = [
      (
        "ann",
        Self.events([
          "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-03-29T00:59:59Z",
          "2026-03-29T01:00:00Z",
        ])
      )
    ]
    let rows = try world.tables(Self.definition())["report"] ?? []
    #expect(
      lines(rows.filter { $0[2] != "0" }) == ["7 1 1 1 0.25", "7 2 2 1 0.5", "7 3 1 1 0.25"])
  }

  @Test func noEventsNoRows() throws {
    var world = World()
    world.observedUntil = .min
    #expect(try world.tables(Self.definition()) == ["report": [], "report.summary": []])
    // Neither when all events are out of range.
    world.entities = [("ann", Self.events(["2026-01-05T03:30:00Z"]))]
    world.range.from = CalendarDate(year: 2026, month: 1, day: 6)
    world.observedUntil = CalendarTests.instant("2026-01-19T00:00:00Z")
    #expect(try world.tables(Self.definition()) == ["report": [], "report.summary": []])
  }

  @Test func agreesWithReference() throws {
    for seed in 0..<UInt64(Thorough.cases(300)) {
      var generator = WorldGenerator(seed: seed)
      let world = generator.world(generator.pick(Interval.tested))
      let from = generator.number(0...23)
      let days = RhythmDefinition.Weekday.allCases.filter { _ in generator.chance(60) }
      let definition = RhythmDefinition(
        options: generator.options(world), event: generator.matcher(),
        working: .init(
          days: days.isEmpty ? [.sat] : days, from: from, until: generator.number(from + 1...24)))
      let expected = Self.reference(world, definition)
      let partitions = generator.number(1...4)
      let folds = generator.number(1...3)
      let actual = try world.tables(
        definition, partitions: partitions, folds: folds, &generator.random)
      for name in ["report", "report.summary"] {
        #expect(lines(actual[name]) == lines(expected[name]), "seed \(seed)")
        if actual[name] != expected[name] { return }
      }
    }
  }

  /// Filters all events anew for every cell, by the clock that Foundation shows.
  static func reference(_ world: World, _ definition: RhythmDefinition) -> [String: [[String]]] {
    let view = ReferenceView(world, definition.options)
    struct Seen {
      var id: String
      var weekday: Int
      var hour: Int
      var values: [String]
    }
    var seen: [Seen] = []
    for (id, events) in view.entities {
      let matching = events.filter { World.matches(definition.event, $0.name) }
      let counted = matching.filter { view.isInRange($0.time) }
      if counted.isEmpty { continue }
      for event in counted {
        let date = Date(
          timeIntervalSince1970: (Double(event.time) / 1_000_000).rounded(.down))
        let parts = view.calendar.zone.calendar.dateComponents([.weekday, .hour], from: date)
        // Foundation counts from Sunday, which is 1.
        seen.append(
          Seen(
            id: id, weekday: (parts.weekday! + 5) % 7 + 1, hour: parts.hour!,
            values: view.values(id, event, first: matching[0])))
      }
    }
    var tables: [String: [[String]]] = ["report": [], "report.summary": []]
    let days = definition.working.days.map {
      ["mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 7][$0.rawValue]!
    }
    let groups = view.valueGroups(Array(Set(seen.map(\.values)))) { tuple in
      Set(seen.filter { $0.values == tuple }.map(\.id)).count
    }
    for group in groups {
      let here = seen.filter { group.tuples.contains($0.values) }
      if here.isEmpty { continue }
      for weekday in 1...7 {
        for hour in 0...23 {
          let cell = here.filter { $0.weekday == weekday && $0.hour == hour }
          tables["report"]!.append(
            group.values + [
              "\(weekday)", "\(hour)", "\(cell.count)", "\(Set(cell.map(\.id)).count)",
              ratio(cell.count, here.count),
            ])
        }
      }
      let working = here.filter {
        days.contains($0.weekday) && $0.hour >= definition.working.from
          && $0.hour < definition.working.until
      }
      let hours = days.count * (definition.working.until - definition.working.from)
      tables["report.summary"]!.append(
        group.values + [
          "\(here.count)", "\(working.count)", ratio(working.count, here.count), ratio(hours, 168),
          "\(Set(here.map(\.id)).count)", "\(Set(working.map(\.id)).count)",
        ])
    }
    return tables
  }
}
