/// A table of the manual in a terminal: aligned, its longest cells in several lines; where even that
/// is too wide, each row as a list of names and values.
struct ManualTable {
  /// The header first.
  var rows: [[String]]
  /// Columns of the terminal.
  var width: Int

  func text(_ bold: (String) -> String) -> String {
    guard let header = rows.first else { return "" }
    let count = rows.map(\.count).max() ?? 0
    let rows = rows.map { $0 + Array(repeating: "", count: count - $0.count) }
    guard let widths = widths(rows) else { return records(rows, bold) }
    var text = ""
    for (number, row) in rows.enumerated() {
      let cells = zip(row, widths).map { ManualText.wrapped($0, to: $1) }
      // Rows of several lines keep their distance.
      for line in 0..<(cells.map(\.count).max() ?? 0) {
        var shown = ""
        for (cell, width) in zip(cells, widths) {
          let part = line < cell.count ? cell[line] : ""
          shown += number == 0 ? bold(part) : part
          shown += String(repeating: " ", count: max(0, width - ManualText.width(part)) + gap)
        }
        while shown.last == " " { shown.removeLast() }
        text += shown + "\n"
      }
      if number == 0, !header.allSatisfy(\.isEmpty) {
        text +=
          widths.map { String(repeating: "-", count: $0) }
          .joined(separator: String(repeating: " ", count: gap)) + "\n"
      }
    }
    return text
  }

  /// The widest columns give way until the table fits, but none below its longest word; nil where
  /// that is not enough.
  private func widths(_ rows: [[String]]) -> [Int]? {
    let columns = rows[0].indices
    var widths = columns.map { column in rows.map { ManualText.width($0[column]) }.max() ?? 0 }
    let least = columns.map { column in
      rows.flatMap { $0[column].split(separator: " ") }.map { ManualText.width($0) }.max()
        ?? 0
    }
    let room = width - gap * max(0, columns.count - 1)
    while widths.reduce(0, +) > room {
      let widest = columns.filter { widths[$0] > least[$0] }.max { widths[$0] < widths[$1] }
      guard let widest else { return nil }
      widths[widest] -= 1
    }
    return widths
  }

  private func records(_ rows: [[String]], _ bold: (String) -> String) -> String {
    let names = rows[0]
    let lead = (names.map(ManualText.width).max() ?? 0) + gap
    return rows.dropFirst().map { row in
      zip(names, row).filter { !$1.isEmpty }.map { name, value in
        let indent = String(repeating: " ", count: lead)
        let lines = ManualText.wrapped(value, to: max(12, width - lead))
        let first = bold(name) + String(repeating: " ", count: lead - ManualText.width(name))
        return lines.enumerated().map { ($0.offset == 0 ? first : indent) + $0.element + "\n" }
          .joined()
      }.joined()
    }.joined(separator: "\n")
  }

  private let gap = 2
}
