import EventLog
import Spec
import Tables
import Testing
import Timelines

@testable import Reports
@testable import Values

/// What `explain` says, worked by hand: each event's notes and the conclusions, as lines.
@Suite struct ExplanationTests {
  static func options(_ breakdown: [String] = []) -> ReportOptions {
    ReportOptions(name: "report", breakdown: breakdown)
  }

  static func event(_ time: String, _ name: String, _ country: String = "", _ cents: Int64? = nil)
    -> WorldEvent
  {
    WorldEvent(
      time: CalendarTests.instant(time), name: name, country: country,
      amount: cents.map { ExactDecimal(significand: $0, scale: 2) } ?? .absent)
  }

  static func world(_ events: [WorldEvent], until: String) -> World {
    World(
      zone: "Asia/Shanghai", observedUntil: CalendarTests.instant(until),
      entities: [("u1", events)])
  }

  /// Notes as `NUMBER text`, then conclusions as `= text`.
  static func lines(_ definition: any ReportDefinition, _ world: World) -> [String] {
    let timeline = World.partition(0, world.entities)[0]
    let found = explanation(of: timeline, by: definition, context: world.context(definition))
    return found.notes.map { "\($0.event + 1) \($0.text)" } + found.conclusions.map { "= \($0)" }
  }

  static let events = [
    event("2026-01-05T01:00:00Z", "sign_up", "CN"),
    event("2026-01-06T02:00:00Z", "open"),
    event("2026-01-19T01:00:00Z", "pay", "DE", 1250),
    event("2026-02-03T01:00:00Z", "open"),
  ]

