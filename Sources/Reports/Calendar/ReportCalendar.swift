import EventLog
package import Spec
package import Values

/// Calendar arithmetic of a run: instants to intervals and back, in the spec's zone and week start.
///
/// Intervals are numbered: `index(of:in:)` of an instant, consecutive for consecutive intervals, so
/// that period arithmetic is subtraction. Hours are counted in elapsed time within a day's local
/// hours; days are local days, of 23, 24 or 25 hours.
package struct ReportCalendar: Sendable {
  package let zone: ZoneRules
  package let weekStartsOnSunday: Bool
  /// The month that quarters and years begin with, 1 to 12.
  package let yearStart: Int
  /// What stretches of several days or weeks are counted from: any day that begins one.
  package let origin: CalendarDate
  /// The spec's range, for reports without their own.
  package let range: DateRange
  let segments: [ZoneSegment]

  /// A Monday, and the first one since 1970.
  package static let standardOrigin = CalendarDate(year: 1970, month: 1, day: 5)

  package init(
    zone: ZoneRules, weekStartsOnSunday: Bool = false, range: DateRange = DateRange(),
    yearStart: Int = 1, origin: CalendarDate? = nil
  ) {
    self.zone = zone
    self.weekStartsOnSunday = weekStartsOnSunday
    self.yearStart = yearStart
    self.origin = origin ?? Self.standardOrigin
    self.range = range
    segments = ZoneSegment.segments(of: zone)
  }

  /// Number of the interval that an instant, in microseconds since 1970, lies in. Hot loops use a
  /// `CalendarCursor`.
  package func index(of instant: Int64, in interval: Interval) -> Int {
    var cursor = CalendarCursor(self, interval)
    return cursor.index(of: instant)
  }

  /// The first instant of an interval, in microseconds since 1970; the interval ends where the next
  /// one starts. A skipped local day starts where the day after it does.
  package func start(of index: Int, in interval: Interval) -> Int64 {
    if interval == .hour {
      return segments[segments.first { $0.lastHour >= index }].start(ofHour: index)
    }
    let day = numbering.firstDay(of: index, in: interval)
    return segments[segments.first { $0.lastDay >= day }].start(ofDay: day)
  }

  /// The first instant of a local date, in microseconds since 1970.
  package func instant(of date: CalendarDate) -> Int64 {
    start(of: date.daysSince1970, in: .day)
  }

  /// How tables show an interval: its first date, `2026-01-31`. An hour is its local time with the
  /// offset from UTC, `2026-10-25T02:00:00+02:00`, since a local hour can come twice; in a zone that
  /// is always UTC the offset is left out.
  package func label(_ index: Int, _ interval: Interval) -> String {
    if interval != .hour {
      return CalendarDate(daysSince1970: numbering.firstDay(of: index, in: interval)).text
    }
    let segment = segments[segments.first { $0.lastHour >= index }]
    let localHour = index - segment.hourShift
    let date = CalendarDate(daysSince1970: floorDivide(localHour, 24))
    let hour = localHour - floorDivide(localHour, 24) * 24
    let plain = "\(date.text)T\(padded(hour, 2)):00:00"
    let alwaysUTC = segments.count == 1 && segment.offset == 0
    return alwaysUTC ? plain : plain + offsetText(segment.offset)
  }

  /// As a spec's calendar has it.
  package init(_ spec: CalendarSpec, zone: ZoneRules) {
    self.init(
      zone: zone, weekStartsOnSunday: spec.weekStartsOnSunday, range: spec.range,
      yearStart: spec.yearStart, origin: spec.origin)
  }

  /// What relative dates such as `quarter_start` hang on.
  package var starts: IntervalStarts {
    IntervalStarts(weekStartsOnSunday: weekStartsOnSunday, yearStart: yearStart)
  }

  var numbering: DayNumbering {
    DayNumbering(
      weekStartsOnSunday: weekStartsOnSunday, yearStart: yearStart, origin: origin.daysSince1970)
  }

  /// `+08:00`; with seconds where a zone had them.
  private func offsetText(_ offset: Int64) -> String {
    let seconds = Int(offset.magnitude / UInt64(Microseconds.second))
    let minutes = "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2))"
    let text = seconds % 60 == 0 ? minutes : "\(minutes):\(padded(seconds % 60, 2))"
    return (offset < 0 ? "-" : "+") + text
  }
}

/// Days to the intervals made of whole days, and back.
struct DayNumbering: Sendable {
  /// Days from the start of the week of 1970-01-01, a Thursday, to that day.
  let weekShift: Int

  /// Months from January to the one that years begin with.
  let monthShift: Int
  /// Days since 1970.
  let origin: Int

  init(weekStartsOnSunday: Bool, yearStart: Int = 1, origin: Int = 4) {
    weekShift = weekStartsOnSunday ? 4 : 3
    monthShift = yearStart - 1
    self.origin = origin
  }

  @inline(__always)
  func index(ofDay day: Int, in interval: Interval) -> Int {
    switch interval {
    case .day: return day
    case .week: return floorDivide(day + weekShift, 7)
    case .month: return monthNumber(day)
    case .quarter: return floorDivide(monthNumber(day) - monthShift, 3)
    case .year: return floorDivide(monthNumber(day) - monthShift, 12)
    case .days(let count): return floorDivide(day - shift(count), count)
    case .weeks(let count): return floorDivide(day - shift(7 * count), 7 * count)
    case .hour: preconditionFailure("hours are not made of days")
    }
  }

  @inline(__always)
  func firstDay(of index: Int, in interval: Interval) -> Int {
    switch interval {
    case .day: return index
    case .week: return index * 7 - weekShift
    case .month: return firstDay(ofMonth: index)
    case .quarter: return firstDay(ofMonth: index * 3 + monthShift)
    case .year: return firstDay(ofMonth: index * 12 + monthShift)
    case .days(let count): return index * count + shift(count)
    case .weeks(let count): return index * 7 * count + shift(7 * count)
    case .hour: preconditionFailure("hours are not made of days")
    }
  }

  /// From 1970-01-01 to the first day after it that begins a stretch of so many days: numbers of
  /// stretches stay as small as those of days.
  private func shift(_ days: Int) -> Int { origin - floorDivide(origin, days) * days }

  private func monthNumber(_ day: Int) -> Int {
    let date = CalendarDate(daysSince1970: day)
    return (date.year - 1970) * 12 + date.month - 1
  }

  private func firstDay(ofMonth month: Int) -> Int {
    let year = floorDivide(month, 12)
    return CalendarDate(year: 1970 + year, month: month - year * 12 + 1, day: 1).daysSince1970
  }
}
