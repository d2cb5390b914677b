import EventLog
import Spec
import TestSupport
import Testing

@testable import Reports
@testable import Values

struct ActivityTests {
  static func options(_ name: String = "report") -> ReportOptions { ReportOptions(name: name) }

  static func event(_ time: String, _ name: String = "open", country: String = "") -> WorldEvent {
    WorldEvent(time: CalendarTests.instant(time), name: name, country: country)
  }

  @Test func countsEventsEntitiesAndNewcomers() throws {
    var world = World()
    world.entities = [
      (
        "ann",
        [
          Self.event("2026-01-01T10:00:00Z"), Self.event("2026-01-01T11:00:00Z"),
          Self.event("2026-01-03T09:00:00Z"),
        ]
      ),
      ("bob", [Self.event("2026-01-03T09:00:00Z")]),
    ]
    world.observedUntil = CalendarTests.instant("2026-01-04T00:00:00Z") - 1
    let tables = try world.tables(ActivityDefinition(options: Self.options()))
    #expect(
      lines(tables["report"]) == [
        "2026-01-01 2 1 1 2.0 1 1 1.0 complete",
        "2026-01-02 0 0 0 - 1 1 0.0 complete",
        "2026-01-03 2 2 1 1.0 2 2 1.0 complete",
      ])
    // One microsecond less, and the last day is not over.
    world.observedUntil -= 1
    let partial = try world.tables(ActivityDefinition(options: Self.options()))
    #expect(lines(partial["report"]).last == "2026-01-03 2 2 1 1.0 2 2 1.0 partial")
  }

  @Test func trailingWindowsEndWithTheDay() throws {
    var world = World()
    world.entities = [("ann", [Self.event("2026-01-01T10:00:00Z")])]
    world.observedUntil = CalendarTests.instant("2026-01-30T00:00:00Z")
    let tables = try world.tables(ActivityDefinition(options: Self.options()))
    let rows = tables["report"] ?? []
    #expect(rows.count == 30)
    #expect(rows.map { $0[5] } == (1...30).map { $0 <= 7 ? "1" : "0" })
    #expect(rows.map { $0[6] } == (1...30).map { $0 <= 28 ? "1" : "0" })
  }

  @Test func noEventsNoRows() throws {
    var world = World()
    world.observedUntil = .min
    #expect(try world.tables(ActivityDefinition(options: Self.options()))["report"] == [])
  }

  @Test func topKeepsTheLargestAndNeverHidesAName() throws {
    var world = World()
    world.entities = [
      ("A", "A"), ("B", "A"), ("C", "(other)"), ("D", "(other)"), ("E", "B"), ("F", ""),
    ]
    .map { ($0.0, [Self.event("2026-01-01T10:00:00Z", country: $0.1)]) }
    world.observedUntil = CalendarTests.instant("2026-01-01T23:00:00Z")
    var options = Self.options()
    options.breakdown = ["country"]
    func counts(_ top: Int?) throws -> [String] {
      options.top = top
      let rows = try world.tables(ActivityDefinition(options: options, interval: .month))["report"]
      return (rows ?? []).map { "\($0[0]):\($0[3])" }
    }
    #expect(try counts(nil) == [":1", "(other):2", "A:2", "B:1"])
    // A tie by size: the smaller bytes stay. The rest must not look like the value of that name.
    #expect(try counts(1) == ["(other 2):4", "(other):2"])
    #expect(try counts(2) == ["(other 2):2", "(other):2", "A:2"])
    #expect(try counts(4) == [":1", "(other):2", "A:2", "B:1"])
    world.entities.removeAll { ["C", "D"].contains($0.id) }
    #expect(try counts(1) == ["(other):2", "A:2"])
  }

  @Test func agreesWithReference() throws {
    var words: Set<String> = []
    for seed in 0..<UInt64(Thorough.cases(900)) {
      var generator = WorldGenerator(seed: seed)
      let interval = generator.pick(Interval.allCases + [.day, .day])
      let world = generator.world(interval)
      let definition = ActivityDefinition(
        options: generator.options(world), event: generator.matcher(), interval: interval)
      let expected = Self.reference(world, definition)
      let partitions = generator.number(1...4)
      let folds = generator.number(1...3)
      let actual = try world.tables(
        definition, partitions: partitions, folds: folds, &generator.random)["report"]
      #expect(lines(actual) == lines(expected), "seed \(seed)")
      if lines(actual) != lines(expected) { return }
      words.formUnion(expected.joined())
    }
    #expect(
      words.isSuperset(of: ["(other)", "(other 2)", "partial", "complete"]),
      "the worlds have met these")
  }

  /// Counts by filtering all events anew for every cell.
  static func reference(_ world: World, _ definition: ActivityDefinition) -> [[String]] {
    let view = ReferenceView(world, definition.options)
    let interval = definition.interval
    let matching = view.entities.map { entity in
      (id: entity.id, events: entity.events.filter { World.matches(definition.event, $0.name) })
    }.filter { !$0.events.isEmpty }
    let days = Dictionary(
      uniqueKeysWithValues: matching.map { entity in
        (entity.id, entity.events.map { view.calendar.key($0.time, .day) })
      })
    let keys = Dictionary(
      uniqueKeysWithValues: matching.map { entity in
        (entity.id, entity.events.map { view.calendar.key($0.time, interval) })
      })
    func inRange(_ id: String, _ event: Int) -> Bool {
      days[id]![event] >= view.fromDay && days[id]![event] < view.untilDay
    }
    let firstSeen = matching.map { $0.events[0].time }.min()
    guard let rows = view.rows(interval, firstSeen: firstSeen) else { return [] }

    func cells(_ ids: [String], _ key: Int) -> [String] {
      var (events, active, new, active7, active28) = (0, 0, 0, 0, 0)
      for id in ids {
        let here = keys[id]!.indices.filter { keys[id]![$0] == key && inRange(id, $0) }
        events += here.count
        active += here.isEmpty ? 0 : 1
        new += here.contains(0) ? 1 : 0
        active7 += days[id]!.contains { $0 > key - 7 && $0 <= key } ? 1 : 0
        active28 += days[id]!.contains { $0 > key - 28 && $0 <= key } ? 1 : 0
      }
      var cells = ["\(events)", "\(active)", "\(new)", ratio(events, active)]
      if interval == .day { cells += ["\(active7)", "\(active28)", ratio(active, active28)] }
      return cells
    }

    func isShown(_ ids: [String]) -> Bool {
      rows.contains { key in cells(ids, key).contains { $0 != "0" && $0 != "" && $0 != "0.0" } }
    }
    let groups = Dictionary(grouping: matching) { view.values($0.events[0]) }
    let members = groups.filter { isShown($0.value.map(\.id)) }.flatMap { group in
      group.value.map { (values: group.key, id: $0.id) }
    }
    let named = view.groups(members) { ids in
      ids.filter { id in days[id]!.indices.contains { inRange(id, $0) } }.count
    }
    return named.flatMap { group in
      rows.map { key in
        group.values + [view.calendar.label(key, interval)] + cells(group.ids, key)
          + [view.state(key, interval, inRange: true)]
      }
    }
  }
}
