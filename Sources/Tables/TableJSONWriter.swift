package import Values

/// `NAME.json`: a table with its definition and the meaning of its columns, one row per line.
///
///     {
///       "report": "checkout",
///       "definition": {...},
///       "columns": [
///         {"name": "step", "type": "integer", "unit": "", "description": "..."}
///       ],
///       "rows": [
///         {"step": 1, "reached": 120},
///         {"step": 2, "reached": 40}
///       ]
///     }
///
/// A missing value is null; a number is a JSON number, a decimal one with its exact digits. Text is
/// never changed: no reader of JSON runs a cell.
package struct TableJSONWriter: TableWriter {
  private let report: String
  private let definition: JSONValue
  private let columns: [Column]
  private let rowEncoder: JSONRowEncoder
  private var rowCount = 0

  /// `definition` is the report with all its defaults filled in.
  package init(report: String, definition: JSONValue, columns: [Column]) {
    self.report = report
    self.definition = definition
    self.columns = columns
    rowEncoder = JSONRowEncoder(columns: columns)
  }

  package func begin(into bytes: inout [UInt8]) {
    bytes.append(contentsOf: "{\n  \"report\": ".utf8)
    JSONWriter.append(report, to: &bytes)
    bytes.append(contentsOf: ",\n  \"definition\": ".utf8)
    JSONWriter.append(definition, indentation: 1, to: &bytes)
    bytes.append(contentsOf: ",\n  \"columns\": [".utf8)
    for (index, column) in columns.enumerated() {
      bytes.append(contentsOf: (index == 0 ? "\n    " : ",\n    ").utf8)
      JSONWriter.appendInline(column.json, to: &bytes)
    }
    bytes.append(contentsOf: (columns.isEmpty ? "]" : "\n  ]").utf8)
    bytes.append(contentsOf: ",\n  \"rows\": [".utf8)
  }

  package mutating func append(_ row: [Cell], into bytes: inout [UInt8]) {
    bytes.append(contentsOf: (rowCount == 0 ? "\n    " : ",\n    ").utf8)
    rowEncoder.append(row, to: &bytes)
    rowCount += 1
  }

  package func end(into bytes: inout [UInt8]) {
    bytes.append(contentsOf: (rowCount == 0 ? "]\n}\n" : "\n  ]\n}\n").utf8)
  }
}

/// `--ndjson`: the rows alone, one object per line.
package struct NDJSONWriter: TableWriter {
  private let rowEncoder: JSONRowEncoder

  package init(columns: [Column]) {
    rowEncoder = JSONRowEncoder(columns: columns)
  }

  package func begin(into bytes: inout [UInt8]) {}

  package func append(_ row: [Cell], into bytes: inout [UInt8]) {
    rowEncoder.append(row, to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
  }

  package func end(into bytes: inout [UInt8]) {}
}

/// One row as one object on one line.
struct JSONRowEncoder: Sendable {
  /// `{"first": `, `, "second": `, ...: what stands before each value.
  private let leads: [[UInt8]]

  init(columns: [Column]) {
    leads = columns.enumerated().map { index, column in
      var lead = Array((index == 0 ? "{" : ", ").utf8)
      JSONWriter.append(column.name, to: &lead)
      lead.append(contentsOf: ": ".utf8)
      return lead
    }
  }

  func append(_ row: [Cell], to bytes: inout [UInt8]) {
    precondition(row.count == leads.count, "a row has one cell for each column")
    if row.isEmpty { bytes.append(UInt8(ascii: "{")) }
    for index in row.indices {
      bytes.append(contentsOf: leads[index])
      switch row[index] {
      case .empty: bytes.append(contentsOf: "null".utf8)
      case .text(let text): JSONWriter.append(text, to: &bytes)
      case .integer(let value): PlainNumber.append(value, to: &bytes)
      case .number(let value):
        if !PlainNumber.append(value, to: &bytes) { bytes.append(contentsOf: "null".utf8) }
      case .decimal(let value): bytes.append(contentsOf: value.description.utf8)
      case .boolean(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
      }
    }
    bytes.append(UInt8(ascii: "}"))
  }
}

extension Column {
  var json: JSONValue {
    .object([
      ("name", .text(name)), ("type", .text(kind.schemaType)), ("unit", .text(unit)),
      ("description", .text(description)),
    ])
  }
}

extension Column.Kind {
  /// The type's name in Frictionless Table Schema, and in `NAME.json`.
  package var schemaType: String {
    switch self {
    case .text, .label: "string"
    case .integer: "integer"
    case .number, .decimal: "number"
    case .date: "date"
    case .dateTime: "datetime"
    case .boolean: "boolean"
    }
  }
}
