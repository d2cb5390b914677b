package import Spec
package import Timelines
package import Values

/// Entities by the number of distinct intervals they were active in
/// (`Documentation.docc/Activity.md`).
package struct StickinessDefinition: ReportDefinition {
  package static let type = "stickiness"
  package static let summary = "Entities by the number of intervals they were active in"

  package var options: ReportOptions
  package var event = EventMatcher.any
  package var interval = Interval.day

  /// Rows are numbers of intervals, not intervals.
  package var rowInterval: Interval? { nil }
  package var needs: ReportNeeds { ReportNeeds(matchers: [event]) }
}

extension StickinessDefinition {
  package init(options: ReportOptions) {
    self.options = options
  }

  package static var declared: Options<Self> {
    [
      .option("event", \.event, .event, "What makes an entity active.").flag("count"),
      .option("interval", \.interval, .interval, "The length of the intervals."),
    ]
  }
}
