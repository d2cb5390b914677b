import EventLog
import Spec

@testable import Reports
@testable import Values

/// Retention by the words of its definition: every member's return events counted anew per period.
struct RetentionReference {
  let definition: RetentionDefinition
  let view: ReferenceView
  let cohortInterval: Interval
  let coincide: Bool
  /// By slot: its unit periods.
  let slots: [ClosedRange<Int>]
  let observedKey: Int
  let overKey: Int

  struct Member {
    var id: String
    var values: [String]
    var cohort: Int
    var start: Int64
    var startKey: Int
    /// By slot.
    var counts: [Int]
    var sums: [DecimalSum]
    var over: [Bool]
    var begun: [Bool]
  }

  init(_ world: World, _ definition: RetentionDefinition) {
    self.definition = definition
    view = ReferenceView(world, definition.options)
    cohortInterval = definition.cohortInterval ?? definition.interval
    coincide = definition.windows == .calendar && cohortInterval == definition.interval
    var slots = [0...0]
    let sizes =
      definition.brackets.isEmpty
      ? Array(repeating: 1, count: definition.periods) : definition.brackets
    for size in sizes {
      slots.append(slots.last!.upperBound + 1...slots.last!.upperBound + size)
    }
    self.slots = slots
    observedKey = view.calendar.key(world.observedUntil, definition.interval)
    overKey = view.calendar.key(world.observedUntil + 1, definition.interval)
  }

  private var length: Int64 {
    switch definition.interval {
    case .hour: 3_600_000_000
    case .day: 86_400_000_000
    case .week: 7 * 86_400_000_000
    case .days(let count): Int64(count) * 86_400_000_000
    case .weeks(let count): Int64(count) * 7 * 86_400_000_000
    default: 30 * 86_400_000_000
    }
  }

  func members() -> [Member] {
    view.entities.flatMap { entity -> [Member] in
      let starts = entity.events.filter { World.matches(definition.start, $0.name) }
      let returns = entity.events.filter { World.matches(definition.returning, $0.name) }
      guard let first = starts.first else { return [] }
      var chosen: [(cohort: Int, start: Int64)] = []
      for start in definition.cohort == .first ? [first] : starts where view.isInRange(start.time) {
        let cohort = view.calendar.key(start.time, cohortInterval)
        if !chosen.contains(where: { $0.cohort == cohort }) { chosen.append((cohort, start.time)) }
      }
      return chosen.map { cohort, start in
        member(entity.id, view.values(entity.id, first), cohort, start, returns)
      }
    }
  }

  private func member(
    _ id: String, _ values: [String], _ cohort: Int, _ start: Int64, _ returns: [WorldEvent]
  ) -> Member {
    let startKey = view.calendar.key(start, definition.interval)
    let until = view.world.observedUntil
    var member = Member(
      id: id, values: values, cohort: cohort, start: start, startKey: startKey, counts: [],
      sums: [], over: [], begun: [])
    let later = returns.filter { $0.time >= start }
    let periods = later.map { event in
      definition.windows == .elapsed
        ? Int((event.time - start) / length)
        : view.calendar.key(event.time, definition.interval) - startKey
    }
    for slot in slots {
      let inside = later.indices.filter { slot.contains(periods[$0]) }
      member.counts.append(inside.count)
      member.sums.append(inside.reduce(.zero) { $0 + DecimalSum(later[$1].amount) })
      if definition.windows == .elapsed {
        member.over.append(start + Int64(slot.upperBound + 1) * length - 1 <= until)
        member.begun.append(start + Int64(slot.lowerBound) * length <= until)
      } else {
        member.over.append(startKey + slot.upperBound < overKey)
        member.begun.append(startKey + slot.lowerBound <= observedKey)
      }
    }
    return member
  }

  func didReturn(_ member: Member, _ slot: Int) -> Bool {
    definition.mode == .on
      ? member.counts[slot] >= definition.minimum
      : member.counts[slot...].contains { $0 >= definition.minimum }
  }

