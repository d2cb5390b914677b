import EventLog
import Reports
import Spec
package import Values

/// Before what instant everything has been observed, or when now is: a date means its first instant in
/// the spec's time zone.
package indirect enum ObservationEnd: Sendable, Equatable {
  /// Microseconds since 1970.
  case instant(Int64)
  /// A time without an offset: microseconds since a local 1970 in the spec's time zone.
  case local(Int64)
  case date(CalendarDate)
  /// A date by the local day of something else.
  case relative(DateExpression, to: ObservationEnd)

  /// A date, one such as `-30d`, or an ISO 8601 time; nil for any other text.
  package init?(_ text: String, relativeTo now: ObservationEnd) {
    if let expression = try? DateExpression.parse(text) {
      self = .relative(expression, to: now)
    } else if let reading = TimeFormat.iso8601.reading(text) {
      self = reading.shape == .local ? .local(reading.microseconds) : .instant(reading.microseconds)
    } else {
      return nil
    }
    if case .relative(let expression, _) = self, case .date(let date) = expression.base,
      expression.steps.isEmpty
    {
      self = .date(date)
    }
  }

  func instant(in calendar: ReportCalendar) -> Int64 {
    switch self {
    case .instant(let instant): return instant
    case .local(let local): return calendar.zone.instant(ofLocal: local)
    case .date(let date): return calendar.instant(of: date)
    case .relative(let expression, let now):
      // Years that no log is of: as far as dates go.
      let date = expression.date(today: now.day(in: calendar), calendar.starts)
      return calendar.instant(of: date ?? CalendarDate(year: 9999, month: 12, day: 31))
    }
  }

  /// The local date that it lies on.
  func day(in calendar: ReportCalendar) -> CalendarDate {
    CalendarDate(daysSince1970: calendar.index(of: instant(in: calendar), in: .day))
  }

  /// The last microsecond observed.
  func last(in calendar: ReportCalendar) -> Int64 { instant(in: calendar) - 1 }

  /// The instant where dates are those of UTC.
  package var inUTC: Int64 { instant(in: ReportCalendar(zone: .utc)) }
}