  @Test func retention() {
    let definition = RetentionDefinition(
      options: Self.options(["country"]), start: .named(["sign_up"]), interval: .week, periods: 6)
    #expect(
      Self.lines(definition, Self.world(Self.events, until: "2026-02-04T00:00:00Z")) == [
        "1 start: enters cohort 2026-01-05", "1 return in period 0", "2 return in period 0",
        "3 return in period 2", "4 return in period 4",
        "= cohort 2026-01-05, by sign_up at 2026-01-05T09:00:00+08:00",
        "= cohort 2026-01-05: returned in periods 0, 2, 4",
        "= cohort 2026-01-05: did not return in periods 1, 3",
        "= cohort 2026-01-05: period 4 is not over at the end of observation",
        "= cohort 2026-01-05: periods 5, 6 not observed",
        "= counted in the rows of country = CN",
      ])
  }

  @Test func retentionSaysWhyThereIsNoCohort() {
    var definition = RetentionDefinition(
      options: Self.options(), start: .named(["open"]), returning: .named(["pay"]))
    definition.options.range.from = CalendarDate(year: 2026, month: 1, day: 7)
    let world = Self.world(Self.events, until: "2026-02-04T00:00:00Z")
    let reason =
      "its first start event in all logs, open at 2026-01-06T10:00:00+08:00, lies before the range"
    #expect(
      Self.lines(definition, world) == [
        "2 start, \(reason)", "4 start, not the first", "= in no cohort: \(reason)",
      ])
    definition.cohort = .recurring
    #expect(
      Self.lines(definition, world) == [
        "2 start, before the range", "4 start: enters cohort 2026-02-02",
        "= cohort 2026-02-02, by open at 2026-02-03T09:00:00+08:00",
        "= cohort 2026-02-02: period 0 is not over at the end of observation",
        "= cohort 2026-02-02: periods 1 to 8 not observed",
      ])
    definition.start = .named(["nothing"])
    #expect(
      Self.lines(definition, world) == ["= in no cohort: none of its events is a start event"])
  }

  @Test func retentionWithElapsedWindows() {
    let definition = RetentionDefinition(
      options: Self.options(), start: .named(["sign_up"]), returning: .named(["open", "pay"]),
      interval: .day, periods: 30, windows: .elapsed, brackets: [1, 29], measure: "amount")
    #expect(
      Self.lines(definition, Self.world(Self.events, until: "2026-02-04T00:00:00Z")) == [
        "1 start: enters cohort 2026-01-05", "2 return in period 1", "3 return in period 2",
        "4 return in period 2", "= cohort 2026-01-05, by sign_up at 2026-01-05T09:00:00+08:00",
        "= cohort 2026-01-05: returned in period 1",
        "= cohort 2026-01-05: did not return in period 0",
        "= cohort 2026-01-05: period 2 is not over at the end of observation, and not counted yet",
        "= cohort 2026-01-05: amount to date 0",
      ])
  }

  @Test func funnel() {
    var definition = FunnelDefinition(
      options: Self.options(["country"]),
      steps: ["sign_up", "pay", "open"].map { .init(name: $0, event: .named([LogText($0)])) },
      within: 20 * Microseconds.day)
    let world = Self.world(Self.events, until: "2026-02-04T00:00:00Z")
    #expect(
      Self.lines(definition, world) == [
        "1 step 1, sign_up", "2 could be step 3, not in the chain that counts", "3 step 2, pay",
        "4 could be step 3, not in the chain that counts",
        "= dropped: reached step 2 of 3, pay; entered at 2026-01-05T09:00:00+08:00, "
          + "last step at 2026-01-19T09:00:00+08:00",
        "= step 3, open, is missing: the window of 20d closed at 2026-01-25T09:00:00+08:00",
        "= counted in the rows of country = CN",
      ])
    definition.within = nil
    #expect(Self.lines(definition, world).contains("4 step 3, open"))
    definition.options.range.from = CalendarDate(year: 2026, month: 1, day: 6)
    #expect(
      Self.lines(definition, world) == [
        "1 could be step 1, before the range: begins no chain",
        "2 could be step 3, not in the chain that counts",
        "3 could be step 2, not in the chain that counts",
        "4 could be step 3, not in the chain that counts",
        "= not in the funnel: nothing it did enters at step 1, sign_up",
      ])
  }

  @Test func funnelSaysWhatClosedTheWindow() {
    let world = Self.world(Self.events, until: "2026-02-04T00:00:00Z")
    var definition = FunnelDefinition(
      options: Self.options(),
      steps: ["sign_up", "pay"].map { .init(name: $0, event: .named([LogText($0)])) },
      order: .strict)
    #expect(
      Self.lines(definition, world) == [
        "1 step 1, sign_up", "2 comes between, which a strict order forbids",
        "3 could be step 2, not in the chain that counts",
        "= dropped: reached step 1 of 2, sign_up; entered at 2026-01-05T09:00:00+08:00, "
          + "last step at 2026-01-05T09:00:00+08:00",
        "= step 2, pay, is missing: open at 2026-01-06T10:00:00+08:00 came between, "
          + "which a strict order forbids",
      ])
    definition.order = .ordered
    definition.exclusions = [.init(event: .named(["open"]), first: 1, last: 2, effect: .discard)]
    #expect(
      Self.lines(definition, world).filter { !$0.contains("excluded") } == [
        "1 step 1, sign_up", "2 discards the entity",
        "3 could be step 2, not in the chain that counts",
        "= discarded: reached step 1 of 2, sign_up; entered at 2026-01-05T09:00:00+08:00, "
          + "last step at 2026-01-05T09:00:00+08:00",
        "= step 2, pay, is missing: open at 2026-01-06T10:00:00+08:00 discards the entity",
        "= counted in no row, step 1 included",
      ])
  }

  @Test func activityStickinessAndLifecycle() {
    let world = Self.world(Self.events, until: "2026-02-10T00:00:00Z")
    #expect(
      Self.lines(ActivityDefinition(options: Self.options(), interval: .week), world) == [
        "1 active in 2026-01-05, and new", "2 another event in 2026-01-05",
        "3 active in 2026-01-19", "4 active in 2026-02-02",
        "= 4 events in 3 weeks in range, from 2026-01-05 to 2026-02-02", "= new in 2026-01-05",
      ])
    #expect(
      Self.lines(StickinessDefinition(options: Self.options(), interval: .week), world) == [
        "1 week 1: 2026-01-05", "3 week 2: 2026-01-19", "4 week 3: 2026-02-02",
        "= active in 3 distinct weeks: counts in exactly of 3, and in at_least of 1 to 3",
      ])
    #expect(
      Self.lines(LifecycleDefinition(options: Self.options(), interval: .week), world) == [
        "1 new in 2026-01-05", "2 another event in 2026-01-05", "3 resurrected in 2026-01-19",
        "4 resurrected in 2026-02-02", "= new in 2026-01-05", "= dormant in 2026-01-12",
        "= resurrected in 2026-01-19", "= dormant in 2026-01-26", "= resurrected in 2026-02-02",
        "= dormant in 2026-02-09",
      ])
  }

  @Test func revenue() {
    let world = Self.world(
      Self.events + [Self.event("2026-02-05T01:00:00Z", "pay")], until: "2026-02-10T00:00:00Z")
    let definition = RevenueDefinition(
      options: Self.options(["country"]), event: .named(["pay"]), amount: "amount", interval: .month
    )
    #expect(
      Self.lines(definition, world) == [
        "3 order of 12.5 in 2026-01-01, by a new payer",
        "5 order without an amount, which adds 0 in 2026-02-01, by a repeat payer",
        "= 2026-01-01: new payer, 1 order, 12.5", "= 2026-02-01: repeat payer, 1 order, 0",
        "= counted in the rows of country = DE; country empty, each by its own events",
      ])
  }

  /// A report without words of its own: what each event is to it, and the rows in which it counts.
  @Test func standingFromTheTables() {
    var world = World()
    world.entities = [
      (
        "acme",
        [
          RecurringTests.event("2026-01-10T00:00:00Z", "sign_up", 100),
          RecurringTests.event("2026-02-10T00:00:00Z", "open"),
        ]
      )
    ]
    world.observedUntil = CalendarTests.instant("2026-02-20T00:00:00Z")
    #expect(
      Self.lines(RecurringTests.definition(), world) == [
        "1 start", "2 cancel",
        "= report, 2026-01-01: new_mrr 10, end_mrr 10, end_accounts 1, new_accounts 1",
        "= report, 2026-02-01: start_accounts 1, start_mrr 10, churned_mrr 10, churned_accounts 1, "
          + "so far",
      ])
  }

  @Test func numbersAreSpelledAsPeopleDo() {
    #expect(spelled([]) == "")
    #expect(spelled([3]) == "3")
    #expect(spelled([0, 1, 3, 4, 5, 9]) == "0, 1, 3 to 5, 9")
  }
}
