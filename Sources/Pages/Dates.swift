import Values

/// Dates of rows as short as they stay clear.
enum Dates {
  /// Months as `2026-01`, years as `2026`, hours without seconds and offset; other dates as they are.
  static func short(_ texts: [String], of report: PageSource.Report) -> [String] {
    let definition = report.definition
    let interval =
      definition["cohort_interval"]?.string ?? definition["interval"]?.string ?? "day"
    return texts.map { text in
      guard CivilShape.isDate(text) else { return text }
      return switch interval {
      case "month", "quarter": String(text.prefix(7))
      case "year": String(text.prefix(4))
      case "hour": String(text.prefix(16))
      default: text
      }
    }
  }
}

/// Whether a text looks like a date or a date and a time.
enum CivilShape {
  static func isDate(_ text: String) -> Bool {
    let bytes = Array(text.utf8.prefix(11))
    guard bytes.count >= 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else {
      return false
    }
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    return [0, 1, 2, 3, 5, 6, 8, 9].allSatisfy { digits.contains(bytes[$0]) }
  }
}
