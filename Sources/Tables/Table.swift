package import Values

/// A named, typed table: what reports make and writers write.
package struct Table: Sendable {
  /// The file's stem: `NAME`, or `NAME.matrix`, `NAME.summary`, `NAME.link`, ...
  package var name: String
  package var columns: [Column]
  /// Each as long as `columns`.
  package var rows: [[Cell]]

  package init(name: String, columns: [Column], rows: [[Cell]] = []) {
    self.name = name
    self.columns = columns
    self.rows = rows
  }
}

package struct Column: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    /// Text that came from the logs: spreadsheet-safe unless `--raw-text`.
    case text
    /// Text of the tool's own: step names from the spec are not, states are.
    case label
    case integer
    /// A plain fraction or average, as a double with full precision.
    case number
    /// An exact decimal.
    case decimal
    /// A calendar date, `2026-01-31`.
    case date
    /// A local date and time, `2026-01-31T13:00:00`: starts of hours.
    case dateTime
    case boolean
  }

  package var name: String
  package var kind: Kind
  /// `entities`, `events`, `seconds`, `fraction`, ...; empty where there is none.
  package var unit: String
  /// One sentence, for `datapackage.json` and `NAME.json`.
  package var description: String
  /// One of those that tell rows apart: no two rows of a table have the same in all of them.
  package var isKey = false
  /// Made of sums of amounts, beside those that are such sums.
  private var isOfSums = false

  package init(_ name: String, _ kind: Kind, unit: String = "", _ description: String) {
    self.name = name
    self.kind = kind
    self.unit = unit
    self.description = description
  }

  /// Whether it says something else where amounts of several currencies are summed.
  package var isOfAmounts: Bool { isOfSums || kind == .decimal }

  /// The same column as one that is made of sums of amounts.
  package var ofAmounts: Column {
    var column = self
    column.isOfSums = true
    return column
  }

  /// The same column as one that tells rows apart.
  package var key: Column {
    var column = self
    column.isKey = true
    return column
  }
}

package enum Cell: Sendable, Hashable {
  /// Not observable, or no value.
  case empty
  /// Text, label, date and date-time columns.
  case text(String)
  case integer(Int)
  case number(Double)
  case decimal(DecimalSum)
  case boolean(Bool)

  /// All its digits, as a file has it; nothing for an empty cell.
  package var plain: String {
    switch self {
    case .empty: return ""
    case .text(let text): return text
    case .integer(let value): return String(value)
    case .number(let value):
      var bytes: [UInt8] = []
      _ = PlainNumber.append(value, to: &bytes)
      return String(decoding: bytes, as: UTF8.self)
    case .decimal(let value): return value.description
    case .boolean(let value): return value ? "true" : "false"
    }
  }

  /// `numerator / denominator` as a fraction; empty when the denominator is 0.
  package static func ratio(_ numerator: Int, _ denominator: Int) -> Cell {
    denominator == 0 ? .empty : .number(Double(numerator) / Double(denominator))
  }
}
