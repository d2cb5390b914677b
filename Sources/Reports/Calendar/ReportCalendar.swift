public import EventLog
public import Spec

/// Calendar arithmetic of a run: instants to intervals and back, in the spec's zone and week start.
///
/// Intervals are numbered: `index(of:in:)` of an instant, consecutive for consecutive intervals, so
/// that period arithmetic is subtraction. Hours are counted in elapsed time within a day's local
/// hours; days are local days, of 23, 24 or 25 hours.
public struct ReportCalendar: Sendable {
  public let zone: ZoneRules
  public let weekStartsOnSunday: Bool
  /// The spec's range, for reports without their own.
  public let range: DateRange

  public init(zone: ZoneRules, weekStartsOnSunday: Bool = false, range: DateRange = DateRange()) {
    self.zone = zone
    self.weekStartsOnSunday = weekStartsOnSunday
    self.range = range
  }
}
