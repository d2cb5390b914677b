public import Tables
public import Timelines

/// Events and active entities by interval (`Documentation.docc/Activity.md`).
public struct ActivityDefinition: ReportDefinition {
  public static let type = "activity"
  public var options: ReportOptions
  public var event: EventMatcher
  public var interval: Interval

  public init(options: ReportOptions, event: EventMatcher = .any, interval: Interval = .day) {
    self.options = options
    self.event = event
    self.interval = interval
  }

  public var needs: ReportNeeds { ReportNeeds(matchers: [event]) }

  public var described: [(key: String, value: JSONValue)] {
    [("event", .describing(event)), ("interval", .text(interval.rawValue))]
  }
}
