import Spec
package import Values

/// Numbers the intervals of many instants: a value that remembers where the last one was, so that
/// the next one in the same interval costs two comparisons, and one with the same offset from UTC a
/// division.
package struct CalendarCursor: Sendable {
  /// The stretch around the last instant in which the index stays the same, in microseconds since
  /// 1970. It may be shorter than the interval: it ends where the zone's offset changes.
  package private(set) var start: Int64 = 0
  /// Exclusive.
  package private(set) var end: Int64 = 0
  private var current = 0
  private var segment: ZoneSegment
  private let interval: Interval
  private let isHourly: Bool
  private let numbering: DayNumbering
  private let segments: [ZoneSegment]

  package init(_ calendar: ReportCalendar, _ interval: Interval) {
    self.interval = interval
    isHourly = interval == .hour
    numbering = calendar.numbering
    segments = calendar.segments
    segment = segments[0]
  }

  /// Number of the interval that an instant lies in.
  @inline(__always)
  package mutating func index(of instant: Int64) -> Int {
    if instant < start || instant >= end { move(to: instant) }
    return current
  }

  private mutating func move(to instant: Int64) {
    // Far beyond any date, so that no sum below can overflow.
    let limit = Int64.max / 4
    let instant = min(max(instant, -limit), limit)
    if instant < segment.start || instant >= segment.end {
      segment = segments[segments.index(of: instant)]
    }
    if isHourly {
      current = segment.hour(of: instant)
      start = segment.start(ofHour: current)
      let next = Int64(current + 1 - segment.hourShift) * CalendarUnit.hour - segment.offset
      end = min(segment.end, next)
      return
    }
    let day = segment.day(of: instant)
    current = numbering.index(ofDay: day, in: interval)
    start = segment.start(ofDay: numbering.firstDay(of: current, in: interval))
    let nextDay = numbering.firstDay(of: current + 1, in: interval)
    end = min(segment.end, Int64(nextDay) * CalendarUnit.day - segment.offset)
  }
}
