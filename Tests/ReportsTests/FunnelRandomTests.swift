import EventLog
import Spec
import Tables
import TestSupport
import Testing

@testable import Reports
@testable import Timelines
@testable import Values

/// Random funnels over random timelines, against the reference: all options together, tables too.
struct FunnelRandomTests {
  static let names = ["A", "B", "C", "D", "E"]
  static let texts = ["plan", "site"]

  /// Half of the funnels are about search alone: more steps that share events, more optional ones,
  /// limits between steps, no tables to speak of.
  static func definition(_ random: inout SplitMix64, isSearch: Bool) -> FunnelDefinition {
    func matcher(_ random: inout SplitMix64) -> EventMatcher {
      var chosen: Set<String> = [names[random.below(isSearch ? 3 : 4)]]
      while random.chance(isSearch ? 45 : 30) { chosen.insert(names[random.below(4)]) }
      return .named(Set(chosen.map { LogText($0) }))
    }
    let count = isSearch ? 3 + random.below(2) : 1 + random.below(4)
    var definition = FunnelDefinition(
      options: ReportOptions(name: "f"),
      steps: (0..<count).map { number in
        FunnelDefinition.Step(
          name: "s\(number)", event: matcher(&random),
          optional: number > 0 && random.chance(isSearch ? 40 : 20))
      })
    if random.chance(70) { definition.within = Int64(random.below(12)) * 1_000_000 }
    if random.chance(25) { definition.stepWithin = Int64(random.below(6)) * 1_000_000 }
    definition.order = [.ordered, .ordered, .strict, .any][random.below(4)]
    if isSearch {
      if random.chance(40) { definition.stepWithin = Int64(1 + random.below(3)) * 1_000_000 }
      if random.chance(20) {
        definition.exclusions = [
          FunnelDefinition.Exclusion(
            event: .named(["E"]), first: 1, last: 2 + random.below(count - 1), effect: .stop)
        ]
      }
      return definition
    }
    if random.chance(30) { definition.hold = [texts[0]] }
    if count > 1 {
      while random.chance(30) {
        let first = 1 + random.below(count - 1)
        definition.exclusions.append(
          FunnelDefinition.Exclusion(
            event: matcher(&random), first: first, last: first + 1 + random.below(count - first),
            effect: random.chance(50) ? .stop : .discard))
      }
    }
    if random.chance(20) {
      definition.dormancy = FunnelDefinition.Dormancy(
        length: Int64(random.below(5)) * 1_000_000,
        activity: random.chance(50) ? nil : matcher(&random))
    }
    if random.chance(60) { definition.options.breakdown = random.chance(70) ? ["site"] : texts }
    definition.attribution =
      [
        .firstStep, .step(1 + random.below(count)), .firstTouch, .lastTouch, .everyStep,
      ][random.below(5)]
    if random.chance(30) {
      definition.options.range = DateRange(
        from: random.chance(50) ? CalendarDate(year: 1970, month: 1, day: 1) : nil,
        until: random.chance(50) ? CalendarDate(year: 1970, month: 1, day: 2) : nil)
    }
    if random.chance(30) { definition.trend = random.chance(50) ? .hour : .day }
    if random.chance(40) { definition.options.list = true }
    if definition.within != nil, random.chance(25) {
      definition.count = .attempts
      definition.options.list = false
    }
    if random.chance(30) { definition.everything = .named(["A", "B", "C", "D"]) }
    return definition
  }

  /// Events around the first midnight of 1970-01-02, and around an hour's end, in whole seconds.
  static func events(_ random: inout SplitMix64, isSearch: Bool) -> [FunnelEvent] {
    let count = (isSearch ? 4 : 1) + random.below(isSearch ? 5 : 9)
    var time: Int64 = [82_790, 86_390, 86_396][random.below(3)]
    var events: [FunnelEvent] = []
    for _ in 0..<count {
      time += [0, 0, 0, 1, 1, 2, 3, 5][random.below(isSearch ? 6 : 8)]
      events.append(
        FunnelEvent(
          time: time * 1_000_000, kind: random.below(5),
          texts: [["", "p", "q"][random.below(3)], ["", "x", "y", "z"][random.below(4)]]))
    }
    return events.sorted {
      ($0.time, $0.kind, $0.texts[0], $0.texts[1]) < ($1.time, $1.kind, $1.texts[0], $1.texts[1])
    }
  }

