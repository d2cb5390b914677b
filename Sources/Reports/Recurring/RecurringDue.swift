import EventLog
import Spec
import Tables
import Timelines
import Values

/// A contract that runs at the end of observation and ends soon after it.
struct RecurringDue: Sendable {
  /// 90 days.
  static let horizon = 90 * Microseconds.day

  var entity: [UInt8]
  var contract: [UInt8]
  var level: DecimalSum
  /// The first instant without it.
  var end: Int64

  /// By end, then by the bytes of names.
  static func precedes(_ left: RecurringDue, _ right: RecurringDue) -> Bool {
    if left.end != right.end { return left.end < right.end }
    if left.entity != right.entity { return left.entity.lexicographicallyPrecedes(right.entity) }
    return left.contract.lexicographicallyPrecedes(right.contract)
  }
}

/// Those of one breakdown value: adding is having all of them.
struct RecurringDues: State {
  var list: [RecurringDue] = []

  static let zero = RecurringDues()
  var isZero: Bool { list.isEmpty }
  var heapBytes: Int {
    list.capacity * MemoryLayout<RecurringDue>.stride
      + list.reduce(0) { $0 + $1.entity.count + $1.contract.count + 64 }
  }

  mutating func add(_ other: RecurringDues) { list += other.list }

  init() {}

  func encode(to writer: inout StateWriter) {
    writer.append(count: list.count)
    for due in list.sorted(by: RecurringDue.precedes) {
      writer.append(text: due.entity)
      writer.append(text: due.contract)
      due.level.encode(to: &writer)
      writer.append(signed: due.end)
    }
  }

  init(from reader: inout StateReader) {
    for _ in 0..<reader.count() where !reader.isDamaged {
      let (entity, contract) = (reader.text(), reader.text())
      let level = DecimalSum(from: &reader)
      list.append(
        RecurringDue(entity: entity, contract: contract, level: level, end: reader.smallest()))
    }
  }
}

extension RecurringFold {
  /// NAME.due: contracts by the day on which they end.
  func dueTable(_ rows: [BreakdownRow]) -> Table {
    let calendar = observation.calendar
    let today = observation.until == .min ? 0 : calendar.index(of: observation.until, in: .day)
    var table = Table(name: "\(definition.options.name).due", columns: definition.dueColumns)
    for row in rows {
      let members = row.groups.filter { $0 < states.count }
      let sorted = members.flatMap { states[$0].dues.list }.sorted(by: RecurringDue.precedes)
      for due in sorted {
        let last = calendar.index(of: due.end - 1, in: .day)
        table.rows.append(
          row.cells + [
            .text(String(decoding: due.entity, as: UTF8.self)),
            due.contract.isEmpty ? .empty : .text(String(decoding: due.contract, as: UTF8.self)),
            .decimal(due.level), .text(calendar.label(last, .day)),
            .integer(last - today),
          ])
      }
    }
    return table
  }
}
