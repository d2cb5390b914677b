import Tables
import Values

/// A table: named, typed columns and rows.
public struct ResultTable: Sendable {
  let table: Table

  /// The report's name, or `NAME.matrix`, `NAME.summary`, ... of its companions.
  public var name: String { table.name }
  public var columns: [ResultColumn] { table.columns.map(ResultColumn.init) }
  /// Each as long as `columns`.
  public var rows: [[ResultCell]] { table.rows.map { $0.map(ResultCell.init) } }

  /// As a CSV file: RFC 4180, with a header, lines ending in LF.
  public var csv: String {
    var sink = ArraySink()
    CSVWriter(columns: table.columns).write(table.rows, to: &sink)
    return sink.text
  }
}

public struct ResultColumn: Sendable, Equatable {
  public let name: String
  /// `entities`, `seconds`, `fraction`, ...; empty where there is none.
  public let unit: String
  /// One sentence.
  public let description: String

  init(_ column: Column) {
    name = column.name
    unit = column.unit
    description = column.description
  }
}

public enum ResultCell: Sendable, Equatable {
  /// Not observable, or no value.
  case empty
  /// Also dates, as ISO 8601.
  case text(String)
  case integer(Int)
  case number(Double)
  /// Exact: plain decimal digits.
  case decimal(String)
  case boolean(Bool)

  init(_ cell: Cell) {
    self =
      switch cell {
      case .empty: .empty
      case .text(let text): .text(text)
      case .integer(let number): .integer(number)
      case .number(let number): .number(number)
      case .decimal(let sum): .decimal(sum.description)
      case .boolean(let value): .boolean(value)
      }
  }
}
