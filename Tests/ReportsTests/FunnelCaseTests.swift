import EventLog
import Spec
import Tables
import Testing
import Timelines

@testable import Reports
@testable import Values

/// Cases worked by hand, small enough to check on paper.
struct FunnelCaseTests {
  static let names = ["A", "B", "C", "D", "x"]
  static let second: Int64 = 1_000_000

  /// Events as words `A12`: a name and a second.
  static func events(_ text: String, texts: [String] = []) -> [FunnelEvent] {
    text.split(separator: " ").map { word in
      FunnelEvent(
        time: Int64(word.dropFirst())! * second,
        kind: names.firstIndex(of: String(word.prefix(1)))!,
        texts: texts)
    }
  }

  static func timeline(_ id: String, partition: Int = 0, _ text: String, _ value: String = "")
    -> Timeline
  {
    FunnelHarness.timeline(id, partition: partition, events(text, texts: [value]))
  }

  static func funnel(
    _ steps: String, within: Int64? = nil, order: FunnelDefinition.Order = .ordered
  ) -> FunnelDefinition {
    FunnelSearchTests.funnel(steps, within: within.map { $0 * second }, order: order)
  }

  static func explain(
    _ definition: FunnelDefinition, _ text: String, observedUntil: Int64 = 1000
  ) -> FunnelExplanation {
    var harness = FunnelHarness(
      definition, names: names, texts: ["plan"], observedUntil: observedUntil * second)
    return harness.fold.explain(timeline("u", text))
  }

  /// The sequences on which the tools of this field differ, with what this one says.
  @Test(arguments: [
    // sequence, ordered, strict, any
    ("A1 x2 B3 C4", 3, 1, 3), ("A1 B2 A3 C4", 3, 2, 3), ("A1 B2 B3 C4", 3, 2, 3),
    ("A1 C2 B3", 2, 1, 3), ("A1 C2 B3 C4", 3, 1, 3), ("C1 B2 A3", 1, 1, 3),
    ("A1 B1", 2, 2, 2), ("A1 A2 B3 B4 C5", 3, 2, 3), ("A1 x2 A3 B4 C5", 3, 3, 3),
    ("B1 C2", 0, 0, 0), ("A1 C2", 1, 1, 1),
  ])
  func dialects(sequence: String, ordered: Int, strict: Int, any: Int) {
    #expect(Self.explain(Self.funnel("A B C"), sequence).reached == ordered)
    #expect(Self.explain(Self.funnel("A B C", order: .strict), sequence).reached == strict)
    #expect(Self.explain(Self.funnel("A B C", order: .any), sequence).reached == any)
  }

  @Test func anEventIsUsedOnce() {
    for order in FunnelDefinition.Order.allCases {
      #expect(Self.explain(Self.funnel("A A", order: order), "A1").reached == 1)
      #expect(Self.explain(Self.funnel("A A", order: order), "A1 A2").reached == 2)
      #expect(Self.explain(Self.funnel("A A", order: order), "A1 A1").reached == 2)
    }
  }

  @Test func theLatestEntryThatFitsIsReported() {
    // A at 0 is 120 seconds before B: the entry is A at 80.
    #expect(Self.explain(Self.funnel("A B", within: 100), "A0 A80 B120").events == [1, 2])
    #expect(Self.explain(Self.funnel("A B"), "A0 A10 B10").events == [1, 2])
    // An entry that is not the first converts: minutes 30, 45 and 75 within 60.
    let late = Self.explain(Self.funnel("A B C", within: 60), "A0 A30 B45 C75")
    #expect(late.events == [1, 2, 3])
    // One slot per step is not enough: the second A must not cost the first its B.
    let crossed = Self.explain(Self.funnel("A B C", within: 10), "A0 B5 A6 C10")
    #expect(crossed.events == [0, 1, 3])
  }

  @Test func theWindowIsInclusive() {
    #expect(Self.explain(Self.funnel("A B", within: 10), "A0 B10").reached == 2)
    #expect(Self.explain(Self.funnel("A B", within: 9), "A0 B10").reached == 1)
  }

  /// Time 20 is the last at which B could come.
  @Test func openUntilTheWindowCloses() {
    let definition = Self.funnel("A B", within: 10)
    let open = Self.explain(definition, "A10", observedUntil: 19)
    #expect(open.state == .open)
    #expect(open.closure == .open(until: 20 * Self.second))
    let closed = Self.explain(definition, "A10", observedUntil: 20)
    #expect(closed.state == .dropped)
    #expect(closed.closure == .windowClosed(at: 20 * Self.second))
    #expect(closed.missing == 2)
    #expect(Self.explain(Self.funnel("A B"), "A10").closure == .open(until: nil))
    // What came after the end of observation is not there.
    #expect(Self.explain(definition, "A10 B12", observedUntil: 11).state == .open)
    #expect(Self.explain(definition, "A12", observedUntil: 11).closure == .neverEntered)
  }

