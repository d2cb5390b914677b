package import Spec
import Tables
package import Timelines
package import Values

/// How far entities get through a series of steps (`Documentation.docc/Funnel.md`).
package struct FunnelDefinition: ReportDefinition {
  package struct Step: Sendable, Equatable {
    /// As the table shows it: the reference as written in the spec.
    package var name: String
    package var event: EventMatcher
    package var optional: Bool

    package init(name: String, event: EventMatcher, optional: Bool = false) {
      self.name = name
      self.event = event
      self.optional = optional
    }

    var described: JSONValue {
      .object([
        ("name", .text(name)), ("event", .describing(event)), ("optional", .boolean(optional)),
      ])
    }
  }

  package enum Order: String, Sendable, CaseIterable {
    case ordered, strict, any
  }

  /// What a row counts.
  package enum Counted: String, Sendable, CaseIterable {
    case entities
    /// Every attempt of an entity, one after the other.
    case attempts
  }

  package struct Exclusion: Sendable, Equatable {
    package enum Effect: String, Sendable, CaseIterable {
      case stop, discard
    }

    package var event: EventMatcher
    /// Step numbers from 1, `first < last`; between any two consecutive steps of the range.
    package var first: Int
    package var last: Int
    package var effect: Effect

    package init(event: EventMatcher, first: Int, last: Int, effect: Effect = .stop) {
      self.event = event
      self.first = first
      self.last = last
      self.effect = effect
    }
  }

  package enum Attribution: Sendable, Equatable {
    case firstStep
    /// Step number from 1.
    case step(Int)
    case firstTouch
    case lastTouch
    case everyStep
  }

  /// Awakening: no `activity` event in the `length` before step 1.
  package struct Dormancy: Sendable, Equatable {
    /// Microseconds.
    package var length: Int64
    /// nil: any event that is not a step.
    package var activity: EventMatcher?

    package init(length: Int64, activity: EventMatcher? = nil) {
      self.length = length
      self.activity = activity
    }
  }

  package static let type = "funnel"
  package var options: ReportOptions
  package var steps: [Step]
  /// Microseconds, inclusive; nil is no limit.
  package var within: Int64?
  /// Microseconds between consecutive steps, inclusive.
  package var stepWithin: Int64?
  package var order: Order
  /// Properties that must have one value along a chain.
  package var hold: [String]
  package var exclusions: [Exclusion]
  package var attribution: Attribution
  package var trend: Interval?
  package var dormancy: Dormancy?
  package var count = Counted.entities
  /// Every event that passes the report's `where`: needed by strict order, touches and dormancy.
  package var everything: EventMatcher

  package init(
    options: ReportOptions, steps: [Step], within: Int64? = nil, stepWithin: Int64? = nil,
    order: Order = .ordered, hold: [String] = [], exclusions: [Exclusion] = [],
    attribution: Attribution = .firstStep, trend: Interval? = nil, dormancy: Dormancy? = nil,
    everything: EventMatcher = .any
  ) {
    self.options = options
    self.steps = steps
    self.within = within
    self.stepWithin = stepWithin
    self.order = order
    self.hold = hold
    self.exclusions = exclusions
    self.attribution = attribution
    self.trend = trend
    self.dormancy = dormancy
    self.everything = everything
  }

  package var needs: ReportNeeds {
    var matchers = steps.map(\.event) + exclusions.map(\.event)
    let touches = attribution == .firstTouch || attribution == .lastTouch
    if order == .strict || (touches && !options.breakdown.isEmpty) { matchers.append(everything) }
    if let dormancy { matchers.append(dormancy.activity ?? everything) }
    let breakdownOn: [EventMatcher]? =
      switch attribution {
      case .firstStep: steps.prefix(1).map(\.event)
      case .step(let number): steps.dropFirst(number - 1).prefix(1).map(\.event)
      case .everyStep: steps.map(\.event)
      case .firstTouch, .lastTouch: nil
      }
    var needs = ReportNeeds(matchers: matchers, texts: hold, breakdownOn: breakdownOn)
    for property in hold { needs.read(property, on: steps.map(\.event) + exclusions.map(\.event)) }
    return needs
  }

  package func withoutBreakdown() -> Self {
    var report = unbroken()
    report.attribution = .firstStep
    return report
  }

  package var described: [(key: String, value: JSONValue)] {
    let attributed: String =
      switch attribution {
      case .firstStep: "first_step"
      case .step(let number): "step \(number)"
      case .firstTouch: "first_touch"
      case .lastTouch: "last_touch"
      case .everyStep: "every_step"
      }
    return [
      ("steps", .list(steps.map(\.described))),
      ("within", .describing(duration: within)), ("step_within", .describing(duration: stepWithin)),
      ("order", .text(order.rawValue)), ("hold", .list(hold.map { .text($0) })),
      (
        "exclude",
        .list(
          exclusions.map {
            .object([
              ("event", .describing($0.event)),
              ("between", .list([.integer($0.first), .integer($0.last)])),
              ("effect", .text($0.effect.rawValue)),
            ])
          })
      ),
      ("attribution", .text(attributed)), ("trend", trend.map { .text($0.rawValue) } ?? .null),
      ("count", .text(count.rawValue)), ("dormant_for", .describing(duration: dormancy?.length)),
      ("activity", dormancy?.activity.map { .describing($0) } ?? .null),
    ]
  }
}
