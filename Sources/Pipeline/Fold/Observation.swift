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
  /// What lies long before all else, and is none of it.
  var early: EarlyTimes

  init(files: [FileReading], given: Int64?) {
    let events = files.filter { $0.tally.events > 0 }
    var spread = TimeSpread()
    for file in files { spread.add(file.spread) }
    early = EarlyTimes(spread)
    earliest =
      early.bound == .min
      ? events.map(\.tally.earliest).min() : spread.earliest(from: early.bound)
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
  /// Names of all events that were read, with their rows.
  var names: [LogText: Int] = [:]

  mutating func add(_ result: ReportPass.Result, schema: TimelineSchema) {
    entities[schema.entity] = result.entities
    unplacedDeliveries += result.unplacedDeliveries
    // Rows that two schemas keep are counted by both.
    names.merge(result.names) { max($0, $1) }
  }
}