  @Test func whatEndsAChain() {
    var definition = Self.funnel("A B", within: 10, order: .strict)
    #expect(Self.explain(definition, "A1 x2").closure == .interrupted(by: 1))
    definition = Self.funnel("A B", within: 10)
    definition.exclusions = [
      .init(event: .named(["x"]), first: 1, last: 2, effect: .stop)
    ]
    #expect(Self.explain(definition, "A1 x2 B3").closure == .excluded(by: 1))
    #expect(Self.explain(definition, "A1 x20 B21").closure == .windowClosed(at: 11 * Self.second))
    // At the instant of a step nothing lies between.
    #expect(Self.explain(definition, "A1 x1 B3").closure == .converted)
    definition.exclusions[0].effect = .discard
    #expect(Self.explain(definition, "A1 x2 B3").state == .discarded)
    #expect(Self.explain(definition, "A1 x2 B3").closure == .discarded(by: 1))
    // Outside the window it does nothing; a clean attempt saves the entity.
    #expect(Self.explain(definition, "A1 x20").state == .dropped)
    #expect(Self.explain(definition, "A1 x2 A3 B4").state == .converted)
    #expect(Self.explain(definition, "A1 x2 A30").state == .dropped)
    definition = Self.funnel("A B", within: 10)
    definition.stepWithin = 3 * Self.second
    #expect(Self.explain(definition, "A1").closure == .stepWindowClosed(at: 4 * Self.second))
  }

  @Test func optionalStepsDoNotBreakAChain() {
    let definition = FunnelSearchTests.funnel("A B? C")
    #expect(Self.explain(definition, "A1 C2").events == [0, nil, 1])
    #expect(Self.explain(definition, "A1 B2 C3").events == [0, 1, 2])
    // The longer of two conversions, though it ends later.
    #expect(Self.explain(definition, "A1 C2 B3 C4").events == [0, 2, 3])
  }

  @Test func dormancy() {
    var definition = Self.funnel("A B")
    definition.dormancy = .init(length: 10 * Self.second)
    #expect(Self.explain(definition, "x1 A11 B12").closure == .neverEntered)
    #expect(Self.explain(definition, "x1 A12 B13").events == [1, 2])
    // A step is no activity unless the definition says so.
    #expect(Self.explain(definition, "B1 A2 B3").events == [1, 2])
    definition.dormancy?.activity = .named(["B"])
    #expect(Self.explain(definition, "B1 A2 B3").closure == .neverEntered)
  }

