import EventLog
import Tables
import Values

/// A sum that did not fit its digits is no number that could be shown: such tables are not published.
enum SumLimit {
  /// - Throws: `RunFailure` with exit 65, for the first such sum.
  static func check(_ tables: [Table]) throws(RunFailure) {
    for table in tables {
      for row in table.rows {
        for (column, cell) in zip(table.columns, row) {
          guard case .decimal(let sum) = cell, sum.isOverflowed else { continue }
          throw RunFailure(
            .badData,
            "\(table.name): a sum in column \(column.name) has more than 38 digits: the amounts in "
              + "the logs are too large, or too finely divided, to be added exactly; nothing was "
              + "published")
        }
      }
    }
  }
}
