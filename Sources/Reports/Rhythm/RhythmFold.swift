import EventLog
import Spec
import Tables
package import Timelines

extension RhythmDefinition: Report {
  package func makeFold(_ context: ReportContext) -> RhythmFold { RhythmFold(self, context) }
}

/// Events and active entities by local weekday and hour (`Documentation.docc/Rhythm.md`).
///
/// Where the definition leaves room:
/// - Events in range count; a breakdown shows the value on each of them (`breakdown_on`), so that an
///   entity is active once under each value that it has.
/// - Weekday and hour are those of the local clock: the hour that clocks repeat in autumn counts
///   twice into one row, the one that they skip in spring counts into none.
/// - A table has a row for each of the 168 hours of the week, unless there was no event at all.
package struct RhythmFold: ReportFold {
  let definition: RhythmDefinition
  let observation: Observation
  private let matching: [Bool]
  private let working: HourSet
  private var cursor: WeekHourCursor
  var groups: BreakdownGroups
  var totals: [Totals] = []
  /// By group and hour of the week, 168 for each group.
  var hours: [Hour] = []
  /// By group: the entity at hand, the hours in which it has an event, and how many events.
  private var traces: [Trace] = []
  private var entity = 0
  private var touched: [Int] = []
  /// Entities with several values, kept where `top` may put some together.
  var mixed = MixedValues<HoursEntry>()
  var valueless = 0

  private struct Trace: Sendable {
    var entity = 0
    var seen = HourSet()
    var events = 0
  }

  /// One hour of the week.
  struct Hour: FieldwiseState {
    var events = 0
    var active = 0

    static func visit(_ fields: inout some FieldVisitor<Self>) {
      fields.visit(\.events)
      fields.visit(\.active)
    }
  }

  /// What one group did in range, counted entity by entity.
  struct Totals: FieldwiseState {
    var events = 0
    var active = 0
    /// Entities with an event in working hours.
    var workingActive = 0

    static func visit(_ fields: inout some FieldVisitor<Self>) {
      fields.visit(\.events)
      fields.visit(\.active)
      fields.visit(\.workingActive)
    }
  }

  init(_ definition: RhythmDefinition, _ context: ReportContext) {
    self.definition = definition
    observation = Observation(definition.options, context)
    matching = context.kinds.matching(definition.event)
    cursor = WeekHourCursor(context.calendar)
    groups = BreakdownGroups(definition.options, context, standard: .event)
    working = HourSet(definition.working)
  }

  func isWorking(_ hour: Int) -> Bool { working.contains(hour) }

  package mutating func observe(_ timeline: Timeline) {
    let (times, kinds, matching) = (timeline.times, timeline.kinds, self.matching)
    let observed = observation.observed(timeline)
    guard let first = observed.first(where: { matching[Int(kinds[$0])] }) else { return }
    let range = observation.range
    var event = first
    if times[event] < range.from {
      event = times.firstIndex(notBefore: range.from, from: event, to: observed.upperBound)
    }
    let end =
      times[observed.upperBound - 1] < range.until
      ? observed.upperBound
      : times.firstIndex(notBefore: range.until, from: first, to: observed.upperBound)
    if event >= end { return }
    entity += 1
    touched.removeAll(keepingCapacity: true)
    let isByEvent = groups.isByEvent
    if isByEvent { groups.begin(observed) }
    let own = isByEvent ? nil : groups.group(of: first, in: observed, timeline)
    makeRoom()
    while event < end {
      if matching[Int(kinds[event])] {
        let group = own ?? groups.groupByEvent(event, timeline)
        if isByEvent {
          makeRoom()
          if groups.isEmpty(group) { valueless += 1 }
        }
        if traces[group].entity != entity {
          traces[group] = Trace(entity: entity)
          touched.append(group)
        }
        let hour = cursor.index(of: times[event])
        let place = group * WeekHourCursor.hoursOfWeek + hour
        hours[place].events += 1
        if traces[group].seen.insert(hour) { hours[place].active += 1 }
        traces[group].events += 1
      }
      event += 1
    }
    for group in touched {
      let trace = traces[group]
      totals[group].add(
        Totals(
          events: trace.events, active: 1,
          workingActive: trace.seen.isDisjoint(with: working) ? 0 : 1))
    }
    if definition.options.top != nil, touched.count > 1 {
      mixed.append(touched.map { HoursEntry(group: $0, hours: traces[$0].seen) }, newIn: nil)
    }
  }

  /// What the sum of some groups counts too much: entities that have several of their values.
  func surplus(of groups: [Int]) -> (hours: [Hour], totals: Totals) {
    var hours = [Hour](repeating: Hour(), count: WeekHourCursor.hoursOfWeek)
    var totals = Totals()
    mixed.forEach(in: groups) { entries, _ in
      let sets = entries.map(\.hours)
      totals.active -= sets.count - 1
      totals.workingActive -= max(0, sets.count { !$0.isDisjoint(with: working) } - 1)
      for hour in hours.indices {
        hours[hour].active -= max(0, sets.count { $0.contains(hour) } - 1)
      }
    }
    return (hours, totals)
  }

  package func warnings() -> [String] {
    groups.isByEvent
      ? definition.options.warnings(
        counted: totals.reduce(0) { $0 + $1.events }, valueless: valueless) : []
  }

  mutating func makeRoom() {
    while totals.count < groups.count {
      totals.append(Totals())
      traces.append(Trace())
      hours.append(contentsOf: repeatElement(Hour(), count: WeekHourCursor.hoursOfWeek))
    }
  }
}
