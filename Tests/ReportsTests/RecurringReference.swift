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

  /// An entity's level after some of its events.
  private func level(_ events: some Sequence<WorldEvent>) -> Int {
    var contracts: [String: Int] = [:]
    for event in events {
      let contract = definition.contract == nil ? "" : event.plan
      if let cancel = definition.cancel, World.matches(cancel, event.name) {
        contracts[contract] = 0
      } else if sets(event), let amount = cents(event.amount) {
        contracts[contract] = amount
      }
    }
    return contracts.values.reduce(0, +)
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
      let before = events.prefix { interval($0) < key }
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
        if (0...before.count).contains(where: { level(before.prefix($0)) > 0 }) {
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
    let groups = Dictionary(grouping: setting) { view.values($0.event) }
    let members = groups.filter { view.options.breakdown.isEmpty || isShown($0.value.map(\.id)) }
      .flatMap { group in group.value.map { (values: group.key, id: $0.id) } }
    let named = view.groups(members) { ids in
      view.entities.filter { ids.contains($0.id) }.reduce(0) { sum, entity in
        sum
          + level(
            entity.events.prefix {
              view.calendar.key($0.time, interval) <= span.upperBound
            })
      }
    }
    return named.flatMap { group in
      span.map { key in
        group.values + [view.calendar.label(key, interval)] + cells(group.ids, key)
          + [view.state(key, interval, inRange: false)]
      }
    }
  }
}
