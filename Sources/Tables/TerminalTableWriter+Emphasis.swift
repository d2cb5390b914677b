extension TerminalTableWriter {
  /// A heading: bold where there is colour.
  func strong(_ text: String) -> String {
    color && !text.isEmpty ? "\u{1B}[1m\(text)\u{1B}[0m" : text
  }

  /// Five shades of blue from the 256-colour palette, each with a legible foreground.
  func heat(_ text: String, _ cell: Cell) -> String {
    guard color, case .number(let value) = cell, value.isFinite else { return text }
    let shades: [(background: Int, foreground: Int)] = [
      (195, 16), (153, 16), (111, 16), (68, 231), (25, 231),
    ]
    let level = max(0, min(0.999, value)) * Double(shades.count)
    let shade = shades[Int(level)]
    return "\u{1B}[48;5;\(shade.background);38;5;\(shade.foreground)m\(text)\u{1B}[0m"
  }

  /// A bar of `barWidth` columns for the whole, in eighths, so that small steps stay visible; filled up
  /// with blanks, so that the digits before it stay aligned.
  func bar(_ cell: Cell, column: Column) -> String {
    guard emphasis[column.name] == .bar else { return "" }
    guard case .number(let value) = cell, value.isFinite else { return barGap(column) }
    let eighths = Int(max(0, min(1, value)) * Double(8 * barWidth) + 0.5)
    let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
    let bar = String(repeating: "█", count: eighths / 8) + partial
    return " " + bar + String(repeating: " ", count: barWidth - bar.count)
  }

  /// The room that a column's bars take, left blank.
  func barGap(_ column: Column) -> String {
    emphasis[column.name] == .bar ? String(repeating: " ", count: barWidth + 1) : ""
  }
}
