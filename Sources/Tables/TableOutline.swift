/// A table without its rows: known before anything is counted.
package struct TableOutline: Sendable, Equatable {
  /// As of `Table`.
  package var name: String
  package var columns: [Column]

  package init(_ name: String, _ columns: [Column]) {
    self.name = name
    self.columns = columns
  }
}
