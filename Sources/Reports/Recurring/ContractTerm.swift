import EventLog
import Spec
import Timelines
import Values

/// The days that an amount is paid for, and what it comes to in a month.
struct ContractTerm: Sendable {
  /// Days since 1970: the first day, and the first day after the last.
  var from: Int
  var until: Int

  /// The monthly part of an amount for the whole term: an n-th of it where the term is n whole months,
  /// else by days of a year of 365. Rounded once, half to even, to 6 digits after the point. Absent
  /// where the amount is, and where it has more digits than can be divided exactly.
  func monthly(_ amount: ExactDecimal) -> ExactDecimal {
    if amount.isAbsent || until <= from { return .absent }
    let first = CalendarDate(daysSince1970: from)
    let next = CalendarDate(daysSince1970: until)
    let months = (next.year - first.year) * 12 + next.month - first.month
    if months > 0, first.adding(months: months).daysSince1970 == until {
      return Self.quotient(amount, 1, Int128(months))
    }
    return Self.quotient(amount, 365, 12 * Int128(until - from))
  }

  private static let digits = 6

  /// `amount * factor / divisor`.
  static func quotient(_ amount: ExactDecimal, _ factor: Int128, _ divisor: Int128) -> ExactDecimal
  {
    var (value, isTooLarge) = amount.significand.multipliedReportingOverflow(by: factor)
    var divisor = divisor
    var places = digits - Int(amount.scale)
    while places > 0, !isTooLarge {
      (value, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      places -= 1
    }
    while places < 0, !isTooLarge {
      (divisor, isTooLarge) = divisor.multipliedReportingOverflow(by: 10)
      places += 1
    }
    if isTooLarge { return .absent }
    var (result, rest) = value.quotientAndRemainder(dividingBy: divisor)
    // Twice the rest cannot overflow what the divisor already fits, as divisors are below 10^30.
    let twice = rest.magnitude.multipliedReportingOverflow(by: 2)
    let isMore = twice.overflow || twice.partialValue > divisor.magnitude
    let isHalf = !twice.overflow && twice.partialValue == divisor.magnitude
    rest = value < 0 ? -1 : 1
    if isMore || (isHalf && result % 2 != 0) { result += rest }
    return ExactDecimal(significand: result, scale: digits)
  }
}

/// Reads days from text properties.
struct DayReader: Sendable {
  let calendar: ReportCalendar

  /// Days since 1970 of a date, or of the local day of an ISO 8601 time; nil where it is neither.
  /// A text that is neither is noted.
  func day(
    _ column: Int?, _ event: Int, _ timeline: Timeline, _ doubts: inout ContractDoubts
  ) -> Int? {
    guard let column else { return nil }
    let code = timeline.texts[column][event]
    if code == 0 { return nil }
    let bytes = Array(timeline.values[Int(code)])
    let text = String(decoding: bytes, as: UTF8.self)
    if let date = CalendarDate(text) { return date.daysSince1970 }
    if let time = TimeFormat.iso8601.parse(text) { return calendar.index(of: time, in: .day) }
    doubts.unreadable += 1
    doubts.example.take(bytes)
    return nil
  }

  /// The first instant of a day since 1970.
  func start(_ day: Int) -> Int64 { calendar.start(of: day, in: .day) }
}
