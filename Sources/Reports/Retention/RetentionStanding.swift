import Spec
package import Tables
import Values

/// Where an entity stands in one cohort: a row of NAME.entities.
struct RetentionStanding: Sendable {
  /// The entity's id.
  var entity: [UInt8]
  var cohort: Int
  /// The last period in which it returned.
  var lastPeriod: Int?
}

extension RetentionFold {
  package mutating func drainList() -> Table? {
    guard definition.options.list else { return nil }
    let sorted = standings.sorted { left, right in
      if left.entity != right.entity { return left.entity.lexicographicallyPrecedes(right.entity) }
      return left.cohort < right.cohort
    }
    standings.removeAll()
    let rows: [[Cell]] = sorted.map {
      [
        .text(String(decoding: $0.entity, as: UTF8.self)),
        .text(observation.calendar.label($0.cohort, cohortInterval)),
        $0.lastPeriod.map { .integer($0) } ?? .empty,
      ]
    }
    return Table(
      name: "\(definition.options.name).entities",
      columns: [
        Column("entity", .text, "The entity's id.").key,
        Column(
          "cohort", cohortInterval == .hour ? .dateTime : .date,
          "First date or hour of a cohort that the entity belongs to."
        ).key,
        Column(
          "last_period", .integer,
          "The last period in which the entity has returned so far; empty for none."),
      ], rows: rows)
  }
}
