package import Spec
import Tables
package import Values

extension ReportDefinition {
  /// The definition as NAME.json tells it: every default filled in, and the calendar that decides
  /// which day an event belongs to.
  package func fullDescription(calendar: CalendarSpec) -> JSONValue {
    guard case .object(var members) = definition else { return definition }
    members.append(
      (
        "calendar",
        .object([
          ("time_zone", .text(calendar.timeZone)),
          ("week_start", .text(calendar.weekStartsOnSunday ? "sunday" : "monday")),
          ("year_start", .integer(calendar.yearStart)),
          ("observed", .text(calendar.observed.rawValue)),
          ("from", calendar.range.from.map { .text($0.text) } ?? .null),
          ("until", calendar.range.until.map { .text($0.text) } ?? .null),
        ])
      ))
    if let sessions = options.sessions { members.append(("sessions", sessions.description)) }
    return .object(members)
  }
}
