package import Values

/// All of a table but its rows: what a writer knows before the first of them.
package struct TableHead: Sendable {
  /// The stem of its files: `NAME`, `NAME.matrix`, ...
  package var name: String
  /// The report that made it, by its name in the spec.
  package var report: String
  /// The report with all its defaults filled in.
  package var definition: JSONValue
  package var columns: [Column]

  package init(name: String, report: String, definition: JSONValue, columns: [Column]) {
    self.name = name
    self.report = report
    self.definition = definition
    self.columns = columns
  }
}
