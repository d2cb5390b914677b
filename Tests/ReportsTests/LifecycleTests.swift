import EventLog
import Spec
import TestSupport
import Testing

@testable import Reports
@testable import Values

struct LifecycleTests {
  static func lifecycle(gap: Int = 1) -> LifecycleDefinition {
    LifecycleDefinition(
      options: ReportOptions(name: "report", list: true), interval: .day, gap: gap)
  }

  static let world: World = {
    func days(_ days: [Int]) -> [WorldEvent] {
      days.map { ActivityTests.event("2026-01-0\($0)T10:00:00Z") }
    }
    var world = World()
    world.entities = [("ann", days([1, 2, 4, 7])), ("bob", days([2])), ("cyd", days([3, 6, 7]))]
    world.observedUntil = CalendarTests.instant("2026-01-07T10:00:00Z")
    return world
  }()

  @Test func gapOfOneInterval() throws {
    let tables = try Self.world.tables(Self.lifecycle())
    #expect(
      lines(tables["report"]) == [
        "2026-01-01 1 1 0 0 0 - complete",
        "2026-01-02 2 1 1 0 0 - complete",
        "2026-01-03 1 1 0 0 2 0.5 complete",
        "2026-01-04 1 0 0 1 1 1.0 complete",
        "2026-01-05 0 0 0 0 1 0.0 complete",
        "2026-01-06 1 0 0 1 0 - complete",
        "2026-01-07 2 0 1 1 0 - partial",
      ])
    #expect(
      lines(tables["report.entities"]) == [
        "ann 2026-01-07 resurrected", "bob 2026-01-03 dormant", "cyd 2026-01-07 returning",
      ])
  }

  @Test func gapOfTwoIntervals() throws {
    let tables = try Self.world.tables(Self.lifecycle(gap: 2))
    #expect(
      lines(tables["report"]) == [
        "2026-01-01 1 1 0 0 0 - complete",
        "2026-01-02 2 1 1 0 0 - complete",
        "2026-01-03 1 1 0 0 0 - complete",
        // Ann was silent on one day only.
        "2026-01-04 1 0 1 0 1 0.0 complete",
        "2026-01-05 0 0 0 0 1 0.0 complete",
        "2026-01-06 1 0 0 1 1 1.0 complete",
        "2026-01-07 2 0 1 1 0 - partial",
      ])
    #expect(lines(tables["report.entities"])[1] == "bob 2026-01-04 dormant")
  }

  /// The range cuts January and February: only what lies in it counts, and both are partial. Ann had
  /// been there in January before it began, bob comes only after it ends, cyd is new, dot was there
  /// in December, eve only before it in January.
  @Test func rangeCutsIntervals() throws {
    func events(_ days: String...) -> [WorldEvent] {
      days.map { ActivityTests.event("\($0)T10:00:00Z") }
    }
    var world = World()
    world.entities = [
      ("ann", events("2026-01-05", "2026-01-20", "2026-02-01")),
      ("bob", events("2025-12-01", "2026-02-20")), ("cyd", events("2026-01-16", "2026-02-27")),
      ("dot", events("2025-12-31", "2026-01-31")), ("eve", events("2026-01-02")),
    ]
    world.range = DateRange(
      from: CalendarDate(year: 2026, month: 1, day: 15),
      until: CalendarDate(year: 2026, month: 2, day: 15))
    world.observedUntil = CalendarTests.instant("2026-03-01T00:00:00Z")
    var definition = Self.lifecycle()
    definition.interval = .month
    definition.options.list = false
    #expect(
      lines(try world.tables(definition)["report"]) == [
        "2026-01-01 3 1 2 0 1 1.0 partial", "2026-02-01 1 0 1 0 3 0.0 partial",
      ])
  }

  @Test func agreesWithReference() throws {
    var words: Set<String> = []
    for seed in 0..<UInt64(Thorough.cases(900)) {
      var generator = WorldGenerator(seed: seed)
      let interval = generator.pick(Interval.tested)
      let world = generator.world(interval)
      var definition = LifecycleDefinition(
        options: generator.options(world), event: generator.matcher(), interval: interval,
        gap: generator.pick([1, 1, 2, 3, 5]))
      definition.options.list = generator.chance(50)
      let expected = Self.reference(world, definition)
      let partitions = generator.number(1...4)
      let folds = generator.number(1...3)
      let actual = try world.tables(
        definition, partitions: partitions, folds: folds, &generator.random)
      for name in expected.keys.sorted() {
        let (left, right) = (lines(actual[name]), lines(expected[name]))
        #expect(left == right, "seed \(seed) \(name)")
        if left != right { return }
        words.formUnion(expected[name]!.joined())
      }
    }
    #expect(
      words.isSuperset(of: [
        "(other)", "partial", "complete", "new", "returning", "resurrected", "dormant",
      ]), "the worlds have met these")
  }

  /// Judges every entity in every interval by the set of intervals it was active in.
  static func reference(_ world: World, _ definition: LifecycleDefinition) -> [String: [[String]]] {
    let view = ReferenceView(world, definition.options)
    let (interval, gap) = (definition.interval, definition.gap)
    let matching = view.entities.map { entity in
      (id: entity.id, events: entity.events.filter { World.matches(definition.event, $0.name) })
    }.filter { !$0.events.isEmpty }
    // What comes after the range is not looked at.
    let known = Dictionary(
      uniqueKeysWithValues: matching.map { entity in
        (entity.id, entity.events.filter { view.calendar.key($0.time, .day) < view.untilDay })
      })
    let active = known.mapValues { Set($0.map { view.calendar.key($0.time, interval) }) }
    func status(_ id: String, _ key: Int) -> String? {
      let keys = active[id]!
      let recently = (key - gap..<key).contains { keys.contains($0) }
      if keys.contains(key) {
        return key == keys.min()! ? "new" : recently ? "returning" : "resurrected"
      }
      let last = keys.filter { $0 < key }.max()
      return last == key - gap ? "dormant" : nil
    }
    var tables: [String: [[String]]] = ["report": []]
    if definition.options.list { tables["report.entities"] = [] }
    let firstSeen = matching.map { $0.events[0].time }.min()
    // Where observation or range ends, also when no row is in range.
    let all = view.rowsFromTheBeginning(interval)
    for entity in matching.sorted(by: { $0.id < $1.id }) {
      let standing = (all.first...all.last).last { status(entity.id, $0) != nil }
      if let standing, definition.options.list {
        tables["report.entities"]!.append([
          entity.id, view.calendar.label(standing, interval), status(entity.id, standing)!,
        ])
      }
    }
    guard let rows = view.rows(interval, firstSeen: firstSeen) else { return tables }
    /// Of an interval in which the range begins: who is active in range counts, as returning if it
    /// had been active in that interval before.
    func shown(_ id: String, _ key: Int) -> String? {
      guard active[id]!.contains(key) else { return status(id, key) }
      let here = known[id]!.filter { view.calendar.key($0.time, interval) == key }
      if view.isInRange(here[0].time) { return status(id, key) }
      return here.contains { view.isInRange($0.time) } ? "returning" : nil
    }
    func counts(_ ids: [String], _ key: Int) -> [String: Int] {
      ids.reduce(into: [:]) { counts, id in
        if let status = shown(id, key) { counts[status, default: 0] += 1 }
      }
    }
    let groups = Dictionary(grouping: matching) { view.values($0.id, $0.events[0]) }
    let members = groups.filter { group in
      rows.contains { !counts(group.value.map(\.id), $0).isEmpty }
    }.flatMap { group in group.value.map { (values: group.key, id: $0.id) } }
    let named = view.groups(members) { ids in
      ids.filter { known[$0]!.contains { view.isInRange($0.time) } }.count
    }
    for group in named {
      for key in rows {
        let count = counts(group.ids, key)
        let (new, returning) = (count["new"] ?? 0, count["returning"] ?? 0)
        let (resurrected, dormant) = (count["resurrected"] ?? 0, count["dormant"] ?? 0)
        let numbers = [new + returning + resurrected, new, returning, resurrected, dormant]
        tables["report"]!.append(
          group.values + [view.calendar.label(key, interval)] + numbers.map { "\($0)" } + [
            ratio(new + resurrected, dormant), view.state(key, interval, inRange: true),
          ])
      }
    }
    return tables
  }
}

