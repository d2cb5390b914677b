import Values

/// A table for people: aligned columns, numbers to the right, fractions as percentages.
///
///     cohort      period  size  returned   rate
///     2026-01-05       0   120       120  100.0%
///     2026-01-05       1   120        48   40.0%
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

  /// Columns available, or nil for no limit: wide text columns give way first, then lines are cut.
  package var width: Int?
  /// Whether the terminal takes colour; the caller knows of NO_COLOR.
  package var color: Bool
  /// By column name.
  package var emphasis: [String: Emphasis]

  package init(width: Int? = nil, color: Bool = false, emphasis: [String: Emphasis] = [:]) {
    self.width = width
    self.color = color
    self.emphasis = emphasis
  }

  /// The table as text, each line with a line feed at its end and no blanks before it.
  package func text(_ table: Table) -> String {
    let isRight = table.columns.map(\.kind.isRightAligned)
    var heads = table.columns.map { ShownText.escaped($0.name) + barGap($0) }
    var cells = table.rows.map { row in
      zip(row, table.columns).map { Self.text($0, column: $1) + bar($0, column: $1) }
    }
    var widths = heads.map(DisplayWidth.of)
    for row in cells {
      for (index, cell) in row.enumerated() {
        widths[index] = max(widths[index], DisplayWidth.of(cell))
      }
    }
    if let width {
      shrink(&widths, columns: table.columns, to: width)
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
    return lines.map { $0 + "\n" }.joined()
  }

  /// One line; `style` adds what takes no room.
  private func line(
    _ texts: [String], widths: [Int], isRight: [Bool], style: (Int, String) -> String
  ) -> String {
    var line = ""
    var used = 0
    for (index, text) in texts.enumerated() {
      let gap = index == 0 ? 0 : 2
      if let width, used + gap + widths[index] > width { break }
      used += gap + widths[index]
      let padding = String(repeating: " ", count: widths[index] - DisplayWidth.of(text))
      line += String(repeating: " ", count: gap)
      line += isRight[index] ? padding + style(index, text) : style(index, text) + padding
    }
    while line.hasSuffix(" ") { line.removeLast() }
    return line
  }

  /// Takes columns of text narrower, the widest first and none below `textColumnWidthMin`.
  private func shrink(_ widths: inout [Int], columns: [Column], to width: Int) {
    var excess = widths.reduce(0, +) + 2 * max(0, widths.count - 1) - width
    while excess > 0 {
      let candidates = widths.indices.filter {
        !columns[$0].kind.isRightAligned && widths[$0] > textColumnWidthMin
      }
      guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { return }
      widths[widest] -= 1
      excess -= 1
    }
  }

  private static func text(_ cell: Cell, column: Column) -> String {
    ShownText.escaped(CellText.shown(cell, unit: column.unit))
  }
}

/// A text column is never made narrower than this, unless it is.
private let textColumnWidthMin = 8

extension Column.Kind {
  var isRightAligned: Bool {
    switch self {
    case .integer, .number, .decimal: true
    case .text, .label, .date, .dateTime, .boolean: false
    }
  }
}
