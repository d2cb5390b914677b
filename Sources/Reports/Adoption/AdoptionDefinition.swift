package import Spec
package import Timelines
package import Values

/// Which features are used, by how many, and by how many seats of an account
/// (`Documentation.docc/Adoption.md`).
///
/// Where the definition leaves room:
/// - An entity is active in an interval in which it has an `activity` event (any event, if not said
///   otherwise) or uses a feature. So `reach`, adopters / active, is never above 1.
/// - A new adopter is one whose first use in all logs lies in the interval; the time to first use
///   runs from the entity's first activity in all logs.
/// - A breakdown shows the value on each event itself, not on the entity's first one: the rows of a
///   value are those that the report makes of the events with that value alone. So with a breakdown
///   by version an entity counts under each release that it was active on, and its first use is
///   the first one on that release. `(other)` counts as one value, with each entity once.
/// - The breadth counts the entities active in range by the number of features that they used in it.
/// - A seat is a user of the account with activity in the interval; events without a user are nobody's.
package struct AdoptionDefinition: ReportDefinition {
  package struct Feature: Sendable, Equatable {
    package var name: String
    package var event: EventMatcher

    package init(name: String, event: EventMatcher) {
      self.name = name
      self.event = event
    }
  }

  package static let type = "adoption"
  package static let summary = "Which features are used, by how many, and by how many seats"
  package static var breakdownChoices: [BreakdownOn] {
    [.event, .latest, .firstTouch, .firstMatch]
  }

  package var options: ReportOptions
  /// In the order of the spec; names differ.
  package var features: [Feature] = []
  /// What makes an entity active, beside the use of a feature.
  package var activity = EventMatcher.any
  package var interval = Interval.week

  package var needs: ReportNeeds {
    ReportNeeds(matchers: features.map(\.event) + [activity], users: options.entity == .account)
  }

}

extension AdoptionDefinition {
  package init(options: ReportOptions) {
    self.options = options
  }

  package static var declared: Options<Self> {
    [
      .written(
        "features", .names(.event, max: featuresMax),
        "Names of features, each with the event of "
          + "its use.", isRequired: true
      ) {
        $0.readFeatures(&$1)
      } show: {
        .object($0.features.map { ($0.name, .describing($0.event)) })
      },
      .option(
        "activity", \.activity, .event, "What makes an entity active, beside the use of a feature."
      ),
      .option("interval", \.interval, .interval, "The length of the rows."),
    ]
  }

  private static let featuresMax = 1000

  private mutating func readFeatures(_ report: inout SpecMapping) {
    guard let value = report.required("features"), let named = value.namedValues("events") else {
      return
    }
    features = named.map { Feature(name: $0.name, event: $0.value.event()) }
    if features.isEmpty { value.error("an adoption report needs at least one feature") }
    if features.count > Self.featuresMax {
      value.error("an adoption report has at most \(Self.featuresMax) features")
    }
  }
}
