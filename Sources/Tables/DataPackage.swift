package import Values

/// `datapackage.json`: a Frictionless Data Package, version 2, that says what each CSV holds.
///
/// Source: https://datapackage.org/standard/data-package/ and the pages on Data Resource, Table
/// Dialect and Table Schema beside it. `unit` is a property of our own, as the standard allows.
/// There is no creation time in it, so equal tables give equal bytes.
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

    package init(name: String, path: String, bytes: Int, sha256: String, columns: [Column]) {
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
    .object([
      ("name", .text(resource.name)),
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
    ])
  }

  private func describe(_ column: Column) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      ("name", .text(column.name)), ("type", .text(column.kind.schemaType)),
      ("format", .text("default")), ("description", .text(column.description)),
    ]
    if !column.unit.isEmpty { members.append(("unit", .text(column.unit))) }
    return .object(members)
  }
}
