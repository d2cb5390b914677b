/// Dates of the proleptic Gregorian calendar as day numbers: no time zone, no locale, no tables.
///
/// The method counts years from 1 March, so that the leap day is a year's last day
/// (Howard Hinnant, "chrono-compatible low-level date algorithms").
package enum CivilDate {
  /// Days from 0000-03-01 to 1970-01-01.
  private static let epochDays = 719_468

  /// Microseconds since 1970 of 0001-01-01T00:00:00Z and of the first instant of year 10000.
  package static let instants = Int64(-62_135_596_800_000_000)..<Int64(253_402_300_800_000_000)

  package static func isLeap(year: Int) -> Bool {
    year & 3 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  /// Days of a month, 1 to 12.
  package static func days(inMonth month: Int, year: Int) -> Int {
    if month == 2 { return isLeap(year: year) ? 29 : 28 }
    // 31 for odd months to July and even months from August on: bit 3 flips the parity.
    return 30 + ((month ^ (month >> 3)) & 1)
  }

  /// Days since 1970-01-01. The year is 1 to 9999; month and day are not checked here.
  @inline(always)
  package static func days(year: Int, month: Int, day: Int) -> Int {
    let startsLastYear = month <= 2
    let marchYear = startsLastYear ? year - 1 : year
    let marchMonth = startsLastYear ? month + 9 : month - 3
    let dayOfYear = (153 * marchMonth + 2) / 5 + day - 1
    return 365 * marchYear + marchYear / 4 - marchYear / 100 + marchYear / 400 + dayOfYear
      - epochDays
  }

  /// The year in which a day falls, for days of the years 1 to 9999.
  package static func year(ofDay day: Int) -> Int {
    // 400 years hold 146,097 days: the estimate is at most one year off.
    var year = 1970 + Int((Double(day) / 365.2425).rounded(.down))
    while days(year: year, month: 1, day: 1) > day { year -= 1 }
    while days(year: year + 1, month: 1, day: 1) <= day { year += 1 }
    return year
  }
}

/// The parts of a written time, checked and put together.
package struct CivilTime {
  package var year = 1970
  package var month = 1
  package var day = 1
  package var hour = 0
  package var minute = 0
  package var second = 0
  package var microsecond = 0
  /// East of UTC.
  package var offsetSeconds = 0

  package init() {}

  /// Microseconds since 1970 UTC, or nil where a part or the result is out of range.
  ///
  /// `24:00:00` is the end of its day (ISO 8601), and second 60 is the first instant of the next
  /// minute, as POSIX time has no leap seconds.
  @inline(always)
  package var microseconds: Int64? {
    guard year >= 1, year <= 9999, month >= 1, month <= 12, day >= 1,
      day <= 28 || day <= CivilDate.days(inMonth: month, year: year),
      minute <= 59, second <= 60,
      hour <= 23 || (hour == 24 && minute == 0 && second == 0 && microsecond == 0)
    else { return nil }
    let days = CivilDate.days(year: year, month: month, day: day)
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offsetSeconds
    let result = Int64(seconds) * 1_000_000 + Int64(microsecond)
    return CivilDate.instants.contains(result) ? result : nil
  }
}
