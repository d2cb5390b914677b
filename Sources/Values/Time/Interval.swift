/// A calendar interval: what cohorts, periods and rows are grouped by.
package enum Interval: Sendable, Hashable {
  case hour, day, week, month, quarter, year
  /// So many days, or weeks, one stretch after the other from the calendar's origin: at least 2.
  case days(Int)
  case weeks(Int)

  package static let daysMax = 3660
  package static let weeksMax = 520

  /// Local days, about; 0 for an hour.
  package var days: Int {
    switch self {
    case .hour: 0
    case .day: 1
    case .week: 7
    case .month: 30
    case .quarter: 91
    case .year: 365
    case .days(let count): count
    case .weeks(let count): 7 * count
    }
  }

  /// As a noun for sentences: `week`, `30-day period`.
  package var noun: String {
    switch self {
    case .days(let count): "\(count)-day period"
    case .weeks(let count): "\(count)-week period"
    default: rawValue
    }
  }
}

/// As the spec writes it: `week`, `30 days`.
extension Interval: RawRepresentable, CaseIterable {
  /// Those with a name of their own.
  package static let allCases: [Interval] = [.hour, .day, .week, .month, .quarter, .year]

  package var rawValue: String {
    switch self {
    case .hour: "hour"
    case .day: "day"
    case .week: "week"
    case .month: "month"
    case .quarter: "quarter"
    case .year: "year"
    case .days(let count): "\(count) days"
    case .weeks(let count): "\(count) weeks"
    }
  }

  package init?(rawValue text: String) {
    if let named = Self.allCases.first(where: { $0.rawValue == text }) {
      self = named
      return
    }
    let words = text.split(separator: " ")
    guard words.count == 2, let count = Int(words[0]), (1...Self.daysMax).contains(count) else {
      return nil
    }
    switch words[1] {
    case "day", "days": self = count == 1 ? .day : .days(count)
    case "week", "weeks": self = count == 1 ? .week : .weeks(count)
    default: return nil
    }
    let daysMax = words[1].hasPrefix("day") ? Self.daysMax : 7 * Self.weeksMax
    if days > daysMax { return nil }
  }
}

extension Interval: Comparable {
  /// By cases: what is raw-representable is else compared by its texts.
  package static func == (left: Interval, right: Interval) -> Bool {
    switch (left, right) {
    case (.hour, .hour), (.day, .day), (.week, .week), (.month, .month), (.quarter, .quarter),
      (.year, .year):
      true
    case (.days(let count), .days(let other)), (.weeks(let count), .weeks(let other)):
      count == other
    default: false
    }
  }

  /// Finer intervals come first.
  package static func < (left: Interval, right: Interval) -> Bool {
    (left.days, left.rawValue) < (right.days, right.rawValue)
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
