import EventLog
import Spec
import Tables
package import Timelines
import Values

extension RetentionDefinition: Report {
  package func makeFold(_ context: ReportContext) -> RetentionFold { RetentionFold(self, context) }
}

/// Who came back, by cohort and period (`Documentation.docc/Retention.md`).
///
/// Where the definition leaves room:
/// - A return is a return event at or after the start event that made the entity a member. What it
///   did earlier in the same interval is no return.
/// - With recurring cohorts an entity is once a member of each cohort it has a start event in, from
///   its first one there. Its breakdown value is always that of its first start event in all logs.
/// - A bracket is one long period: `minimum` counts the events in all of it.
/// - `on_or_after` is judged by period k alone: complete once period k is over, although the later
///   periods that have been observed so far differ from cohort to cohort.
/// - With elapsed windows, or cohorts coarser than the interval, members' periods do not coincide. A
///   cell then counts those members alone whose period is over, and is complete when it is over
///   for all of them and the cohort's own interval has ended, so that no member can join it.
/// - `value` sums the measure over all return events in the period, of the members in `eligible`;
///   `value_to_date` over periods 0 to k, of the same members.
package struct RetentionFold: CurrencyFold {
  let definition: RetentionDefinition
  let observation: Observation
  let slots: PeriodSlots
  let cohortInterval: Interval
  /// Cohorts are as long as periods.
  private let sharesInterval: Bool
  /// Whether a cell's state is the same for all members of a cohort.
  let periodsCoincide: Bool
  /// Numbers of the last interval that is over, and of the one in which observation ends.
  let lastEnded: Int
  let lastBegun: Int
  let starting: [Bool]
  let returning: [Bool]
  private let returnsAlways: Bool
  let measure: Int?
  package var currency: CurrencyView
  private let length: Int64
  private var cursor: CalendarCursor
  private var cohortCursor: CalendarCursor
  var groups: BreakdownGroups
  var cohorts: [IntervalSeries<CohortCounts>] = []
  var standings: [RetentionStanding] = []
  /// Of the entity at hand: times of its return events, and the measure summed up to each. Kept
  /// between entities for their room only.
  private var returnTimes: [Int64] = []
  private var returnSums: [DecimalSum] = []

  init(_ definition: RetentionDefinition, _ context: ReportContext) {
    self.definition = definition
    observation = Observation(definition.options, context)
    slots = PeriodSlots(definition)
    cohortInterval = definition.cohortInterval ?? definition.interval
    sharesInterval = cohortInterval == definition.interval
    periodsCoincide = definition.windows == .calendar && sharesInterval
    starting = context.kinds.matching(definition.start)
    returning = context.kinds.matching(definition.returning)
    returnsAlways = definition.measure == nil && !returning.contains(false)
    measure = definition.measure.map { context.numberColumn($0) }
    currency = CurrencyView(definition, context)
    length = definition.interval.elapsedLength
    cursor = CalendarCursor(context.calendar, definition.interval)
    cohortCursor = CalendarCursor(context.calendar, cohortInterval)
    groups = BreakdownGroups(definition.options, context)
    lastBegun = cursor.index(of: observation.until)
    lastEnded = cursor.index(of: observation.until + 1) - 1
  }

  package mutating func observe(_ timeline: Timeline) {
    let (times, kinds, starting) = (timeline.times, timeline.kinds, self.starting)
    let observed = observation.observed(timeline)
    guard let first = observed.first(where: { starting[Int(kinds[$0])] }) else { return }
    let range = observation.range
    if times[first] >= range.until { return }
    if definition.cohort == .first && times[first] < range.from { return }

    let firstReturn = gatherReturns(timeline, from: first, to: observed.upperBound)
    let returnTimes = returnsAlways ? times : self.returnTimes
    let returnEnd = returnsAlways ? observed.upperBound : returnTimes.count
    let group = groups.group(of: first, in: observed, timeline)
    while cohorts.count < groups.count { cohorts.append(IntervalSeries()) }

    if definition.cohort == .first {
      let member = member(group, from: times[first])
      trace(member, returnTimes, firstReturn..<returnEnd, timeline)
      return
    }
    var event = times.firstIndex(notBefore: range.from, from: first, to: observed.upperBound)
    var returned = firstReturn
    var previous: Int?
    while event < observed.upperBound, times[event] < range.until {
      if !starting[Int(kinds[event])] {
        event += 1
        continue
      }
      let member = member(group, from: times[event])
      if member.cohort != previous {
        returned = returnTimes.firstIndex(notBefore: times[event], from: returned, to: returnEnd)
        trace(member, returnTimes, returned..<returnEnd, timeline)
      }
      previous = member.cohort
      event = times.firstIndex(notBefore: cohortCursor.end, from: event, to: observed.upperBound)
    }
  }

  /// Collects the entity's return events from the instant of an event on; returns where they begin:
  /// in the timeline if every event is one, else in what was collected.
  private mutating func gatherReturns(_ timeline: Timeline, from first: Int, to end: Int) -> Int {
    var event = first
    while event > timeline.range.lowerBound, timeline.times[event - 1] == timeline.times[first] {
      event -= 1
    }
    if returnsAlways { return event }
    returnTimes.removeAll(keepingCapacity: true)
    returnSums.removeAll(keepingCapacity: true)
    var sum = DecimalSum.zero
    if measure != nil { returnSums.append(sum) }
    let (times, kinds, returning) = (timeline.times, timeline.kinds, self.returning)
    while event < end {
      if returning[Int(kinds[event])], currency.admits(event, worth: measure, timeline) {
        returnTimes.append(times[event])
        if let measure {
          sum.add(timeline.numbers[measure][event])
          returnSums.append(sum)
        }
      }
      event += 1
    }
    return 0
  }

  package static var standing: CurrencyStanding { .everybody }
  package var priced: [(kinds: [Bool], amount: Int)] { measure.map { [(returning, $0)] } ?? [] }

  /// An entity in one cohort.
  struct Member {
    var group: Int
    var cohort: Int
    /// Where its period 0 begins: an interval with calendar windows, an instant with elapsed ones.
    var origin: Int64
    /// The last slot whose return events count.
    var lastCounted: Int
  }

  @inline(__always)
  mutating func member(_ group: Int, from start: Int64) -> Member {
    let isElapsed = definition.windows == .elapsed
    let cohort = cohortCursor.index(of: start)
    let interval = sharesInterval ? cohort : cursor.index(of: start)
    let origin = isElapsed ? start : Int64(interval)
    if periodsCoincide {
      return Member(group: group, cohort: cohort, origin: origin, lastCounted: slots.count - 1)
    }
    let ended =
      isElapsed ? Int((observation.until + 1 - start) / length) - 1 : lastEnded - interval
    return Member(
      group: group, cohort: cohort, origin: origin, lastCounted: slots.lastEnded(by: ended))
  }

  /// The unit period of a member that an instant lies in.
  @inline(__always)
  mutating func period(of instant: Int64, from origin: Int64) -> Int {
    definition.windows == .elapsed
      ? Int((instant - origin) / length) : cursor.index(of: instant) - Int(origin)
  }

  /// Follows a member through its return events, period by period, and counts it.
  private mutating func trace(
    _ member: Member, _ returns: [Int64], _ indices: Range<Int>, _ timeline: Timeline
  ) {
    let (group, cohort) = (member.group, member.cohort)
    let isElapsed = definition.windows == .elapsed
    cohorts[group][cohort].join(slots: slots.count, measured: measure != nil)
    if !periodsCoincide {
      cohorts[group][cohort].earliest.take(member.origin)
      if member.lastCounted >= 0 { cohorts[group][cohort].lastEligible[member.lastCounted] += 1 }
    }

    var lastReturned = -1
    var total = DecimalSum.zero
    var slot = -1
    var slotBegin = indices.lowerBound
    var next = indices.lowerBound
    while true {
      var nextSlot = -1
      var pieceEnd = Int64.max
      if next < indices.upperBound {
        let period = period(of: returns[next], from: member.origin)
        pieceEnd =
          isElapsed ? member.origin + Int64(period + 1) * length : cursor.end
        if period <= slots.lastPeriod { nextSlot = slots.slot(of: period) }
      }
      if nextSlot != slot && slot >= 0 {
        if next - slotBegin >= definition.minimum {
          lastReturned = slot
          if definition.mode == .on && slot <= member.lastCounted {
            cohorts[group][cohort].returned[slot] += 1
          }
        }
        if measure != nil && slot <= member.lastCounted {
          let value = returnSums[next] - returnSums[slotBegin]
          cohorts[group][cohort].values[slot].add(value)
          if !periodsCoincide {
            cohorts[group][cohort].valueChanges[slot].add(value)
            total.add(value)
          }
        }
      }
      if nextSlot < 0 { break }
      if nextSlot != slot {
        slot = nextSlot
        slotBegin = next
      }
      next = returns.firstIndex(notBefore: pieceEnd, from: next, to: indices.upperBound)
    }

    let lastToCountFor = min(lastReturned, member.lastCounted)
    if definition.mode == .onOrAfter && lastToCountFor >= 0 {
      cohorts[group][cohort].returned[lastToCountFor] += 1
    }
    if measure != nil && !periodsCoincide && member.lastCounted + 1 < slots.count {
      cohorts[group][cohort].valueChanges[member.lastCounted + 1].add(-total)
    }
    if definition.options.list {
      standings.append(
        RetentionStanding(
          entity: Array(timeline.shownID), cohort: cohort,
          lastPeriod: lastReturned < 0 ? nil : lastReturned))
    }
  }
}
