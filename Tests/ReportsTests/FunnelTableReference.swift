import EventLog
import Spec
import Tables
import TestSupport
import Testing

@testable import Reports
@testable import Timelines
@testable import Values

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
        // In whole microseconds, so that nothing is rounded twice.
        let durations = made.map { member -> Int64 in
          func time(_ steps: [Int]) -> Int64 {
            steps.map { member.events[member.answer.chain[$0]].time }.max()!
          }
          let until = time(mandatory + [step])
          let since = time(mandatory.filter { $0 <= from })
          return until - since
        }.sorted()
        func quantile(_ percent: Int) -> Cell {
          if durations.isEmpty { return .empty }
          let position = percent * (durations.count - 1)
          let low = durations[position / 100]
          let high = durations[min(position / 100 + 1, durations.count - 1)]
          let hundredfold = low * 100 + (high - low) * Int64(position % 100)
          return .number(Double(hundredfold) / 100_000_000)
        }
        let mean = Double(durations.reduce(0, +)) / Double(durations.count) / 1_000_000
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
