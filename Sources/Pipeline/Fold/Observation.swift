import EventLog
import Reports
import Spec
import System
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
  package var isFromGiven: Bool
  /// What lies long before all else, and is none of it.
  var early: EarlyTimes
  /// Microseconds since 1970: no report looks at what lies before. The start of the local day on which
  /// a given beginning lies, and behind what is too early in any case.
  private(set) var bound: Int64

  /// - Parameter now: microseconds since 1970; nil for the clock's.
  init(
    files: [InputLedger], options: RunOptions, calendar: ReportCalendar, now: Int64?,
    of spec: AnalysisSpec
  ) {
    let events = files.filter { $0.judged.times != nil }
    var spread = TimeSpread()
    for file in files { spread.add(file.judged.spread) }
    early = EarlyTimes(spread)
    earliest =
      early.bound == .min
      ? events.map(\.judged.earliest).min() : spread.earliest(from: early.bound)
    latest = events.map(\.judged.latest).max()
    let given = options.observedUntil?.last(in: calendar)
    isGiven = given != nil
    isFromGiven = options.observedFrom != nil
    let (observed, bounds) = (spec.calendar.observed, Self.bounds(events, spec, early: early.bound))
    until =
      given
      ?? Self.end(latest: bounds.latest ?? latest, observed, calendar, now: now ?? Machine.now)
    let begin = options.observedFrom?.instant(in: calendar)
    from = begin ?? bounds.earliest ?? earliest ?? .min
    let day = begin.map { calendar.start(of: calendar.index(of: $0, in: .day), in: .day) }
    bound = max(early.bound, day ?? .min)
  }

  /// Microseconds since 1970: nothing that is counted lies outside. Sources may begin before those that
  /// observation goes by.
  var counted: ClosedRange<Int64> {
    let first = max(bound, min(earliest ?? from, from))
    return first...max(first, until)
  }

  /// Of several sources that observation goes by: the latest of their beginnings and the earliest of
  /// their ends. Nil where there is one source, and for those without events.
  private static func bounds(
    _ files: [InputLedger], _ spec: AnalysisSpec, early: Int64
  ) -> (earliest: Int64?, latest: Int64?) {
    guard spec.hasNamedSources else { return (nil, nil) }
    let sources = spec.observedBy.map { number in files.filter { $0.file.source == number } }
    let earliest = sources.compactMap { files in
      files.map { max($0.judged.earliest, early) }.min()
    }
    return (earliest.max(), sources.compactMap { $0.map(\.judged.latest).max() }.min())
  }

  private static func end(
    latest: Int64?, _ observed: CalendarSpec.Observed, _ calendar: ReportCalendar, now: Int64
  ) -> Int64 {
    guard let latest else { return .min }
    if observed == .event { return latest }
    let day = calendar.index(of: latest, in: .day)
    let today = calendar.index(of: now, in: .day)
    // A day that is not over ends nothing: observation ends before it.
    return calendar.start(of: min(day + 1, today), in: .day) - 1
  }
}

/// Counts from the fold that warnings and the manifest tell.
struct FoldFacts: Sendable {
  var entities: [TimelineSchema.Entity: Int] = [:]
  var unplacedDeliveries = 0
  /// Events behind the end of observation, among those that reports need, by whose timelines they are
  /// in: most are in both.
  var lateByEntity: [TimelineSchema.Entity: Int] = [:]
  var late: Int { lateByEntity.values.max() ?? 0 }
  /// Names of all events that were read, with their rows.
  var names: [LogText: Int] = [:]

  mutating func add(_ result: ReportPass.Result, schema: TimelineSchema) {
    entities[schema.entity] = result.entities
    unplacedDeliveries += result.unplacedDeliveries
    lateByEntity[schema.entity] = result.late
    // Rows that two schemas keep are counted by both.
    names.merge(result.names) { max($0, $1) }
  }
}
