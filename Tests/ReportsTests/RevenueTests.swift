import EventLog
import Spec
import TestSupport
import Testing

@testable import Reports
@testable import Values

struct RevenueTests {
  static func pay(_ time: String, _ significand: Int64?, country: String = "") -> WorldEvent {
    WorldEvent(
      time: CalendarTests.instant(time), name: "pay", country: country,
      amount: significand.map { ExactDecimal(significand: $0, scale: 1) } ?? .absent)
  }

  static func revenue(_ change: (inout RevenueDefinition) -> Void = { _ in }) -> RevenueDefinition {
    var definition = RevenueDefinition(
      options: ReportOptions(name: "report"), event: .named(["pay"]), amount: "amount")
    change(&definition)
    return definition
  }

  static let world: World = {
    var world = World()
    world.entities = [
      // 0.1 + 0.2 is 0.3; the order without an amount is an order.
      (
        "ann",
        [
          pay("2026-01-05T00:00:00Z", 1), pay("2026-01-20T00:00:00Z", 2),
          pay("2026-02-01T00:00:00Z", nil),
        ]
      ),
      ("bob", [ActivityTests.event("2026-01-09T00:00:00Z"), pay("2026-02-10T00:00:00Z", 15)]),
      ("cyd", [ActivityTests.event("2026-02-09T00:00:00Z")]),
    ]
    world.observedUntil = CalendarTests.instant("2026-03-01T00:00:00Z") - 1
    return world
  }()

  @Test func sumsAreExactAndPayersAddUp() throws {
    #expect(
      lines(try Self.world.tables(Self.revenue())["report"]) == [
        "2026-01-01 0.3 2 1 1 0 0.3 0 0.15 0.3 0.15 0 complete",
        "2026-02-01 1.5 2 2 1 1 1.5 0 0.5 0.75 0.75 1 complete",
      ])
  }

  @Test func rangeCutsTheInterval() throws {
    let rows = try Self.world.tables(
      Self.revenue { $0.options.range.from = CalendarDate(year: 2026, month: 1, day: 10) })[
        "report"]
    // Ann had paid before the range: she is a repeat payer in what is left of January.
    #expect(
      lines(rows) == [
        "2026-01-01 0.2 1 1 0 1 0 0.2 0.2 0.2 0.2 0 partial",
        "2026-02-01 1.5 2 2 1 1 1.5 0 0.5 0.75 0.75 1 complete",
      ])
  }

  /// Ann pays under two plans in the month of her first payment: she is a new payer under both, and
  /// again under one of them later. Each value's arpu is a part of the whole.
  @Test func breakdownIsThatOfEachPayment() throws {
    var world = World()
    world.entities = [
      (
        "ann",
        [
          Self.pay("2026-01-06T00:00:00Z", 10, country: "A"),
          Self.pay("2026-01-07T00:00:00Z", 20, country: "B"),
          Self.pay("2026-02-07T00:00:00Z", 40, country: "A"),
        ]
      ),
      ("bob", [ActivityTests.event("2026-01-05T00:00:00Z", country: "A")]),
    ]
    world.observedUntil = CalendarTests.instant("2026-03-01T00:00:00Z") - 1
    let rows = try world.tables(Self.revenue { $0.options.breakdown = ["country"] })["report"]
    #expect(
      lines(rows) == [
        "A 2026-01-01 1 1 1 1 0 1 0 0.5 1.0 1.0 0 complete",
        "A 2026-02-01 4 1 1 0 1 0 4 4.0 4.0 4.0 0 complete",
        "B 2026-01-01 2 1 1 1 0 2 0 1.0 2.0 2.0 0 complete",
        "B 2026-02-01 0 0 0 0 0 0 0 0.0 - - 0 complete",
      ])
    let touch = try world.tables(
      Self.revenue {
        $0.options.breakdown = ["country"]
        $0.options.breakdownOn = .firstTouch
      })["report"]
    #expect(lines(touch).first == "A 2026-01-01 3 2 1 1 0 3 0 1.5 3.0 1.5 0 complete")
  }

  @Test func agreesWithReference() throws {
    var words: Set<String> = []
    for seed in 0..<UInt64(Thorough.cases(900)) {
      var generator = WorldGenerator(seed: seed)
      let interval = generator.pick(Interval.tested)
      let world = generator.world(interval)
      let definition = RevenueDefinition(
        options: generator.options(world), event: generator.matcher(),
        activity: generator.matcher(), amount: "amount", interval: interval)
      let expected = lines(Self.reference(world, definition))
      let partitions = generator.number(1...4)
      let folds = generator.number(1...3)
      let actual = lines(
        try world.tables(
          definition, partitions: partitions, folds: folds, &generator.random)["report"])
      #expect(actual == expected, "seed \(seed)")
      if actual != expected { return }
      words.formUnion(expected.flatMap { $0.split(separator: " ").map(String.init) })
    }
    #expect(words.isSuperset(of: ["(other)", "partial", "complete"]), "the worlds have met these")
  }

  static func reference(_ world: World, _ definition: RevenueDefinition) -> [[String]] {
    let view = ReferenceView(world, definition.options)
    let interval = definition.interval
    func isPayment(_ event: WorldEvent) -> Bool { World.matches(definition.event, event.name) }
    func isActivity(_ event: WorldEvent) -> Bool { World.matches(definition.activity, event.name) }
    let relevant = view.entities.filter { $0.events.contains { isPayment($0) || isActivity($0) } }
    let firstSeen = relevant.map { entity in
      entity.events.first { isPayment($0) || isActivity($0) }!.time
    }.min()
    guard let rows = view.rows(interval, firstSeen: firstSeen) else { return [] }
    struct Seen {
      var id: String
      var key: Int
      var event: WorldEvent
      var values: [String]
      /// Its entity's first payment of all lies in this interval, and in range.
      var isNew: Bool
    }
    var payments: [Seen] = []
    var active: [Int: Set<String>] = [:]
    for entity in relevant {
      let first = entity.events.first { isPayment($0) }
      for event in entity.events where view.isInRange(event.time) {
        let key = view.calendar.key(event.time, interval)
        if isActivity(event) { active[key, default: []].insert(entity.id) }
        guard isPayment(event), let first else { continue }
        payments.append(
          Seen(
            id: entity.id, key: key, event: event,
            values: view.values(entity.id, event, first: first),
            isNew: view.isInRange(first.time) && view.calendar.key(first.time, interval) == key))
      }
    }
    func sum(_ payments: [Seen]) -> DecimalSum {
      payments.reduce(.zero) { $0 + DecimalSum($1.event.amount) }
    }
    func quotient(_ value: DecimalSum, _ count: Int) -> String {
      count == 0 ? "" : "\(value.divided(by: count))"
    }
    let groups = view.valueGroups(Array(Set(payments.map(\.values)))) { tuple in
      sum(payments.filter { $0.values == tuple })
    }
    return groups.flatMap { group in
      rows.map { key in
        let here = payments.filter { $0.key == key && group.tuples.contains($0.values) }
        let new = here.filter(\.isNew)
        let payers = Set(here.map(\.id)).count
        let newPayers = Set(new.map(\.id)).count
        return group.values + [
          view.calendar.label(key, interval), sum(here).description, "\(here.count)", "\(payers)",
          "\(newPayers)", "\(payers - newPayers)", sum(new).description,
          (sum(here) - sum(new)).description, quotient(sum(here), active[key]?.count ?? 0),
          quotient(sum(here), payers), quotient(sum(here), here.count),
          "\(here.filter(\.event.amount.isAbsent).count)",
          view.state(key, interval, inRange: true),
        ]
      }
    }
  }
}
