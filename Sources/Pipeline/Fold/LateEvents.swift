import Reports
import Timelines

/// Counts the events behind the end of observation: they are read, and no table counts them.
struct LateEvents: Sendable {
  private let until: Int64
  /// By kind: events of other timelines, which count in those.
  private let isDelivered: [Bool]

  /// Nil where there can be none.
  init?(_ observation: Observation, _ context: ReportContext) {
    guard let latest = observation.latest, latest > observation.until else { return nil }
    until = observation.until
    var isDelivered = [Bool](repeating: false, count: context.kinds.count)
    for matcher in context.schema.matchers {
      guard case .delivered = matcher else { continue }
      for (kind, matches) in context.kinds.matching(matcher).enumerated() where matches {
        isDelivered[kind] = true
      }
    }
    self.isDelivered = isDelivered
  }

  func count(_ partition: borrowing BuiltPartition) -> Int {
    var count = 0
    partition.forEachTimeline { timeline in
      for event in timeline.range.reversed() {
        if timeline.times[event] <= until { break }
        if !isDelivered[Int(timeline.kinds[event])] { count += 1 }
      }
    }
    return count
  }
}
