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

  /// The logs begin on January 3rd at noon: that day counts as observed from its start, and the first
  /// window of 7 days that lies in them whole ends on the 9th.
  @Test func trailingWindowsAreEmptyUntilWhole() throws {
    var world = World()
    world.entities = [("ann", [Self.event("2026-01-03T12:00:00Z")])]
    world.observedFrom = CalendarTests.instant("2026-01-03T12:00:00Z")
    world.observedUntil = CalendarTests.instant("2026-01-31T12:00:00Z")
    let rows = try world.tables(ActivityDefinition(options: Self.options()))["report"] ?? []
    #expect(rows.map { $0[5] } == (3...31).map { $0 < 9 ? "" : $0 < 10 ? "1" : "0" })
    #expect(rows.map { $0[6] } == (3...31).map { $0 < 30 ? "" : $0 < 31 ? "1" : "0" })
    #expect(rows.map { $0[7] } == (3...31).map { $0 == 30 ? "0.0" : "" })
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
    #expect(try counts(nil) == [":1", "A:2", "B:1", "\\(other):2"])
    // A tie by size: the smaller bytes stay. The rest must not look like the value of that name.
    #expect(try counts(1) == ["(other):4", "A:2"])
    #expect(try counts(2) == ["(other):2", "A:2", "\\(other):2"])
    #expect(try counts(4) == [":1", "A:2", "B:1", "\\(other):2"])
    world.entities.removeAll { ["C", "D"].contains($0.id) }
    #expect(try counts(1) == ["(other):2", "A:2"])
  }

  /// Ann comes by search and then, on the same day, by an advertisement; bob by the advertisement, and
  /// later without any value.
  @Test(arguments: [
    (
      BreakdownOn.event,
      ["- 2026-01-02 1 1 0", "ad 2026-01-01 2 2 2", "search 2026-01-01 2 1 1"]
    ),
    (.latest, ["ad 2026-01-01 2 2 2", "ad 2026-01-02 1 1 0", "search 2026-01-01 2 1 1"]),
    (.firstTouch, ["ad 2026-01-01 1 1 1", "ad 2026-01-02 1 1 0", "search 2026-01-01 3 1 1"]),
    (.firstMatch, ["ad 2026-01-01 1 1 1", "ad 2026-01-02 1 1 0", "search 2026-01-01 3 1 1"]),
  ])
  func breakdownOnWhichValue(on: BreakdownOn, expected: [String]) throws {
    var world = World()
    world.entities = [
      (
        "ann",
        [
          Self.event("2026-01-01T10:00:00Z", country: "search"),
          Self.event("2026-01-01T11:00:00Z", country: "search"),
          Self.event("2026-01-01T12:00:00Z", country: "ad"),
        ]
      ),
      (
        "bob",
        [
          Self.event("2026-01-01T10:00:00Z", country: "ad"), Self.event("2026-01-02T10:00:00Z"),
        ]
      ),
    ]
    world.observedUntil = CalendarTests.instant("2026-01-03T00:00:00Z") - 1
    var options = Self.options()
    options.breakdown = ["country"]
    options.breakdownOn = on
    let rows = try world.tables(ActivityDefinition(options: options))["report"] ?? []
    #expect(lines(rows.map { Array($0[..<5]) }.filter { $0[2] != "0" }) == expected)
  }

  /// In `(other)` an entity with two of its values counts once, also in the trailing windows.
  @Test func otherCountsEntitiesOnce() throws {
    var world = World()
    world.entities = [
      (
        "ann",
        [
          Self.event("2026-01-01T10:00:00Z", country: "A"),
          Self.event("2026-01-01T11:00:00Z", country: "B"),
          Self.event("2026-01-03T11:00:00Z", country: "B"),
        ]
      ),
      ("bob", [Self.event("2026-01-01T10:00:00Z", country: "C")]),
      ("cyd", [Self.event("2026-01-01T10:00:00Z", country: "C")]),
    ]
    world.observedUntil = CalendarTests.instant("2026-01-04T00:00:00Z") - 1
    var options = Self.options()
    options.breakdown = ["country"]
    options.top = 1
    let rows = try world.tables(ActivityDefinition(options: options))["report"] ?? []
    #expect(
      lines(rows.filter { $0[0] == "(other)" }) == [
        "(other) 2026-01-01 2 1 1 2.0 1 1 1.0 complete",
        "(other) 2026-01-02 0 0 0 - 1 1 0.0 complete",
        "(other) 2026-01-03 1 1 0 1.0 1 1 1.0 complete",
      ])
  }

  /// Events without a value are the most: whoever reads the table should know what else there is.
  @Test func manyEventsWithoutAValueAreAWarning() throws {
    func warnings(_ countries: [String], _ on: BreakdownOn?) -> [String] {
      var options = Self.options()
      options.breakdown = ["country"]
      options.breakdownOn = on
      let definition = ActivityDefinition(options: options)
      var world = World()
      world.entities = [
        (
          "a",
          countries.enumerated().map {
            Self.event("2026-01-0\($0 + 1)T10:00:00Z", country: $1)
          }
        )
      ]
      var fold = definition.makeFold(world.context(definition))
      for timeline in World.partition(0, world.entities) { fold.observe(timeline) }
      return fold.warnings()
    }
    #expect(
      warnings(["", "", "A"], nil).first?.hasPrefix("report report: 2 of the 3 events") == true)
    #expect(warnings(["", "A"], nil) == [])
    #expect(warnings(["", "", "A"], .latest) == [])
  }

  @Test func agreesWithReference() throws {
    var words: Set<String> = []
    for seed in 0..<UInt64(Thorough.cases(900)) {
      var generator = WorldGenerator(seed: seed)
      let interval = generator.pick(Interval.tested + [.day, .day])
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
      words.isSuperset(of: ["(other)", "\\(other)", "partial", "complete"]),
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

    let values = Dictionary(
      uniqueKeysWithValues: matching.map { entity in
        (
          entity.id,
          entity.events.map { view.values(entity.id, $0, first: entity.events[0]) }
        )
      })
    func cells(_ tuples: Set<[String]>, _ key: Int) -> [String] {
      var (events, active, new, active7, active28) = (0, 0, 0, 0, 0)
      for id in keys.keys {
        let own = keys[id]!.indices.filter { tuples.contains(values[id]![$0]) }
        let here = own.filter { keys[id]![$0] == key && inRange(id, $0) }
        events += here.count
        active += here.isEmpty ? 0 : 1
        // New by its whole history, under whichever value.
        if !here.isEmpty, keys[id]![0] == key, inRange(id, 0) { new += 1 }
        active7 += own.contains { days[id]![$0] > key - 7 && days[id]![$0] <= key } ? 1 : 0
        active28 += own.contains { days[id]![$0] > key - 28 && days[id]![$0] <= key } ? 1 : 0
      }
      var cells = ["\(events)", "\(active)", "\(new)", ratio(events, active)]
      if interval == .day {
        let begin = world.observedFrom
        let first = begin == .min ? Int.min : view.calendar.key(begin, .day)
        cells += [
          key - 6 < first ? "" : "\(active7)", key - 27 < first ? "" : "\(active28)",
          key - 27 < first ? "" : ratio(active, active28),
        ]
      }
      return cells
    }

    let shown = Set(values.values.joined()).filter { tuple in
      rows.contains { key in cells([tuple], key).contains { $0 != "0" && $0 != "" && $0 != "0.0" } }
    }
    let named = view.valueGroups(Array(shown)) { tuple in
      keys.keys.count { id in
        keys[id]!.indices.contains { inRange(id, $0) && values[id]![$0] == tuple }
      }
    }
    return named.flatMap { group in
      rows.map { key in
        group.values + [view.calendar.label(key, interval)] + cells(group.tuples, key)
          + [view.state(key, interval, inRange: true)]
      }
    }
  }
}
