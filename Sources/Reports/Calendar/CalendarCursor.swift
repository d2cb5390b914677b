import Spec
package import Values

/// Numbers the intervals of many instants: a value that remembers where the last one was, so that
/// the next one in the same interval costs two comparisons, and one with the same offset from UTC a
/// division, where intervals are equally long.
///
/// Each fold has its own, and no index of intervals is shared between them: of three reports over a
/// million events the cursors' moves take 0.6 % of a run, a fifth of the folds, and two reports by day
/// and by week share no interval. An index by event would be written and read once more than that.
package struct CalendarCursor: Sendable {
  /// The stretch around the last instant in which the index stays the same, in microseconds since
  /// 1970. It may be shorter than the interval: it ends where the zone's offset changes.
  package private(set) var start: Int64 = 0
  /// Exclusive.
  package private(set) var end: Int64 = 0
  private var current = 0
  private var segment: ZoneSegment
  /// Where each interval begins `length` after the one before, in `segment`: from the first one that
  /// begins there, which has the number `firstRegular`. Empty where intervals differ in length.
  private var regular = 0..<Int64(0)
  private var firstRegular = 0
  private let interval: Interval
  /// Microseconds; 0 where intervals differ.
  private let length: Int64
  private let isHourly: Bool
  private let numbering: DayNumbering
  private let segments: [ZoneSegment]

  package init(_ calendar: ReportCalendar, _ interval: Interval) {
    self.interval = interval
    isHourly = interval == .hour
    numbering = calendar.numbering
    segments = calendar.segments
    segment = segments[0]
    length = interval.hasOneLength ? interval.elapsedLength : 0
    findRegular()
  }

  /// Number of the interval that an instant lies in.
  @inline(__always)
  package mutating func index(of instant: Int64) -> Int {
    if instant < start || instant >= end { move(to: instant) }
    return current
  }

  @inline(never)
  private mutating func move(to instant: Int64) {
    if instant >= regular.lowerBound, instant < regular.upperBound {
      step(to: instant)
    } else {
      find(instant)
    }
  }

  /// Counts whole intervals, all of one length, from where they begin: not from the last instant, so
  /// that this move need not wait for the one before.
  @inline(__always)
  private mutating func step(to instant: Int64) {
    let distance = UInt64(bitPattern: instant - regular.lowerBound)
    let steps: UInt64
    // By numbers that are known, a division is a multiplication.
    switch length {
    case CalendarUnit.day: steps = distance / UInt64(CalendarUnit.day)
    case CalendarUnit.week: steps = distance / UInt64(CalendarUnit.week)
    default: steps = distance / UInt64(length)
    }
    current = firstRegular + Int(steps)
    start = regular.lowerBound + Int64(steps) * length
    end = min(start + length, regular.upperBound)
  }

  /// Far beyond any date, so that no sum can overflow.
  private static var limit: Int64 { .max / 4 }

  private mutating func find(_ instant: Int64) {
    let instant = min(max(instant, -Self.limit), Self.limit)
    if instant < segment.start || instant >= segment.end {
      segment = segments[segments.index(of: instant)]
      findRegular()
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

  /// The first instant of a segment lies in an interval that may have begun before.
  private mutating func findRegular() {
    regular = 0..<0
    if length == 0 { return }
    let from = max(segment.start, -Self.limit)
    let first: Int64
    if isHourly {
      firstRegular = segment.hour(of: from) + 1
      first = segment.start(ofHour: firstRegular)
    } else {
      firstRegular = numbering.index(ofDay: segment.day(of: from), in: interval) + 1
      first = segment.start(ofDay: numbering.firstDay(of: firstRegular, in: interval))
    }
    regular = first..<max(first, min(segment.end, Self.limit))
  }
}

extension Interval {
  /// Whether all such intervals are equally long where the offset from UTC does not change.
  fileprivate var hasOneLength: Bool {
    switch self {
    case .hour, .day, .week, .days, .weeks: true
    case .month, .quarter, .year: false
    }
  }
}
