package import Spec
import Tables
package import Timelines
package import Values

/// Revenue, orders and payers by interval, in exact decimals (`Documentation.docc/Revenue.md`).
package struct RevenueDefinition: ReportDefinition {
  package static let type = "revenue"
  package var options: ReportOptions
  /// What counts as a payment; an order without an amount adds 0.
  package var event: EventMatcher
  /// What makes an entity active, for `arpu`: any event that passes the report's `where`.
  package var activity: EventMatcher
  /// A number property.
  package var amount: String
  package var interval: Interval

  package init(
    options: ReportOptions, event: EventMatcher, activity: EventMatcher = .any, amount: String,
    interval: Interval = .month
  ) {
    self.options = options
    self.event = event
    self.activity = activity
    self.amount = amount
    self.interval = interval
  }

  package var needs: ReportNeeds {
    var needs = ReportNeeds(matchers: [event, activity], numbers: [amount])
    needs.read(amount, on: [event])
    return needs
  }

  package var described: [(key: String, value: JSONValue)] {
    [
      ("event", .describing(event)), ("activity", .describing(activity)),
      ("amount", .text(amount)), ("interval", .text(interval.rawValue)),
    ]
  }
}
