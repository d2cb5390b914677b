import EventLog
import Reports
import Spec
import Timelines
import Values

/// The time span that was looked at.
package struct Observation: Sendable, Equatable {
  /// Microseconds since 1970, nil when no event was read.
  package var earliest: Int64?
  package var latest: Int64?
  /// The end of observation, inclusive; `Int64.min` when nothing was observed.
  package var until: Int64
  /// The beginning of observation; `Int64.min` when nothing was observed.
  package var from: Int64
  /// Given by the caller, not taken from the events.
  package var isGiven: Bool

  init(files: [FileReading], given: Int64?) {
    let events = files.filter { $0.tally.events > 0 }
    earliest = events.map(\.tally.earliest).min()
    latest = events.map(\.tally.latest).max()
    until = given ?? latest ?? .min
    from = earliest ?? .min
    isGiven = given != nil
  }
}

/// Counts from the fold that warnings and the manifest tell.
struct FoldFacts: Sendable {
  var entities: [TimelineSchema.Entity: Int] = [:]
  var unplacedDeliveries = 0
  /// Names of all events that were read.
  var names: Set<LogText> = []

  mutating func add(_ result: ReportPass.Result, schema: TimelineSchema) {
    entities[schema.entity] = result.entities
    unplacedDeliveries += result.unplacedDeliveries
    names.formUnion(result.names)
  }
}
