import EventLog
import Spec
import Tables
import Values

/// One condition on cells of a table.
struct TableCheck {
  let name: String
  let column: String
  let selection: RowSelection
  let condition: CheckSpec.Condition
  let ground: CheckReview.Ground

  init(
    _ name: String, _ column: String, _ selection: RowSelection,
    _ condition: CheckSpec.Condition, _ ground: CheckReview.Ground
  ) {
    self.name = name
    self.column = column
    self.selection = selection
    self.condition = condition
    self.ground = ground
  }

  /// One row's part.
  private struct Verdict {
    var row: Int
    var status: CheckReview.Status
    var value = Cell.empty
    var comparedWith = Cell.empty
    /// The end of a sentence about the row.
    var words: String
  }

  var finding: CheckFinding {
    var finding = CheckFinding(about: "\(name).\(column)", status: .unknown, message: "")
    switch condition {
    case .atLeast(let limit), .atMost(let limit): finding.limit = .decimal(DecimalSum(limit))
    case .drop(let drop): finding.limit = .decimal(DecimalSum(drop.atMost))
    case .ageAtMost, .eventsAtLeast: break
    }
    guard let table = ground.tables.first(where: { $0.name == name }),
      let place = table.place(column)
    else {
      finding.message = "there is no table \(name)"
      finding.warning = finding.message
      return finding
    }
    // The first instant that was not observed; far from the ends of Int64.
    let now = max(min(ground.observedUntil, .max / 4), .min / 4) + 1
    let places: [Int]
    switch selection.places(in: table, calendar: ground.calendar, now: now) {
    case .success(let found): places = found
    case .failure(let missing):
      finding.message = missing.reason ?? "not observable yet"
      finding.warning = missing.reason.map { $0 + ": its status is unknown" }
      return finding
    }
    let order = Order(selection, table)
    var replaced: [[Cell]: Int]?
    var old: Table?
    if case .drop(let drop) = condition, drop.from == .replaced {
      old = ground.replaced(name)
      replaced = old.map { Self.byKey($0, table.columns) }
    }
    let verdicts = places.map { row in
      let verdict = judge(row, place, table, order, old, replaced ?? [:])
      return verdict
    }
    finding.rows = verdicts.count
    finding.rowsFailed = verdicts.count { $0.status == .failed }
    let told =
      verdicts.first { $0.status == .failed } ?? verdicts.last { $0.status == .ok }
      ?? verdicts[verdicts.count - 1]
    finding.status = told.status
    finding.row = Self.key(of: told.row, in: table)
    finding.value = told.value
    finding.comparedWith = told.comparedWith
    let at = finding.row.isEmpty ? "" : " at \(finding.row)"
    finding.message = "\(name).\(column)\(at) \(told.words)"
    if finding.rowsFailed > 1 { finding.message += "; \(finding.rowsFailed) rows failed" }
    return finding
  }

