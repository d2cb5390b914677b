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

/// A funnel's tables, counted entity by entity from the reference's answers.
struct FunnelTableReference {
  let reference: FunnelReference
  let texts: [String]

  init(_ reference: FunnelReference, texts: [String]) {
    self.reference = reference
    self.texts = texts
  }

  struct Member {
    var answer: FunnelReference.Answer
    var events: [FunnelEvent]
  }

  var definition: FunnelDefinition { reference.definition }

  /// Rows of the table, of the trend if there is one, of the list if there is one.
  func tables(_ entities: [[FunnelEvent]]) -> [[[Cell]]] {
    let hold = definition.hold.isEmpty ? [] : [0]
    let breakdown = definition.options.breakdown.map { texts.firstIndex(of: $0)! }
    var groups: [[String]: [Member]] = [:]
    var trend: [[String]: [String: [Member]]] = [:]
    var list: [[Cell]] = []
    for (number, events) in entities.enumerated() {
      var values: [[(column: Int, value: String)]] = [[]]
      if definition.attribution == .everyStep, !breakdown.isEmpty {
        let keys = Set(events.map { event in breakdown.map { event.texts[$0] } })
        values = keys.map { key in zip(breakdown, key).map { (column: $0, value: $1) } }
      }
      var all: [Member] = []
      for only in values where definition.count == .attempts {
        for answer in attempts(events, only) where answer.state != .discarded {
          let member = Member(answer: answer, events: events)
          guard let key = group(member, breakdown) else { continue }
          groups[key, default: []].append(member)
          guard let interval = definition.trend else { continue }
          let times = answer.chain.filter { $0 >= 0 }.map { events[$0].time }
          trend[key, default: [:]][label(times.min()!, interval), default: []].append(member)
        }
      }
      for only in values where definition.count == .entities {
        func add(_ entries: Range<Int64>?, _ body: ([String], Member) -> Void) {
          let answer = reference.answer(events, hold: hold, only: only, entries: entries)
          let member = Member(answer: answer, events: events)
          if answer.state == nil || answer.state == .discarded { return }
          if let key = group(member, breakdown) { body(key, member) }
        }
        all.append(
          Member(answer: reference.answer(events, hold: hold, only: only), events: events))
        add(nil) { groups[$0, default: []].append($1) }
        if let interval = definition.trend {
          let length: Int64 = interval == .hour ? 3_600_000_000 : 86_400_000_000
          for first in Set(events.map { $0.time / length * length }) {
            add((first..<first + length).clamped(to: reference.entries)) { key, member in
              trend[key, default: [:]][label(first, interval), default: []].append(member)
            }
          }
        }
      }
      if definition.options.list, let row = row(number, all) { list.append(row) }
    }
    func ascends(_ left: [String], _ right: [String]) -> Bool {
      left.lexicographicallyPrecedes(right)
    }
    func cells(_ key: [String]) -> [Cell] { key.map { $0.isEmpty ? .empty : .text($0) } }
    if breakdown.isEmpty, groups.isEmpty { groups[[]] = [] }
    let keys = groups.keys.sorted(by: ascends)
    var tables = [
      keys.flatMap { rows(cells($0), groups[$0]!) }, keys.flatMap { times(cells($0), groups[$0]!) },
    ]
    if definition.trend != nil {
      tables.append(
        trend.keys.sorted(by: ascends).flatMap { key in
          trend[key]!.keys.sorted().flatMap {
            rows(cells(key) + [.text($0)], trend[key]![$0]!).map { $0 + [.boolean(false)] }
          }
        })
    }
    return tables + (definition.options.list ? [list] : [])
  }

  private func label(_ time: Int64, _ interval: Interval) -> String {
    let hour = time / 3_600_000_000
    var label = "1970-01-0\(1 + hour / 24)"
    if interval == .hour { label += hour % 24 < 10 ? "T0" : "T" }
    if interval == .hour { label += "\(hour % 24):00:00" }
    return label
  }

