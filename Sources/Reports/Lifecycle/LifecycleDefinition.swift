package import Spec
import Tables
package import Timelines
package import Values

/// New, returning, resurrected and dormant entities by interval (`Documentation.docc/Activity.md`).
package struct LifecycleDefinition: ReportDefinition {
  package static let type = "lifecycle"
  package var options: ReportOptions
  package var event: EventMatcher
  package var interval: Interval
  /// Silent intervals after which an entity that comes back is resurrected, at least 1.
  package var gap: Int

  package init(
    options: ReportOptions, event: EventMatcher = .any, interval: Interval = .week, gap: Int = 1
  ) {
    self.options = options
    self.event = event
    self.interval = interval
    self.gap = gap
  }

  package var needs: ReportNeeds { ReportNeeds(matchers: [event]) }

  package var described: [(key: String, value: JSONValue)] {
    [
      ("event", .describing(event)), ("interval", .text(interval.rawValue)),
      ("gap", .integer(gap)),
    ]
  }
}
