package import Spec
package import Timelines
package import Values

/// Revenue, orders and payers by interval, in exact decimals (`Documentation.docc/Revenue.md`).
package struct RevenueDefinition: ReportDefinition {
  package static let type = "revenue"
  package static let summary = "Revenue, orders and payers by interval, in exact decimals"
  package static var breakdownChoices: [BreakdownOn] {
    [.event, .latest, .firstTouch, .firstMatch]
  }

  package static var countsSessions: Bool { true }

  package var options: ReportOptions
  /// What counts as a payment; an order without an amount adds 0.
  package var event = EventMatcher.any
  /// What makes an entity active, for `arpu`: any event that passes the report's `where`.
  package var activity = EventMatcher.any
  /// A number property.
  package var amount = ""
  package var interval = Interval.month

  package var needs: ReportNeeds {
    var needs = ReportNeeds(matchers: [event, activity], numbers: [amount])
    needs.read(amount, on: [event])
    return needs
  }
}

extension RevenueDefinition {
  package init(options: ReportOptions) {
    self.options = options
  }

  package static var declared: Options<Self> {
    [
      .required("event", \.event, .event, "What counts as a payment.").flag("count"),
      .option("activity", \.activity, .event, "What makes an entity active, for `arpu`."),
      .required("amount", \.amount, .numberProperty, "The number that a payment is worth."),
      .option("interval", \.interval, .interval, "The length of the rows."),
    ]
  }
}
