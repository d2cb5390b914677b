import Reports
import Tables
import Values

/// What changed between two tables of one name.
struct TableDiff {
  let old: Table
  let new: Table
  /// What is known to have changed for the whole report.
  let reason: PublishedDiff.Reason?
  let trend: Trend

  var lines: [PublishedDiff.Line] {
    typealias Line = PublishedDiff.Line
    var lines: [Line] = []
    let columns = new.columns.map(\.name)
    for column in columns where !old.columns.contains(where: { $0.name == column }) {
      lines.append(
        Line(
          table: new.name, change: .columnAdded, key: [], column: column, why: .anotherDefinition))
    }
    for column in old.columns.map(\.name) where !columns.contains(column) {
      lines.append(
        Line(
          table: new.name, change: .columnRemoved, key: [], column: column, why: .anotherDefinition)
      )
    }
    let keys = Self.keys(of: new) ?? Self.keys(of: old) ?? Self.likelyKeys(of: new)
    var places = Self.places(of: old, keys)
    let oldPlace = columns.map { name in old.columns.firstIndex { $0.name == name } }
    let state = old.columns.firstIndex { $0.name == "state" }
    for row in new.rows {
      let key = Self.key(of: row, new, keys)
      guard let place = places[key]?.popFirst() else {
        lines.append(
          Line(
            table: new.name, change: .rowAdded, key: words(key, keys),
            why: reason ?? trend.ofAddedRows))
        continue
      }
      let before = old.rows[place]
      let why =
        reason
        ?? trend.reason(
          state: state.map { before[$0].plain }, change(from: before, to: row, at: oldPlace))
      for (index, cell) in row.enumerated() {
        guard let at = oldPlace[index], before[at].plain != cell.plain else { continue }
        lines.append(
          Line(
            table: new.name, change: .changed, key: words(key, keys), column: columns[index],
            old: before[at], new: cell, why: why))
      }
    }
    for place in places.values.flatMap({ $0 }).sorted() {
      let key = Self.key(of: old.rows[place], old, keys)
      lines.append(
        Line(
          table: new.name, change: .rowRemoved, key: words(key, keys),
          why: reason ?? trend.ofRemovedRows))
    }
    return lines
  }

  /// Which way a row's own counts went: a reason must not say the contrary of its row.
  private func change(from old: [Cell], to row: [Cell], at places: [Int?]) -> Trend.RowChange {
    func way(_ isWanted: (Column) -> Bool) -> Bool? {
      var (grew, shrank) = (false, false)
      for (index, column) in new.columns.enumerated() where isWanted(column) {
        guard let at = places[index], case .integer(let before) = old[at],
          case .integer(let after) = row[index]
        else { continue }
        if after > before { grew = true }
        if after < before { shrank = true }
      }
      return grew == shrank ? nil : grew
    }
    if let grew = way({ $0.kind == .integer && $0.unit == "events" }) { return .events(more: grew) }
    return way { $0.kind == .integer && !$0.unit.isEmpty }.map { .counts(more: $0) } ?? .unclear
  }

  private func words(_ key: [String], _ keys: [String]) -> [String] {
    zip(keys, key).filter { !$0.1.isEmpty }.map { "\($0.0) = \($0.1)" }
  }

  private static func keys(of table: Table) -> [String]? {
    let keys = table.columns.filter(\.isKey).map(\.name)
    return keys.isEmpty ? nil : keys
  }

  /// Of sets that do not say: columns at the left that hold no numbers, and numbers that count rows.
  private static func likelyKeys(of table: Table) -> [String] {
    let counters: Set = [
      "step", "from_step", "to_step", "period", "intervals", "weekday", "hour", "features",
    ]
    return table.columns.prefix { column in
      switch column.kind {
      case .text, .label, .date, .dateTime: column.name != "state"
      case .integer: counters.contains(column.name)
      case .number, .decimal, .boolean: false
      }
    }.map(\.name)
  }

  private static func key(of row: [Cell], _ table: Table, _ keys: [String]) -> [String] {
    keys.map { name in
      table.columns.firstIndex { $0.name == name }.map { row[$0].plain } ?? ""
    }
  }

  /// Places of rows by their keys, in the table's order.
  private static func places(of table: Table, _ keys: [String]) -> [[String]: ArraySlice<Int>] {
    var places: [[String]: ArraySlice<Int>] = [:]
    for (place, row) in table.rows.enumerated() {
      places[key(of: row, table, keys), default: []].append(place)
    }
    return places
  }
}

/// How what was read changed: what reasons are told by.
struct Trend {
  private let used: Int
  private let persons: Int

  init(_ old: JSONValue, _ new: JSONValue) {
    func difference(_ path: String...) -> Int {
      func value(_ manifest: JSONValue) -> Int {
        path.reduce(Optional(manifest)) { $0?[$1] }?.int ?? 0
      }
      return value(new) - value(old)
    }
    used = difference("reconciliation", "used")
    persons = difference("entities", "user") + difference("entities", "account")
  }

  /// What became of a row's counts.
  enum RowChange {
    case events(more: Bool)
    /// Of entities, or of whatever else is counted.
    case counts(more: Bool)
    case unclear
  }

  /// - Parameter state: of the row in the old set; nil for a table without one.
  func reason(state: String?, _ change: RowChange) -> PublishedDiff.Reason {
    let isOver = state == ObservationState.complete.rawValue
    switch change {
    case .events(more: false): return .fewerEvents
    case .events(more: true): return isOver ? .lateEvents : .moreEvents
    case .counts(more: true) where used < 0, .counts(more: false) where used > 0:
      return .unknown
    case .counts, .unclear:
      if state != nil, !isOver, used >= 0 { return .moreEvents }
      if used > 0 { return isOver ? .lateEvents : .moreEvents }
      if used < 0 { return .fewerEvents }
      return persons < 0 ? .mergedPersons : .unknown
    }
  }

  var ofAddedRows: PublishedDiff.Reason { used > 0 ? .moreEvents : .unknown }

  var ofRemovedRows: PublishedDiff.Reason {
    used < 0 ? .fewerEvents : persons < 0 ? .mergedPersons : .unknown
  }
}
