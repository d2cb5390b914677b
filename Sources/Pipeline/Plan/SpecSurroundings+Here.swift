import Reports
package import Spec
import System
package import Values

extension SpecSurroundings {
  /// The process's environment, and the local day of `now`.
  ///
  /// - Parameters:
  ///   - timeZone: in place of the spec's, as are `from` and `until` in place of its calendar's.
  package static func here(
    now: ObservationEnd, timeZone: String? = nil, from: DateExpression? = nil,
    until: DateExpression? = nil
  ) -> SpecSurroundings {
    SpecSurroundings(
      environment: { Machine.environment($0) },
      today: { name in
        // Of a zone that does not exist somebody else will speak.
        let zone = (try? ZoneRules.load(name)) ?? .utc
        return now.day(in: ReportCalendar(zone: zone))
      }, timeZone: timeZone, from: from, until: until)
  }
}
