import EventLog
import Spec
import Tables
import Values

/// Why what a goal or a check is about is not there.
struct MissingRow: Error {
  /// Nil when it is in the nature of things: not observable yet.
  var reason: String?
}

extension RowSelection {
  /// The rows meant, by their places in the table, in its order: one, unless `each_complete` is asked
  /// for; never none. The columns are there, which `problems` tells.
  ///
  /// - Parameter now: the first instant that was not observed.
  func places(
    in table: Table, calendar: ReportCalendar, now: Int64
  ) -> Result<[Int], MissingRow> {
    var places = series(in: table)
    if let word { places = complete(word, of: places, in: table) }
    if places.isEmpty {
      let isAhead = entries.contains { entry in
        CalendarDate(entry.value.text).map { calendar.instant(of: $0) >= now } ?? false
      }
      if isAhead || word != nil || table.rows.isEmpty && entries.isEmpty {
        return .failure(MissingRow())
      }
      return .failure(
        MissingRow(
          reason: "\(table.name) has no row" + (entries.isEmpty ? "" : " with \(description)")))
    }
    if places.count > 1, word?.value != .eachComplete {
      let what = entries.isEmpty ? "and the goal names none" : "with \(description)"
      return .failure(
        MissingRow(
          reason:
            "\(table.name) has \(places.count) rows \(what); `row` must say which one is meant"
        ))
    }
    return .success(places)
  }

  /// Places of all rows that have what is asked for in words of their own, leaving one column out.
  func series(in table: Table, leavingOut ignored: String? = nil) -> [Int] {
    var wanted: [(column: Int, text: String)] = []
    for entry in entries where entry.column != ignored {
      guard case .text(let text) = entry.value, let column = table.place(entry.column) else {
        continue
      }
      wanted.append((column, text))
    }
    return table.rows.indices.filter { row in
      wanted.allSatisfy { table.rows[row][$0.column].reads($0.text) }
    }
  }

  private func complete(_ word: Entry, of places: [Int], in table: Table) -> [Int] {
    guard let column = table.place(word.column), let state = table.place("state") else { return [] }
    let complete = places.filter { row in
      table.rows[row][state] == .text(ObservationState.complete.rawValue)
        // Not the row `all` of cohorts.
        && table.date(row, column) != nil
    }
    if word.value == .eachComplete { return complete }
    // A local hour that comes twice: the one further down.
    let latest = complete.compactMap { table.date($0, column) }.max()
    guard let last = complete.last(where: { table.date($0, column) == latest }) else { return [] }
    return complete.filter { table.rows[$0][column] == table.rows[last][column] }
  }
}

extension Table {
  func place(_ column: String) -> Int? { columns.firstIndex { $0.name == column } }

  /// A local date or hour that sorts as text does; nil for any other cell.
  func date(_ row: Int, _ column: Int) -> Substring? {
    guard case .text(let text) = rows[row][column], CalendarDate(text.prefix(10)) != nil else {
      return nil
    }
    return text.prefix(19)
  }
}

extension Cell {
  /// Whether a spec that says `text` means this cell.
  func reads(_ text: String) -> Bool {
    switch self {
    case .empty: text.isEmpty
    case .text(let own): own == text
    case .integer(let value): String(value) == text
    case .number(let value): Double(text) == value
    case .decimal(let sum):
      sum.description == text || ExactDecimal.parse(text).map { DecimalSum($0) } == sum
    case .boolean(let value): String(value) == text
    }
  }
}
