import EventLog
import Spec
import Tables
import TestSupport
import Testing

@testable import Reports
@testable import Timelines
@testable import Values

/// In the little worlds the property `country` doubles as the user who did it, and `plan` is the
/// user's role.
struct AccountsTests {
  static func definition() -> AccountsDefinition {
    AccountsDefinition(
      options: ReportOptions(name: "report", entity: .account), event: .named(["open"]),
      roles: .init(property: "plan", required: ["user", "budget", "signature"]),
      activation: .init(event: .named(["sign_up"]), minimumUsers: 2, minimumDays: 2),
      revenue: .init(event: .named(["pay"]), amount: "amount"))
  }

  static func tables(_ world: World, _ definition: AccountsDefinition) throws -> [[String]] {
    var random = SplitMix64(state: 0)
    return try tables(world, definition, partitions: 1, folds: 1, &random)
  }

  static func tables(
    _ world: World, _ definition: AccountsDefinition, partitions: Int, folds: Int,
    _ random: inout SplitMix64
  ) throws -> [[String]] {
    var dealt = Array(repeating: [(id: String, events: [WorldEvent])](), count: partitions)
    for entity in world.entities.shuffled(using: &random) {
      dealt[Int.random(in: 0..<partitions, using: &random)].append(entity)
    }
    let context = world.context(definition)
    let needs = definition.needs.joined(with: definition.options)
    var states = (0..<folds).map { _ in definition.makeFold(context) }
    for (number, entities) in dealt.enumerated() {
      let fold = Int.random(in: 0..<folds, using: &random)
      for whole in World.partition(number, entities) {
        var timeline = whole.narrowed(to: needs, context)
        timeline.users = whole.texts[0]
        states[fold].observe(timeline)
      }
    }
    for state in states {
      // Of whatever kind the fold is known to be, without making its counts.
      let fold: any ReportFold = state
      #expect(fold.heapBytes == AccountsCounts.Rows.heapBytes(of: state.standings))
    }
    let tables = try mergedThroughBytes(states.shuffled(using: &random), context.observed) {
      definition.makeFold(context)
    }.tables()
    #expect(tables.map(\.name) == definition.heads.map(\.name))
    #expect(tables.map(\.columns) == definition.heads.map(\.columns))
    for table in tables {
      #expect(table.rows.allSatisfy { $0.count == table.columns.count })
      #expect(table.columns.allSatisfy { !$0.description.isEmpty })
    }
    return tables.flatMap { $0.rows.map { $0.map(\.shown) } }
  }

  static func event(
    _ time: String, _ name: String, _ user: String = "", role: String = "", amount: Int64? = nil
  ) -> WorldEvent {
    WorldEvent(
      time: CalendarTests.instant(time), name: name, country: user, plan: role,
      amount: amount.map { ExactDecimal(significand: $0, scale: 2) } ?? .absent)
  }

