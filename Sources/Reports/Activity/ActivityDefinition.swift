package import Spec
package import Timelines
package import Values

/// Events and active entities by interval (`Documentation.docc/Activity.md`).
package struct ActivityDefinition: ReportDefinition {
  package static let type = "activity"
  package static let summary = "Events and active entities by interval"
  package static var breakdownChoices: [BreakdownOn] {
    [.event, .latest, .firstTouch, .firstMatch]
  }

  package static var countsSessions: Bool { true }

  package var options: ReportOptions
  package var event = EventMatcher.any
  package var interval = Interval.day

  package var needs: ReportNeeds { ReportNeeds(matchers: [event]) }
}

extension ActivityDefinition {
  package init(options: ReportOptions) {
    self.options = options
  }

  package static var declared: Options<Self> {
    [
      .option("event", \.event, .event, "The events that are counted.").flag("count"),
      .option("interval", \.interval, .interval, "The length of the rows."),
    ]
  }
}
