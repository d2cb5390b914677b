package import Spec
package import Timelines
package import Values

/// New, returning, resurrected and dormant entities by interval (`Documentation.docc/Activity.md`).
package struct LifecycleDefinition: ReportDefinition {
  package static let type = "lifecycle"
  package static let summary = "New, returning, resurrected and dormant entities by interval"
  package static var canList: Bool { true }

  package var options: ReportOptions
  package var event = EventMatcher.any
  package var interval = Interval.week
  /// Silent intervals after which an entity that comes back is resurrected, at least 1.
  package var gap = 1

  package var needs: ReportNeeds { ReportNeeds(matchers: [event]) }
}

extension LifecycleDefinition {
  package init(options: ReportOptions) {
    self.options = options
  }

  package static var declared: Options<Self> {
    [
      .option("event", \.event, .event, "What makes an entity active.").flag("count"),
      .option("interval", \.interval, .interval, "The length of the rows."),
      .option(
        "gap", \.gap, .integer(in: 1...10_000),
        "Silent intervals after which a return is a resurrection."),
    ]
  }
}
