package import Spec
import Tables
package import Timelines
package import Values

/// Events and active entities by interval (`Documentation.docc/Activity.md`).
package struct ActivityDefinition: ReportDefinition {
  package static let type = "activity"
  package var options: ReportOptions
  package var event: EventMatcher
  package var interval: Interval

  package init(options: ReportOptions, event: EventMatcher = .any, interval: Interval = .day) {
    self.options = options
    self.event = event
    self.interval = interval
  }

  package var needs: ReportNeeds { ReportNeeds(matchers: [event]) }

  package var described: [(key: String, value: JSONValue)] {
    [("event", .describing(event)), ("interval", .text(interval.rawValue))]
  }
}
