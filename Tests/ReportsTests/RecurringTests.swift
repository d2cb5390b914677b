import EventLog
import Spec
import TestSupport
import Testing
import Timelines

@testable import Reports
@testable import Values

/// In the little worlds a contract starts with `sign_up`, changes with `pay`, ends with `open`, and
/// is named by `plan`.
struct RecurringTests {
  static func definition(
    interval: Interval = .month, contract: String? = nil, breakdown: [String] = []
  ) -> RecurringDefinition {
    RecurringDefinition(
      options: ReportOptions(name: "report", breakdown: breakdown),
      start: .init(event: .named(["sign_up"]), amount: "amount"),
      change: .init(event: .named(["pay"]), amount: "amount"),
      cancel: .init(event: .named(["open"])),
      contract: contract, interval: interval)
  }

  /// An amount in tenths.
  static func event(
    _ time: String, _ name: String, _ tenths: Int64? = nil, plan: String = "", country: String = ""
  ) -> WorldEvent {
    WorldEvent(
      time: CalendarTests.instant(time), name: name, country: country, plan: plan,
      amount: tenths.map { ExactDecimal(significand: $0, scale: 1) } ?? .absent)
  }

  /// Accounts that start in January with the first amount, in tenths, and have the second one from
  /// February on; as of the end of February.
  static func january(_ levels: [(Int64, Int64)]) -> World {
    var world = World()
    world.entities = levels.enumerated().map { number, level in
      var events = [event("2026-01-05T00:00:00Z", "sign_up", level.0)]
      if level.1 == 0 {
        events.append(event("2026-02-10T00:00:00Z", "open"))
      } else if level.1 != level.0 {
        events.append(event("2026-02-10T00:00:00Z", "pay", level.1))
      }
      return ("account\(number)", events)
    }
    world.observedUntil = CalendarTests.instant("2026-03-01T00:00:00Z") - 1
    return world
  }