  /// An entity's attempts, for each value that its chains hold.
  private func attempts(
    _ events: [FunnelEvent], _ only: [(column: Int, value: String)]
  ) -> [FunnelReference.Answer] {
    let hold = definition.hold.isEmpty ? [] : [0]
    let held = hold.isEmpty ? [nil] : Set(events.map { Optional($0.texts[0]) }).sorted { $0! < $1! }
    return held.flatMap { value -> [FunnelReference.Answer] in
      if value == "" { return [] }
      let only = only + (value.map { [(column: 0, value: $0)] } ?? [])
      func answer(_ entries: Range<Int64>) -> FunnelReference.Answer {
        reference.answer(
          events, hold: hold, only: only, entries: entries.clamped(to: reference.entries))
      }
      var answers: [FunnelReference.Answer] = []
      var from = Int64.min
      for time in Set(events.map(\.time)).sorted() where time >= from {
        // Whether a chain can begin at this instant.
        if answer(time..<time + 1).state == nil { continue }
        let found = answer(time..<time + definition.within! + 1)
        answers.append(found)
        from =
          found.state == .converted
          ? found.chain.filter { $0 >= 0 }.map { events[$0].time }.max()! + 1
          : time + definition.within! + 1
      }
      return answers
    }
  }

  /// The entity's row: its best over all breakdown values.
  private func row(_ number: Int, _ all: [Member]) -> [Cell]? {
    func optionals(_ member: Member) -> Int {
      member.answer.chain.indices.count { reference.isOptional($0) && member.answer.chain[$0] >= 0 }
    }
    func end(_ member: Member) -> [Int64] {
      let chain = member.answer.chain.filter { $0 >= 0 }
      if definition.order != .any { return [Int64(chain.last!)] }
      let times = chain.map { member.events[$0].time }
      return [times.max()!, -times.min()!, -Int64(chain.max()!)]
    }
    let entered = all.filter { $0.answer.state != nil }
    guard let furthest = entered.map(\.answer.mandatory).max() else { return nil }
    let longest = entered.filter { $0.answer.mandatory == furthest }
    let best = longest.min {
      optionals($0) != optionals($1)
        ? optionals($0) > optionals($1) : end($0).lexicographicallyPrecedes(end($1))
    }!
    let states = longest.map { $0.answer.state! }
    var state = states.allSatisfy { $0 == .discarded } ? FunnelState.discarded : .dropped
    if states.contains(.open), state != .discarded { state = .open }
    if states.contains(.converted) { state = .converted }
    let steps = definition.steps.indices.filter { !reference.isOptional($0) }
    let times = best.answer.chain.filter { $0 >= 0 }.map { best.events[$0].time }
    func stamp(_ time: Int64) -> Cell {
      let second = time / 1_000_000
      let clock = [second / 3600 % 24, second / 60 % 60, second % 60]
        .map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
      return .text("1970-01-0\(1 + second / 86_400)T\(clock)Z")
    }
    return [
      .text("u\(number)"), .integer(steps[furthest - 1] + 1), .text(state.rawValue),
      stamp(times.min()!), stamp(times.max()!),
      .number(Double(times.max()! - times.min()!) / 1_000_000),
    ]
  }

  private func group(_ member: Member, _ breakdown: [Int]) -> [String]? {
    let chain = member.answer.chain
    let end = chain.filter { $0 >= 0 }.map { member.events[$0].time }.max()!
    let touches = member.events.filter { $0.time <= end && reference.isSeen[$0.kind] }
    switch definition.attribution {
    case .firstStep, .everyStep: return breakdown.map { member.events[chain[0]].texts[$0] }
    case .step(let number):
      if breakdown.isEmpty { return [] }
      if chain[number - 1] < 0 { return breakdown.map { _ in "(not reached)" } }
      return breakdown.map { member.events[chain[number - 1]].texts[$0] }
    case .firstTouch:
      return breakdown.map { column in
        touches.first { !$0.texts[column].isEmpty }?.texts[column] ?? ""
      }
    case .lastTouch:
      return breakdown.map { column in
        touches.last { !$0.texts[column].isEmpty }?.texts[column] ?? ""
      }
    }
  }

