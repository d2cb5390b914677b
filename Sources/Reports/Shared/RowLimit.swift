/// Rows that a report's tables may have: more would not fit into memory.
package struct RowLimit: Sendable, Equatable {
  package var rowsMax: Int

  package init(rowsMax: Int = 2_000_000) {
    self.rowsMax = rowsMax
  }

  /// What a row takes while a table is made, about.
  private static let rowBytes = 512

  /// As many rows as fit into the memory of a run; nil is no limit.
  package init(memoryBytes: Int?) {
    rowsMax = memoryBytes.map { max(50_000, $0 / Self.rowBytes) } ?? .max
  }

  /// - Parameters:
  ///   - values: how many breakdown values have rows.
  ///   - each: how many rows each of them has.
  func check(_ report: String, _ breakdown: [String], values: Int, each: Int) throws(TooManyRows) {
    let (rows, overflows) = values.multipliedReportingOverflow(by: each)
    if overflows || rows > rowsMax {
      throw TooManyRows(
        report: report, breakdown: breakdown, values: values, rows: overflows ? .max : rows,
        rowsMax: rowsMax)
    }
  }
}

/// A report that would have more rows than memory has room for.
package struct TooManyRows: Error, CustomStringConvertible {
  package var report: String
  var breakdown: [String]
  var values: Int
  var rows: Int
  package var rowsMax: Int

  package var description: String {
    let by = breakdown.joined(separator: ", ")
    return "report \(report): its tables would have \(rows) rows"
      + (breakdown.isEmpty ? "" : " (\(values) values of \(by))")
      + ", more than the \(rowsMax) that --memory has room for; narrow its range with `from` and "
      + "`until`, "
      + (breakdown.isEmpty ? "" : "keep the largest values with `top`, ") + "or give more --memory"
  }
}
