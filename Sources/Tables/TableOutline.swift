/// A table without its rows: known before anything is counted.
package struct TableOutline: Sendable, Equatable {
  /// As of `Table`.
  package var name: String
  package var columns: [Column]
  /// Whether no amount has a part in it: of a report by currency, it is written once.
  package var isWithoutAmounts: Bool

  package init(_ name: String, _ columns: [Column], isWithoutAmounts: Bool = false) {
    self.name = name
    self.columns = columns
    self.isWithoutAmounts = isWithoutAmounts
  }
}
