package import Values

/// A file of a published set, as `run.json` lists it.
package struct OutputFile: Sendable, Equatable {
  /// Relative to the directory.
  package var name: String
  package var bytes: Int
  /// 64 lower-case hexadecimal digits.
  package var sha256: String
  /// Rows of a table, nil for other files.
  package var rows: Int?

  package init(name: String, bytes: Int, sha256: String, rows: Int?) {
    self.name = name
    self.bytes = bytes
    self.sha256 = sha256
    self.rows = rows
  }

  /// An element of `outputs` in `run.json`.
  package var json: JSONValue {
    .object([
      ("path", .text(name)), ("bytes", .integer(bytes)), ("sha256", .text(sha256)),
      ("rows", rows.map { .integer($0) } ?? .null),
    ])
  }
}
