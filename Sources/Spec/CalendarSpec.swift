package import Values

/// The spec's `calendar` section.
package struct CalendarSpec: Sendable, Hashable {
  /// An IANA name.
  package var timeZone: String
  /// Monday unless false.
  package var weekStartsOnSunday: Bool
  package var range: DateRange
  /// Where the spec names the time zone: whether it exists is found out by who loads it. No part of
  /// equality.
  package var timeZoneMark: SpecMark?

  package init(
    timeZone: String = "UTC", weekStartsOnSunday: Bool = false, range: DateRange = DateRange()
  ) {
    self.timeZone = timeZone
    self.weekStartsOnSunday = weekStartsOnSunday
    self.range = range
  }

  package static func == (left: CalendarSpec, right: CalendarSpec) -> Bool {
    left.timeZone == right.timeZone && left.weekStartsOnSunday == right.weekStartsOnSunday
      && left.range == right.range
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(timeZone)
    hasher.combine(weekStartsOnSunday)
    hasher.combine(range)
  }
}
