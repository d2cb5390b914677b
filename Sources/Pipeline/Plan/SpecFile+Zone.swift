import EventLog
import Spec
import System
package import Values

extension SpecFile {
  /// - Throws: `RunFailure` with exit 78 when the zone does not exist or cannot be loaded.
  package func checkTimeZone() throws(RunFailure) {
    _ = try zoneRules()
    for source in spec.sources {
      let names = [source.time.zone, source.time.localEpoch] + source.properties.map(\.zone)
      for case .some(let name) in names { _ = try load(name, spec.zoneMarks[name]) }
    }
  }

  func zoneRules() throws(RunFailure) -> ZoneRules {
    try load(spec.calendar.timeZone, spec.calendar.timeZoneMark)
  }

  private func load(_ name: String, _ mark: SpecMark?) throws(RunFailure) -> ZoneRules {
    do {
      return try ZoneRules.load(name)
    } catch {
      let place = mark.map { "\(path):\($0.line):\($0.column): " } ?? ""
      throw RunFailure(.badSpec, "\(place)\(error)")
    }
  }
}

extension ZoneRules {
  /// Those of a zone that a flag names.
  ///
  /// - Throws: `RunFailure` with exit 64 when it does not exist or cannot be loaded.
  package static func given(_ name: String) throws(RunFailure) -> ZoneRules {
    do {
      return try load(name)
    } catch {
      throw RunFailure(.usage, "\(error)")
    }
  }
}