  @Test func handWorked() throws {
    var world = World(zone: "Asia/Shanghai")
    world.entities = [
      (
        "acme",
        [
          // Local days: 1 January, 2 January (16:00 in UTC is midnight), 10 and 11 March.
          Self.event("2026-01-01T02:00:00Z", "open", "ann", role: "user"),
          Self.event("2026-01-01T16:00:00Z", "open", "bob", role: "budget"),
          Self.event("2026-03-10T02:00:00Z", "sign_up", "ann", role: "user"),
          // Two people, and still the same day.
          Self.event("2026-03-10T03:00:00Z", "sign_up", "cem"),
          Self.event("2026-03-11T03:00:00Z", "sign_up", "ann"),
          Self.event("2026-03-11T04:00:00Z", "sign_up", "ann"),
          Self.event("2026-03-11T05:00:00Z", "pay", "ann", amount: 1050),
          Self.event("2026-03-11T06:00:00Z", "pay", "ann"),
        ]
      ),
      // First seen in the last 28 days; an event of nobody.
      ("globex", [Self.event("2026-03-03T02:00:00Z", "open")]),
      // Known for longer, active, not activated: two days, but one person.
      (
        "initech",
        [
          Self.event("2026-02-01T02:00:00Z", "sign_up", "dee"),
          Self.event("2026-03-12T02:00:00Z", "sign_up", "dee"),
        ]
      ),
      // The 28 days began with 3 March: one microsecond too early.
      ("umbrella", [Self.event("2026-03-02T15:59:59Z", "open", "eve")]),
      // Only payments are known of it.
      ("wayne", [Self.event("2026-03-02T16:00:00Z", "pay", amount: -25)]),
    ]
    world.observedUntil = CalendarTests.instant("2026-03-30T12:00:00Z")
    let expected = [
      "acme 3 2 6 4 2026-01-01T10:00:00+08:00 2026-03-11T12:00:00+08:00 2 signature "
        + "2026-03-11T11:00:00+08:00 \(69 * 86_400.0 + 3600) 10.5 activated",
      "globex 0 0 1 1 2026-03-03T10:00:00+08:00 2026-03-03T10:00:00+08:00 0 "
        + "user; budget; signature - - 0 new",
      "initech 1 1 2 2 2026-02-01T10:00:00+08:00 2026-03-12T10:00:00+08:00 0 "
        + "user; budget; signature - - 0 active",
      "umbrella 1 0 1 1 2026-03-02T23:59:59+08:00 2026-03-02T23:59:59+08:00 0 "
        + "user; budget; signature - - 0 dormant",
      "wayne 0 0 0 0 - - 0 user; budget; signature - - -0.25 dormant",
    ]
    #expect(lines(try Self.tables(world, Self.definition())) == expected)

    // The range bounds the counts; what an account is looks at its whole history up to the end.
    world.range.from = CalendarDate(year: 2026, month: 3, day: 11)
    let march = try Self.tables(world, Self.definition())
    #expect(
      march.map { $0[1...4].joined(separator: " ") }.prefix(3) == ["1 2 2 1", "0 0 0 0", "1 1 1 1"])
    #expect(march[0][5...] == lines0(expected[0])[5...])
    world.range.until = CalendarDate(year: 2026, month: 3, day: 11)
    let earlier = try Self.tables(world, Self.definition())
    #expect(
      lines([earlier[0]]) == [
        "acme 0 2 0 0 2026-01-01T10:00:00+08:00 2026-03-10T11:00:00+08:00 2 signature - - 0 active"
      ])
  }

  private func lines0(_ line: String) -> [String] {
    line.split(separator: " ").map { $0 == "-" ? "" : String($0) }
  }

  /// The buying committee by name, and what the account's latest events say of it.
  @Test func peopleAndLatestValues() throws {
    var world = World()
    world.entities = [
      (
        "acme",
        [
          Self.event("2026-01-01T02:00:00Z", "open", "bob", role: "user"),
          Self.event("2026-01-02T02:00:00Z", "open", "ann"),
          Self.event("2026-01-03T02:00:00Z", "open", "bob", role: "budget"),
          // Neither activity nor a payment.
          Self.event("2026-01-04T02:00:00Z", "sign_up", "cem", role: "signature"),
          Self.event("2026-01-05T02:00:00Z", "open"),
        ]
      )
    ]
    world.observedUntil = CalendarTests.instant("2026-01-05T02:00:00Z")
    world.range.from = CalendarDate(year: 2026, month: 1, day: 3)
    var definition = AccountsDefinition(
      options: ReportOptions(name: "report", entity: .account), event: .named(["open"]))
    definition.roles = .init(property: "plan", required: ["user", "budget"])
    definition.show = ["plan", "country"]
    definition.people = true
    #expect(
      lines(try Self.tables(world, definition)) == [
        "acme 1 2 2 2 2026-01-01T02:00:00Z 2026-01-05T02:00:00Z 2 - - - - new budget bob",
        "acme ann - 2026-01-02T02:00:00Z 2026-01-02T02:00:00Z 0",
        "acme bob budget 2026-01-01T02:00:00Z 2026-01-03T02:00:00Z 1",
      ])
  }

  /// Without roles, activation and revenue their cells are empty.
  @Test func plain() throws {
    var world = World()
    world.entities = [("acme", [Self.event("2026-01-01T02:00:00Z", "open", "ann", role: "user")])]
    world.observedUntil = CalendarTests.instant("2026-01-01T02:00:00Z")
    let definition = AccountsDefinition(options: ReportOptions(name: "report", entity: .account))
    #expect(
      lines(try Self.tables(world, definition)) == [
        "acme 1 1 1 1 2026-01-01T02:00:00Z 2026-01-01T02:00:00Z - - - - - new"
      ])
    world.entities = []
    world.observedUntil = .min
    #expect(try Self.tables(world, definition) == [])
  }

  @Test func agreesWithReference() throws {
    for seed in 0..<UInt64(Thorough.cases(800)) {
      var generator = WorldGenerator(seed: seed)
      let world = generator.world(generator.pick([.hour, .day, .day, .week, .month, .year]))
      var definition = AccountsDefinition(
        options: generator.options(world), event: generator.matcher())
      definition.options.counted = .account
      if generator.chance(70) {
        let roles = ["x", "y", "z"].filter { _ in generator.chance(70) }
        definition.roles = .init(property: "plan", required: roles.isEmpty ? ["y"] : roles)
      }
      if generator.chance(70) {
        definition.activation = .init(
          event: generator.matcher(), minimumUsers: generator.number(1...3),
          minimumDays: generator.number(1...3))
      }
      if generator.chance(70) {
        definition.revenue = .init(event: generator.matcher(), amount: "amount")
      }
      definition.show = ["plan", "country"].filter { property in
        !definition.options.breakdown.contains(property) && generator.chance(50)
      }
      definition.people = generator.chance(50)
      let expected = AccountsReference(world, definition).rows
      let partitions = generator.number(1...4)
      let folds = generator.number(1...3)
      let actual = try Self.tables(
        world, definition, partitions: partitions, folds: folds, &generator.random)
      #expect(lines(actual) == lines(expected), "seed \(seed)")
      if actual != expected { return }
    }
  }

  /// Marks of earlier entities are forgotten, for all sequences of three entities over three codes.
  @Test func distinctCodes() {
    for choice in 0..<(27 * 27 * 27) {
      var digits = choice
      var codes = DistinctCodes()
      for _ in 0..<3 {
        var seen: Set<UInt32> = []
        codes.removeAll()
        for _ in 0..<3 {
          let code = UInt32(digits % 3 * 5)
          digits /= 3
          if codes.insert(code) != seen.insert(code).inserted || codes.count != seen.count {
            Issue.record("choice \(choice)")
            return
          }
        }
      }
    }
  }
}
