/// A calendar interval: what cohorts, periods and rows are grouped by.
public enum Interval: String, Sendable, CaseIterable, Comparable {
  case hour, day, week, month, quarter, year

  /// Finer intervals come first.
  public static func < (left: Interval, right: Interval) -> Bool {
    allCases.firstIndex(of: left)! < allCases.firstIndex(of: right)!
  }
}

/// A proleptic Gregorian date without a time zone.
public struct CalendarDate: Sendable, Hashable, Comparable {
  public var year: Int
  /// 1 to 12.
  public var month: Int
  /// 1 to 31.
  public var day: Int

  public init(year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  public static func < (left: CalendarDate, right: CalendarDate) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }
}

/// The half-open range `[from, until)` of local dates; nil is unbounded.
public struct DateRange: Sendable, Hashable {
  public var from: CalendarDate?
  public var until: CalendarDate?

  public init(from: CalendarDate? = nil, until: CalendarDate? = nil) {
    self.from = from
    self.until = until
  }
}

/// The spec's `calendar` section.
public struct CalendarSpec: Sendable, Hashable {
  /// An IANA name.
  public var timeZone: String
  /// Monday unless false.
  public var weekStartsOnSunday: Bool
  public var range: DateRange
  /// Where the spec names the time zone: whether it exists is found out by who loads it. No part of
  /// equality.
  public var timeZoneMark: SpecMark?

  public init(
    timeZone: String = "UTC", weekStartsOnSunday: Bool = false, range: DateRange = DateRange()
  ) {
    self.timeZone = timeZone
    self.weekStartsOnSunday = weekStartsOnSunday
    self.range = range
  }

  public static func == (left: CalendarSpec, right: CalendarSpec) -> Bool {
    left.timeZone == right.timeZone && left.weekStartsOnSunday == right.weekStartsOnSunday
      && left.range == right.range
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(timeZone)
    hasher.combine(weekStartsOnSunday)
    hasher.combine(range)
  }
}

/// Lengths of time in microseconds, the unit of event times.
public enum Microseconds {
  public static let second: Int64 = 1_000_000
  public static let minute = 60 * second
  public static let hour = 60 * minute
  public static let day = 24 * hour
}
