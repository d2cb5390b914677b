import Spec
package import Tables
import Timelines

/// Where an entity stands in a funnel.
package enum FunnelState: String, Sendable {
  /// Made every mandatory step.
  case converted
  /// Can still go on from the furthest step.
  case open
  /// Cannot.
  case dropped
  /// Every furthest attempt met an event that discards: not in the funnel.
  case discarded

  init(_ outcome: FunnelOutcome, _ plan: FunnelPlan) {
    if outcome.isDiscarded {
      self = .discarded
    } else if outcome.mandatory == plan.mandatoryCount {
      self = .converted
    } else {
      self = outcome.isAlive ? .open : .dropped
    }
  }
}

/// One entity of NAME.entities, kept from `observe` to the partition's end.
struct FunnelListRow: Sendable {
  var id: [UInt8]
  /// Number of the furthest mandatory step, from 1.
  var reached: Int
  var state: FunnelState
  /// Microseconds: the reported chain's first event, and its last.
  var entered: Int64
  var last: Int64

  init(_ outcome: FunnelOutcome, chain: [Int], _ timeline: Timeline, _ plan: FunnelPlan) {
    id = Array(timeline.shownID)
    reached = plan.stepNumber(mandatory: outcome.mandatory)
    state = FunnelState(outcome, plan)
    entered = .max
    last = .min
    for event in chain where event >= 0 {
      entered = min(entered, timeline.times[event])
      last = max(last, timeline.times[event])
    }
  }
}

extension FunnelFold {
  package mutating func drainList() -> Table? {
    if !definition.options.list { return nil }
    let sorted = list.sorted { $0.id.lexicographicallyPrecedes($1.id) }
    list.removeAll(keepingCapacity: true)
    return Table(
      name: "\(definition.options.name).entities",
      columns: [
        Column("entity", .text, "Id of the \(definition.options.entity.rawValue).").key,
        Column("reached", .integer, "Number of the furthest mandatory step, from 1."),
        Column("state", .label, "converted, open, dropped or discarded."),
        Column("entered_at", .dateTime, "Local time of the reported chain's first event."),
        Column("last_at", .dateTime, "Local time of the reported chain's last event."),
        Column(
          "total_seconds", .number, unit: "seconds",
          "From the reported chain's first event to its last."),
      ],
      rows: sorted.map { row in
        [
          .text(String(decoding: row.id, as: UTF8.self)), .integer(row.reached),
          .text(row.state.rawValue), .text(calendar.timestamp(row.entered)),
          .text(calendar.timestamp(row.last)), .number(Double(row.last - row.entered) / 1_000_000),
        ]
      })
  }
}
