public import Tables
public import Timelines

/// Revenue, orders and payers by interval, in exact decimals (`Documentation.docc/Revenue.md`).
public struct RevenueDefinition: ReportDefinition {
  public static let type = "revenue"
  public var options: ReportOptions
  /// What counts as a payment; an order without an amount adds 0.
  public var event: EventMatcher
  /// What makes an entity active, for `arpu`: any event that passes the report's `where`.
  public var activity: EventMatcher
  /// A number property.
  public var amount: String
  public var interval: Interval

  public init(
    options: ReportOptions, event: EventMatcher, activity: EventMatcher = .any, amount: String,
    interval: Interval = .month
  ) {
    self.options = options
    self.event = event
    self.activity = activity
    self.amount = amount
    self.interval = interval
  }

  public var needs: ReportNeeds {
    var needs = ReportNeeds(matchers: [event, activity], numbers: [amount])
    needs.read(amount, on: [event])
    return needs
  }

  public var described: [(key: String, value: JSONValue)] {
    [
      ("event", .describing(event)), ("activity", .describing(activity)),
      ("amount", .text(amount)), ("interval", .text(interval.rawValue)),
    ]
  }
}
