import EventLog
import Spec
import System
import Values

extension SpecFile {
  /// - Throws: `RunFailure` with exit 78 when the zone does not exist or cannot be loaded.
  package func checkTimeZone() throws(RunFailure) {
    _ = try zoneRules()
  }

  func zoneRules() throws(RunFailure) -> ZoneRules {
    do {
      return try ZoneRules.load(spec.calendar.timeZone)
    } catch {
      let place = spec.calendar.timeZoneMark.map { "\(path):\($0.line):\($0.column): " } ?? ""
      throw RunFailure(.badSpec, "\(place)\(error)")
    }
  }
}
