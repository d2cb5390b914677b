import EventLog
import Foundation
import Spec
import Timelines

@testable import Reports
@testable import Values

/// The accounts table by filtering each account's events anew for every cell.
struct AccountsReference {
  let view: ReferenceView
  let definition: AccountsDefinition
  /// The day number of the end.
  let endDay: Int

  init(_ world: World, _ definition: AccountsDefinition) {
    view = ReferenceView(world, definition.options)
    self.definition = definition
    let observed = view.calendar.key(world.observedUntil, .day)
    if observed < view.untilDay {
      endDay = observed
    } else {
      // The day of the last instant before the range's end: the zone may have skipped a date.
      let date = ReferenceCalendar.date(view.untilDay)
      let calendar = view.calendar.zone.calendar
      let noon = calendar.date(
        from: DateComponents(year: date.year, month: date.month, day: date.day, hour: 12))!
      let start = Int64(calendar.startOfDay(for: noon).timeIntervalSince1970)
      endDay = view.calendar.key(start * 1_000_000 - 1, .day)
    }
  }

  private func day(_ event: WorldEvent) -> Int { view.calendar.key(event.time, .day) }

  private func people(_ events: some Sequence<WorldEvent>) -> Int {
    Set(events.map(\.country)).subtracting([""]).count
  }

  private func row(_ id: String, _ events: [WorldEvent]) -> [String] {
    let activating = events.filter { event in
      definition.activation.map { World.matches($0.event, event.name) } ?? false
    }
    let active = events.filter { event in
      World.matches(definition.event, event.name) || activating.contains(event)
    }
    let paying = events.filter { event in
      definition.revenue.map { World.matches($0.event, event.name) } ?? false
    }
    let counted = active.filter { day($0) >= view.fromDay }
    let recent = active.filter { day($0) > endDay - 28 }
    func instant(_ event: WorldEvent?) -> String {
      event.map { view.world.calendar.timestamp($0.time) } ?? ""
    }

    var (roles, missing) = ("", "")
    if let required = definition.roles?.required {
      let absent = required.filter { role in !active.contains { $0.plan == role } }
      roles = "\(required.count - absent.count)"
      missing = absent.joined(separator: "; ")
    }
    var activated: WorldEvent?
    if let activation = definition.activation {
      activated = activating.indices.first { last in
        let until = activating[...last]
        return Set(until.map(day)).count >= activation.minimumDays
          && (activation.minimumUsers == 1 || people(until) >= activation.minimumUsers)
      }.map { activating[$0] }
    }
    let seconds = activated.map { "\(Double($0.time - active[0].time) / 1_000_000)" } ?? ""
    var revenue = DecimalSum.zero
    for event in paying where day(event) >= view.fromDay { revenue.add(event.amount) }

    var status = "active"
    if recent.isEmpty {
      status = "dormant"
    } else if activated != nil {
      status = "activated"
    } else if recent.count == active.count {
      status = "new"
    }
    return [
      id, "\(people(counted))", "\(people(recent))", "\(counted.count)",
      "\(Set(counted.map(day)).count)", instant(active.first), instant(active.last), roles, missing,
      instant(activated), seconds, definition.revenue == nil ? "" : revenue.description, status,
    ]
      + definition.show.map { property in
        let values = events.filter { active.contains($0) || paying.contains($0) }
          .map { property == "plan" ? $0.plan : $0.country }
        return values.last { !$0.isEmpty } ?? ""
      }
  }

  /// A person's rows by walking the account's events once for each.
  private func people(_ id: String, _ events: [WorldEvent]) -> [[String]] {
    let active = events.filter { event in
      World.matches(definition.event, event.name)
        || (definition.activation.map { World.matches($0.event, event.name) } ?? false)
    }
    return Set(active.map(\.country)).subtracting([""]).sorted().map { user in
      let own = active.filter { $0.country == user }
      let role = definition.roles == nil ? nil : own.map(\.plan).last { !$0.isEmpty }
      return [
        id, user, role ?? "", view.world.calendar.timestamp(own[0].time),
        view.world.calendar.timestamp(own[own.count - 1].time),
        "\(own.count { day($0) >= view.fromDay })",
      ]
    }
  }

  var rows: [[String]] {
    var rows: [String: [String]] = [:]
    var persons: [String: [[String]]] = [:]
    var members: [(values: [String], id: String)] = []
    for (id, all) in view.entities {
      let events = all.filter { day($0) < view.untilDay }
      func first(_ matcher: EventMatcher?) -> WorldEvent? {
        matcher.flatMap { matcher in events.first { World.matches(matcher, $0.name) } }
      }
      let active = [first(definition.event), first(definition.activation?.event)]
        .compactMap { $0 }.min { ($0.time, $0.name) < ($1.time, $1.name) }
      guard let named = active ?? first(definition.revenue?.event) else { continue }
      members.append((view.values(named), id))
      rows[id] = row(id, events)
      persons[id] = definition.people ? people(id, events) : []
    }
    let groups = view.groups(members, size: \.count)
    return groups.flatMap { group in group.ids.sorted().map { group.values + rows[$0]! } }
      + groups.flatMap { group in
        group.ids.sorted().flatMap { id in persons[id]!.map { group.values + $0 } }
      }
  }
}
