import Spec
package import Tables
import Values

enum LifecycleStatus: String, Sendable {
  case new, returning, resurrected, dormant
}

/// Where an entity stands: the last status it took, and the interval in which it took it. A row of
/// NAME.entities.
struct LifecycleStanding: Sendable {
  /// The entity's id.
  var entity: [UInt8]
  var interval: Int
  var status: LifecycleStatus
}

extension LifecycleFold {
  package mutating func drainList() -> Table? {
    guard definition.options.list else { return nil }
    let sorted = standings.sorted { $0.entity.lexicographicallyPrecedes($1.entity) }
    standings.removeAll()
    let rows: [[Cell]] = sorted.map {
      [
        .text(String(decoding: $0.entity, as: UTF8.self)),
        .text(observation.calendar.label($0.interval, definition.interval)),
        .text($0.status.rawValue),
      ]
    }
    return Table(
      name: "\(definition.options.name).entities",
      columns: [
        Column("entity", .text, "The entity's id.").key,
        Column(
          "interval", definition.interval == .hour ? .dateTime : .date,
          "First date or hour of the interval it took its status in."),
        Column(
          "status", .label,
          "new, returning, resurrected or dormant: the last status that the entity took."),
      ], rows: rows)
  }
}
