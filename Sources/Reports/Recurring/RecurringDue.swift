import EventLog
import Spec
import Tables
import Timelines
import Values

/// A contract that runs at the end of observation and ends soon after it.
struct RecurringDue: Sendable {
  /// 90 days.
  static let horizon = 90 * Microseconds.day

  var group: Int
  var entity: [UInt8]
  var contract: [UInt8]
  var level: ExactDecimal
  /// The first instant without it.
  var end: Int64
}

extension RecurringFold {
  /// NAME.due: contracts by the day on which they end.
  func dueTable(_ rows: [BreakdownRow]) -> Table {
    let calendar = observation.calendar
    let today = observation.until == .min ? 0 : calendar.index(of: observation.until, in: .day)
    var table = Table(name: "\(definition.options.name).due", columns: definition.dueColumns)
    for row in rows {
      let sorted = dues.filter { row.groups.contains($0.group) }.sorted { left, right in
        if left.end != right.end { return left.end < right.end }
        if left.entity != right.entity {
          return left.entity.lexicographicallyPrecedes(right.entity)
        }
        return left.contract.lexicographicallyPrecedes(right.contract)
      }
      for due in sorted {
        let last = calendar.index(of: due.end - 1, in: .day)
        table.rows.append(
          row.cells + [
            .text(String(decoding: due.entity, as: UTF8.self)),
            due.contract.isEmpty ? .empty : .text(String(decoding: due.contract, as: UTF8.self)),
            .decimal(DecimalSum(due.level)), .text(calendar.label(last, .day)),
            .integer(last - today),
          ])
      }
    }
    return table
  }
}
