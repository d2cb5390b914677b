package import Values

/// `datapackage.json`: a Frictionless Data Package, version 2, that says what each CSV holds.
///
/// Source: https://datapackage.org/standard/data-package/ and the pages on Data Resource, Table
/// Dialect and Table Schema beside it. `unit`, `key` (of the columns that tell rows
/// apart) and `guard` (the apostrophe before text that a spreadsheet would run) are properties of our
/// own, as the standard allows. `readers` is one too: how DuckDB and pandas read the file with types
/// that the columns have and the content of one night cannot change. There is no creation time in it,
/// so equal tables give equal bytes.
package struct DataPackage: Sendable {
  package struct Resource: Sendable, Equatable {
    /// Unique in the package: the file's name without `.csv`.
    package var name: String
    /// Relative to the package's file.
    package var path: String
    package var bytes: Int
    /// 64 lower-case hexadecimal digits.
    package var sha256: String
    package var columns: [Column]
    /// As the report's; nil where it has none.
    package var title: String?
    package var description: String?

    package init(
      name: String, path: String, bytes: Int, sha256: String, columns: [Column],
      title: String? = nil, description: String? = nil
    ) {
      self.title = title
      self.description = description
      self.name = name
      self.path = path
      self.bytes = bytes
      self.sha256 = sha256
      self.columns = columns
    }
  }

  package var resources: [Resource]
  /// How the CSV files were written.
  package var options: CSVWriter.Options

  package init(resources: [Resource], options: CSVWriter.Options = CSVWriter.Options()) {
    self.resources = resources
    self.options = options
  }

  package var json: JSONValue {
    .object([
      ("$schema", .text("https://datapackage.org/profiles/2.0/datapackage.json")),
      ("resources", .list(resources.map(describe))),
    ])
  }

  private func describe(_ resource: Resource) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = [("name", .text(resource.name))]
    if let title = resource.title { members.append(("title", .text(title))) }
    if let text = resource.description { members.append(("description", .text(text))) }
    members += [
      ("path", .text(resource.path)),
      ("type", .text("table")),
      ("format", .text("csv")),
      ("mediatype", .text("text/csv")),
      ("encoding", .text("utf-8")),
      ("bytes", .integer(resource.bytes)),
      ("hash", .text("sha256:\(resource.sha256)")),
      ("dialect", .object([("lineTerminator", .text(options.excel ? "\r\n" : "\n"))])),
      (
        "schema",
        .object([
          ("fields", .list(resource.columns.map(describe))), ("missingValues", .list([.text("")])),
        ])
      ),
      ("readers", readers(of: resource)),
    ]
    return .object(members)
  }

  private func describe(_ column: Column) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      ("name", .text(column.name)), ("type", .text(column.kind.schemaType)),
      ("format", .text("default")), ("description", .text(column.description)),
    ]
    if !column.unit.isEmpty { members.append(("unit", .text(column.unit))) }
    // No `primaryKey`, whose values may not be missing, as values of a breakdown may.
    if column.isKey { members.append(("key", .boolean(true))) }
    // Before a text that a spreadsheet would run, and before itself.
    if column.kind == .text, !options.rawText { members.append(("guard", .text("'"))) }
    return .object(members)
  }

  private func readers(of resource: Resource) -> JSONValue {
    let columns = resource.columns.map { column in
      "\(Self.quoted(column.name)): \(Self.quoted(column.kind.duckDBType))"
    }
    let dates = resource.columns.filter { $0.kind == .date }.map { JSONValue.text($0.name) }
    let query =
      "SELECT * FROM read_csv(\(Self.quoted(resource.path)), header = true, "
      + "allow_quoted_nulls = false, auto_detect = false, delim = ',', quote = '\"', "
      + "escape = '\"', columns = {\(columns.joined(separator: ", "))})"
    return .object([
      ("duckdb", .text(query)),
      (
        "pandas",
        .object([
          (
            "dtype",
            .object(
              resource.columns.filter { $0.kind != .date }
                .map { ($0.name, .text($0.kind.pandasType)) })
          ),
          ("parse_dates", .list(dates)), ("keep_default_na", .boolean(false)),
          ("na_values", .list([.text("")])),
        ])
      ),
    ])
  }

  /// A literal of SQL.
  private static func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }
}

extension Column.Kind {
  /// A decimal has at most 26 digits before its point and keeps 12 after it.
  fileprivate var duckDBType: String {
    switch self {
    case .text, .label: "VARCHAR"
    case .integer: "BIGINT"
    case .number: "DOUBLE"
    case .decimal: "DECIMAL(38,12)"
    case .date: "DATE"
    case .dateTime: "TIMESTAMPTZ"
    case .boolean: "BOOLEAN"
    }
  }

  /// Date-times with offsets stay text: `pandas.to_datetime(..., utc=True)` makes instants of them.
  fileprivate var pandasType: String {
    switch self {
    case .text, .label, .date, .dateTime: "string"
    case .integer: "Int64"
    case .number, .decimal: "Float64"
    case .boolean: "boolean"
    }
  }
}