  /// Four entities, two plans; observation ends at 20, the window is 10.
  @Test func table() throws {
    var definition = Self.funnel("A B C", within: 10)
    definition.options.breakdown = ["plan"]
    definition.options.list = true
    var harness = FunnelHarness(
      definition, names: Self.names, texts: ["plan"], observedUntil: 20 * Self.second)
    harness.fold.observe(Self.timeline("u4", partition: 4, "A1 B3 C7", "pro"))
    harness.fold.observe(Self.timeline("u3", partition: 3, "A1 B2", "pro"))
    harness.fold.observe(Self.timeline("u1", partition: 1, "A15 B16", "pro"))
    harness.fold.observe(Self.timeline("u2", partition: 2, "A11", ""))
    harness.fold.observe(Self.timeline("u5", partition: 5, "B11", "free"))
    let table = try harness.fold.tables()[0]
    #expect(
      table.columns.map(\.name) == [
        "plan", "step", "name", "reached", "rate_from_start", "rate_from_previous", "dropped",
        "open", "mean_seconds", "median_seconds", "p90_seconds", "matured",
      ])
    #expect(
      table.rows.map(Self.text) == [
        ",1,A,1,1.0,,,,,,,",
        ",2,B,0,0.0,0.0,0,1,,,,",
        ",3,C,0,0.0,,0,0,,,,",
        "pro,1,A,3,1.0,,,,,,,1.0",
        "pro,2,B,3,1.0,1.0,0,0,\(4.0 / 3),1.0,1.8,1.0",
        // The windows of u3 and u4 have closed, and one of them made it.
        "pro,3,C,1,\(1.0 / 3),\(1.0 / 3),1,1,4.0,4.0,4.0,0.5",
      ])
    // B after 2, 1 and 1 seconds; C after 4 seconds, 6 from A.
    let times = try harness.fold.tables()[1]
    #expect(
      times.columns.map(\.name) == [
        "plan", "from_step", "to_step", "name", "count", "mean_seconds", "p25_seconds",
        "median_seconds", "p75_seconds", "p90_seconds", "p99_seconds",
      ])
    #expect(
      times.rows.map(Self.text).suffix(3) == [
        "pro,1,2,B,3,\(4.0 / 3),1.0,1.0,1.5,1.8,1.98", "pro,1,3,C,1,6.0,6.0,6.0,6.0,6.0,6.0",
        "pro,2,3,C,1,4.0,4.0,4.0,4.0,4.0,4.0",
      ])
    let list = harness.fold.drainList()
    #expect(
      list?.columns.map(\.name) == [
        "entity", "reached", "state", "entered_at", "last_at", "total_seconds",
      ])
    #expect(
      list?.rows.map(Self.text) == [
        "u1,2,open,1970-01-01T00:00:15Z,1970-01-01T00:00:16Z,1.0",
        "u2,1,open,1970-01-01T00:00:11Z,1970-01-01T00:00:11Z,0.0",
        "u3,2,dropped,1970-01-01T00:00:01Z,1970-01-01T00:00:02Z,1.0",
        "u4,3,converted,1970-01-01T00:00:01Z,1970-01-01T00:00:07Z,6.0",
      ])
  }

  /// Attribution by step 2: who did not reach it stands apart, who reached it without a value under
  /// the empty one, nobody is lost, and rates that would be by what came later are empty.
  @Test func attributionByALaterStepKeepsEverybody() throws {
    var definition = Self.funnel("A B C", within: 10)
    definition.options.breakdown = ["plan"]
    definition.options.top = 1
    definition.attribution = .step(2)
    var harness = FunnelHarness(
      definition, names: Self.names, texts: ["plan"], observedUntil: 50 * Self.second)
    for (number, (text, plan)) in [
      ("A1 B3 C7", "pro"), ("A1 B2", "pro"), ("A1", "pro"), ("A1", ""), ("A1 B2", ""),
      ("A1 B2 C3", "(not reached)"),
    ].enumerated() {
      harness.fold.observe(Self.timeline("u\(number)", partition: number, text, plan))
    }
    let rows = try harness.fold.tables()[0].rows
    #expect(
      rows.map { Self.text(Array($0[0...6]) + [$0[11]]) } == [
        "(not reached),1,A,2,,,,", "(not reached),2,B,0,,,2,", "(not reached),3,C,0,,,0,",
        "(other),1,A,2,,,,", "(other),2,B,2,,,0,", "(other),3,C,1,,0.5,1,",
        "pro,1,A,2,,,,", "pro,2,B,2,,,0,", "pro,3,C,1,,0.5,1,",
      ])
    definition.options.top = nil
    harness = FunnelHarness(
      definition, names: Self.names, texts: ["plan"], observedUntil: 50 * Self.second)
    harness.fold.observe(Self.timeline("u", "A1 B2 C3", "(not reached)"))
    #expect(try harness.fold.tables()[0].rows.first?[0] == .text("\\(not reached)"))
  }

  /// Three visits; the second attempt converts, from the later of its two entries; then a new one.
  @Test func attempts() throws {
    var definition = Self.funnel("A B", within: 10)
    definition.count = .attempts
    var harness = FunnelHarness(
      definition, names: Self.names, texts: ["plan"], observedUntil: 100 * Self.second)
    harness.fold.observe(Self.timeline("u", "A1 A20 A25 B28 A30 A45 B46 A95"))
    let rows = try harness.fold.tables()[0].rows
    // A1 (till 11), A25-B28, A30 (till 40), A45-B46, A95, which is open.
    #expect(
      rows.map { Self.text($0) } == [
        "1,A,5,1.0,,,,,,,1.0", "2,B,2,0.4,0.4,2,1,2.0,2.0,2.8,0.5",
      ])
  }

  /// Who has no value to hold enters nowhere, and is said.
  @Test func entitiesWithoutTheHeldPropertyAreSaid() {
    var definition = FunnelDefinition(
      options: ReportOptions(name: "f"),
      steps: ["open", "pay"].map { .init(name: $0, event: .named([LogText($0)])) })
    definition.hold = ["plan"]
    var world = World()
    world.entities = [
      ("none", [WorldEvent(time: 1, name: "open")]),
      ("once", [WorldEvent(time: 1, name: "open"), WorldEvent(time: 2, name: "open", plan: "x")]),
      ("elsewhere", [WorldEvent(time: 1, name: "pay")]),
    ]
    let context = world.context(definition)
    var fold = definition.makeFold(context)
    for timeline in World.partition(0, world.entities) { fold.observe(timeline) }
    var other = definition.makeFold(context)
    other.merge(fold)
    #expect(
      other.warnings() == [
        "report f: 1 entity stands in no row: step 1 was there, but never with a value of plan, "
          + "which chains hold"
      ])
    #expect(other.tallies[0].reached == [1, 0])
  }

  /// An excluding event ends chains that hold its value; one without a value ends all.
  @Test(arguments: [("p", 1), ("q", 2), ("", 1)])
  func exclusionsHoldToo(value: String, reached: Int) throws {
    var definition = Self.funnel("A B")
    definition.hold = ["plan"]
    definition.exclusions = [.init(event: .named(["x"]), first: 1, last: 2, effect: .stop)]
    let events =
      Self.events("A1", texts: ["p"]) + Self.events("x2", texts: [value])
      + Self.events("B3", texts: ["p"])
    var harness = FunnelHarness(
      definition, names: Self.names, texts: ["plan"], observedUntil: 50 * Self.second)
    let found = harness.fold.explain(FunnelHarness.timeline("u", events))
    #expect(found.reached == reached)
    #expect(found.closure == (reached == 2 ? .converted : .excluded(by: 1)))
  }

  static func text(_ row: [Cell]) -> String {
    row.map { cell in
      switch cell {
      case .text(let text): text
      case .integer(let number): "\(number)"
      case .number(let number): "\(number)"
      default: ""
      }
    }.joined(separator: ",")
  }

  @Test func topKeepsTheLargest() throws {
    var definition = Self.funnel("A B")
    definition.options.breakdown = ["plan"]
    definition.options.top = 1
    var harness = FunnelHarness(
      definition, names: Self.names, texts: ["plan"], observedUntil: 10 * Self.second)
    for (number, plan) in ["a", "b", "b", "c"].enumerated() {
      harness.fold.observe(Self.timeline("u\(number)", partition: number, "A1 B2", plan))
    }
    let rows = try harness.fold.tables()[0].rows
    #expect(
      rows.map { Self.text(Array($0[0...3])) } == [
        "(other),1,A,2", "(other),2,B,2", "b,1,A,2", "b,2,B,2",
      ])
  }

  /// Entries on days 1, 5 and 20, step 2 on days 2 and 6, window 3 days: each day of entry counts
  /// the entity on its own.
  @Test func trendCountsEachIntervalOfEntry() throws {
    let day: Int64 = 86_400
    var definition = Self.funnel("A B", within: 3 * day)
    definition.trend = .day
    var harness = FunnelHarness(
      definition, names: Self.names, texts: ["plan"], observedUntil: 40 * day * Self.second)
    harness.fold.observe(
      Self.timeline("u", "A0 B\(day) A\(4 * day) B\(5 * day) A\(19 * day)"))
    let tables = try harness.fold.tables()
    #expect(tables.map(\.name) == ["f", "f.times", "f.trend"])
    #expect(tables[0].rows[1][2] == .integer(1))
    #expect(
      tables[2].rows.map { Self.text([$0[0], $0[1], $0[3], $0[6]]) } == [
        "1970-01-01,1,1,", "1970-01-01,2,1,0", "1970-01-05,1,1,", "1970-01-05,2,1,0",
        "1970-01-20,1,1,", "1970-01-20,2,0,1",
      ])
  }

  @Test func timestampsAreLocal() {
    let zone = ZoneRules(name: "Test/Half", starts: [.min], offsets: [-12_600])
    let calendar = ReportCalendar(zone: zone)
    #expect(calendar.timestamp(0) == "1969-12-31T20:30:00-03:30")
    #expect(calendar.timestamp(1_250_000) == "1969-12-31T20:30:01.25-03:30")
    #expect(calendar.timestamp(-1) == "1969-12-31T20:29:59.999999-03:30")
  }

  @Test func withoutEventsThereAreNoRows() throws {
    let read = FunnelHarness(Self.funnel("A B"), names: Self.names)
    #expect(try read.fold.tables()[0].rows.count == 2)
    let nothing = FunnelHarness(Self.funnel("A B"), names: [], observedUntil: .min)
    #expect(try nothing.fold.tables()[0].rows.isEmpty)
  }
}
