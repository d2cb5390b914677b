/// A calendar interval: what cohorts, periods and rows are grouped by.
package enum Interval: String, Sendable, CaseIterable, Comparable {
  case hour, day, week, month, quarter, year

  /// Finer intervals come first.
  package static func < (left: Interval, right: Interval) -> Bool {
    allCases.firstIndex(of: left)! < allCases.firstIndex(of: right)!
  }
}

/// A proleptic Gregorian date without a time zone.
package struct CalendarDate: Sendable, Hashable, Comparable {
  package var year: Int
  /// 1 to 12.
  package var month: Int
  /// 1 to 31.
  package var day: Int

  package init(year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  package static func < (left: CalendarDate, right: CalendarDate) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }
}

/// The half-open range `[from, until)` of local dates; nil is unbounded.
package struct DateRange: Sendable, Hashable {
  package var from: CalendarDate?
  package var until: CalendarDate?

  package init(from: CalendarDate? = nil, until: CalendarDate? = nil) {
    self.from = from
    self.until = until
  }
}

/// Lengths of time in microseconds, the unit of event times.
package enum Microseconds {
  package static let second: Int64 = 1_000_000
  package static let minute = 60 * second
  package static let hour = 60 * minute
  package static let day = 24 * hour
}
