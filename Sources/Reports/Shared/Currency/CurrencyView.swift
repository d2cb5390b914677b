import Spec
package import Timelines

/// Which amounts a fold counts, where rows say whose money they are: those of one currency at a time.
/// Off in every other run.
package struct CurrencyView: Sendable {
  /// By number column of the timeline: the text column with the currency of its amounts, -1 where
  /// nothing is said of them.
  private let columns: [Int]
  /// Codes of the currency looked for, of the timeline's values: one for each way in which it is
  /// written. Nil when every amount counts.
  var codes: [UInt32]?

  /// Everything counts.
  static let off = CurrencyView(columns: [])

  private init(columns: [Int]) {
    self.columns = columns
  }

  init(_ definition: some ReportDefinition, _ context: ReportContext) {
    guard definition.currencyUse == .split else {
      self = .off
      return
    }
    columns = context.schema.numbers.map { amount in
      guard definition.options.currencies[amount] != nil else { return -1 }
      return context.schema.texts.firstIndex(of: AmountCurrency.propertyName(of: amount)) ?? -1
    }
    codes = []
  }

  var isOn: Bool { codes != nil }

  /// The code of the currency of an event's amount in a number column; 0 where none is said.
  @inline(__always)
  func code(of event: Int, worth amount: Int, _ timeline: Timeline) -> UInt32 {
    let column = columns[amount]
    return column < 0 ? 0 : timeline.texts[column][event]
  }

  /// Whether an event counts that is worth what the number column says; where it is worth nothing,
  /// always.
  @inline(__always)
  func admits(_ event: Int, worth amount: Int?, _ timeline: Timeline) -> Bool {
    guard let codes, let amount else { return true }
    return codes.contains(code(of: event, worth: amount, timeline))
  }
}

/// A fold that sums amounts, and can do so for one currency at a time.
package protocol CurrencyFold: ReportFold {
  /// Who stands in the rows of a currency.
  static var standing: CurrencyStanding { get }
  var currency: CurrencyView { get set }
  /// Where it reads amounts: by kind of event, and the number column.
  var priced: [(kinds: [Bool], amount: Int)] { get }
  /// Codes of the currencies of an entity's amounts, each once.
  mutating func currencies(of timeline: Timeline, _ observed: Range<Int>) -> [UInt32]
}

package enum CurrencyStanding: Sendable {
  /// Everybody: rates are over all, and those without an amount of the currency bring none.
  case everybody
  /// Those with an amount of it.
  case payers
  /// Those with an amount of it; who has none of any stands in rows without a currency.
  case payersAndRest
}

extension CurrencyFold {
  package mutating func currencies(of timeline: Timeline, _ observed: Range<Int>) -> [UInt32] {
    var codes: [UInt32] = []
    addPriced(timeline, observed, to: &codes)
    return codes
  }

  /// Those of the events in `priced`.
  func addPriced(_ timeline: Timeline, _ observed: Range<Int>, to codes: inout [UInt32]) {
    for (kinds, amount) in priced {
      for event in observed where kinds[Int(timeline.kinds[event])] {
        let code = currency.code(of: event, worth: amount, timeline)
        if codes.last != code, !codes.contains(code) { codes.append(code) }
      }
    }
  }
}
