public import Tables
public import Timelines

/// Entities by the number of distinct intervals they were active in
/// (`Documentation.docc/Activity.md`).
public struct StickinessDefinition: ReportDefinition {
  public static let type = "stickiness"
  public var options: ReportOptions
  public var event: EventMatcher
  public var interval: Interval

  public init(options: ReportOptions, event: EventMatcher = .any, interval: Interval = .day) {
    self.options = options
    self.event = event
    self.interval = interval
  }

  /// Rows are numbers of intervals, not intervals.
  public var rowInterval: Interval? { nil }
  public var needs: ReportNeeds { ReportNeeds(matchers: [event]) }

  public var described: [(key: String, value: JSONValue)] {
    [("event", .describing(event)), ("interval", .text(interval.rawValue))]
  }
}
