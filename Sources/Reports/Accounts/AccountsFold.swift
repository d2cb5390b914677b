import EventLog
import Spec
import Tables
package import Timelines
import Values

extension AccountsDefinition: Report {
  package func makeFold(_ context: ReportContext) -> AccountsFold { AccountsFold(self, context) }
}

/// One row per account (`Documentation.docc/Accounts.md`).
///
/// Accounts are few, so that rows are kept, sorted by id at the end, and are the main table; they
/// are about 150 bytes each. Where the definition leaves room:
/// - An account has a row as soon as it has an event of the report up to the *end*: the end of
///   observation, or of the range if that is earlier. The row says how it stands at that end.
/// - `users`, `events`, `days_active` and `revenue` count in the range, so that they add up to what
///   activity and revenue reports over the same range say. When it was seen first and last, its
///   roles and its activation look at all logs up to the end.
/// - Activation events count as activity, also where `event` does not name them. Payments do not: an
///   account of which only payments are known has no `first_seen`.
/// - An event without a user is an event of nobody: it counts, but for no person.
/// - The 28 days are local days and end with the day of the end, as in `active_28d` of activity.
/// - `roles` counts the required roles that somebody has shown up in, by the role's value on any
///   event that counts as activity; `roles_missing` names the others in the spec's order.
/// - An account is activated by the first activation event by which they come from `minimum_users`
///   people and lie on `minimum_days` local days. A minimum of 1 asks for no known person.
/// - A payment without an amount adds 0.
/// - `show` looks at every event that counts as activity or payment up to the end.
/// - `status` is the first that holds: `dormant` (no activity in the 28 days), `activated`, `new`
///   (first seen in the 28 days), `active`.
/// - An account's breakdown value is the one on its first activity, or on its first payment if it has
///   none. With `top` the rows of the rest stay, and are named `(other)`.
package struct AccountsFold: CurrencyFold {
  let definition: AccountsDefinition
  let observation: Observation
  /// By kind.
  private let meanings: [Meaning]
  /// Columns of `Timeline.texts` and `Timeline.numbers`.
  private let role: Int?
  private let amount: Int?
  package var currency: CurrencyView {
    didSet { contracts?.currency = currency }
  }
  /// Columns of `Timeline.texts`: those of `show`.
  private let shown: [Int]
  let required: [[UInt8]]
  /// The last instant that counts.
  private let end: Int64
  /// First instant of the 28 days that end with the end's day.
  let recentStart: Int64
  var groups: BreakdownGroups
  var standings = BlockList<AccountStanding>()

  // Of the account at hand.
  private var cursor: CalendarCursor
  private var users = DistinctCodes()
  private var recentUsers = DistinctCodes()
  private var activatingUsers = DistinctCodes()
  private var roles = DistinctCodes()
  private var latest: [UInt32]
  /// Before any account: a copy of it sees one.
  private var contracts: RecurringFold?
  /// By code of a user: the place in the standing's people.
  private var people: [UInt32: Int] = [:]

  private struct Meaning: OptionSet, Sendable {
    let rawValue: UInt8
    static let active = Meaning(rawValue: 1)
    static let activating = Meaning(rawValue: 2)
    static let paying = Meaning(rawValue: 4)
  }

  init(_ definition: AccountsDefinition, _ context: ReportContext) {
    self.definition = definition
    observation = Observation(definition.options, context)
    meanings = context.roles([
      (definition.event, .active), (definition.activation?.event, [.active, .activating]),
      (definition.revenue?.event, .paying),
    ])
    role = definition.roles.map { context.textColumn($0.property) }
    required = definition.roles?.required.map { Array($0.utf8) } ?? []
    amount = definition.revenue.map { context.numberColumn($0.amount) }
    shown = definition.show.map(context.textColumn)
    latest = [UInt32](repeating: 0, count: shown.count)
    currency = CurrencyView(definition, context)
    contracts = definition.recurring.map { RecurringFold($0, context) }
    contracts?.currency = currency
    groups = BreakdownGroups(definition.options, context)
    cursor = CalendarCursor(context.calendar, .day)
    end = min(observation.until, observation.range.until - 1)
    let calendar = context.calendar
    recentStart = calendar.start(of: calendar.index(of: end, in: .day) - 27, in: .day)
  }

  package mutating func observe(_ timeline: Timeline) {
    let (times, kinds, meanings) = (timeline.times, timeline.kinds, self.meanings)
    let all = timeline.range
    let events =
      times[all.upperBound - 1] <= end
      ? all
      : all
        .lowerBound..<times.firstIndex(
          notBefore: end + 1, from: all.lowerBound, to: all.upperBound)
    let firstActive = events.first { meanings[Int(kinds[$0])].contains(.active) }
    guard let named = firstActive ?? events.first(where: { !meanings[Int(kinds[$0])].isEmpty })
    else { return }
    var standing = AccountStanding(
      id: Array(timeline.shownID), group: groups.group(of: named, in: timeline))
    standing.firstSeen = firstActive.map { times[$0] }
    standing.missing = Array(required.indices)
    users.removeAll()
    recentUsers.removeAll()
    roles.removeAll()
    people.removeAll(keepingCapacity: true)
    for place in latest.indices { latest[place] = 0 }

    let from = observation.range.from
    var day: Int?
    for event in events {
      let meaning = meanings[Int(kinds[event])]
      if meaning.isEmpty { continue }
      let time = times[event]
      for (place, column) in shown.enumerated() {
        let code = timeline.texts[column][event]
        if code != 0 { latest[place] = code }
      }
      if meaning.contains(.paying), let amount, time >= from,
        currency.admits(event, worth: amount, timeline)
      {
        standing.revenue.add(timeline.numbers[amount][event])
      }
      guard meaning.contains(.active) else { continue }
      standing.lastSeen = time
      if definition.people { meet(event, timeline, &standing) }
      let user = timeline.users[event]
      if time >= from {
        standing.events += 1
        if user != 0 { _ = users.insert(user) }
        let today = cursor.index(of: time)
        if today != day { standing.daysActive += 1 }
        day = today
      }
      if time >= recentStart {
        standing.isRecent = true
        if user != 0 { _ = recentUsers.insert(user) }
      }
      if let role, !standing.missing.isEmpty {
        let code = timeline.texts[role][event]
        if code != 0, roles.insert(code) {
          let value = timeline.values[Int(code)]
          standing.missing.removeAll { required[$0].elementsEqual(value) }
        }
      }
    }
    standing.users = users.count
    standing.recentUsers = recentUsers.count
    standing.activatedAt = activation(events, timeline)
    standing.shown = latest.map { $0 == 0 ? [] : Array(timeline.values[Int($0)]) }
    if var contracts {
      contracts.observe(timeline)
      standing.level = contracts.states.first?.lastLevel ?? .zero
      standing.contractEnd = contracts.firstEnd
    }
    standings.append(standing)
  }

  package static var standing: CurrencyStanding { .payersAndRest }
  package var priced: [(kinds: [Bool], amount: Int)] {
    amount.map { [(meanings.map { $0.contains(.paying) }, $0)] } ?? []
  }

  package mutating func currencies(of timeline: Timeline, _ observed: Range<Int>) -> [UInt32] {
    var codes = contracts?.currencies(of: timeline, observed) ?? []
    addPriced(timeline, observed, to: &codes)
    return codes
  }

  /// Takes an activity to whom it is of, unless it is of nobody.
  private mutating func meet(_ event: Int, _ timeline: Timeline, _ standing: inout AccountStanding)
  {
    let user = timeline.users[event]
    if user == 0 { return }
    let time = timeline.times[event]
    let place = people[user] ?? standing.people.count
    if place == standing.people.count {
      people[user] = place
      let id = Array(EntityKey.shown(timeline.values[Int(user)]))
      standing.people.append(AccountPerson(user: id, at: time))
    }
    standing.people[place].lastSeen = time
    if time >= observation.range.from { standing.people[place].events += 1 }
    if let role {
      let code = timeline.texts[role][event]
      if code != 0 { standing.people[place].role = Array(timeline.values[Int(code)]) }
    }
  }

  /// When the account met the activation.
  private mutating func activation(_ events: Range<Int>, _ timeline: Timeline) -> Int64? {
    guard let activation = definition.activation else { return nil }
    activatingUsers.removeAll()
    var days = 0
    var day: Int?
    for event in events where meanings[Int(timeline.kinds[event])].contains(.activating) {
      let user = timeline.users[event]
      if user != 0 { _ = activatingUsers.insert(user) }
      let today = cursor.index(of: timeline.times[event])
      if today != day { days += 1 }
      day = today
      let hasUsers =
        activation.minimumUsers == 1 || activatingUsers.count >= activation.minimumUsers
      if hasUsers && days >= activation.minimumDays { return timeline.times[event] }
    }
    return nil
  }
}
