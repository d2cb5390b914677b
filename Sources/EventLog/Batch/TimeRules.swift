package import Values

/// What turns a written time into an instant: which zone it was written in.
package struct TimeRules: Sendable, Equatable {
  /// Of a time without an offset; nil where nobody knows, so that such a time is none.
  package var zone: ZoneRules?
  /// Of a day without a clock.
  package var calendar: ZoneRules
  /// A day without a clock is its last millisecond, not its first instant.
  package var endsDay: Bool
  /// Numbers count from a local 1970 in this zone, as some systems store them.
  package var localEpoch: ZoneRules?

  package init(
    zone: ZoneRules? = .utc, calendar: ZoneRules = .utc, endsDay: Bool = false,
    localEpoch: ZoneRules? = nil
  ) {
    self.zone = zone
    self.calendar = calendar
    self.endsDay = endsDay
    self.localEpoch = localEpoch
  }
}