  @Test func tablesMatchTheReference() throws {
    for seed in 0..<Thorough.cases(3000) {
      var random = SplitMix64(state: UInt64(seed))
      let isSearch = seed % 2 == 1
      let definition = Self.definition(&random, isSearch: isSearch)
      var harness = FunnelHarness(
        definition, names: Self.names, texts: Self.texts,
        observedUntil: 86_400_000_000 + Int64(random.below(12)) * 1_000_000)
      let entities = (0..<3).map { _ in Self.events(&random, isSearch: isSearch) }
      var second = definition.makeFold(harness.context)
      let hold = definition.hold.isEmpty ? [] : [0]
      let needs = definition.needs.joined(with: definition.options)
      for (number, events) in entities.enumerated() {
        let timeline = FunnelHarness.timeline("u\(number)", partition: number, events)
        if definition.count == .entities,
          definition.attribution != .everyStep || definition.options.breakdown.isEmpty
        {
          // Every second search is one whose log is full at once.
          harness.fold.search.forget(after: (seed / 2) % 2 == 0 ? nil : random.below(6))
          let found = harness.found(timeline)
          let expected = harness.reference.answer(events, hold: hold)
          if found != expected {
            Issue.record(
              "seed \(seed): \(FunnelSearchTests.show(events)): \(found), not \(expected) by \(definition)"
            )
          }
        }
        let narrowed = timeline.narrowed(to: needs, harness.context)
        if random.chance(50) { harness.fold.observe(narrowed) } else { second.observe(narrowed) }
      }
      var merged = second
      merged.merge(harness.fold)
      harness.fold.merge(second)
      let expected = FunnelTableReference(harness.reference, texts: Self.texts).tables(entities)
      let tables = try harness.fold.tables()
      for (table, rows) in zip(tables, expected) where table.rows != rows {
        Issue.record(
          "seed \(seed): \(table.name)\n\(table.rows)\nnot\n\(rows)\nof \(entities.map(FunnelSearchTests.show)) \(definition)"
        )
      }
      #expect(tables.count == expected.count - (definition.options.list ? 1 : 0), "seed \(seed)")
      #expect(try merged.tables().map(\.rows) == tables.map(\.rows), "seed \(seed)")
      if definition.options.list {
        #expect(harness.fold.drainList()?.rows == expected.last, "seed \(seed)")
        #expect(harness.fold.drainList()?.rows == [], "seed \(seed)")
      }
    }
  }
}

extension FunnelRandomTests {
  /// Where the steps may come in any order, so may events of one instant: when an entity entered and
  /// got to each step is the same for any of their orders, and so for any names.
  @Test func instantsHaveNoOrderOfTheirOwn() throws {
    for seed in 0..<Thorough.cases(2000) {
      var random = SplitMix64(state: UInt64(seed))
      let count = 2 + random.below(4)
      var definition = FunnelDefinition(
        options: ReportOptions(name: "f"),
        steps: (0..<count).map { .init(name: "s\($0)", event: .named([LogText(Self.names[$0])])) })
      definition.order = .any
      if random.chance(70) { definition.within = Int64(1 + random.below(12)) * 1_000_000 }
      if random.chance(30) { definition.stepWithin = Int64(1 + random.below(6)) * 1_000_000 }
      var harness = FunnelHarness(
        definition, names: Self.names, texts: Self.texts, observedUntil: 86_401_000_000)
      let events = Self.events(&random, isSearch: seed % 2 == 1)
      let times = Dictionary(grouping: events, by: \.time)
      let turned = times.keys.sorted().flatMap { times[$0]!.reversed() }
      func found(_ events: [FunnelEvent], _ partition: Int) -> ([Int64?], FunnelState?) {
        let answer = harness.found(FunnelHarness.timeline("u", partition: partition, events))
        return (answer.chain.map { $0 < 0 ? nil : events[$0].time }, answer.state)
      }
      #expect(found(events, 0) == found(turned, 1), "seed \(seed): \(events)")
    }
  }
}
