package import Spec
import Tables
package import Timelines
package import Values

/// Entities by the number of distinct intervals they were active in
/// (`Documentation.docc/Activity.md`).
package struct StickinessDefinition: ReportDefinition {
  package static let type = "stickiness"
  package var options: ReportOptions
  package var event: EventMatcher
  package var interval: Interval

  package init(options: ReportOptions, event: EventMatcher = .any, interval: Interval = .day) {
    self.options = options
    self.event = event
    self.interval = interval
  }

  /// Rows are numbers of intervals, not intervals.
  package var rowInterval: Interval? { nil }
  package var needs: ReportNeeds { ReportNeeds(matchers: [event]) }

  package var described: [(key: String, value: JSONValue)] {
    [("event", .describing(event)), ("interval", .text(interval.rawValue))]
  }
}
