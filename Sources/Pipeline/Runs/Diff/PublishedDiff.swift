package import Pages
package import Tables
package import Values

/// What changed between two published sets, cell by cell, and why as far as it can be told.
///
/// Rows are told apart by the columns that are keys; rows that keys do not tell apart are paired in
/// their order. Numbers are compared as they are written.
package struct PublishedDiff: Sendable {
  package enum Change: String, Sendable {
    case changed
    case rowAdded = "row added"
    case rowRemoved = "row removed"
    case columnAdded = "column added"
    case columnRemoved = "column removed"
    case tableAdded = "table added"
    case tableRemoved = "table removed"
    /// A list of entities: known by its size and its sum only.
    case listChanged = "list changed"
  }

  package enum Reason: String, Sendable {
    /// Observation went on: the row was not complete, or not there.
    case moreEvents = "more events"
    /// The row was complete, and events of its time came afterwards.
    case lateEvents = "late events"
    case fewerEvents = "fewer events"
    case anotherDefinition = "another definition"
    case anotherRange = "another range"
    /// The same events of fewer persons, or accounts.
    case mergedPersons = "merged persons"
    case unknown = ""
  }

  package struct Line: Sendable, Equatable {
    package var table: String
    package var change: Change
    /// Columns that tell the row apart, with its values.
    package var key: [String]
    package var column = ""
    package var old = Cell.empty
    package var new = Cell.empty
    package var why: Reason
  }

  /// Something of `run.json` or of a definition that is not the same.
  package struct Fact: Sendable, Equatable {
    package var name: String
    package var old: String
    package var new: String
  }

  /// Of the runs: events, persons, the end of observation, ...
  package private(set) var facts: [Fact] = []
  /// Of definitions: `checkout.within`.
  package private(set) var definitions: [Fact] = []
  package private(set) var lines: [Line] = []

  package var isEmpty: Bool { lines.isEmpty }

  package init(old: PageSource, new: PageSource) {
    facts = RunFacts.differences(old.manifest, new.manifest)
    let trend = Trend(old.manifest, new.manifest)
    var reasons: [String: Reason] = [:]
    for report in new.reports {
      guard let before = old.reports.first(where: { $0.name == report.name }) else { continue }
      let changes = DefinitionFacts.differences(before.definition, report.definition)
      definitions += changes.map {
        Fact(name: "\(report.name).\($0.name)", old: $0.old, new: $0.new)
      }
      if !changes.isEmpty {
        let isRange = changes.allSatisfy { DefinitionFacts.ranges.contains($0.name) }
        reasons[report.name] = isRange ? .anotherRange : .anotherDefinition
      }
    }
    func tables(_ source: PageSource) -> [(report: String, table: Table)] {
      source.reports.flatMap { report in report.tables.map { (report.name, $0) } }
    }
    let (before, after) = (tables(old), tables(new))
    for (report, table) in after {
      let reason = reasons[report]
      if let was = before.first(where: { $0.table.name == table.name })?.table {
        lines += TableDiff(old: was, new: table, reason: reason, trend: trend).lines
      } else {
        lines.append(
          Line(
            table: table.name, change: .tableAdded, key: [], new: .integer(table.rows.count),
            why: .anotherDefinition))
      }
    }
    for (_, table) in before where !after.contains(where: { $0.table.name == table.name }) {
      lines.append(
        Line(
          table: table.name, change: .tableRemoved, key: [], old: .integer(table.rows.count),
          why: .anotherDefinition))
    }
    lines += RunFacts.lists(old.manifest, new.manifest, trend)
  }

  /// `table, change, key, column, old, new, why`.
  package var table: Table {
    Table(
      name: "diff",
      columns: [
        Column("table", .label, "The table."), Column("change", .label, "What changed."),
        Column("key", .text, "The row, by the columns that tell rows apart."),
        Column("column", .label, "The column of a changed cell."),
        Column("old", .text, "What the old set has."),
        Column("new", .text, "What the new one has."),
        Column("why", .label, "Why, as far as it can be told."),
      ],
      rows: lines.map { line in
        [
          .text(line.table), .text(line.change.rawValue),
          line.key.isEmpty ? .empty : .text(line.key.joined(separator: ", ")),
          line.column.isEmpty ? .empty : .text(line.column), line.old, line.new,
          line.why == .unknown ? .empty : .text(line.why.rawValue),
        ]
      })
  }

  package var json: JSONValue {
    func facts(_ facts: [Fact]) -> JSONValue {
      .list(
        facts.map {
          .object([("name", .text($0.name)), ("old", .text($0.old)), ("new", .text($0.new))])
        })
    }
    func value(_ cell: Cell) -> JSONValue {
      switch cell {
      case .empty: .null
      case .text(let text): .text(text)
      case .boolean(let value): .boolean(value)
      case .integer, .number, .decimal: .digits(cell.plain)
      }
    }
    return .object([
      ("facts", facts(self.facts)), ("definitions", facts(definitions)),
      (
        "changes",
        .list(
          lines.map { line in
            .object([
              ("table", .text(line.table)), ("change", .text(line.change.rawValue)),
              ("key", .list(line.key.map { .text($0) })), ("column", .text(line.column)),
              ("old", value(line.old)), ("new", value(line.new)), ("why", .text(line.why.rawValue)),
            ])
          })
      ),
    ])
  }
}
