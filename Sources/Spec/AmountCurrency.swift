/// Whose money the values of a number property are.
package enum AmountCurrency: Sendable, Equatable {
  /// All of them are of this one.
  case unit(String)
  /// Each row says so itself, in the property `propertyName` of the amount.
  case byRow

  /// The text property that has the currency of each value of an amount.
  package static func propertyName(of amount: String) -> String { amount + ".currency" }

  /// Of one property in two sources; `nil` is an amount of which nothing is said.
  static func joined(_ one: AmountCurrency?, _ other: AmountCurrency?) -> AmountCurrency? {
    one == other ? one : .byRow
  }
}

/// What a report does about the currencies of the amounts that it sums.
package enum CurrencyUse: Sendable, Equatable {
  /// It sums none, or nothing is said of them.
  case none
  /// All that it sums is of one currency, which its columns name.
  case unit(String)
  /// Rows by currency: a leading column, and a set of rows for each.
  case split
  /// The counts over all currencies, without the columns that would add them up.
  case countsOnly
}

extension ReportDefinition {
  /// Number properties that the report sums.
  private var amounts: Set<String> {
    Set(needsByEntity.flatMap { $0.needs.numbers })
  }

  package var currencyUse: CurrencyUse {
    let amounts = amounts
    let known = amounts.map { options.currencies[$0] }
    let sums = amounts.contains { options.currencies[$0] != nil }
    if !sums { return .none }
    if options.isOverCurrencies { return .countsOnly }
    if case .unit(let name)? = known.first ?? nil, known.allSatisfy({ $0 == .unit(name) }) {
      return .unit(name)
    }
    return .split
  }
}
