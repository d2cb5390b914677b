/// Which value a breakdown shows: `breakdown_on`.
package enum BreakdownOn: String, Sendable, CaseIterable {
  /// That on the event counted.
  case event
  /// The last that the entity had at or before the event counted, which need not have one itself.
  case latest
  /// The first that the entity ever had, in all logs.
  case firstTouch = "first_touch"
  /// That on the entity's first matching event, be it empty.
  case firstMatch = "first_match"

  /// Whether it looks at events that the report does not count.
  package var looksEverywhere: Bool { self == .latest || self == .firstTouch }
}
