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
  package static let summary = "How far entities get through a series of steps"
  package static var canList: Bool { true }
  package static var countsSessions: Bool { true }
  package static var breakdownChoices: [BreakdownOn] { [] }

  package var options: ReportOptions
  package var steps: [Step] = []
  /// Microseconds, inclusive; nil is no limit.
  package var within: Int64?
  /// Microseconds between consecutive steps, inclusive.
  package var stepWithin: Int64?
  package var order = Order.ordered
  /// Properties that must have one value along a chain.
  package var hold: [String] = []
  package var exclusions: [Exclusion] = []
  package var attribution = Attribution.firstStep
  package var trend: Interval?
  package var dormancy: Dormancy?
  package var count = Counted.entities
  /// Every event that passes the report's `where`: needed by strict order, touches and dormancy.
  package var everything = EventMatcher.any

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

  package var remarks: [String] {
    if within != nil || stepWithin != nil || options.isBySession { return [] }
    return [
      "without `within` nobody drops out by time: who has not gone on counts as open, and matured "
        + "stays empty"
    ]
  }

  package func withoutBreakdown() -> Self {
    var report = unbroken()
    report.attribution = .firstStep
    return report
  }
}
