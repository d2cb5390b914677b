import EventLog
import Spec
import Values

/// A stretch of time with one offset from UTC, with what is needed to number the days and hours
/// inside it by arithmetic alone.
///
/// A day is the stretch from the first instant with its local date to the first instant with a
/// later one. So days follow each other without overlap, also where clocks are put back over
/// midnight: in St. John's, where 00:01 once became 23:01, the repeated 59 minutes belong to the
/// day that had already begun. A local date that a zone skipped is a day of no length.
struct ZoneSegment: Sendable {
  /// Microseconds since 1970, inclusive; `Int64.min` for the first.
  var start: Int64
  /// Exclusive; `Int64.max` for the last.
  var end: Int64
  /// Microseconds east of UTC.
  var offset: Int64
  /// The day of the first and of the last instant, as days since 1970.
  var firstDay: Int
  var lastDay: Int
  /// Likewise in hours, numbered one after the other through all segments.
  var firstHour: Int
  var lastHour: Int
  /// What to add to the count of local clock hours since 1970 to number an hour.
  var hourShift: Int

  @inline(__always)
  func day(of instant: Int64) -> Int {
    max(firstDay, Int(floorDivide(instant + offset, CalendarUnit.day)))
  }

  @inline(__always)
  func hour(of instant: Int64) -> Int {
    Int(floorDivide(instant + offset, CalendarUnit.hour)) + hourShift
  }

  /// The first instant of a day that begins in this segment, or was over before it.
  func start(ofDay day: Int) -> Int64 {
    day <= firstDay ? start : Int64(day) * CalendarUnit.day - offset
  }

  func start(ofHour hour: Int) -> Int64 {
    hour <= firstHour ? start : Int64(hour - hourShift) * CalendarUnit.hour - offset
  }

  /// Each change of the offset begins a new hour, so that the repeated hour of a change back is an
  /// hour of its own, and no hour is longer than 60 minutes.
  static func segments(of zone: ZoneRules) -> [ZoneSegment] {
    var segments: [ZoneSegment] = []
    for (position, seconds) in zone.offsets.enumerated() {
      let offset = Int64(seconds) * Microseconds.second
      if let last = segments.last, last.offset == offset { continue }
      guard let last = segments.last else {
        segments.append(
          ZoneSegment(
            start: .min, end: .max, offset: offset, firstDay: .min, lastDay: .max, firstHour: .min,
            lastHour: .max, hourShift: 0))
        continue
      }
      let start = zone.starts[position] * Microseconds.second
      segments[segments.count - 1].end = start
      segments[segments.count - 1].lastDay = last.day(of: start - 1)
      segments[segments.count - 1].lastHour = last.hour(of: start - 1)
      let firstDay = max(
        last.day(of: start - 1), Int(floorDivide(start + offset, CalendarUnit.day)))
      let firstHour = last.hour(of: start - 1) + 1
      segments.append(
        ZoneSegment(
          start: start, end: .max, offset: offset, firstDay: firstDay, lastDay: .max,
          firstHour: firstHour, lastHour: .max,
          hourShift: firstHour - Int(floorDivide(start + offset, CalendarUnit.hour))))
    }
    return segments
  }
}

extension [ZoneSegment] {
  /// Index of the first segment that satisfies a condition which, once true, stays true; the last
  /// segment always does.
  func first(from condition: (ZoneSegment) -> Bool) -> Int {
    var (low, high) = (0, count - 1)
    while low < high {
      let middle = (low + high) / 2
      if condition(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  func index(of instant: Int64) -> Int { first { instant < $0.end } }
}
