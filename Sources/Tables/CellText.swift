import Values

/// A cell as people read it: rounded for the eye. Files for machines never use this.
package enum CellText {
  /// Fractions as percentages with one decimal, averages with two, decimals and integers with all
  /// their digits; nothing for an empty cell.
  package static func shown(_ cell: Cell, unit: String) -> String {
    switch cell {
    case .empty: ""
    case .text(let text): text
    case .integer(let value): String(value)
    case .number(let value):
      if unit == "fraction" {
        PlainNumber.rounded(value, places: 1, percent: true).map { $0 + "%" } ?? ""
      } else if unit == "seconds" {
        duration(value)
      } else {
        PlainNumber.rounded(value, places: 2) ?? ""
      }
    case .decimal(let value): value.description
    case .boolean(let value): value ? "yes" : "no"
    }
  }

  /// The two largest units of a time in seconds: `2d 1h`, `3h 5m`, `40s`; below ten seconds with a
  /// decimal, `1.5s`.
  package static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds.magnitude < 1e13 else { return "" }
    let sign = seconds < 0 ? "-" : ""
    if seconds == 0 { return "0s" }
    if seconds.magnitude < 9.95 {
      return PlainNumber.rounded(seconds, places: 1).map { $0 + "s" } ?? ""
    }
    var rest = Int(seconds.magnitude.rounded())
    // Round to the smaller of the two units shown, so that 1h 59m 59s is 2h.
    if rest >= 86_400 {
      rest = (rest + 1800) / 3600 * 3600
    } else if rest >= 3600 {
      rest = (rest + 30) / 60 * 60
    }
    let units = [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)]
    var parts: [String] = []
    for (name, length) in units where parts.count < 2 {
      let count = rest / length
      if count == 0 && parts.isEmpty { continue }
      if count > 0 { parts.append("\(count)\(name)") } else { break }
      rest -= count * length
    }
    return sign + parts.joined(separator: " ")
  }
}
