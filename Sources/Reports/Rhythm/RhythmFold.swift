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
/// - Events in range count; an entity's breakdown value is the one on its first matching event in all
///   logs, so that the rows of all values add up to the table without breakdown.
/// - Weekday and hour are those of the local clock: the hour that clocks repeat in autumn counts
///   twice into one row, the one that they skip in spring counts into none.
/// - A table has a row for each of the 168 hours of the week, unless there was no event at all.
package struct RhythmFold: ReportFold {
  let definition: RhythmDefinition
  let observation: Observation
  private let matching: [Bool]
  private let working: HourSet
  private var cursor: WeekHourCursor
  private(set) var groups: BreakdownGroups
  private(set) var totals: [Totals] = []
  /// By group and hour of the week, 168 for each group.
  private(set) var hours: [Hour] = []

  /// One hour of the week.
  struct Hour: Sendable {
    var events = 0
    var active = 0

    mutating func add(_ other: Hour) {
      events += other.events
      active += other.active
    }
  }

  /// What one group did in range, counted entity by entity.
  struct Totals: Sendable {
    var events = 0
    var active = 0
    /// Entities with an event in working hours.
    var workingActive = 0

    mutating func add(_ other: Totals) {
      events += other.events
      active += other.active
      workingActive += other.workingActive
    }
  }

  init(_ definition: RhythmDefinition, _ context: ReportContext) {
    self.definition = definition
    observation = Observation(definition.options, context)
    matching = context.kinds.matching(definition.event)
    cursor = WeekHourCursor(context.calendar)
    groups = BreakdownGroups(definition.options, context)
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
    let group = groups.group(of: first, in: timeline)
    makeRoom()

    let base = group * WeekHourCursor.hoursOfWeek
    var seen = HourSet()
    var count = 0
    while event < end {
      if matching[Int(kinds[event])] {
        let hour = cursor.index(of: times[event])
        hours[base + hour].events += 1
        if seen.insert(hour) { hours[base + hour].active += 1 }
        count += 1
      }
      event += 1
    }
    if count == 0 { return }
    totals[group].add(
      Totals(events: count, active: 1, workingActive: seen.isDisjoint(with: working) ? 0 : 1))
  }

  private mutating func makeRoom() {
    while totals.count < groups.count {
      totals.append(Totals())
      hours.append(contentsOf: repeatElement(Hour(), count: WeekHourCursor.hoursOfWeek))
    }
  }

  package mutating func merge(_ other: RhythmFold) {
    let mapping = groups.merge(other.groups)
    makeRoom()
    for (theirs, sum) in other.totals.enumerated() {
      let ours = mapping[theirs]
      totals[ours].add(sum)
      for hour in 0..<WeekHourCursor.hoursOfWeek {
        hours[ours * WeekHourCursor.hoursOfWeek + hour].add(
          other.hours[theirs * WeekHourCursor.hoursOfWeek + hour])
      }
    }
  }
}

/// Some of the 168 hours of the week.
private struct HourSet: Sendable {
  private var words: (UInt64, UInt64, UInt64) = (0, 0, 0)

  init() {}

  init(_ working: RhythmDefinition.Working) {
    for day in working.days {
      for hour in working.from..<working.until { _ = insert((day.number - 1) * 24 + hour) }
    }
  }

  /// Whether it was not there before.
  @inline(__always)
  mutating func insert(_ hour: Int) -> Bool {
    let bit: UInt64 = 1 << UInt64(hour & 63)
    let before: UInt64
    switch hour >> 6 {
    case 0:
      before = words.0
      words.0 |= bit
    case 1:
      before = words.1
      words.1 |= bit
    default:
      before = words.2
      words.2 |= bit
    }
    return before & bit == 0
  }

  func contains(_ hour: Int) -> Bool {
    var copy = self
    return !copy.insert(hour)
  }

  func isDisjoint(with other: HourSet) -> Bool {
    words.0 & other.words.0 | words.1 & other.words.1 | words.2 & other.words.2 == 0
  }
}
