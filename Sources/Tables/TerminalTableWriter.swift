import Values

/// A table for people: aligned columns, numbers to the right, fractions as percentages.
///
///     cohort      period  size  returned   rate
///     2026-01-05       0   120       120  100.0%
///     2026-01-05       1   120        48   40.0%
///
/// Where a terminal is too narrow, texts give way first, the names in front last; dates and numbers are
/// whole or not there at all. Columns that are left out are named in a last line.
///
/// Numbers are rounded for the eye here and nowhere else; integers and decimals keep all their
/// digits. Text from the logs cannot send commands to the terminal. The whole table is in memory,
/// since widths need it.
package struct TerminalTableWriter: Sendable {
  /// How a column of fractions shows its values beside the digits.
  package enum Emphasis: Sendable, Equatable {
    /// A background that deepens with the value: retention. Needs colour.
    case heat
    /// A bar of blocks after the digits: funnels.
    case bar
  }

  /// Columns available, or nil for no limit.
  package var width: Int?
  /// Whether the terminal takes colour; the caller knows of NO_COLOR.
  package var color: Bool
  /// By column name.
  package var emphasis: [String: Emphasis]
  /// By row: columns whose cells have a mark behind them, for a reason that `markNote` says.
  package var marks: [Int: Set<Int>] = [:]
  package var markNote = ""
  /// Columns of a bar for the whole.
  var barWidth = TerminalTableWriter.barWidths[0]

  /// Where there is less room a bar is shorter, and then gone.
  private static let barWidths = [10, 6, 4]

  package init(width: Int? = nil, color: Bool = false, emphasis: [String: Emphasis] = [:]) {
    self.width = width
    self.color = color
    self.emphasis = emphasis
  }

  /// The table as text, each line with a line feed at its end and no blanks before it.
  package func text(_ table: Table) -> String {
    if let width, emphasis.values.contains(.bar) {
      var fitting = self
      fitting.fitBars(of: table, to: width)
      if fitting.barWidth != barWidth || fitting.emphasis != emphasis { return fitting.text(table) }
    }
    let isRight = table.columns.map(\.kind.isRightAligned)
    var heads = table.columns.map { ShownText.escaped($0.name) + barGap($0) }
    var cells = table.rows.map { row in
      zip(row, table.columns).map { Self.text($0, column: $1) + bar($0, column: $1) }
    }
    mark(&heads, &cells)
    var widths = heads.map(DisplayWidth.of)
    for row in cells {
      for (index, cell) in row.enumerated() {
        widths[index] = max(widths[index], DisplayWidth.of(cell))
      }
    }
    var hidden: [String] = []
    if let width {
      let shown = fit(&widths, columns: table.columns, to: width)
      hidden = table.columns[shown...].map { ShownText.escaped($0.name) }
      widths.removeLast(widths.count - shown)
      for index in widths.indices {
        heads[index] = DisplayWidth.truncated(heads[index], to: widths[index])
        for row in cells.indices {
          cells[row][index] = DisplayWidth.truncated(cells[row][index], to: widths[index])
        }
      }
    }
    var lines = [line(heads, widths: widths, isRight: isRight) { _, text in strong(text) }]
    for (row, texts) in zip(table.rows, cells) {
      lines.append(
        line(texts, widths: widths, isRight: isRight) { index, text in
          emphasis[table.columns[index].name] == .heat ? heat(text, row[index]) : text
        })
    }
    if !marks.isEmpty {
      lines.append(DisplayWidth.truncated(Self.mark + markNote, to: width ?? .max))
    }
    if !hidden.isEmpty, let width {
      lines.append(DisplayWidth.truncated(Self.note(hidden), to: width))
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private static let mark = "*"

  /// Columns with marks have room for them in all their cells, so that digits stand below digits.
  private func mark(_ heads: inout [String], _ cells: inout [[String]]) {
    for column in Set(marks.values.joined()) {
      heads[column] += " "
      for row in cells.indices {
        cells[row][column] += marks[row]?.contains(column) == true ? Self.mark : " "
      }
    }
  }

  /// Bars give way before any column does, or the names in front.
  private mutating func fitBars(of table: Table, to width: Int) {
    let first = table.columns.firstIndex { $0.kind == .text }
    let plain = table.columns.enumerated().map { index, column in
      let widest =
        table.rows.map { DisplayWidth.of(Self.text($0[index], column: column)) }.max() ?? 0
      let whole = max(widest, DisplayWidth.of(ShownText.escaped(column.name)))
      if index == first { return min(whole, nameWidthMax) }
      return column.kind == .text ? min(whole, textColumnWidthMin) : whole
    }
    func shown(_ widths: [Int]) -> Int {
      var (shown, room) = (0, width + 2)
      for column in widths {
        room -= column + 2
        if room < 0 { break }
        shown += 1
      }
      return shown
    }
    let most = shown(plain)
    for bar in Self.barWidths {
      barWidth = bar
      let widths = zip(plain, table.columns).map { $0 + barGap($1).count }
      if shown(widths) == most { return }
    }
    emphasis = emphasis.filter { $0.value != .bar }
  }

  private static func note(_ hidden: [String]) -> String {
    let names = hidden.prefix(3).joined(separator: ", ") + (hidden.count > 3 ? ", ..." : "")
    return
      "\(hidden.count) \(hidden.count == 1 ? "column" : "columns") hidden, --csv has all: \(names)"
  }

  /// One line; `style` adds what takes no room.
  private func line(
    _ texts: [String], widths: [Int], isRight: [Bool], style: (Int, String) -> String
  ) -> String {
    var line = ""
    for (index, text) in texts.prefix(widths.count).enumerated() {
      let gap = index == 0 ? 0 : 2
      let padding = String(repeating: " ", count: widths[index] - DisplayWidth.of(text))
      line += String(repeating: " ", count: gap)
      line += isRight[index] ? padding + style(index, text) : style(index, text) + padding
    }
    while line.hasSuffix(" ") { line.removeLast() }
    return line
  }

  /// Takes texts narrower until the columns fit, as many as can; returns how many do. What room a
  /// hidden column leaves goes back to the texts.
  private func fit(_ widths: inout [Int], columns: [Column], to width: Int) -> Int {
    let texts = widths.indices.filter { columns[$0].kind == .text }
    let least = widths.indices.map { index in
      if index == texts.first { return min(widths[index], nameWidthMin) }
      return texts.contains(index) ? min(widths[index], textColumnWidthMin) : widths[index]
    }
    func total(_ widths: some Collection<Int>) -> Int {
      widths.reduce(0, +) + 2 * max(0, widths.count - 1)
    }
    var shown = widths.count
    while shown > 1, total(least[..<shown]) > width { shown -= 1 }
    var excess = total(widths[..<shown]) - width
    // The first text names the row.
    for candidates in [Array(texts.dropFirst()), texts] {
      while excess > 0 {
        let wide = candidates.filter { $0 < shown && widths[$0] > least[$0] }
        guard let widest = wide.max(by: { widths[$0] < widths[$1] }) else { break }
        widths[widest] -= 1
        excess -= 1
      }
    }
    if excess > 0 { widths[0] = min(widths[0], max(1, width)) }
    return shown
  }

  private static func text(_ cell: Cell, column: Column) -> String {
    ShownText.escaped(CellText.shown(cell, unit: column.unit))
  }
}

/// A text column is never made narrower than this, unless it is.
private let textColumnWidthMin = 8
/// Nor is the one that names the row.
private let nameWidthMin = 12
/// Past this it is cut before a bar is.
private let nameWidthMax = 30

extension Column.Kind {
  var isRightAligned: Bool {
    switch self {
    case .integer, .number, .decimal: true
    case .text, .label, .date, .dateTime, .boolean: false
    }
  }
}
