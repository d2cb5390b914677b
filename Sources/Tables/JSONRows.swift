import Values

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
    .object(
      [
        ("name", .text(name)), ("type", .text(kind.schemaType)), ("unit", .text(unit)),
        ("description", .text(description)),
      ] + (isKey ? [("key", .boolean(true))] : []))
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
