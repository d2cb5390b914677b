public import EventLog

/// A named, typed table: what reports make and writers write.
public struct Table: Sendable {
  /// The file's stem: `NAME`, or `NAME.matrix`, `NAME.summary`, `NAME.link`, ...
  public var name: String
  public var columns: [Column]
  /// Each as long as `columns`.
  public var rows: [[Cell]]

  public init(name: String, columns: [Column], rows: [[Cell]] = []) {
    self.name = name
    self.columns = columns
    self.rows = rows
  }
}

public struct Column: Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
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

  public var name: String
  public var kind: Kind
  /// `entities`, `events`, `seconds`, `fraction`, ...; empty where there is none.
  public var unit: String
  /// One sentence, for `datapackage.json` and `NAME.json`.
  public var description: String

  public init(_ name: String, _ kind: Kind, unit: String = "", _ description: String) {
    self.name = name
    self.kind = kind
    self.unit = unit
    self.description = description
  }
}

public enum Cell: Sendable, Equatable {
  /// Not observable, or no value.
  case empty
  /// Text, label, date and date-time columns.
  case text(String)
  case integer(Int)
  case number(Double)
  case decimal(DecimalSum)
  case boolean(Bool)

  /// `numerator / denominator` as a fraction; empty when the denominator is 0.
  public static func ratio(_ numerator: Int, _ denominator: Int) -> Cell {
    denominator == 0 ? .empty : .number(Double(numerator) / Double(denominator))
  }
}
