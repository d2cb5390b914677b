package import Values

/// `NAME.json`: a table with its definition and the meaning of its columns, one row per line. A
/// table beside a report's main one also has its own name: `"table": "NAME.matrix"`.
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
  package static let format = TableFormat(
    name: "json",
    shape: .files { head, _ in
      TableJSONWriter(
        report: head.report, table: head.name, definition: head.definition, columns: head.columns)
    })

  private let report: String
  private let table: String
  private let definition: JSONValue
  private let columns: [Column]
  private let rowEncoder: JSONRowEncoder
  private var rowCount = 0

  /// `definition` is the report with all its defaults filled in.
  package init(
    report: String, table: String? = nil, definition: JSONValue, columns: [Column]
  ) {
    self.report = report
    self.table = table ?? report
    self.definition = definition
    self.columns = columns
    rowEncoder = JSONRowEncoder(columns: columns)
  }

  package func begin(into bytes: inout [UInt8]) {
    bytes.append(contentsOf: "{\n  \"report\": ".utf8)
    JSONWriter.append(report, to: &bytes)
    if table != report {
      bytes.append(contentsOf: ",\n  \"table\": ".utf8)
      JSONWriter.append(table, to: &bytes)
    }
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
