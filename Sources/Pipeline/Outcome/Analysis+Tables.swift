import Reports
import Spec
import Tables
import Values

extension Analysis {
  /// Every table of the run in the order in which they are written: by report, its lists last, then
  /// the goals. `rows` hands over some rows at a time, and can be called more than once.
  func forEachTable(
    _ body: (_ head: TableHead, _ rows: (([[Cell]]) throws -> Void) throws -> Void) throws -> Void
  ) throws {
    for (definition, tables) in zip(spec.reports, tables) {
      let report = definition.options.name
      let description = definition.fullDescription(calendar: spec.calendar)
      for table in tables {
        try body(
          TableHead(
            name: table.name, report: report, definition: description, columns: table.columns)
        ) { try $0(table.rows) }
      }
      guard definition.options.list, let columns = lists.columns(report: report) else { continue }
      try body(
        TableHead(
          name: "\(report).entities", report: report, definition: description, columns: columns)
      ) { try lists.forEachBatch(report: report, $0) }
    }
    if let goals {
      try body(
        TableHead(
          name: goals.name, report: goals.name,
          definition: .list(spec.goals.map(\.definition)), columns: goals.columns)
      ) { try $0(goals.rows) }
    }
  }

  /// What a workbook's first sheet says of the run.
  var bookFacts: TableBookFacts {
    var lines: [(name: String, value: String)] = []
    lines.append(("time_zone", spec.calendar.timeZone))
    if let earliest = observation.earliest {
      lines.append(("earliest_event", calendar.timestamp(earliest)))
    }
    if observation.until != .min {
      lines.append(("observed_until", calendar.timestamp(observation.until)))
    }
    lines.append(("events", String(reconciliation.used)))
    lines.append(("rejected", String(reconciliation.rejected)))
    return TableBookFacts(lines: lines)
  }
}
