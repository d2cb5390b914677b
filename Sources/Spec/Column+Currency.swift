package import Tables

extension [Column] {
  /// The columns of a table as they are where amounts have currencies.
  package func priced(_ use: CurrencyUse) -> [Column] {
    switch use {
    case .none: self
    case .unit(let name):
      map { column in
        var column = column
        if column.isOfAmounts, column.unit.isEmpty { column.unit = name }
        return column
      }
    case .split:
      [
        Column(
          Column.currency, .text,
          "Whose money the amounts of the row are; empty where the logs do not say."
        ).key
      ] + self
    case .countsOnly: filter { !$0.isOfAmounts }
    }
  }
}

extension Column {
  package static let currency = "currency"
}
