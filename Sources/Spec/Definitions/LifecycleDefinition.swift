public import Tables
public import Timelines

/// New, returning, resurrected and dormant entities by interval (`Documentation.docc/Activity.md`).
public struct LifecycleDefinition: ReportDefinition {
  public static let type = "lifecycle"
  public var options: ReportOptions
  public var event: EventMatcher
  public var interval: Interval
  /// Silent intervals after which an entity that comes back is resurrected, at least 1.
  public var gap: Int

  public init(
    options: ReportOptions, event: EventMatcher = .any, interval: Interval = .week, gap: Int = 1
  ) {
    self.options = options
    self.event = event
    self.interval = interval
    self.gap = gap
  }

  public var needs: ReportNeeds { ReportNeeds(matchers: [event]) }

  public var described: [(key: String, value: JSONValue)] {
    [
      ("event", .describing(event)), ("interval", .text(interval.rawValue)),
      ("gap", .integer(gap)),
    ]
  }
}
