import Values

/// Local time of the few zones that the profiles live in, from their rules and not from zone files:
/// the truth must not stand on the code that it is there to check.
struct LocalClock: Sendable {
  enum Rules: Sendable {
    /// The same offset from UTC all year.
    case fixed(hours: Int)
    /// One hour more from the last Sunday of March to the last Sunday of October, both at 01:00 UTC.
    case europe(standardHours: Int)
  }

  static let hour = 3_600_000
  static let day = 24 * hour

  var rules: Rules

  /// Milliseconds to add to UTC milliseconds.
  func offset(at utc: Int) -> Int {
    switch rules {
    case .fixed(let hours): return hours * Self.hour
    case .europe(let standard):
      let year = CivilTime(milliseconds: utc).year
      let summer =
        utc >= Self.lastSunday(ofMonth: 3, year) + Self.hour
        && utc < Self.lastSunday(ofMonth: 10, year) + Self.hour
      return (standard + (summer ? 1 : 0)) * Self.hour
    }
  }

  /// Midnight UTC of the last Sunday of a month of 31 days.
  private static func lastSunday(ofMonth month: Int, _ year: Int) -> Int {
    let last = CivilTime.dayNumber(year: year, month: month, day: 31)
    return (last - (weekday(last) + 1) % 7) * day
  }

  func local(_ utc: Int) -> Int { utc + offset(at: utc) }

  /// The instant of a local time; one that the clocks skip is read as if they had not been moved.
  func utc(local: Int) -> Int {
    let guess = local - offset(at: local)
    return local - offset(at: guess)
  }

  /// Local days since 1970.
  func day(_ utc: Int) -> Int { Self.floorDay(local(utc)) }

  func hour(_ utc: Int) -> Int { (local(utc) - day(utc) * Self.day) / Self.hour }

  /// The first day of an instant's local month, in days since 1970.
  func month(_ utc: Int) -> Int {
    let day = day(utc)
    return day - CivilTime(milliseconds: day * Self.day).day + 1
  }

  /// The Monday of an instant's local week, in days since 1970.
  func week(_ utc: Int) -> Int { day(utc) - Self.weekday(day(utc)) }

  /// 0 is Monday. 1970 began on a Thursday.
  static func weekday(_ day: Int) -> Int { (day + 3) % 7 }

  static func nextMonth(_ month: Int) -> Int {
    let date = CivilTime(milliseconds: month * day)
    return date.month == 12
      ? CivilTime.dayNumber(year: date.year + 1, month: 1, day: 1)
      : CivilTime.dayNumber(year: date.year, month: date.month + 1, day: 1)
  }

  private static func floorDay(_ local: Int) -> Int {
    local >= 0 ? local / day : (local - day + 1) / day
  }
}

extension CivilTime {
  /// Days since 1970 of a date from 1970 on, counted year by year and month by month.
  static func dayNumber(year: Int, month: Int, day: Int) -> Int {
    func leap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }
    var days = 0
    for earlier in 1970..<max(1970, year) { days += leap(earlier) ? 366 : 365 }
    let lengths = [31, leap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    for earlier in 0..<month - 1 { days += lengths[earlier] }
    return days + day - 1
  }
}
