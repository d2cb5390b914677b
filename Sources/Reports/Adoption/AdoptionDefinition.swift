package import Spec
import Tables
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
///   the first one on that release. `(other)` adds up the rows of its values.
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
  package var options: ReportOptions
  /// In the order of the spec; names differ.
  package var features: [Feature]
  /// What makes an entity active, beside the use of a feature.
  package var activity: EventMatcher
  package var interval: Interval

  package init(
    options: ReportOptions, features: [Feature], activity: EventMatcher = .any,
    interval: Interval = .week
  ) {
    self.options = options
    self.features = features
    self.activity = activity
    self.interval = interval
  }

  package var needs: ReportNeeds {
    ReportNeeds(matchers: features.map(\.event) + [activity], users: options.entity == .account)
  }

  package var tables: [String] { [options.name, options.name + ".breadth"] }

  package var described: [(key: String, value: JSONValue)] {
    [
      ("features", .object(features.map { ($0.name, .describing($0.event)) })),
      ("activity", .describing(activity)), ("interval", .text(interval.rawValue)),
    ]
  }
}