  private func judge(
    _ row: Int, _ place: Int, _ table: Table, _ order: Order, _ old: Table?,
    _ replaced: [[Cell]: Int]
  ) -> Verdict {
    let unit = table.columns[place].unit
    guard let figure = Figure(table.rows[row][place]) else {
      return Verdict(row: row, status: .unknown, words: "is not observable yet")
    }
    let shown = "is \(CellText.shown(figure.cell, unit: unit))"
    func verdict(_ isFailed: Bool, _ words: String, _ other: Cell = .empty) -> Verdict {
      Verdict(
        row: row, status: isFailed ? .failed : .ok, value: figure.cell, comparedWith: other,
        words: words)
    }
    switch condition {
    case .atLeast(let limit):
      let isFailed = figure.compare(to: limit) < 0
      return verdict(
        isFailed, "\(shown), \(isFailed ? "less than" : "at least") \(limit.description)")
    case .atMost(let limit):
      let isFailed = figure.compare(to: limit) > 0
      return verdict(
        isFailed, "\(shown), \(isFailed ? "more than" : "at most") \(limit.description)")
    case .ageAtMost, .eventsAtLeast:
      return Verdict(row: row, status: .unknown, words: "is no source")
    case .drop(let drop):
      func unknown(_ words: String) -> Verdict {
        Verdict(row: row, status: .unknown, value: figure.cell, words: "\(shown); \(words)")
      }
      let cell: Cell
      let name: String
      switch drop.from {
      case .rowsBefore(let count):
        guard let before = order.row(count, before: row, in: table) else {
          return unknown("there is no complete row \(drop.from.text)")
        }
        cell = table.rows[before][place]
        name = "at \(Self.key(of: before, in: table))"
      case .replaced:
        guard let old else { return unknown("no set is replaced that has \(table.name)") }
        guard let before = replaced[Self.keyCells(of: table.rows[row], table.columns, of: table)],
          let oldPlace = old.place(column)
        else { return unknown("the set that is replaced has no such row") }
        cell = old.rows[before][oldPlace]
        name = "in the set that is replaced"
      }
      guard let other = Figure(cell), other.value > 0 else {
        return unknown("\(name) there is nothing to compare with")
      }
      let isFailed = figure.fell(from: other, byMoreThan: drop.atMost)
      let share = (other.value - figure.value) / other.value
      let change = PlainNumber.rounded(abs(share), places: 1, percent: true) ?? ""
      let compared = share == 0 ? "as" : "\(change)% \(share < 0 ? "more" : "less") than"
      return verdict(
        isFailed,
        "\(shown), \(compared) \(CellText.shown(cell, unit: unit)) \(name)"
          + (isFailed ? ": at most \(CheckWords.percent(drop.atMost)) less is allowed" : ""), cell)
    }
  }

  /// Rows of one series in the order of their dates.
  private struct Order {
    /// By the row's other keys, places in the table.
    private var series: [[Cell]: [Int]] = [:]
    private var others: [Int] = []

    init(_ selection: RowSelection, _ table: Table) {
      guard let dated = selection.dated(table.columns), let column = table.place(dated.column)
      else { return }
      others = table.columns.indices.filter { table.columns[$0].isKey && $0 != column }
      for row in selection.series(in: table, leavingOut: dated.column)
      where table.date(row, column) != nil {
        series[others.map { table.rows[row][$0] }, default: []].append(row)
      }
      for key in series.keys {
        series[key]?.sort {
          (table.date($0, column) ?? "", $0) < (table.date($1, column) ?? "", $1)
        }
      }
    }

    /// Nil where there is none, or where it is no complete one.
    func row(_ count: Int, before row: Int, in table: Table) -> Int? {
      guard let rows = series[others.map { table.rows[row][$0] }],
        let place = rows.firstIndex(of: row), place >= count
      else { return nil }
      let before = rows[place - count]
      guard let state = table.place("state") else { return before }
      let isComplete = table.rows[before][state] == .text(ObservationState.complete.rawValue)
      return isComplete ? before : nil
    }
  }

  /// `interval = 2026-03-30, stage = trial`, without what is empty.
  private static func key(of row: Int, in table: Table) -> String {
    table.columns.indices.filter { table.columns[$0].isKey && table.rows[row][$0] != .empty }.map {
      "\(table.columns[$0].name) = \(table.rows[row][$0].plain)"
    }.joined(separator: ", ")
  }

  /// Places of another table's rows by the keys of these columns.
  private static func byKey(_ table: Table, _ columns: [Column]) -> [[Cell]: Int] {
    var places: [[Cell]: Int] = [:]
    for row in table.rows.indices {
      places[keyCells(of: table.rows[row], columns, of: table)] = row
    }
    return places
  }

  /// Cells of the keys among `columns`, in their order; what a table does not have is empty.
  private static func keyCells(
    of row: [Cell], _ columns: [Column], of table: Table
  ) -> [Cell] {
    columns.filter(\.isKey).map { column in table.place(column.name).map { row[$0] } ?? .empty }
  }
}
