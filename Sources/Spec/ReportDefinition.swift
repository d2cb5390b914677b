public import Tables
public import Timelines

/// One report of the spec, typed and validated: what to count, not how.
///
/// Event references are resolved (`EventMatcher`), and the report's own `where` is folded into each
/// of them: a report never sees an event that its `where` excludes.
public protocol ReportDefinition: Sendable {
  /// The value of `type` in the spec.
  static var type: String { get }
  var options: ReportOptions { get set }
  /// What the report must be able to see of each event. `options` adds its own part.
  var needs: ReportNeeds { get }
  /// The definition with all defaults filled in, as NAME.json shows it, without the options.
  var described: [(key: String, value: JSONValue)] { get }
}

/// What every report takes.
public struct ReportOptions: Sendable, Equatable {
  /// The key in the spec: names the files.
  public var name: String
  public var entity: TimelineSchema.Entity
  /// Already folded into the definition's matchers; kept for the definition's description.
  public var conditions: [PropertyCondition]
  /// Property names, in order.
  public var breakdown: [String]
  /// Keep the N largest breakdown values, sum the rest as `(other)`.
  public var top: Int?
  /// The report's own range, else the calendar's.
  public var range: DateRange
  /// Also write NAME.entities.csv.
  public var list: Bool

  public init(
    name: String, entity: TimelineSchema.Entity = .user, conditions: [PropertyCondition] = [],
    breakdown: [String] = [], top: Int? = nil, range: DateRange = DateRange(), list: Bool = false
  ) {
    self.name = name
    self.entity = entity
    self.conditions = conditions
    self.breakdown = breakdown
    self.top = top
    self.range = range
    self.list = list
  }
}

/// What a report needs of its entity's timelines; the union over reports makes the schema.
public struct ReportNeeds: Sendable, Equatable {
  public var matchers: [EventMatcher] = []
  /// Text properties read during the fold (breakdowns, `hold`); not those of conditions.
  public var texts: [String] = []
  /// Number properties read during the fold; not those of conditions.
  public var numbers: [String] = []
  /// Account timelines: which user did it.
  public var users = false
  public var deliveries: [Delivery] = []

  public init(
    matchers: [EventMatcher] = [], texts: [String] = [], numbers: [String] = [],
    users: Bool = false, deliveries: [Delivery] = []
  ) {
    self.matchers = matchers
    self.texts = texts
    self.numbers = numbers
    self.users = users
    self.deliveries = deliveries
  }
}