struct StickinessTests {
  @Test func countsDistinctIntervals() throws {
    let definition = StickinessDefinition(options: ReportOptions(name: "report"))
    #expect(
      lines(try LifecycleTests.world.tables(definition)["report"]) == [
        "1 1 3 1.0", "2 0 2 \(2.0 / 3.0)", "3 1 2 \(2.0 / 3.0)", "4 1 1 \(1.0 / 3.0)",
      ])
  }

  @Test func agreesWithReference() throws {
    for seed in 0..<UInt64(Thorough.cases(600)) {
      var generator = WorldGenerator(seed: seed)
      let interval = generator.pick(Interval.tested)
      let world = generator.world(interval)
      let definition = StickinessDefinition(
        options: generator.options(world), event: generator.matcher(), interval: interval)
      let view = ReferenceView(world, definition.options)
      var intervals: [String: Int] = [:]
      var members: [(values: [String], id: String)] = []
      for entity in view.entities {
        let events = entity.events.filter { World.matches(definition.event, $0.name) }
        let inRange = events.filter { view.isInRange($0.time) }
        intervals[entity.id] = Set(inRange.map { view.calendar.key($0.time, interval) }).count
        if !inRange.isEmpty { members.append((view.values(entity.id, events[0]), entity.id)) }
      }
      let most = intervals.values.max() ?? 0
      let expected = view.groups(members) { $0.count }.flatMap { group in
        (0..<most).map { index in
          let exactly = group.ids.filter { intervals[$0] == index + 1 }.count
          let atLeast = group.ids.filter { intervals[$0]! > index }.count
          return group.values + [
            "\(index + 1)", "\(exactly)", "\(atLeast)", ratio(atLeast, group.ids.count),
          ]
        }
      }
      let partitions = generator.number(1...4)
      let folds = generator.number(1...3)
      let actual = lines(
        try world.tables(
          definition, partitions: partitions, folds: folds, &generator.random)["report"])
      #expect(actual == lines(expected), "seed \(seed)")
      if actual != lines(expected) { return }
    }
  }
}
