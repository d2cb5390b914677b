package import Values

/// What a spec can mean beside its own text: the environment, the day, and flags that override it.
package struct SpecSurroundings: Sendable {
  /// The value of a variable, nil when it is not set. Without it `${NAME}` is text like any other.
  package var environment: (@Sendable (_ name: String) -> String?)?
  /// The local date in a time zone, which relative dates hang on; nil where nobody knows it.
  package var today: @Sendable (_ timeZone: String) -> CalendarDate?
  /// In place of the calendar's; a report's own range stays.
  package var timeZone: String?
  package var from: DateExpression?
  package var until: DateExpression?

  package init(
    environment: (@Sendable (_ name: String) -> String?)? = nil,
    today: @escaping @Sendable (_ timeZone: String) -> CalendarDate? = { _ in nil },
    timeZone: String? = nil, from: DateExpression? = nil, until: DateExpression? = nil
  ) {
    self.environment = environment
    self.today = today
    self.timeZone = timeZone
    self.from = from
    self.until = until
  }
}
