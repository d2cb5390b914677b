import EventLog
import Spec
import Tables
package import Timelines

extension LifecycleDefinition: Report {
  package func makeFold(_ context: ReportContext) -> LifecycleFold { LifecycleFold(self, context) }
}

/// New, returning, resurrected and dormant entities by interval (`Documentation.docc/Activity.md`).
///
/// With a gap of more than one interval an entity stays *engaged* through fewer than `gap` silent
/// intervals: who comes back by then is `returning`, who does not is `dormant` in the interval that
/// completes the gap, once, and `resurrected` whenever it comes back later. So two identities hold:
/// active = new + returning + resurrected, and
/// engaged(t) = engaged(t-1) + new + resurrected - dormant,
/// where engaged is active for a gap of 1.
///
/// What came before the range is history: it makes nobody new a second time. What comes after it is
/// not looked at. In an interval in which the range begins, an entity counts as active when it has an
/// event in range, and as `returning` when it had another one in that interval before: what is
/// shown of that interval is counted apart, so that the identities go on to hold over whole ones.
package struct LifecycleFold: HistoryFold {
  let definition: LifecycleDefinition
  let observation: Observation
  let matching: [Bool]
  private var cursor: CalendarCursor
  package var groups: BreakdownGroups
  package var states: [GroupState] = []
  /// The first matching event in all logs, in or out of range.
  package var firstSeen = Int64.max
  /// The first interval that the range touches, and the last that it touches and observation reached.
  let firstIndex: Int
  let lastIndex: Int
  /// The interval before the first that the range touches; none before it has a cell.
  let historyIndex: Int
  /// Whether the range begins inside the first interval that it touches.
  let isFirstCut: Bool
  /// Where that interval ends.
  private let firstEnd: Int64
  var standings: [LifecycleStanding] = []

  package struct GroupState: FieldwiseState {
    /// Entities active in an interval of the range: what `top` goes by.
    var entities = 0
    var series = IntervalSeries<LifecycleCell>()
    /// Of the first interval that the range touches, what lies in range, if it is cut.
    var cut = LifecycleCell.zero

    package init() {}

    package static func visit(_ fields: inout some FieldVisitor<Self>) {
      fields.visit(\.entities)
      fields.visit(\.series)
      fields.visit(\.cut)
    }
  }

  init(_ definition: LifecycleDefinition, _ context: ReportContext) {
    precondition(definition.gap >= 1, "a gap is at least one interval")
    self.definition = definition
    observation = Observation(definition.options, context)
    matching = context.kinds.matching(definition.event)
    cursor = CalendarCursor(context.calendar, definition.interval)
    groups = BreakdownGroups(definition.options, context)
    let range = observation.range
    firstIndex = range.from == .min ? .min : cursor.index(of: range.from)
    historyIndex = range.from == .min ? .min : firstIndex - 1
    lastIndex = cursor.index(of: min(observation.until, range.until - 1))
    isFirstCut =
      range.from != .min
      && context.calendar.start(of: firstIndex, in: definition.interval) < range.from
    firstEnd = isFirstCut ? context.calendar.start(of: firstIndex + 1, in: definition.interval) : 0
  }

  package mutating func observe(_ timeline: Timeline) {
    let (times, kinds, matching) = (timeline.times, timeline.kinds, self.matching)
    let observed = observation.observed(timeline)
    guard let first = observed.first(where: { matching[Int(kinds[$0])] }) else { return }
    firstSeen = min(firstSeen, times[first])
    if times[first] >= observation.range.until { return }
    let group = groups.group(of: first, in: observed, timeline)
    while states.count < groups.count { states.append(GroupState()) }

    var previous: Int?
    var status = LifecycleStatus.new
    var event = first
    var isActive = false
    while event < observed.upperBound, times[event] < observation.range.until {
      if !matching[Int(kinds[event])] {
        event += 1
        continue
      }
      let index = cursor.index(of: times[event])
      let begin = event
      event = times.firstIndex(notBefore: cursor.end, from: event, to: observed.upperBound)
      if index == previous { continue }
      status = activate(group, index, previous)
      previous = index
      if index > firstIndex || (index == firstIndex && !isFirstCut) {
        isActive = true
      } else if index == firstIndex, isInRange(from: begin, in: observed, timeline) {
        isActive = true
        let isFirst = times[begin] >= observation.range.from
        states[group].cut.count(isFirst ? status : .returning)
      }
    }
    guard let last = previous else { return }
    silence(group, after: last, until: last + definition.gap)
    if isActive { states[group].entities += 1 }
    if definition.options.list {
      let isDormant = last + definition.gap <= lastIndex
      standings.append(
        LifecycleStanding(
          entity: Array(timeline.shownID), interval: isDormant ? last + definition.gap : last,
          status: isDormant ? .dormant : status))
    }
  }

  /// Whether one of the first interval's events matches and lies in range; `event` is the first one
  /// of them that matches.
  private func isInRange(from event: Int, in observed: Range<Int>, _ timeline: Timeline) -> Bool {
    let end = min(firstEnd, observation.range.until)
    return (event..<observed.upperBound).lazy.prefix { timeline.times[$0] < end }.contains {
      matching[Int(timeline.kinds[$0])] && timeline.times[$0] >= observation.range.from
    }
  }

  /// What the row of an interval shows of a group.
  func shown(_ index: Int, _ state: GroupState) -> LifecycleCell {
    var cell = state.series[index]
    if isFirstCut, index == firstIndex {
      cell.active = state.cut.active
      cell.new = state.cut.new
      cell.returning = state.cut.returning
      cell.resurrected = state.cut.resurrected
    }
    return cell
  }

  /// Counts an entity's next active interval, and the silence before it.
  @inline(__always)
  private mutating func activate(_ group: Int, _ index: Int, _ previous: Int?) -> LifecycleStatus {
    guard let previous else {
      count(group, index, new: 1)
      return .new
    }
    if index - previous <= definition.gap {
      if index - previous > 1 { wait(group, previous + 1, index) }
      count(group, index, returning: 1)
      return .returning
    }
    silence(group, after: previous, until: previous + definition.gap)
    count(group, index, resurrected: 1)
    return .resurrected
  }

  /// Counts an active entity. History is not kept further back than the interval before the range,
  /// which the first row is compared with: else a single early event would cost memory for ages.
  @inline(__always)
  private mutating func count(
    _ group: Int, _ index: Int, new: Int = 0, returning: Int = 0, resurrected: Int = 0
  ) {
    guard index >= historyIndex else { return }
    states[group].series[index].active += 1
    states[group].series[index].new += new
    states[group].series[index].returning += returning
    states[group].series[index].resurrected += resurrected
  }

  /// Counts an entity that was last active in interval `last` and becomes dormant in `dormant`.
  @inline(__always)
  private mutating func silence(_ group: Int, after last: Int, until dormant: Int) {
    if dormant - last > 1 { wait(group, last + 1, dormant) }
    if dormant >= historyIndex, dormant <= lastIndex {
      states[group].series[dormant].dormant += 1
    }
  }

  /// Silent yet engaged from one interval until before another.
  private mutating func wait(_ group: Int, _ from: Int, _ until: Int) {
    let (from, until) = (max(from, historyIndex), max(until, historyIndex))
    if from == until { return }
    if from <= lastIndex { states[group].series[from].waitingChange += 1 }
    if until <= lastIndex { states[group].series[until].waitingChange -= 1 }
  }
}

/// One interval of a lifecycle table, for one breakdown value.
struct LifecycleCell: FieldwiseState {
  var active = 0
  var new = 0
  var returning = 0
  var resurrected = 0
  var dormant = 0
  /// Entities that begin to be silent yet engaged in this interval, less those that no longer are.
  var waitingChange = 0

  /// Counts one active entity.
  mutating func count(_ status: LifecycleStatus) {
    active += 1
    switch status {
    case .new: new += 1
    case .returning: returning += 1
    case .resurrected: resurrected += 1
    case .dormant: break
    }
  }

  static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.active)
    fields.visit(\.new)
    fields.visit(\.returning)
    fields.visit(\.resurrected)
    fields.visit(\.dormant)
    fields.visit(\.waitingChange)
  }
}
