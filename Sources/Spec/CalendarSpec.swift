package import Values

/// The spec's `calendar` section.
package struct CalendarSpec: Sendable, Hashable {
  /// Where observation ends, unless the command says so.
  package enum Observed: String, Sendable, CaseIterable {
    /// With the latest event.
    case event
    /// With the local day of the latest event if that day is over, else with the day before: a nightly
    /// job has whole days, and whole weeks, whenever it runs.
    case day
  }

  /// An IANA name.
  package var timeZone: String
  /// Monday unless false.
  package var weekStartsOnSunday: Bool
  package var range: DateRange
  package var observed: Observed
  /// The month that quarters and years begin with, 1 to 12.
  package var yearStart = 1
  /// What relative dates such as `quarter_start` hang on.
  package var starts: IntervalStarts {
    IntervalStarts(weekStartsOnSunday: weekStartsOnSunday, yearStart: yearStart)
  }
  /// What stretches of several days or weeks are counted from: the section's own `from`.
  package var origin: CalendarDate?
  /// Where the spec names the time zone: whether it exists is found out by who loads it. No part of
  /// equality.
  package var timeZoneMark: SpecMark?

  package init(
    timeZone: String = "UTC", weekStartsOnSunday: Bool = false, range: DateRange = DateRange(),
    observed: Observed = .event
  ) {
    self.timeZone = timeZone
    self.weekStartsOnSunday = weekStartsOnSunday
    self.range = range
    self.observed = observed
  }

  /// All that decides which day an event belongs to, and which interval a day.
  package var description: JSONValue {
    .object([
      ("time_zone", .text(timeZone)),
      ("week_start", .text(weekStartsOnSunday ? "sunday" : "monday")),
      ("year_start", .integer(yearStart)), ("observed", .text(observed.rawValue)),
      ("from", range.from.map { .text($0.text) } ?? .null),
      ("until", range.until.map { .text($0.text) } ?? .null),
    ])
  }

  package static func == (left: CalendarSpec, right: CalendarSpec) -> Bool {
    left.timeZone == right.timeZone && left.weekStartsOnSunday == right.weekStartsOnSunday
      && left.range == right.range && left.observed == right.observed
      && left.yearStart == right.yearStart && left.origin == right.origin
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(timeZone)
    hasher.combine(weekStartsOnSunday)
    hasher.combine(range)
    hasher.combine(observed)
    hasher.combine(yearStart)
    hasher.combine(origin)
  }
}
