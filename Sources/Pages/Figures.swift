import Tables
import Values

/// Numbers as a page shows them: grouped by thousands, fractions as percentages, times in two units.
enum Figures {
  static func shown(_ cell: Cell, _ column: Column) -> String {
    switch cell {
    case .integer(let value): grouped(String(value))
    case .decimal(let value): money(value)
    case .number(let value) where column.unit != "fraction" && column.unit != "seconds":
      grouped(PlainNumber.rounded(value, places: value.magnitude >= 1000 ? 0 : 2) ?? "")
    default: CellText.shown(cell, unit: column.unit)
    }
  }

  /// The cell as a number, nil for text and for what was not observable.
  static func value(_ cell: Cell) -> Double? {
    switch cell {
    case .integer(let value): Double(value)
    case .number(let value): value.isFinite ? value : nil
    case .decimal(let value): value.approximation
    case .empty, .text, .boolean: nil
    }
  }

  static func text(_ cell: Cell) -> String {
    CellText.shown(cell, unit: "")
  }

  static func percent(_ value: Double) -> String {
    let places = value.magnitude < 0.0995 && value != 0 ? 1 : 0
    return (PlainNumber.rounded(value, places: places, percent: true) ?? "") + "%"
  }

  /// Two decimals at most, where a number has any.
  static func money(_ value: DecimalSum) -> String {
    let text = value.description
    guard let point = text.firstIndex(of: ".") else { return grouped(text) }
    let decimals = text[text.index(after: point)...]
    if decimals.count > 2 {
      return grouped(PlainNumber.rounded(value.approximation, places: 2) ?? text)
    }
    return grouped(text + (decimals.count == 1 ? "0" : ""))
  }

  /// `12,345.67`.
  static func grouped(_ number: String) -> String {
    let digits = number.drop(while: { $0 == "-" })
    let whole = digits.prefix(while: { $0 != "." })
    guard whole.count > 3, whole.allSatisfy(\.isNumber) else { return number }
    var grouped = ""
    for (index, digit) in whole.enumerated() {
      if index > 0, (whole.count - index) % 3 == 0 { grouped += "," }
      grouped.append(digit)
    }
    return (number.hasPrefix("-") ? "-" : "") + grouped + digits.dropFirst(whole.count)
  }

  /// For axes and tiles: `1.2k`, `3.4M`.
  static func short(_ value: Double) -> String {
    for (limit, name) in [(1e9, "B"), (1e6, "M"), (1e4, "k")]
    where value.magnitude >= limit * 0.9995 {
      let unit = name == "k" ? 1e3 : limit
      let scaled = value / unit
      return (PlainNumber.rounded(scaled, places: scaled.magnitude < 100 ? 1 : 0) ?? "")
        .droppingZeroDecimal + name
    }
    let places =
      value == value.rounded() ? 0 : value.magnitude < 1 ? 3 : value.magnitude < 10 ? 2 : 1
    var text = PlainNumber.rounded(value, places: places) ?? ""
    if places == 3, text.hasSuffix("0") { text.removeLast() }
    return grouped(text)
  }

  /// A coordinate: one decimal.
  static func point(_ value: Double) -> String {
    (PlainNumber.rounded(value, places: 1) ?? "0").droppingZeroDecimal
  }
}

extension String {
  var droppingZeroDecimal: String { hasSuffix(".0") ? String(dropLast(2)) : self }
}
