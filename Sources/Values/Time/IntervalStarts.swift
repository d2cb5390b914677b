/// What weeks, quarters and years begin with.
package struct IntervalStarts: Sendable, Hashable {
  package var weekStartsOnSunday: Bool
  /// The month that quarters and years begin with, 1 to 12.
  package var yearStart: Int

  package init(weekStartsOnSunday: Bool, yearStart: Int) {
    self.weekStartsOnSunday = weekStartsOnSunday
    self.yearStart = yearStart
  }

  /// Mondays and January.
  package static let usual = IntervalStarts(weekStartsOnSunday: false, yearStart: 1)
}

extension CalendarDate {
  /// The first day of the interval that it lies in; itself where that is a day or shorter, or counted
  /// from elsewhere.
  func start(of interval: Interval, _ starts: IntervalStarts) -> CalendarDate {
    switch interval {
    case .hour, .day, .days, .weeks: return self
    case .week:
      // 1970 began on a Thursday.
      let weekShift = starts.weekStartsOnSunday ? 4 : 3
      let day = daysSince1970
      return CalendarDate(daysSince1970: floorDivide(day + weekShift, 7) * 7 - weekShift)
    case .month: return CalendarDate(year: year, month: month, day: 1)
    case .quarter, .year:
      let since = (month - starts.yearStart + 12) % 12
      return CalendarDate(year: year, month: month, day: 1)
        .adding(months: interval == .year ? -since : -(since % 3))
    }
  }

  /// The same day so many months later, or the last day of that month if it has no such day.
  package func adding(months: Int) -> CalendarDate {
    let number = year * 12 + month - 1 + months
    let (year, month) = (floorDivide(number, 12), number - floorDivide(number, 12) * 12 + 1)
    let last = CivilDate.days(inMonth: month, year: year)
    return CalendarDate(year: year, month: month, day: min(day, last))
  }
}
