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
        "2026-01-01 0.3 2 1 1 0 0.3 0 0.15 0.3 0.15 complete",
        "2026-02-01 1.5 2 2 1 1 1.5 0 0.5 0.75 0.75 complete",
      ])
  }

  @Test func rangeCutsTheInterval() throws {
    let rows = try Self.world.tables(
      Self.revenue { $0.options.range.from = CalendarDate(year: 2026, month: 1, day: 10) })[
        "report"]
    // Ann had paid before the range: she is a repeat payer in what is left of January.
    #expect(
      lines(rows) == [
        "2026-01-01 0.2 1 1 0 1 0 0.2 0.2 0.2 0.2 partial",
        "2026-02-01 1.5 2 2 1 1 1.5 0 0.5 0.75 0.75 complete",
      ])
  }

  @Test func breakdownIsThatOfTheFirstPayment() throws {
    var world = World()
    world.entities = [
      (
        "ann",
        [
          ActivityTests.event("2026-01-05T00:00:00Z", country: "A"),
          Self.pay("2026-01-06T00:00:00Z", 10, country: "B"),
        ]
      ),
      ("bob", [ActivityTests.event("2026-01-05T00:00:00Z", country: "A")]),
    ]
    world.observedUntil = CalendarTests.instant("2026-01-07T00:00:00Z")
    let rows = try world.tables(Self.revenue { $0.options.breakdown = ["country"] })["report"]
    #expect(
      lines(rows) == [
        "A 2026-01-01 0 0 0 0 0 0 0 0.0 - - partial",
        "B 2026-01-01 1 1 1 1 0 1 0 1.0 1.0 1.0 partial",
      ])
  }

  @Test func agreesWithReference() throws {
    var words: Set<String> = []
    for seed in 0..<UInt64(Thorough.cases(900)) {
      var generator = WorldGenerator(seed: seed)
      let interval = generator.pick(Interval.allCases)
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
    var seen: [String: [(key: Int, event: WorldEvent)]] = [:]
    for entity in relevant {
      seen[entity.id] = entity.events.filter { view.isInRange($0.time) }.map {
        (view.calendar.key($0.time, interval), $0)
      }
    }
    let members = relevant.filter { entity in
      seen[entity.id]!.contains { isPayment($0.event) || isActivity($0.event) }
    }.map { entity in
      (
        values: view.values(
          entity.events.first { isPayment($0) } ?? entity.events.first { isActivity($0) }!),
        id: entity.id
      )
    }
    let firstPayments = Dictionary(
      uniqueKeysWithValues: relevant.map { ($0.id, $0.events.first { isPayment($0) }) })

    func sum(_ events: [WorldEvent]) -> DecimalSum {
      events.reduce(.zero) { $0 + DecimalSum($1.amount) }
    }
    let groups = view.groups(members) { ids in
      sum(ids.flatMap { seen[$0]!.map(\.event).filter { isPayment($0) } })
    }
    func quotient(_ value: DecimalSum, _ count: Int) -> String {
      count == 0 ? "" : "\(value.divided(by: count))"
    }
    return groups.flatMap { group in
      rows.map { key in
        var (active, new, orders) = (0, 0, 0)
        var payers: [String] = []
        var (revenue, newRevenue) = (DecimalSum.zero, DecimalSum.zero)
        for id in group.ids {
          let here = seen[id]!.filter { $0.key == key }.map(\.event)
          let payments = here.filter { isPayment($0) }
          if here.contains(where: { isActivity($0) }) { active += 1 }
          if payments.isEmpty { continue }
          payers.append(id)
          orders += payments.count
          revenue.add(sum(payments))
          if payments.contains(firstPayments[id]!!) {
            new += 1
            newRevenue.add(sum(payments))
          }
        }
        return group.values + [
          view.calendar.label(key, interval), revenue.description, "\(orders)", "\(payers.count)",
          "\(new)", "\(payers.count - new)", newRevenue.description,
          (revenue - newRevenue).description, quotient(revenue, active),
          quotient(revenue, payers.count), quotient(revenue, orders),
          view.state(key, interval, inRange: true),
        ]
      }
    }
  }
}