  struct Row {
    var size = 0
    var eligible = 0
    var returned = 0
    var value = DecimalSum.zero
    var toDate = DecimalSum.zero
    var state = "unobserved"
  }

  func row(_ members: [Member], _ slot: Int) -> Row {
    var row = Row(size: members.count)
    let counted =
      coincide
      ? members.filter { $0.begun[slot] || $0.over[slot] } : members.filter { $0.over[slot] }
    row.eligible = counted.count
    row.returned = counted.filter { didReturn($0, slot) }.count
    for member in counted {
      row.value.add(member.sums[slot])
      for earlier in 0...slot { row.toDate.add(member.sums[earlier]) }
    }
    let ended =
      view.calendar.key(view.world.observedUntil + 1, cohortInterval) > members[0].cohort
      || view.calendar.key(view.world.observedUntil + 1, .day) >= view.untilDay
    if members.allSatisfy({ $0.over[slot] }) && (coincide || ended) {
      row.state = "complete"
    } else if members.contains(where: { $0.begun[slot] }) {
      row.state = "partial"
    }
    return row
  }

  private func isCut(_ cohort: Int) -> Bool { view.isCut(cohort, cohortInterval) }

  private func rate(_ row: Row) -> String {
    row.state == "unobserved" ? "" : ratio(row.returned, row.eligible)
  }

  private func cells(_ row: Row) -> [String] {
    let isObserved = row.state != "unobserved"
    var cells = [
      "\(row.size)", "\(row.eligible)", isObserved ? "\(row.returned)" : "", rate(row),
    ]
    if definition.measure != nil {
      let perMember = row.value.divided(by: row.eligible)
      cells.append(isObserved ? row.value.description : "")
      cells.append(isObserved && row.eligible > 0 ? "\(perMember)" : "")
      cells.append(isObserved ? row.toDate.description : "")
    }
    return cells + [row.state]
  }

  func tables() -> [String: [[String]]] {
    let members = members()
    let byID = Dictionary(grouping: members, by: \.id)
    let groups = view.groups(members.map { ($0.values, $0.id) }) { $0.count }
    var (table, matrix): ([[String]], [[String]]) = ([], [])
    for group in groups {
      let ids = Set(group.ids)
      let here = ids.flatMap { byID[$0]! }
      if here.isEmpty { continue }
      var all = slots.map { _ in Row() }
      for cohort in Set(here.map(\.cohort)).sorted() {
        let inCohort = here.filter { $0.cohort == cohort }
        let label = view.calendar.label(cohort, cohortInterval)
        let rows = slots.indices.map { row(inCohort, $0) }
        for (slot, row) in rows.enumerated() {
          let starts =
            coincide
            ? view.calendar.label(cohort + slots[slot].lowerBound, definition.interval) : ""
          table.append(
            group.values + [label, "\(slot)", starts] + cells(row) + ["\(isCut(cohort))", "false"])
          if row.state == "complete" {
            all[slot].size += row.size
            all[slot].eligible += row.eligible
            all[slot].returned += row.returned
            all[slot].value.add(row.value)
            all[slot].toDate.add(row.toDate)
            all[slot].state = "complete"
          }
        }
        matrix.append(group.values + [label, "\(inCohort.count)"] + rows.map(rate))
      }
      for (slot, row) in all.enumerated() {
        let cut = here.contains { isCut($0.cohort) }
        table.append(group.values + ["all", "\(slot)", ""] + cells(row) + ["\(cut)", "true"])
      }
      matrix.append(group.values + ["all", "\(here.count)"] + all.map(rate))
    }
    var tables = ["report": table, "report.matrix": matrix]
    if definition.options.list {
      tables["report.entities"] = members.map { member in
        let last = slots.indices.last { member.counts[$0] >= definition.minimum }
        return [
          member.id, view.calendar.label(member.cohort, cohortInterval), last.map { "\($0)" } ?? "",
        ]
      }.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }
    }
    return tables
  }
}
