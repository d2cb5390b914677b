import EventLog
import Spec
package import Timelines
import Values

extension ActivityDefinition: Report {
  package func makeFold(_ context: ReportContext) -> ActivityFold { ActivityFold(self, context) }
}

/// Events, active and new entities by interval (`Documentation.docc/Activity.md`).
///
/// A breakdown shows the value on each event (`breakdown_on`): an entity counts once under each value
/// that it has in an interval. It is new by its whole history, under whichever values.
package struct ActivityFold: ReportFold {
  let definition: ActivityDefinition
  /// Of the definition, which is asked for each entity: days have trailing windows.
  let (hasTrailing, isBySession): (Bool, Bool)
  let observation: Observation
  let matching: [Bool]
  var cursor: CalendarCursor
  var groups: BreakdownGroups
  var states: [GroupState] = []
  /// The first matching event in all logs, in or out of range.
  var firstSeen = Int64.max
  /// The intervals that the range touches, and the last one that observation reached.
  let firstIndex: Int
  let lastIndex: Int
  /// The day on which the logs begin.
  let firstObservedDay: Int
  /// Where entities have several values.
  var byEvent = ByEvent()

  struct GroupState: FieldwiseState {
    /// Entities active in range: what `top` goes by.
    var entities = 0
    var series = IntervalSeries<ActivityCell>()

    static func visit(_ fields: inout some FieldVisitor<Self>) {
      fields.visit(\.entities)
      fields.visit(\.series)
    }
  }

  init(_ definition: ActivityDefinition, _ context: ReportContext) {
    self.definition = definition
    hasTrailing = definition.interval == .day
    isBySession = definition.options.isBySession
    observation = Observation(definition.options, context)
    matching = context.kinds.matching(definition.event)
    cursor = CalendarCursor(context.calendar, definition.interval)
    groups = BreakdownGroups(definition.options, context, standard: .event)
    let range = observation.range
    firstIndex = range.from == .min ? .min : cursor.index(of: range.from)
    lastIndex = cursor.index(of: min(observation.until, range.until - 1))
    let from = context.observedFrom
    firstObservedDay = from == .min ? .min : context.calendar.index(of: from, in: .day)
  }

  package mutating func observe(_ timeline: Timeline) {
    let (times, kinds, matching) = (timeline.times, timeline.kinds, self.matching)
    let observed = observation.observed(timeline)
    guard let first = observed.first(where: { matching[Int(kinds[$0])] }) else { return }
    if isBySession {
      observeSession(timeline, from: first, in: observed)
      return
    }
    firstSeen = min(firstSeen, times[first])
    if groups.isByEvent {
      observeByEvent(timeline, from: first, in: observed)
      return
    }
    let group = groups.group(of: first, in: observed, timeline)
    while states.count < groups.count { states.append(GroupState()) }

    let range = observation.range
    var event = first
    if times[event] < range.from && !hasTrailing {
      event = times.firstIndex(notBefore: range.from, from: first, to: observed.upperBound)
    }
    let end =
      times[observed.upperBound - 1] < range.until
      ? observed.upperBound
      : times.firstIndex(notBefore: range.until, from: first, to: observed.upperBound)
    if event >= end { return }

    var previous: Int?
    var isActive = false
    if range.contains(times[first]) {
      states[group].series[cursor.index(of: times[first])].new += 1
    }
    while event < end {
      let index = cursor.index(of: times[event])
      let pieceEnd = cursor.end
      var count = 0
      repeat {
        if matching[Int(kinds[event])] { count += 1 }
        event += 1
      } while event < end && times[event] < pieceEnd
      if count == 0 { continue }
      let isFirst = index != previous
      var opened: (week: Int, month: Int) = (0, 0)
      if hasTrailing && isFirst { opened = openTrailing(day: index, previous: previous, group) }
      if index >= firstIndex {
        states[group].series[index].count(events: count, active: isFirst ? 1 : 0, opened)
        isActive = true
      } else if hasTrailing {
        addTrailing(7, index, opened.week, group)
        addTrailing(28, index, opened.month, group)
      }
      previous = index
    }
    if let previous, hasTrailing {
      // The trailing windows of the last active day close behind it.
      addTrailing(7, previous + 7, -1, group)
      addTrailing(28, previous + 28, -1, group)
    }
    if isActive { states[group].entities += 1 }
  }

  /// A session stands, with all its events, in the interval in which it begins.
  private mutating func observeSession(
    _ timeline: Timeline, from first: Int, in observed: Range<Int>
  ) {
    let start = timeline.times[observed.lowerBound]
    firstSeen = min(firstSeen, start)
    if !observation.range.contains(start) { return }
    let group = groups.group(of: first, in: observed, timeline)
    while states.count < groups.count { states.append(GroupState()) }
    let events = (first..<observed.upperBound).count { matching[Int(timeline.kinds[$0])] }
    states[group].series[cursor.index(of: start)].count(events: events, active: 1)
    states[group].entities += 1
  }

  /// An active day opens a window of 7 and one of 28 days, unless the one before is still open: then
  /// it goes on. Stored as changes from day to day, so that a day costs the same however long the
  /// windows are.
  @inline(__always)
  mutating func markTrailing(day: Int, previous: Int?, _ group: Int) {
    let opened = openTrailing(day: day, previous: previous, group)
    addTrailing(7, day, opened.week, group)
    addTrailing(28, day, opened.month, group)
  }

  /// The windows that an active day opens, which are still to be added to that day. Those before them
  /// are closed.
  @inline(__always)
  private mutating func openTrailing(
    day: Int, previous: Int?, _ group: Int
  ) -> (week: Int, month: Int) {
    guard let previous else { return (1, 1) }
    let (opensWeek, opensMonth) = (day - previous >= 7, day - previous >= 28)
    if opensWeek { addTrailing(7, previous + 7, -1, group) }
    if opensMonth { addTrailing(28, previous + 28, -1, group) }
    return (opensWeek ? 1 : 0, opensMonth ? 1 : 0)
  }

  mutating func addTrailing(_ days: Int, _ day: Int, _ change: Int, _ group: Int) {
    if day > lastIndex || change == 0 { return }
    let day = max(day, firstIndex)
    if days == 7 {
      states[group].series[day].change7 += change
    } else {
      states[group].series[day].change28 += change
    }
  }
}

/// One interval of an activity table, for one breakdown value.
struct ActivityCell: FieldwiseState, Equatable {
  var events = 0
  var active = 0
  var new = 0
  /// Entities that enter the trailing windows with this day, less those that leave them.
  var change7 = 0
  var change28 = 0

  @inline(__always)
  mutating func count(events: Int, active: Int, _ opened: (week: Int, month: Int) = (0, 0)) {
    self.events += events
    self.active += active
    change7 += opened.week
    change28 += opened.month
  }

  static func visit(_ fields: inout some FieldVisitor<Self>) {
    fields.visit(\.events)
    fields.visit(\.active)
    fields.visit(\.new)
    fields.visit(\.change7)
    fields.visit(\.change28)
  }
}
