import EventLog
import Spec
package import Timelines

extension AdoptionDefinition: Report {
  package func makeFold(_ context: ReportContext) -> AdoptionFold { AdoptionFold(self, context) }
}

/// Adoption at work: one walk over an entity's events, which counts each where it belongs.
package struct AdoptionFold: ReportFold {
  let definition: AdoptionDefinition
  let observation: Observation
  let countsSeats: Bool
  /// By kind, whether it makes an entity active.
  private let isActivity: [Bool]
  /// By kind: its features, in `features`.
  private let featuresOfKind: [Range<Int>]
  private let features: [Int]
  /// Text columns of the breakdown.
  private let breakdown: [Int]
  private var cursor: CalendarCursor
  var groups: BreakdownGroups
  var tally: AdoptionTally
  /// The first activity in all logs, in or out of range.
  var firstSeen = Int64.max
  /// Whether `top` may put several values of one entity together, where it counts once.
  let keepsMixed: Bool
  private var marks = AdoptionMarks()
  /// Entities with several values; the tally knows them by their number alone.
  var mixed = MixedValues<AdoptionMark>()
  private var seats = SeatNumbers()

  init(_ definition: AdoptionDefinition, _ context: ReportContext) {
    self.definition = definition
    observation = Observation(definition.options, context)
    countsSeats = context.schema.entity == .account
    let matching = definition.features.map { context.kinds.matching($0.event) }
    var features: [Int] = []
    var ranges: [Range<Int>] = []
    for kind in 0..<context.kinds.count {
      let first = features.count
      features += matching.indices.filter { matching[$0][kind] }
      ranges.append(first..<features.count)
    }
    self.features = features
    featuresOfKind = ranges
    isActivity = zip(context.kinds.matching(definition.activity), ranges).map { $0 || !$1.isEmpty }
    breakdown = definition.options.breakdown.map(context.textColumn)
    cursor = CalendarCursor(context.calendar, definition.interval)
    groups = BreakdownGroups(definition.options, context, standard: .event)
    tally = AdoptionTally(features: definition.features.count)
    keepsMixed = definition.options.top != nil && groups.isByEvent
  }

  package mutating func observe(_ timeline: Timeline) {
    let (times, kinds, isActivity) = (timeline.times, timeline.kinds, self.isActivity)
    let observed = observation.observed(timeline)
    let until = observation.range.until
    if keepsMixed { marks.begin() } else { tally.begin() }
    if countsSeats { seats.begin(timeline) }
    // Neighbours mostly have the same value.
    var group = 0
    var last: Int?
    let (isByEvent, isLatest) = (groups.isByEvent, groups.on == .latest)
    if isByEvent { groups.begin(observed) }
    for event in observed {
      if times[event] >= until { break }
      if !isActivity[Int(kinds[event])] { continue }
      if !isByEvent {
        if last == nil { group = groups.group(of: event, in: observed, timeline) }
        tally.makeRoom(groups.count)
      } else if isLatest || last.map({ !hasSameValue($0, event, timeline) }) ?? true {
        group = groups.groupByEvent(event, timeline)
        tally.makeRoom(groups.count)
      }
      last = event
      count(event, group, timeline)
    }
    if keepsMixed { keepOrCount() } else { tally.end() }
  }

  @inline(__always)
  private func hasSameValue(_ left: Int, _ right: Int, _ timeline: Timeline) -> Bool {
    for column in breakdown where timeline.texts[column][left] != timeline.texts[column][right] {
      return false
    }
    return true
  }

  @inline(__always)
  private mutating func count(_ event: Int, _ group: Int, _ timeline: Timeline) {
    let time = timeline.times[event]
    firstSeen = min(firstSeen, time)
    let used = featuresOfKind[Int(timeline.kinds[event])]
    let isHistory = time < observation.range.from
    let index = isHistory ? nil : cursor.index(of: time)
    let seat = countsSeats && !isHistory ? seats.number(of: timeline.users[event]) : nil
    if keepsMixed {
      let activity = AdoptionTrace.activity
      marks.note(.init(group: group, slot: activity, interval: index, seat: seat), time)
      for place in used {
        marks.note(.init(group: group, slot: features[place], interval: index, seat: seat), time)
      }
      return
    }
    tally.countActivity(group, time, index, seat: seat)
    for place in used {
      tally.countUse(group, of: features[place], time, index, seat: seat, events: 1)
    }
  }

  /// The entity at hand, by its marks.
  private mutating func keepOrCount() {
    guard let first = marks.marks.first else { return }
    if marks.isOfOneGroup {
      tally.count(marks.marks, in: first.group)
    } else {
      for group in AdoptionFold.groupsInRange(marks.marks) { tally.states[group].entities += 1 }
      mixed.append(marks.marks, newIn: nil)
    }
  }

  /// The groups in which an entity was active in range.
  private static func groupsInRange(_ marks: some Sequence<AdoptionMark>) -> Set<Int> {
    Set(marks.lazy.filter { $0.key.interval != nil }.map(\.group))
  }

  /// What was counted under one row's values, each entity once.
  func state(of row: BreakdownRow) -> AdoptionState {
    var sum = AdoptionTally(features: definition.features.count)
    sum.makeRoom(1)
    for group in row.groups where group < tally.states.count {
      sum.states[0].add(tally.states[group])
    }
    mixed.forEach(inAnyOf: row.groups) { marks, _ in
      sum.states[0].entities -= Self.groupsInRange(marks).count
      sum.count(marks, in: 0)
    }
    return sum.states[0]
  }
}
