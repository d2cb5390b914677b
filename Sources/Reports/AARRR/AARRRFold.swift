import EventLog
import Spec
import Tables
package import Timelines
import Values

extension AARRRDefinition: Report {
  package func makeFold(_ context: ReportContext) -> AARRRFold { AARRRFold(self, context) }
}

/// The consumer funnel by cohort of acquisition (`Documentation.docc/AARRR.md`).
///
/// Where the definition leaves room:
/// - The cohort is all users by the interval of their first acquisition event in all logs. Each stage
///   is judged by itself, from that event on: a user who returns without having been activated is
///   retained all the same. An event counts for every stage it matches, the acquisition event and
///   those of the same instant too.
/// - A user whose window of a stage is not over yet counts neither in the stage's `entities` nor in
///   its `base`, as in retention with elapsed windows. A stage without a window counts to the end of
///   observation.
/// - Awareness counts users by the interval of their first awareness event, whether or not they are
///   acquired later; so the rate of acquisition compares two sets of users and can be above 1.
/// - Revenue: `entities` are payers, `revenue` is what they paid. Referral: `entities` sent an
///   invite, `k` is joins per user in the base; a joiner counts at its first join in the window.
/// - The breakdown is the value on the first acquisition event, for awareness on the first awareness
///   event.
package struct AARRRFold: HistoryFold, CurrencyFold {
  struct Role: OptionSet, Sendable {
    let rawValue: UInt8
    static let awareness = Role(rawValue: 1)
    static let acquisition = Role(rawValue: 2)
    static let activation = Role(rawValue: 4)
    static let retention = Role(rawValue: 8)
    static let revenue = Role(rawValue: 16)
    static let invite = Role(rawValue: 32)
    /// Another user joined through this one.
    static let delivered = Role(rawValue: 64)
    static let stages: Role = [.activation, .retention, .revenue, .invite, .delivered]
  }

  let definition: AARRRDefinition
  let observation: Observation
  /// By kind.
  private let roles: [Role]
  private let windows: AARRRWindows
  private let amount: Int?
  package var currency: CurrencyView
  private var cursor: CalendarCursor
  package var groups: BreakdownGroups
  package var states: [GroupState] = []
  /// The first acquisition or awareness event in all logs, in or out of range.
  package var firstSeen = Int64.max
  /// Of the user at hand.
  private var invitees = Invitees()

  package struct GroupState: FieldwiseState {
    /// Acquired in range: what `top` goes by.
    var acquired = 0
    var aware = 0
    var series = IntervalSeries<AARRRCell>()

    package init() {}

    package static func visit(_ fields: inout some FieldVisitor<Self>) {
      fields.visit(\.acquired)
      fields.visit(\.aware)
      fields.visit(\.series)
    }
  }

  init(_ definition: AARRRDefinition, _ context: ReportContext) {
    self.definition = definition
    observation = Observation(definition.options, context)
    roles = context.roles([
      (definition.awareness, .awareness), (definition.acquisition, .acquisition),
      (definition.activation?.event, .activation), (definition.retention?.event, .retention),
      (definition.revenue?.event, .revenue), (definition.referral?.invite, .invite),
      (definition.referral.map { .delivered($0.delivery) }, .delivered),
    ])
    windows = AARRRWindows(definition)
    amount = (definition.revenue?.amount).map { context.numberColumn($0) }
    currency = CurrencyView(definition, context)
    cursor = CalendarCursor(context.calendar, definition.interval)
    groups = BreakdownGroups(definition.options, context)
  }

  package mutating func observe(_ timeline: Timeline) {
    let (times, kinds, roles) = (timeline.times, timeline.kinds, self.roles)
    let observed = observation.observed(timeline)
    let first = observed.first { roles[Int(kinds[$0])].contains(.acquisition) }
    let aware =
      definition.awareness == nil
      ? nil : observed.first { roles[Int(kinds[$0])].contains(.awareness) }
    if let aware { countAwareness(aware, timeline) }
    guard let first else { return }
    let start = times[first]
    firstSeen = min(firstSeen, start)
    if !observation.range.contains(start) { return }

    let member = follow(timeline, from: first, in: observed)
    let group = group(of: first, in: timeline)
    states[group].acquired += 1
    let awareAt = aware.map { times[$0] }.flatMap { $0 <= start ? $0 : nil }
    states[group].series[cursor.index(of: start)].count(
      member, start: start, awareAt: awareAt, windows, observedUntil: observation.until)
  }

  package static var standing: CurrencyStanding { .everybody }
  package var priced: [(kinds: [Bool], amount: Int)] {
    amount.map { [(roles.map { $0.contains(.revenue) }, $0)] } ?? []
  }

  private mutating func countAwareness(_ event: Int, _ timeline: Timeline) {
    let instant = timeline.times[event]
    firstSeen = min(firstSeen, instant)
    if !observation.range.contains(instant) { return }
    let group = group(of: event, in: timeline)
    states[group].aware += 1
    states[group].series[cursor.index(of: instant)].aware += 1
  }

  private mutating func group(of event: Int, in timeline: Timeline) -> Int {
    let group = groups.group(of: event, in: observation.observed(timeline), timeline)
    while states.count < groups.count { states.append(GroupState()) }
    return group
  }

  /// What a user did at each stage, each within its window.
  private mutating func follow(_ timeline: Timeline, from first: Int, in observed: Range<Int>)
    -> AARRRMember
  {
    let (times, kinds, roles) = (timeline.times, timeline.kinds, self.roles)
    let start = times[first]
    let (activation, retention) = (
      windows.activation.span(from: start), windows.retention.span(from: start)
    )
    let (revenue, referral) = (
      windows.revenue.span(from: start), windows.referral.span(from: start)
    )
    let end = windows.end(from: start)
    invitees.reset()
    var member = AARRRMember()
    var event = first
    while event > observed.lowerBound, times[event - 1] == start { event -= 1 }
    while event < observed.upperBound, times[event] < end {
      let (role, time) = (roles[Int(kinds[event])], times[event])
      defer { event += 1 }
      if role.isDisjoint(with: .stages) { continue }
      if role.contains(.activation), member.activatedAt == nil, activation.contains(time) {
        member.activatedAt = time
      }
      if role.contains(.retention), member.returnedAt == nil, retention.contains(time) {
        member.returnedAt = time
      }
      if role.contains(.revenue), revenue.contains(time),
        currency.admits(event, worth: amount, timeline)
      {
        if member.paidAt == nil { member.paidAt = time }
        if let amount { member.paid.add(timeline.numbers[amount][event]) }
      }
      if role.contains(.invite), member.invitedAt == nil, referral.contains(time) {
        member.invitedAt = time
      }
      if role.contains(.delivered), referral.contains(time), invitees.isNew(event, in: timeline) {
        member.joined += 1
      }
    }
    return member
  }
}
