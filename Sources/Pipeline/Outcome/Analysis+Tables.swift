import Pages
import Reports
import Spec
import Tables
import Values

extension Analysis {
  /// Every table of the run in the order in which they are written: by report, its lists last, then
  /// the goals and the checks. `rows` hands over some rows at a time, and can be called more than once.
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
    for (table, definition) in reviews {
      try body(
        TableHead(
          name: table.name, report: table.name, definition: definition, columns: table.columns)
      ) { try $0(table.rows) }
    }
  }

  /// Goals and checks with what they are by.
  private var reviews: [(table: Table, definition: JSONValue)] {
    var reviews: [(Table, JSONValue)] = []
    if let goals { reviews.append((goals, .list(spec.goals.map(\.definition)))) }
    if let checks { reviews.append((checks, .list(spec.checks.map(\.definition)))) }
    return reviews
  }

  /// What the page of the run is made of: all tables but lists.
  func pageSource(manifest: JSONValue) -> PageSource {
    let reports = zip(spec.reports, tables).map { definition, tables in
      PageSource.Report(
        name: definition.options.name,
        definition: definition.fullDescription(calendar: spec.calendar), tables: tables)
    }
    return PageSource(
      manifest: manifest,
      reports: reports
        + reviews.map {
          PageSource.Report(name: $0.table.name, definition: $0.definition, tables: [$0.table])
        })
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
