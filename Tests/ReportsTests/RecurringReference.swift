import EventLog
import Spec

@testable import Reports
@testable import Values

/// Contract value by walking through all events anew for every cell, in hundredths.
struct RecurringReference {
  let view: ReferenceView
  let definition: RecurringDefinition

  init(_ world: World, _ definition: RecurringDefinition) {
    view = ReferenceView(world, definition.options)
    self.definition = definition
  }

  private func sets(_ event: WorldEvent) -> Bool {
    World.matches(definition.start.event, event.name)
      || definition.change.map { World.matches($0.event, event.name) } ?? false
  }

  private func cents(_ amount: ExactDecimal) -> Int? {
    if amount.isAbsent { return nil }
    return Int(amount.significand) * [100, 10, 1][Int(amount.scale)]
  }

  /// An entity's level after some of its events, instant by instant.
  private func level(_ events: some Sequence<WorldEvent>) -> Int {
    let contracts = Dictionary(grouping: events) { definition.contract == nil ? "" : $0.plan }
    return contracts.values.reduce(0) { sum, events in
      let instants = Dictionary(grouping: events, by: \.time).sorted { $0.key < $1.key }
      return sum + instants.reduce(0) { after($1.value, level: $0) }
    }
  }

  /// A contract's amount after what happens to it at one instant.
  private func after(_ events: [WorldEvent], level: Int) -> Int {
    let starts = events.filter {
      World.matches(definition.start.event, $0.name) && cents($0.amount) != nil
    }
    let changes = events.filter { event in
      definition.change.map { World.matches($0.event, event.name) } ?? false
        && !starts.contains(event)
    }
    let started = starts.compactMap { cents($0.amount) }.max()
    let changed = changes.compactMap { cents($0.amount) }.max()
    let cancels = events.contains { event in
      definition.cancel.map { World.matches($0.event, event.name) } ?? false
    }
    let isRenewal = level > 0 && started != nil
    var level = level
    if cancels && isRenewal { level = 0 }
    level = changed ?? started ?? level
    return cancels && !isRenewal ? 0 : level
  }

  /// The cells from `start_accounts` to `logo_churn`.
  private func cells(_ ids: [String], _ key: Int) -> [String] {
    var (startAccounts, endAccounts, newAccounts, backAccounts, lostAccounts) = (0, 0, 0, 0, 0)
    var (start, end, new, back, more, less, lost) = (0, 0, 0, 0, 0, 0, 0)
    var (base, kept, keptOrGrown) = (0, 0, 0)
    for (id, events) in view.entities where ids.contains(id) {
      func interval(_ event: WorldEvent) -> Int {
        view.calendar.key(event.time, definition.interval)
      }
      func day(_ event: WorldEvent) -> Int { view.calendar.key(event.time, .day) }
      let events = events.filter { day($0) < view.untilDay }
      let before = events.prefix { interval($0) < key || day($0) < view.fromDay }
      let from = level(before)
      let to = level(events.prefix { interval($0) <= key })
      start += from
      end += to
      if from > 0 {
        startAccounts += 1
        base += from
        kept += min(from, to)
        keptOrGrown += to
      }
      if to > 0 { endAccounts += 1 }
      if from > 0 && to <= 0 {
        lostAccounts += 1
        lost += from - to
      } else if from <= 0 && to > 0 {
        let instants = Set(before.map(\.time))
        if instants.contains(where: { time in level(before.prefix { $0.time <= time }) > 0 }) {
          backAccounts += 1
          back += to - from
        } else {
          newAccounts += 1
          new += to - from
        }
      } else {
        more += max(0, to - from)
        less += max(0, from - to)
      }
    }
    func share(_ part: Int) -> String {
      base == 0 ? "" : "\((Double(part) / 100) / (Double(base) / 100))"
    }
    let moves = [start, new, back, more, less, lost, end].map(money)
    return ["\(startAccounts)"] + moves
      + ["\(endAccounts)", "\(newAccounts)", "\(backAccounts)", "\(lostAccounts)"]
      + [share(kept), share(keptOrGrown), ratio(lostAccounts, startAccounts)]
  }

  private func money(_ cents: Int) -> String {
    DecimalSum(ExactDecimal(significand: cents, scale: 2)).description
  }

  var rows: [[String]] {
    let interval = definition.interval
    let setting = view.entities.compactMap { id, events in
      events.first(where: sets).map { (id: id, event: $0) }
    }
    let span = view.rows(interval, firstSeen: setting.map(\.event.time).min())
    guard let span else { return [] }
    func isShown(_ ids: [String]) -> Bool {
      let nothing: Set<String> = ["", "0", "0.0"]
      return span.contains { key in !cells(ids, key).allSatisfy(nothing.contains) }
    }
    let groups = Dictionary(grouping: setting) { view.values($0.id, $0.event) }
    let members = groups.filter { view.options.breakdown.isEmpty || isShown($0.value.map(\.id)) }
      .flatMap { group in group.value.map { (values: group.key, id: $0.id) } }
    let named = view.groups(members) { ids in
      view.entities.filter { ids.contains($0.id) }.reduce(0) { sum, entity in
        sum
          + level(
            entity.events.prefix {
              view.calendar.key($0.time, interval) <= span.upperBound
                && view.calendar.key($0.time, .day) < view.untilDay
            })
      }
    }
    return named.flatMap { group in
      span.map { key in
        group.values + [view.calendar.label(key, interval)] + cells(group.ids, key)
          + [view.state(key, interval, inRange: true)]
      }
    }
  }
}
