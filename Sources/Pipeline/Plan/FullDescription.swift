package import Spec
import Tables
package import Values

extension ReportDefinition {
  /// The definition as NAME.json tells it: every default filled in, and the calendar that decides
  /// which day an event belongs to.
  package func fullDescription(calendar: CalendarSpec) -> JSONValue {
    guard case .object(var members) = definition else { return definition }
    members.append(("calendar", calendar.description))
    if let sessions = options.sessions { members.append(("sessions", sessions.description)) }
    return .object(members)
  }
}
