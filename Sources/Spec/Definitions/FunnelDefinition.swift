public import Tables
public import Timelines

/// How far entities get through a series of steps (`Documentation.docc/Funnel.md`).
public struct FunnelDefinition: ReportDefinition {
  public struct Step: Sendable, Equatable {
    /// As the table shows it: the reference as written in the spec.
    public var name: String
    public var event: EventMatcher
    public var optional: Bool

    public init(name: String, event: EventMatcher, optional: Bool = false) {
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

  public enum Order: String, Sendable, CaseIterable {
    case ordered, strict, any
  }

  public struct Exclusion: Sendable, Equatable {
    public enum Effect: String, Sendable, CaseIterable {
      case stop, discard
    }

    public var event: EventMatcher
    /// Step numbers from 1, `first < last`; between any two consecutive steps of the range.
    public var first: Int
    public var last: Int
    public var effect: Effect

    public init(event: EventMatcher, first: Int, last: Int, effect: Effect = .stop) {
      self.event = event
      self.first = first
      self.last = last
      self.effect = effect
    }
  }

  public enum Attribution: Sendable, Equatable {
    case firstStep
    /// Step number from 1.
    case step(Int)
    case firstTouch
    case lastTouch
    case everyStep
  }

  /// Awakening: no `activity` event in the `length` before step 1.
  public struct Dormancy: Sendable, Equatable {
    /// Microseconds.
    public var length: Int64
    /// nil: any event that is not a step.
    public var activity: EventMatcher?

    public init(length: Int64, activity: EventMatcher? = nil) {
      self.length = length
      self.activity = activity
    }
  }

  public static let type = "funnel"
  public var options: ReportOptions
  public var steps: [Step]
  /// Microseconds, inclusive; nil is no limit.
  public var within: Int64?
  /// Microseconds between consecutive steps, inclusive.
  public var stepWithin: Int64?
  public var order: Order
  /// Properties that must have one value along a chain.
  public var hold: [String]
  public var exclusions: [Exclusion]
  public var attribution: Attribution
  public var trend: Interval?
  public var dormancy: Dormancy?
  /// Every event that passes the report's `where`: needed by strict order, touches and dormancy.
  public var everything: EventMatcher

  public init(
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

  public var needs: ReportNeeds {
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
    for property in hold { needs.read(property, on: steps.map(\.event)) }
    return needs
  }

  public var described: [(key: String, value: JSONValue)] {
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
      ("dormant_for", .describing(duration: dormancy?.length)),
      ("activity", dormancy?.activity.map { .describing($0) } ?? .null),
    ]
  }
}
