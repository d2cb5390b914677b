import EventLog
import Spec
import Tables

@testable import Reports
@testable import Timelines
@testable import Values

/// The double funnel entity by entity, from the funnel's reference.
struct DoubleFunnelReference {
  let log: AccountLog
  let definition: DoubleFunnelDefinition

  init(_ log: AccountLog, _ definition: DoubleFunnelDefinition) {
    self.log = log
    self.definition = definition
  }

  struct Standing {
    /// Number of the furthest mandatory step, 0 if there is none.
    var step = 0
    /// By step: the chain's event, if any.
    var chain: [AccountLog.Event?] = []
    var state: FunnelState?
    /// How many mandatory steps it has.
    var mandatory = 0
  }

  func standing(
    _ side: DoubleFunnelDefinition.Side, _ all: [AccountLog.Event]
  ) -> Standing {
    let funnel = FunnelDefinition(
      options: definition.options, steps: side.steps, within: side.within)
    var reference = FunnelReference(funnel, names: log.names)
    let range = EntryRange(definition.options, log.world.calendar)
    reference.entries = max(range.from, -1)..<min(range.until, .max / 4)
    reference.observedUntil = log.world.observedUntil
    let events = all.filter { $0.time <= log.world.observedUntil }
    let answer = reference.answer(
      events.map { FunnelEvent(time: $0.time, kind: log.names.firstIndex(of: $0.name)!) })
    if answer.state == nil { return Standing() }
    let mandatory = side.steps.indices.filter { !reference.isOptional($0) }
    return Standing(
      step: mandatory[answer.mandatory - 1] + 1,
      chain: answer.chain.map { $0 < 0 ? nil : events[$0] }, state: answer.state,
      mandatory: answer.mandatory)
  }

  func tables() -> [String: [[String]]] {
    let view = ReferenceView(log.world, definition.options)
    var standings: [String: Standing] = [:]
    /// By account: what its users reached.
    var members: [String: [Int]] = [:]
    var entities: [(values: [String], id: String)] = []
    for user in log.timelines(.user) {
      let standing = standing(definition.consumer, user.events)
      guard let entry = standing.chain.first ?? nil else { continue }
      standings["user \(user.id)"] = standing
      entities.append((values(entry), "user \(user.id)"))
    }
    for account in log.timelines(.account) {
      let id = "account \(account.id)"
      let standing = standing(definition.business, account.events)
      let seen = account.events.filter {
        $0.time <= log.world.observedUntil && World.matches(definition.everything, $0.name)
      }
      guard let named = standing.chain.first ?? nil ?? seen.first else { continue }
      standings[id] = standing
      entities.append((values(named), id))
      let people = Set(seen.map(\.user)).subtracting([""])
      members[id] = people.sorted().map { user in
        self.standing(definition.consumer, account.events.filter { $0.user == user }).step
      }
    }
    func reached(_ ids: [String], _ prefix: String, _ step: Int) -> [AccountLog.Event] {
      ids.filter { $0.hasPrefix(prefix) }.compactMap { id in
        let chain = standings[id]!.chain
        return step < chain.count ? chain[step] : nil
      }
    }
    let groups = view.groups(entities) { ids in
      ids.count { !standings[$0]!.chain.isEmpty }
    }
    var (main, link): ([[String]], [[String]]) = ([], [])
    let isWhole = definition.options.breakdown.isEmpty
    for (group, cohort, ids) in cohorts(groups, standings) {
      func cells(_ side: DoubleFunnelDefinition.Side, _ prefix: String, _ step: Int) -> [String] {
        guard step < side.steps.count else { return Array(repeating: "", count: 8) }
        let events = reached(ids, prefix, step)
        let first = reached(ids, prefix, 0).count
        let before = (0..<step).last { $0 == 0 || !side.steps[$0].optional }
        let previous = before.map { reached(ids, prefix, $0).count }
        var sum = 0
        for event in events where !event.amount.isAbsent {
          sum += Int(event.amount.significand) * (event.amount.scale == 1 ? 1 : 10)
        }
        let value = sum % 10 == 0 ? "\(sum / 10)" : "\(sum / 10).\(sum % 10)"
        return [
          side.steps[step].name, "\(events.count)", ratio(events.count, first),
          previous.map { ratio(events.count, $0) } ?? "",
        ] + losses(side, prefix, step) + [side.amount == nil ? "" : value]
      }
      /// Open, dropped, and the median time from the mandatory step before.
      func losses(_ side: DoubleFunnelDefinition.Side, _ prefix: String, _ step: Int) -> [String] {
        func isMandatory(_ step: Int) -> Bool { step == 0 || !side.steps[step].optional }
        let all = ids.filter { $0.hasPrefix(prefix) }.map { standings[$0]! }
        let before = (0..<step).filter(isMandatory)
        let stuck = all.filter { $0.state != nil && $0.mandatory == before.count }
        let times = all.compactMap { standing -> Int64? in
          guard let last = before.last, step < standing.chain.count,
            let event = standing.chain[step], let earlier = standing.chain[last]
          else { return nil }
          return event.time - earlier.time
        }.sorted()
        let median =
          times.isEmpty
          ? "" : "\(Double(times[(times.count - 1) / 2] + times[times.count / 2]) / 2_000_000)"
        if step == 0 || !isMandatory(step) { return ["", "", median] }
        return [
          "\(stuck.count { $0.state == .open })", "\(stuck.count { $0.state == .dropped })", median,
        ]
      }
      let hasEntered = ids.contains { !standings[$0]!.chain.isEmpty }
      for step in 0..<max(definition.business.steps.count, definition.consumer.steps.count)
      where hasEntered || isWhole && definition.interval == nil {
        let business = cells(definition.business, "account", step)
        let consumer = cells(definition.consumer, "user", step)
        main.append(
          group.values + cohort.label + ["\(step + 1)"] + business[..<7] + consumer[..<7]
            + [business[7], consumer[7]] + cohort.cut)
      }
    }
    for group in groups {
      let accounts = group.ids.filter { $0.hasPrefix("account") }
      if !isWhole, accounts.allSatisfy({ members[$0]!.isEmpty }) { continue }
      for business in places(definition.business) {
        let people = accounts.filter { standings[$0]!.step == business }.flatMap { members[$0]! }
        for consumer in places(definition.consumer) {
          let here = people.count { $0 == consumer }
          link.append(
            group.values + [
              "\(business)", name(definition.business, business), "\(consumer)",
              name(definition.consumer, consumer), "\(here)", ratio(here, people.count),
            ])
        }
      }
    }
    return ["two": main, "two.link": link]
  }