  /// Start 10.0, contraction 0.6, churn 0.9, expansion 1.8 on different accounts: grr 0.85, nrr 1.03.
  @Test func publishedRetentionRates() throws {
    let world = Self.january([(30, 24), (9, 0), (20, 38), (41, 41)])
    let tables = try world.tables(Self.definition())
    #expect(
      lines(tables["report"]) == [
        "2026-01-01 0 0 10 0 0 0 0 10 4 4 0 0 - - - complete",
        "2026-02-01 4 10 0 0 1.8 0.6 0.9 10.3 3 0 0 1 0.85 1.03 0.25 complete",
      ])
  }

  /// Start 100, churn 10, contraction 10, expansion 10: gross churn 0.2 and net churn 0.1, from the
  /// columns as the documentation says.
  @Test func publishedChurnRates() throws {
    let world = Self.january([(100, 0), (300, 200), (200, 300), (400, 400)])
    let rows = try world.tables(Self.definition())["report"] ?? []
    #expect(
      lines([rows[1]]) == ["2026-02-01 4 100 0 0 10 10 10 90 3 0 0 1 0.8 0.9 0.25 complete"])
    let numbers = rows[1].map { Double($0) ?? 0 }
    let (start, reactivated, expansion) = (numbers[2], numbers[4], numbers[5])
    let (contraction, churned) = (numbers[6], numbers[7])
    #expect((churned + contraction) / start == 0.2)
    #expect((churned + contraction - expansion - reactivated) / start == 0.1)
  }

  /// One account from its trial on, checked line by line.
  @Test func oneAccount() throws {
    var world = World()
    world.entities = [
      (
        "acme",
        [
          // A trial of amount 0 makes nobody new.
          Self.event("2026-01-10T00:00:00Z", "sign_up", 0, plan: "x"),
          Self.event("2026-02-10T00:00:00Z", "pay", 50, plan: "x"),
          // A second contract, at the first instant of March: in March.
          Self.event("2026-03-01T00:00:00Z", "sign_up", 25, plan: "y"),
          // No amount: nothing changes. A change to the same amount neither.
          Self.event("2026-04-02T00:00:00Z", "pay", nil, plan: "x"),
          Self.event("2026-04-03T00:00:00Z", "pay", 25, plan: "y"),
          // One contract ends, one grows: one contraction for the account.
          Self.event("2026-05-02T00:00:00Z", "open", plan: "x"),
          Self.event("2026-05-03T00:00:00Z", "pay", 40, plan: "y"),
          Self.event("2026-06-15T00:00:00Z", "open", plan: "y"),
          // Back and gone again between two ends: nothing.
          Self.event("2026-07-15T00:00:00Z", "sign_up", 99, plan: "x"),
          Self.event("2026-07-16T00:00:00Z", "open", plan: "x"),
          // A change after a cancellation counts.
          Self.event("2026-08-20T00:00:00Z", "pay", 7, plan: "y"),
        ]
      )
    ]
    world.observedUntil = CalendarTests.instant("2026-09-02T00:00:00Z")
    let tables = try world.tables(Self.definition(contract: "plan"))
    #expect(
      lines(tables["report"]) == [
        "2026-01-01 0 0 0 0 0 0 0 0 0 0 0 0 - - - complete",
        "2026-02-01 0 0 5 0 0 0 0 5 1 1 0 0 - - - complete",
        "2026-03-01 1 5 0 0 2.5 0 0 7.5 1 0 0 0 1.0 1.5 0.0 complete",
        "2026-04-01 1 7.5 0 0 0 0 0 7.5 1 0 0 0 1.0 1.0 0.0 complete",
        "2026-05-01 1 7.5 0 0 0 3.5 0 4 1 0 0 0 \(4.0 / 7.5) \(4.0 / 7.5) 0.0 complete",
        "2026-06-01 1 4 0 0 0 0 4 0 0 0 0 1 0.0 0.0 1.0 complete",
        "2026-07-01 0 0 0 0 0 0 0 0 0 0 0 0 - - - complete",
        "2026-08-01 0 0 0 0.7 0 0 0 0.7 1 0 1 0 - - - complete",
        "2026-09-01 1 0.7 0 0 0 0 0 0.7 1 0 0 0 1.0 1.0 0.0 partial",
      ])
    // Without a contract property each event sets the account's one level.
    let single = try world.tables(Self.definition())["report"] ?? []
    #expect(single.map { $0[8] } == ["0", "5", "2.5", "2.5", "4", "0", "0", "0.7", "0.7"])
    // What came before the range is history: the level is there, and nobody becomes new again.
    world.range.from = CalendarDate(year: 2026, month: 6, day: 20)
    let late = try world.tables(Self.definition(contract: "plan"))["report"]
    // The cancellation of June 15th came before it.
    #expect(lines(late).first == "2026-06-01 0 0 0 0 0 0 0 0 0 0 0 0 - - - partial")
    #expect(late?.count == 4)
    world.range.from = CalendarDate(year: 2026, month: 6, day: 10)
    let cut = try world.tables(Self.definition(contract: "plan"))["report"]
    #expect(lines(cut).first == "2026-06-01 1 4 0 0 0 0 4 0 0 0 0 1 0.0 0.0 1.0 partial")
  }

  /// What happens to a contract at one instant, and what it is worth then: names never decide, so that
  /// the same events under other names give the same.
  @Test(arguments: [
    (before: [], now: ["s75", "c"], after: "0"), ([], ["s75", "p80"], "80"),
    ([], ["s5", "s9"], "9"),
    ([], ["p5", "p9", "s20"], "9"), ([], ["s75", "p80", "c"], "0"),
    (["s50"], ["s75", "c"], "75"), (["s50"], ["s75", "s80", "c"], "80"),
    (["s50"], ["s75", "p60", "c"], "60"), (["s50"], ["p60", "c"], "0"),
    (["s50"], ["s75", "p60"], "60"), (["s0"], ["s75", "c"], "0"), (["s50"], ["s", "c"], "0"),
    (["s50"], ["s"], "50"), (["p50", "c"], ["s75", "c"], "0"),
  ])
  func oneInstant(before: [String], now: [String], after: String) throws {
    for (start, change, cancel) in [("open", "pay", "sign_up"), ("sign_up", "open", "pay")] {
      var definition = Self.definition()
      definition.start.event = .named([LogText(start)])
      definition.change?.event = .named([LogText(change)])
      definition.cancel = .init(event: .named([LogText(cancel)]))
      func event(_ word: String, _ time: String) -> WorldEvent {
        let name = ["s": start, "p": change, "c": cancel][word.first!]!
        return Self.event(time, name, Int64(word.dropFirst()).map { $0 * 10 })
      }
      var world = World()
      world.entities = [
        (
          "a",
          before.enumerated().map { event($1, "2026-01-0\($0 + 1)T00:00:00Z") }
            + now.map { event($0, "2026-01-10T00:00:00Z") }
        )
      ]
      world.observedUntil = CalendarTests.instant("2026-01-31T00:00:00Z")
      let tables = try world.tables(definition)
      #expect(tables["report"]?.first?[8] == after, "\(before) \(now)")
    }
  }

  @Test func breakdownIsThatOfTheFirstStart() throws {
    var world = World()
    world.entities = [
      (
        "a",
        [
          Self.event("2026-01-01T00:00:00Z", "open", country: "Z"),
          Self.event("2026-01-02T00:00:00Z", "sign_up", 10, country: "A"),
          Self.event("2026-01-03T00:00:00Z", "pay", 20, country: "B"),
        ]
      ),
      ("b", [Self.event("2026-01-02T00:00:00Z", "sign_up", 10, country: "B")]),
      ("c", [Self.event("2026-01-02T00:00:00Z", "open", country: "C")]),
    ]
    world.observedUntil = CalendarTests.instant("2026-01-20T00:00:00Z")
    let tables = try world.tables(Self.definition(breakdown: ["country"]))
    #expect(
      lines(tables["report"]) == [
        "A 2026-01-01 0 0 2 0 0 0 0 2 1 1 0 0 - - - partial",
        "B 2026-01-01 0 0 1 0 0 0 0 1 1 1 0 0 - - - partial",
      ])
  }

  /// Start and change may read different properties; an event that is both is a start first.
  @Test func amountsOfStartAndChange() throws {
    let both = RecurringDefinition(
      options: ReportOptions(name: "report"),
      start: .init(event: .named(["s", "sc"]), amount: "first"),
      change: .init(event: .named(["c", "sc"]), amount: "second"))
    let kinds = EventKinds(
      matchers: both.needs.matchers, kinds: [("c", [1]), ("s", [0]), ("sc", [0, 1])])
    let calendar = World().calendar
    let context = ReportContext(
      schema: TimelineSchema(
        entity: .account, matchers: both.needs.matchers, numbers: both.needs.numbers),
      kinds: kinds, calendar: calendar,
      observedUntil: CalendarTests.instant("2026-01-31T00:00:00Z"))
    func level(_ kind: UInt32, _ first: Int64?, _ second: Int64?) throws -> String {
      func decimal(_ value: Int64?) -> ExactDecimal {
        value.map { ExactDecimal(significand: $0, scale: 0) } ?? .absent
      }
      var fold = both.makeFold(context)
      fold.observe(
        Timeline(
          id: "a",
          events: [
            TimelineEvent(
              time: CalendarTests.instant("2026-01-05T00:00:00Z"), kind: kind,
              numbers: [decimal(first), decimal(second)])
          ]))
      return try fold.tables()[0].rows[0][8].shown
    }
    #expect(try level(0, 5, 7) == "7")
    #expect(try level(1, 5, 7) == "5")
    #expect(try level(2, 5, 7) == "5")
    #expect(try level(2, nil, 7) == "7")
    #expect(try level(1, nil, 7) == "0")
  }

  /// Levels and moves are counted apart from each other: where one is missing, the identity fails.
  @Test func identityNoticesWhatIsMissing() {
    let ten = DecimalSum(10)
    var cell = RecurringCell.zero
    cell.compare(start: .zero, end: ten, hadPaid: false)
    #expect(!RecurringRow().next(cell).holds)
    cell.levelChange = ten
    #expect(!RecurringRow().next(cell).holds)
    cell.accountsChange = 1
    let row = RecurringRow().next(cell)
    #expect(row.holds)
    #expect(!row.next(cell).next(.zero).isZero)
    cell.churned = ten
    #expect(!RecurringRow().next(cell).holds)
  }

  @Test func noEventsNoRows() throws {
    var world = World()
    world.observedUntil = .min
    #expect(try world.tables(Self.definition())["report"] == [])
  }

  @Test func agreesWithReference() throws {
    for seed in 0..<UInt64(Thorough.cases(800)) {
      var generator = WorldGenerator(seed: seed)
      let interval = generator.pick(Interval.tested)
      let world = generator.world(interval)
      var definition = Self.definition(
        interval: interval, contract: generator.pick([nil, "plan"]))
      definition.options = generator.options(world)
      if generator.chance(30) {
        definition.start.event = generator.matcher()
        definition.change?.event = generator.matcher()
      }
      if generator.chance(20) { definition.change = nil }
      if generator.chance(20) { definition.cancel = nil }
      let expected = RecurringReference(world, definition).rows
      let partitions = generator.number(1...4)
      let folds = generator.number(1...3)
      let actual = try world.tables(
        definition, partitions: partitions, folds: folds, &generator.random)["report"]
      #expect(lines(actual) == lines(expected), "seed \(seed)")
      if lines(actual) != lines(expected) { return }
    }
  }
}
