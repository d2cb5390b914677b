import EventLog
import Foundation
import Spec
import TestSupport
import Testing

@testable import Reports
@testable import Values

struct RetentionTests {
  static func retention(_ change: (inout RetentionDefinition) -> Void = { _ in })
    -> RetentionDefinition
  {
    var definition = RetentionDefinition(
      options: ReportOptions(name: "report"), interval: .day, periods: 2)
    change(&definition)
    return definition
  }

  static func event(_ time: String, _ name: String = "open", _ amount: ExactDecimal = .absent)
    -> WorldEvent
  {
    WorldEvent(time: CalendarTests.instant(time), name: name, amount: amount)
  }

  static let world: World = {
    var world = World()
    world.entities = [
      ("ann", [event("2026-01-01T10:00:00Z"), event("2026-01-02T09:00:00Z")]),
      ("bob", [event("2026-01-01T23:45:00Z"), event("2026-01-03T12:00:00Z")]),
      ("cyd", [event("2026-01-02T08:00:00Z")]),
    ]
    world.observedUntil = CalendarTests.instant("2026-01-03T12:00:00Z")
    return world
  }()

  @Test func firstCohortsByCalendar() throws {
    let tables = try Self.world.tables(Self.retention())
    #expect(
      lines(tables["report"]) == [
        "2026-01-01 0 2026-01-01 2 2 2 1.0 complete false false",
        "2026-01-01 1 2026-01-02 2 2 1 0.5 complete false false",
        "2026-01-01 2 2026-01-03 2 2 1 0.5 partial false false",
        "2026-01-02 0 2026-01-02 1 1 1 1.0 complete false false",
        "2026-01-02 1 2026-01-03 1 1 0 0.0 partial false false",
        "2026-01-02 2 2026-01-04 1 0 - - unobserved false false",
        "all 0 - 3 3 3 1.0 complete false true",
        "all 1 - 2 2 1 0.5 complete false true",
        "all 2 - 0 0 - - unobserved false true",
      ])
    #expect(
      lines(tables["report.matrix"]) == [
        "2026-01-01 2 1.0 0.5 0.5", "2026-01-02 1 1.0 0.0 -", "all 3 1.0 0.5 -",
      ])
  }

  @Test func recurringCohorts() throws {
    let tables = try Self.world.tables(
      Self.retention {
        $0.cohort = .recurring
        $0.periods = 1
      })
    #expect(
      lines(tables["report"]) == [
        "2026-01-01 0 2026-01-01 2 2 2 1.0 complete false false",
        "2026-01-01 1 2026-01-02 2 2 1 0.5 complete false false",
        "2026-01-02 0 2026-01-02 2 2 2 1.0 complete false false",
        "2026-01-02 1 2026-01-03 2 2 0 0.0 partial false false",
        "2026-01-03 0 2026-01-03 1 1 1 1.0 partial false false",
        "2026-01-03 1 2026-01-04 1 0 - - unobserved false false",
        "all 0 - 4 4 4 1.0 complete false true",
        "all 1 - 2 2 1 0.5 complete false true",
      ])
  }

  /// Signed up at 23:45: with elapsed windows the next day's noon is still day 0.
  @Test func elapsedWindowsCountTheMembersThatAreOver() throws {
    var world = Self.world
    world.entities[1].events[1].time = CalendarTests.instant("2026-01-02T23:44:59Z")
    let tables = try world.tables(Self.retention { $0.windows = .elapsed })
    #expect(
      lines(tables["report"]).prefix(6) == [
        // Ann was back after 23 hours, Bob just before 24: nobody in period 1, which is over for Ann
        // alone.
        "2026-01-01 0 - 2 2 2 1.0 complete false false",
        "2026-01-01 1 - 2 1 0 0.0 partial false false",
        "2026-01-01 2 - 2 0 0 - partial false false",
        "2026-01-02 0 - 1 1 1 1.0 complete false false",
        "2026-01-02 1 - 1 0 0 - partial false false",
        "2026-01-02 2 - 1 0 - - unobserved false false",
      ])
  }

  @Test func returnsBeforeTheStartAreNone() throws {
    var world = World()
    world.entities = [
      (
        "ann",
        [Self.event("2026-01-01T09:00:00Z", "open"), Self.event("2026-01-01T10:00:00Z", "sign_up")]
      ),
      (
        "bob",
        [Self.event("2026-01-01T10:00:00Z", "open"), Self.event("2026-01-01T10:00:00Z", "sign_up")]
      ),
    ]
    world.observedUntil = CalendarTests.instant("2026-01-01T10:00:00Z")
    let tables = try world.tables(
      Self.retention {
        $0.start = .named(["sign_up"])
        $0.returning = .named(["open"])
        $0.periods = 0
      })
    #expect(
      lines(tables["report"]).first == "2026-01-01 0 2026-01-01 2 2 1 0.5 partial false false")
  }

  @Test func bracketsMinimumAndMeasure() throws {
    let cents = { (count: Int) in ExactDecimal(significand: count, scale: 2) }
    var world = World()
    world.entities = [
      (
        "ann",
        [
          Self.event("2026-01-01T10:00:00Z", "pay", cents(10)),
          Self.event("2026-01-02T10:00:00Z", "pay", cents(20)),
          Self.event("2026-01-04T10:00:00Z", "pay", cents(5)),
          Self.event("2026-01-05T10:00:00Z", "pay", cents(100)),
        ]
      ),
      ("bob", [Self.event("2026-01-01T10:00:00Z", "pay", .absent)]),
    ]
    world.observedUntil = CalendarTests.instant("2026-02-01T00:00:00Z")
    let tables = try world.tables(
      Self.retention {
        $0.brackets = [3, 4]
        $0.minimum = 2
        $0.measure = "amount"
        $0.options.list = true
      })
    #expect(
      lines(tables["report"]) == [
        "2026-01-01 0 2026-01-01 2 2 0 0.0 0.1 0.05 0.1 complete false false",
        "2026-01-01 1 2026-01-02 2 2 1 0.5 0.25 0.125 0.35 complete false false",
        "2026-01-01 2 2026-01-05 2 2 0 0.0 1 0.5 1.35 complete false false",
        "all 0 - 2 2 0 0.0 0.1 0.05 0.1 complete false true",
        "all 1 - 2 2 1 0.5 0.25 0.125 0.35 complete false true",
        "all 2 - 2 2 0 0.0 1 0.5 1.35 complete false true",
      ])
    #expect(lines(tables["report.entities"]) == ["ann 2026-01-01 1", "bob 2026-01-01 -"])
  }

  @Test func onOrAfterLooksAhead() throws {
    let tables = try Self.world.tables(Self.retention { $0.mode = .onOrAfter })
    #expect(
      (tables["report"] ?? []).prefix(3).map { $0[5] } == ["2", "2", "1"])
  }

  /// Day 1 retention by weekly cohort: days count from each one's own first day.
  @Test func coarserCohorts() throws {
    var world = World()
    world.entities = [
      ("ann", [Self.event("2026-01-05T10:00:00Z"), Self.event("2026-01-06T10:00:00Z")]),
      ("bob", [Self.event("2026-01-07T10:00:00Z"), Self.event("2026-01-08T10:00:00Z")]),
      ("cyd", [Self.event("2026-01-08T10:00:00Z")]),
    ]
    world.observedUntil = CalendarTests.instant("2026-01-09T12:00:00Z")
    let definition = Self.retention {
      $0.cohortInterval = .week
      $0.periods = 1
    }
    // Cyd's day 1 is not over, nor is the week.
    #expect(
      lines(try world.tables(definition)["report"]).prefix(2) == [
        "2026-01-05 0 - 3 3 3 1.0 partial false false",
        "2026-01-05 1 - 3 2 2 1.0 partial false false",
      ])
    world.observedUntil = CalendarTests.instant("2026-01-12T00:00:00Z")
    #expect(
      lines(try world.tables(definition)["report"]).prefix(2) == [
        "2026-01-05 0 - 3 3 3 1.0 complete false false",
        "2026-01-05 1 - 3 3 2 \(2.0 / 3.0) complete false false",
      ])
  }

  @Test func agreesWithReference() throws {
    var words: Set<String> = []
    for seed in 0..<UInt64(Thorough.cases(1500)) {
      var generator = WorldGenerator(seed: seed)
      let interval = generator.pick(Interval.tested)
      let world = generator.world(interval)
      var definition = RetentionDefinition(
        options: generator.options(world), start: generator.matcher(),
        returning: generator.matcher(), interval: interval)
      definition.periods = generator.number(0...6)
      definition.cohort = generator.pick([.first, .recurring])
      if interval != .quarter && interval != .year {
        definition.windows = generator.pick([.calendar, .elapsed])
      }
      definition.mode = generator.pick([.on, .onOrAfter])
      if generator.chance(30) {
        definition.brackets = (0..<generator.number(1...3)).map { _ in generator.number(1...3) }
        definition.periods = definition.brackets.reduce(0, +)
      }
      definition.minimum = generator.pick([1, 1, 2])
      if generator.chance(50) { definition.measure = "amount" }
      if generator.chance(35) && interval != .hour {
        definition.cohortInterval = generator.pick(Interval.tested.filter { $0 >= interval })
      }
      definition.options.list = generator.chance(50)
      let expected = RetentionReference(world, definition).tables()
      let partitions = generator.number(1...4)
      let folds = generator.number(1...3)
      let actual = try world.tables(
        definition, partitions: partitions, folds: folds, &generator.random)
      for name in expected.keys.sorted() {
        let (left, right) = (lines(actual[name]), lines(expected[name]))
        #expect(left == right, "seed \(seed) \(name) \(definition)")
        if left != right { return }
        words.formUnion(expected[name]!.joined())
      }
    }
    #expect(
      words.isSuperset(of: ["(other)", "all", "partial", "complete", "unobserved"]),
      "the worlds have met these")
  }
}
