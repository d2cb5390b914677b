package import Tables
package import Values

/// What a page is made of: the tables of a run with their definitions, and the account of the run.
package struct PageSource: Sendable {
  package struct Report: Sendable {
    /// As the spec names it.
    package var name: String
    /// With all defaults filled in, as NAME.json has it.
    package var definition: JSONValue
    /// The main one first.
    package var tables: [Table]
    /// In place of the name, where the spec has no title.
    var ownTitle: String?

    package init(name: String, definition: JSONValue, tables: [Table]) {
      self.name = name
      self.definition = definition
      self.tables = tables
    }
  }

  /// `run.json`.
  package var manifest: JSONValue
  package var reports: [Report]
  /// Main tables of the set that this one replaced, by name.
  package var replaced: [String: Table]

  package init(manifest: JSONValue, reports: [Report], replaced: [String: Table] = [:]) {
    self.manifest = manifest
    self.reports = reports
    self.replaced = replaced
  }

  /// Of a report with a breakdown, the totals stand with it, not as a report of their own.
  package var joined: PageSource {
    var joined = self
    joined.reports = []
    for report in reports {
      let whole = report.name.hasSuffix(".all") ? String(report.name.dropLast(4)) : ""
      if let place = joined.reports.firstIndex(where: { $0.name == whole && !$0.breakdown.isEmpty })
      {
        joined.reports[place].tables += report.tables
      } else {
        joined.reports.append(report)
      }
    }
    return joined
  }
}

/// How a page is shown.
package struct PageOptions: Sendable {
  package enum Language: String, Sendable, CaseIterable {
    case en, zh
  }

  /// Which lists of individuals stand on the page: it may be mailed.
  package enum Lists: String, Sendable, CaseIterable {
    /// Accounts with their people.
    case all
    /// Nobody by name.
    case none
  }

  package var language: Language
  package var lists: Lists

  package init(language: Language = .en, lists: Lists = .all) {
    self.language = language
    self.lists = lists
  }
}

extension PageSource.Report {
  var type: String {
    guard let type = definition["type"]?.string else { return name == "goals" ? "goals" : name }
    return type
  }

  var title: String {
    definition["title"]?.string ?? ownTitle
      ?? (["aarrr", "aaarrr", "vabs"].contains(name) ? name.uppercased() : name.withSpaces)
  }

  /// Nil when the spec describes nothing.
  var about: String? { definition["description"]?.string }

  /// What the rows stand by: their currency where that is one, and the report's breakdown.
  var breakdown: [String] {
    let own = (definition["breakdown"]?.elements ?? []).compactMap(\.string)
    let first = tables.first?.columns.first
    return (first?.name == "currency" && own.first != "currency" ? ["currency"] : []) + own
  }

  /// A table beside the main one: `matrix`, `all`, `link`, ...
  func table(_ role: String) -> Table? { tables.first { $0.name == "\(name).\(role)" } }

  /// The whole: the main table, or the one without the breakdown where there is one.
  var whole: Table? {
    breakdown.isEmpty ? tables.first : table("all.all") ?? table("all")
  }

  /// The main table's rows by breakdown value, the most rows' worth first in the table's own order.
  var groups: [(name: String, table: Table)] {
    guard let main = tables.first, !breakdown.isEmpty else { return [] }
    let count = breakdown.count
    var order: [String] = []
    var rows: [String: [[Cell]]] = [:]
    for row in main.rows {
      let name = row.prefix(count).map { Figures.text($0) }.joined(separator: ", ")
      if rows[name] == nil { order.append(name) }
      rows[name, default: []].append(Array(row.dropFirst(count)))
    }
    let columns = Array(main.columns.dropFirst(count))
    return order.map { ($0, Table(name: main.name, columns: columns, rows: rows[$0]!)) }
  }
}

extension String {
  /// `weekly_retention` as people write it.
  var withSpaces: String {
    String(map { $0 == "_" ? " " : $0 })
  }
}

extension Table {
  func column(_ name: String) -> Int? { columns.firstIndex { $0.name == name } }

  /// A column's cells as numbers; empty when there is no such column.
  func numbers(_ name: String) -> [Double?] {
    guard let column = column(name) else { return [] }
    return rows.map { Figures.value($0[column]) }
  }

  func texts(_ name: String) -> [String] {
    guard let column = column(name) else { return [] }
    return rows.map { Figures.text($0[column]) }
  }

  /// Rows whose numbers are not final.
  var partialRows: Set<Int> {
    guard let column = column("state") else { return [] }
    return Set(rows.indices.filter { rows[$0][column] == .text("partial") })
  }
}

extension Table {
  /// The currency of the first of these columns that has one, in parentheses; nothing without.
  func currency(of names: [String]) -> String {
    let found = names.lazy.compactMap { self.column($0) }.compactMap { self.columns[$0].currency }
    return found.first.map { " (\($0))" } ?? ""
  }
}

extension Column {
  /// Whose money its amounts are, where that is said; nil for what is no money.
  var currency: String? {
    if unit.isEmpty || unit == "fraction" { return nil }
    // In a table that was read again, an average of amounts is a number like others; units of those
    // are words in small letters.
    let isWord = unit.utf8.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
    return isOfAmounts || kind == .number && !isWord ? unit : nil
  }
}