  /// Rows of NAME.times.
  private func times(_ leading: [Cell], _ members: [Member]) -> [[Cell]] {
    var rows: [[Cell]] = []
    var mandatory = [0]
    for (step, name) in definition.steps.map(\.name).enumerated().dropFirst() {
      let isOptional = reference.isOptional(step)
      let made = members.filter { member in
        isOptional
          ? member.answer.chain[step] >= 0 : member.answer.mandatory > mandatory.count
      }
      for from in Set([0, mandatory.last!]).sorted() {
        let durations = made.map { member -> Double in
          func time(_ steps: [Int]) -> Int64 {
            steps.map { member.events[member.answer.chain[$0]].time }.max()!
          }
          let until = time(mandatory + [step])
          let since = time(mandatory.filter { $0 <= from })
          return Double(until - since) / 1_000_000
        }.sorted()
        func quantile(_ percent: Int) -> Cell {
          if durations.isEmpty { return .empty }
          let position = percent * (durations.count - 1)
          let low = durations[position / 100]
          let high = durations[min(position / 100 + 1, durations.count - 1)]
          return .number(low + (high - low) * Double(position % 100) / 100)
        }
        let mean = durations.reduce(0, +) / Double(durations.count)
        rows.append(
          leading + [
            .integer(from + 1), .integer(step + 1), .text(name), .integer(durations.count),
            durations.isEmpty ? .empty : .number(mean),
          ] + [25, 50, 75, 90, 99].map(quantile))
      }
      if !isOptional { mandatory.append(step) }
    }
    return rows
  }

  private func rows(_ leading: [Cell], _ members: [Member]) -> [[Cell]] {
    var rows: [[Cell]] = []
    var previous = members.count
    var mandatory = 0
    for (step, name) in definition.steps.map(\.name).enumerated() {
      let isOptional = reference.isOptional(step)
      if !isOptional { mandatory += 1 }
      let made = members.filter {
        isOptional ? $0.answer.chain[step] >= 0 : $0.answer.mandatory >= mandatory
      }
      let lost = members.filter { $0.answer.mandatory == mandatory - 1 }
      /// When all mandatory steps up to a step were made.
      func complete(_ member: Member, _ steps: Range<Int>) -> Int64 {
        steps.filter { !reference.isOptional($0) }.map {
          member.events[member.answer.chain[$0]].time
        }.max()!
      }
      let durations = made.map { member in
        step == 0
          ? 0
          : max(
            0,
            member.events[member.answer.chain[step]].time - complete(member, 0..<step))
      }.sorted()
      var statistics: [Cell] = [.empty, .empty, .empty]
      if step > 0, !durations.isEmpty {
        let seconds = durations.map { Double($0) / 1_000_000 }
        func quantile(_ tenths: Int) -> Double {
          let position = tenths * (seconds.count - 1)
          let low = seconds[position / 10]
          let high = seconds[min(position / 10 + 1, seconds.count - 1)]
          return low + (high - low) * Double(position % 10) / 10
        }
        statistics = [
          .number(seconds.reduce(0, +) / Double(seconds.count)), .number(quantile(5)),
          .number(quantile(9)),
        ]
      }
      let hasLosses = step > 0 && !isOptional
      // The value is that of step `known`: who has it, is known from there on only.
      var known = 1
      if case .step(let number) = definition.attribution, !definition.options.breakdown.isEmpty {
        known = number
      }
      let isRateKnown = step > 0 && (known == 1 || step >= known)
      // Of those whose window has closed, and nothing of it is open.
      let closed = members.filter { member in
        guard let within = definition.within, member.answer.state != .open else { return false }
        let entry = member.answer.chain.filter { $0 >= 0 }.map { member.events[$0].time }.min()!
        return entry + within <= reference.observedUntil
      }
      let closedMade = made.filter { one in
        closed.contains { $0.answer == one.answer && $0.events == one.events }
      }
      rows.append(
        leading + [
          .integer(step + 1), .text(name), .integer(made.count),
          known > 1 ? .empty : .ratio(made.count, members.count),
          isRateKnown ? .ratio(made.count, previous) : .empty,
          hasLosses ? .integer(lost.count { $0.answer.state == .dropped }) : .empty,
          hasLosses ? .integer(lost.count { $0.answer.state == .open }) : .empty,
        ] + statistics + [known > 1 ? .empty : .ratio(closedMade.count, closed.count)])
      if !isOptional { previous = made.count }
    }
    return rows
  }
}
