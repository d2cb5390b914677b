import EventLog
import Spec
import Tables
package import Timelines

extension ReferralDefinition: Report {
  package func makeFold(_ context: ReportContext) -> ReferralFold { ReferralFold(self, context) }
}

/// How members bring members (`Documentation.docc/Referral.md`).
///
/// Where the definition leaves room:
/// - A member is an entity with a start event (by default its first event of all), in the cohort of
///   the interval of its first one in all logs.
/// - `within` is a stretch after the member's start, in which its invites and the joins it brought
///   count: so all cohorts have equally long to invite, and k compares. A member whose stretch is not
///   over yet counts in no column, as in retention with elapsed windows. Without `within` all count
///   to the end of observation.
/// - An inviter and a joiner make one join, however many join events they have: the first one inside
///   the window counts, as in aarrr, so that both find the same k. A join counts whether or not an
///   invite was logged, so conversion can be above 1. Who names itself as its inviter was not invited.
/// - The cycle is the time from the member's start to the join.
/// - The breakdown is the value on the member's first start event.
package struct ReferralFold: ReportFold {
  struct Role: OptionSet, Sendable {
    let rawValue: UInt8
    static let start = Role(rawValue: 1)
    static let invite = Role(rawValue: 2)
    /// The entity joins.
    static let join = Role(rawValue: 4)
    /// Another entity joined through this one.
    static let delivered = Role(rawValue: 8)
  }

  let definition: ReferralDefinition
  let observation: Observation
  /// By kind.
  private let roles: [Role]
  private let window: StageWindow
  private let inviter: Int
  private var cursor: CalendarCursor
  var groups: BreakdownGroups
  var states: [GroupState] = []
  var joins = JoinCounts()
  /// The first start event in all logs, in or out of range.
  var firstSeen = Int64.max
  /// Of the entity at hand.
  private var invitees = Invitees()
  /// Those of them with a join inside the window.
  private var brought = Invitees()
  private var inviters: Set<UInt32> = []
  private var cycles: [Int64] = []

  struct GroupState: FieldwiseState {
    /// In range: what `top` goes by.
    var members = 0
    var series = IntervalSeries<ReferralCell>()

    static func visit(_ fields: inout some FieldVisitor<Self>) {
      fields.visit(\.members)
      fields.visit(\.series)
    }
  }

  init(_ definition: ReferralDefinition, _ context: ReportContext) {
    self.definition = definition
    observation = Observation(definition.options, context)
    roles = context.roles([
      (definition.start, .start), (definition.invite, .invite), (definition.join, .join),
      (.delivered(definition.delivery), .delivered),
    ])
    window = StageWindow(within: definition.within)
    inviter = context.textColumn(definition.inviter)
    cursor = CalendarCursor(context.calendar, definition.interval)
    groups = BreakdownGroups(definition.options, context)
  }

  package mutating func observe(_ timeline: Timeline) {
    let (times, kinds, roles) = (timeline.times, timeline.kinds, self.roles)
    let observed = observation.observed(timeline)
    if observed.isEmpty { return }
    let first = observed.first { roles[Int(kinds[$0])].contains(.start) }
    if let first { firstSeen = min(firstSeen, times[first]) }
    let start = first.map { times[$0] } ?? .max
    let isMember = first != nil && observation.range.contains(start)
    let isDecided = isMember && window.isDecided(from: start, observedUntil: observation.until)
    let span = isDecided ? window.span(from: start) : 0..<0

    var cell = ReferralCell.zero
    if isDecided { cell.members = 1 } else if isMember { cell.open = 1 }
    var namesNobody = false
    invitees.reset()
    brought.reset()
    cycles.removeAll(keepingCapacity: true)
    for event in observed {
      let role = roles[Int(kinds[event])]
      if role.isDisjoint(with: [.invite, .join, .delivered]) { continue }
      if role.contains(.invite), span.contains(times[event]) { cell.invites += 1 }
      if role.contains(.join), !countJoin(event, timeline) { namesNobody = true }
      if role.contains(.delivered), first != nil {
        if invitees.isNew(event, in: timeline) { joins.placed += 1 }
        if span.contains(times[event]), brought.isNew(event, in: timeline) {
          cycles.append(times[event] - start)
        }
      }
    }
    if namesNobody && inviters.isEmpty { joins.withoutInviter += 1 }
    if !inviters.isEmpty { inviters.removeAll(keepingCapacity: true) }
    guard isMember, let first else { return }
    if cell.invites > 0 { cell.inviters = 1 }
    cell.joined = cycles.count
    joins.counted += cycles.count
    let group = groups.group(of: first, in: observed, timeline)
    while states.count < groups.count { states.append(GroupState()) }
    states[group].members += 1
    let index = cursor.index(of: start)
    states[group].series[index].add(cell)
    for cycle in cycles { states[group].series[index].cycles.add(cycle) }
  }

  /// Counts the entity's own join, once for each inviter; false if it names none.
  private mutating func countJoin(_ event: Int, _ timeline: Timeline) -> Bool {
    let code = timeline.texts[inviter][event]
    if code == 0 { return false }
    if inviters.insert(code).inserted {
      joins.named += 1
      if timeline.values[Int(code)] == timeline.shownID { joins.byThemselves += 1 }
    }
    return true
  }
}
