import EventLog
import Spec

/// The calendar arithmetic that funnels need: instants to local dates and back.
struct FunnelCalendar: Sendable {
  let calendar: ReportCalendar

  init(_ calendar: ReportCalendar) {
    self.calendar = calendar
  }

  /// The instants of a range of local dates, a side that is missing taken from `fallback`. Far
  /// enough from the ends of `Int64` that differences do not overflow.
  func bounds(_ range: DateRange, default fallback: DateRange) -> Range<Int64> {
    let from = (range.from ?? fallback.from).map(start) ?? -(1 << 61)
    let until = (range.until ?? fallback.until).map(start) ?? 1 << 61
    return from..<max(from, until)
  }

  /// The first instant of a local date.
  func start(_ date: CalendarDate) -> Int64 {
    let local = Int64(Self.days(date)) * 86_400
    var segment = offsetIndex(local - 2 * 86_400)
    while true {
      let zone = calendar.zone
      let first = max(zone.starts[segment], local - Int64(zone.offsets[segment]))
      if segment + 1 == zone.starts.count || first < zone.starts[segment + 1] {
        return first * Microseconds.second
      }
      segment += 1
    }
  }

  /// The interval's number and the instants it holds.
  func interval(of time: Int64, _ interval: Interval) -> (first: Int64, until: Int64) {
    let second = Self.floor(time, Microseconds.second)
    let local = second + offset(second)
    if interval == .hour {
      let first = time - Self.modulo(local, 3600) * Microseconds.second
      let start = first - Self.modulo(time, Microseconds.second)
      return (start, start + Microseconds.hour)
    }
    let day = Int(Self.floor(local, 86_400))
    let date = Self.date(day)
    let first: CalendarDate
    let next: CalendarDate
    switch interval {
    case .hour, .day:
      (first, next) = (date, Self.date(day + 1))
    case .week:
      // 1970-01-01 was a Thursday.
      let shift = calendar.weekStartsOnSunday ? 4 : 3
      let start = day - Int(Self.modulo(Int64(day + shift), 7))
      (first, next) = (Self.date(start), Self.date(start + 7))
    case .month:
      first = CalendarDate(year: date.year, month: date.month, day: 1)
      next = Self.month(after: first, 1)
    case .quarter:
      first = CalendarDate(year: date.year, month: (date.month - 1) / 3 * 3 + 1, day: 1)
      next = Self.month(after: first, 3)
    case .year:
      first = CalendarDate(year: date.year, month: 1, day: 1)
      next = Self.month(after: first, 12)
    }
    return (start(first), start(next))
  }

  /// `2026-01-31`, or for hours `2026-01-31T13:00:00`.
  func label(_ time: Int64, _ interval: Interval) -> String {
    let second = Self.floor(time, Microseconds.second)
    let local = second + offset(second)
    let date = Self.text(Self.date(Int(Self.floor(local, 86_400))))
    guard interval == .hour else { return date }
    return "\(date)T\(Self.clock(Self.modulo(local, 86_400)))"
  }

  /// `2026-01-31T13:00:00+08:00`, with as many decimals of the second as it has.
  func timestamp(_ time: Int64) -> String {
    let second = Self.floor(time, Microseconds.second)
    let offset = offset(second)
    let local = second + offset
    var text = Self.text(Self.date(Int(Self.floor(local, 86_400))))
    text += "T" + Self.clock(Self.modulo(local, 86_400))
    let fraction = Self.modulo(time, Microseconds.second)
    if fraction != 0 {
      var digits = String(1_000_000 + fraction).dropFirst()
      while digits.last == "0" { digits.removeLast() }
      text += "." + digits
    }
    if offset == 0 { return text + "Z" }
    let minutes = abs(offset) / 60
    return text + (offset < 0 ? "-" : "+") + Self.two(minutes / 60) + ":" + Self.two(minutes % 60)
  }

  private func offsetIndex(_ second: Int64) -> Int {
    let starts = calendar.zone.starts
    var low = 0
    var high = starts.count
    while low + 1 < high {
      let middle = (low + high) / 2
      if starts[middle] <= second { low = middle } else { high = middle }
    }
    return low
  }

  private func offset(_ second: Int64) -> Int64 { Int64(calendar.zone.offsets[offsetIndex(second)]) }

  static func floor(_ value: Int64, _ unit: Int64) -> Int64 {
    let quotient = value / unit
    return value % unit < 0 ? quotient - 1 : quotient
  }

  static func modulo(_ value: Int64, _ unit: Int64) -> Int64 { value - floor(value, unit) * unit }

  static func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }

  static func clock(_ second: Int64) -> String {
    "\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))"
  }

  static func text(_ date: CalendarDate) -> String {
    let year = String(date.year)
    let padding = String(repeating: "0", count: max(0, 4 - year.count))
    return "\(padding)\(year)-\(two(Int64(date.month)))-\(two(Int64(date.day)))"
  }

  static func month(after date: CalendarDate, _ months: Int) -> CalendarDate {
    let month = date.year * 12 + date.month - 1 + months
    return CalendarDate(year: month / 12, month: month % 12 + 1, day: 1)
  }

  /// Days since 1970-01-01 of a Gregorian date, counted in years that begin in March.
  static func days(_ date: CalendarDate) -> Int {
    let year = date.month <= 2 ? date.year - 1 : date.year
    let era = Int(floor(Int64(year), 400))
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * ((date.month + 9) % 12) + 2) / 5 + date.day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  static func date(_ days: Int) -> CalendarDate {
    let shifted = days + 719_468
    let era = Int(floor(Int64(shifted), 146_097))
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    return CalendarDate(
      year: yearOfEra + era * 400 + (month >= 10 ? 1 : 0),
      month: month < 10 ? month + 3 : month - 9,
      day: dayOfYear - (153 * month + 2) / 5 + 1)
  }
}
