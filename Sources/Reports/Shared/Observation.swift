import EventLog
import Spec
import Tables
import Timelines
import Values

/// What bounds a report in time: its range, and the end of observation. What lies after that end is
/// not there for any report.
struct Observation: Sendable {
  let calendar: ReportCalendar
  let range: EntryRange
  /// Microseconds since 1970, inclusive.
  let until: Int64

  init(_ options: ReportOptions, _ context: ReportContext) {
    calendar = context.calendar
    range = EntryRange(options, context.calendar)
    // Far from the end of Int64, so that the instant after it exists.
    until = min(context.observedUntil, .max / 4)
  }

  /// The events of a timeline that observation has seen.
  @inline(__always)
  func observed(_ timeline: Timeline) -> Range<Int> {
    let events = timeline.range
    if timeline.times[events.upperBound - 1] <= until { return events }
    let end = timeline.times.firstIndex(
      notBefore: until + 1, from: events.lowerBound, to: events.upperBound)
    return events.lowerBound..<end
  }

  /// The intervals that are rows of a report on activity over time: from the first one in which it
  /// saw an event, if that is in range, to the one in which observation or the range ends. An
  /// interval without events between them is a row of zeros, since it was observed.
  /// `firstSeen` is the report's first event in all logs, `Int64.max` if there is none.
  func rows(in interval: Interval, firstSeen: Int64) -> Range<Int> {
    let first = max(firstSeen, range.from)
    let last = min(until, range.until - 1)
    if firstSeen == .max || first > last { return 0..<0 }
    return calendar.index(of: first, in: interval)..<calendar.index(of: last, in: interval) + 1
  }

  /// The state of an interval by the end of observation alone.
  func state(of index: Int, in interval: Interval) -> ObservationState {
    ObservationState(
      start: calendar.start(of: index, in: interval),
      end: calendar.start(of: index + 1, in: interval), observedUntil: until)
  }

  /// The state of an interval whose events outside the range are not counted: an interval that the
  /// range cuts is partial, as one in which observation ends.
  func stateInRange(of index: Int, in interval: Interval) -> ObservationState {
    let state = state(of: index, in: interval)
    return state == .complete && isCut(index, interval) ? .partial : state
  }

  /// Whether the range begins or ends inside the interval.
  func isCut(_ index: Int, _ interval: Interval) -> Bool {
    calendar.start(of: index, in: interval) < range.from
      || calendar.start(of: index + 1, in: interval) > range.until
  }

  /// The state of a cohort: complete once nobody can join it any more. A cohort that the range cuts
  /// has fewer members, not unfinished ones.
  func cohortState(of index: Int, in interval: Interval) -> ObservationState {
    ObservationState(
      start: max(calendar.start(of: index, in: interval), range.from),
      end: min(calendar.start(of: index + 1, in: interval), range.until), observedUntil: until)
  }

  /// The cell of the column `cut`.
  func cutCell(_ index: Int, _ interval: Interval) -> Cell { .boolean(isCut(index, interval)) }
}

extension [Int64] {
  /// Index of the first ascending time from index `first` on that is not before `instant`; `end` if
  /// there is none. Most are near; beyond that the cost grows with the logarithm of the distance.
  @inline(__always)
  func firstIndex(notBefore instant: Int64, from first: Int, to end: Int) -> Int {
    var low = first
    let near = Swift.min(first + 8, end)
    while low < near {
      if self[low] >= instant { return low }
      low += 1
    }
    return low == end ? end : firstIndex(notBefore: instant, beyond: low, to: end)
  }

  /// The same by steps that double, and halves of the last one.
  @inline(never)
  private func firstIndex(notBefore instant: Int64, beyond first: Int, to end: Int) -> Int {
    var low = first
    var step = 1
    while low + step <= end, self[low + step - 1] < instant {
      low += step
      step *= 2
    }
    var high = Swift.min(low + step - 1, end)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < instant { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