  private struct CohortWords {
    var label: [String] = []
    var cut: [String] = []
  }

  /// Each breakdown value's entities by the interval of their entry, which they have one after the
  /// other; all in one without cohorts.
  private func cohorts(
    _ groups: [(values: [String], ids: [String])], _ standings: [String: Standing]
  ) -> [((values: [String], ids: [String]), CohortWords, [String])] {
    guard let interval = definition.interval else {
      return groups.map { ($0, CohortWords(), $0.ids) }
    }
    let calendar = ReferenceCalendar(log.world)
    let range = definition.options.range
    return groups.flatMap { group in
      let keys = Dictionary(
        grouping: group.ids.filter { !standings[$0]!.chain.isEmpty },
        by: { calendar.key(standings[$0]!.chain[0]!.time, interval) })
      return keys.keys.sorted().map { key in
        let first = calendar.firstDay(key, interval)
        let next = calendar.firstDay(key + 1, interval)
        let begins = range.from.map { first < ReferenceCalendar.dayNumber($0) } ?? false
        let ends = range.until.map { next > ReferenceCalendar.dayNumber($0) } ?? false
        return (
          group, CohortWords(label: [calendar.label(key, interval)], cut: ["\(begins || ends)"]),
          keys[key]!
        )
      }
    }
  }

  private func values(_ event: AccountLog.Event) -> [String] {
    definition.options.breakdown.map { $0 == "country" ? event.country : event.plan }
  }

  private func places(_ side: DoubleFunnelDefinition.Side) -> [Int] {
    (0...side.steps.count).filter { $0 < 2 || !side.steps[$0 - 1].optional }
  }

  private func name(_ side: DoubleFunnelDefinition.Side, _ step: Int) -> String {
    step == 0 ? "" : side.steps[step - 1].name
  }
}
