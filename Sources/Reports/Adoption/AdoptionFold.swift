import EventLog
import Spec
package import Timelines

extension AdoptionDefinition: Report {
  package func makeFold(_ context: ReportContext) -> AdoptionFold { AdoptionFold(self, context) }
}

/// Adoption at work: one walk over an entity's events, which counts each where it belongs. Whether
/// something was counted before is told by stamps: a number that is new in each interval of each
/// entity, so that nothing needs clearing.
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
  var states: [AdoptionState] = []
  /// The first activity in all logs, in or out of range.
  var firstSeen = Int64.max

  /// By group: the entity at hand.
  private var traces: [AdoptionTrace] = []
  /// Groups in which the entity at hand has an event.
  private var touched: [Int] = []
  private var seats = SeatNumbers()
  private var entity = 0
  private var stamp = 0

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
  }

  package mutating func observe(_ timeline: Timeline) {
    let (times, kinds, isActivity) = (timeline.times, timeline.kinds, self.isActivity)
    let observed = observation.observed(timeline)
    let until = observation.range.until
    entity += 1
    touched.removeAll(keepingCapacity: true)
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
        makeRoom()
      } else if isLatest || last.map({ !hasSameValue($0, event, timeline) }) ?? true {
        group = groups.groupByEvent(event, timeline)
        makeRoom()
      }
      last = event
      count(event, group, timeline)
    }
    for group in touched where traces[group].isInRange {
      states[group].entities += 1
      states[group].breadth[traces[group].breadth] += 1
    }
  }

  @inline(__always)
  private func hasSameValue(_ left: Int, _ right: Int, _ timeline: Timeline) -> Bool {
    for column in breakdown where timeline.texts[column][left] != timeline.texts[column][right] {
      return false
    }
    return true
  }

  mutating func makeRoom() {
    while states.count < groups.count {
      states.append(AdoptionState(features: definition.features.count))
    }
    while traces.count < groups.count {
      traces.append(AdoptionTrace(features: definition.features.count))
    }
  }

  @inline(__always)
  private mutating func count(_ event: Int, _ group: Int, _ timeline: Timeline) {
    let time = timeline.times[event]
    let used = featuresOfKind[Int(timeline.kinds[event])]
    if traces[group].entity != entity {
      traces[group].begin(entity, time)
      touched.append(group)
      firstSeen = min(firstSeen, time)
    }
    if time < observation.range.from {
      for position in used { _ = traces[group].isFirstUse(of: features[position]) }
      return
    }
    let index = cursor.index(of: time)
    if traces[group].move(to: index, stamp: stamp + 1) {
      stamp += 1
      states[group].active[index].entities += 1
    }
    let seat = countsSeats ? seats.number(of: timeline.users[event]) : nil
    if let seat, traces[group].isNew(seat, AdoptionTrace.activity) {
      states[group].active[index].seats += 1
    }
    for position in used {
      let feature = features[position]
      states[group].features[feature].uses[index].events += 1
      if traces[group].isAdopter(of: feature) {
        states[group].features[feature].uses[index].adopters += 1
        if traces[group].isFirstUse(of: feature) {
          let delay = time - traces[group].begun
          states[group].features[feature].addNewAdopter(index, after: delay)
        }
      }
      if let seat, traces[group].isNew(seat, feature) {
        states[group].features[feature].uses[index].seats += 1
      }
    }
  }
}
