import Tables
package import Timelines
package import Values

/// One report of the spec, typed and validated: what to count, not how.
///
/// Event references are resolved (`EventMatcher`), and the report's own `where` is folded into each
/// of them: a report never sees an event that its `where` excludes.
package protocol ReportDefinition: Sendable {
  /// The value of `type` in the spec.
  static var type: String { get }
  var options: ReportOptions { get set }
  /// What the report must be able to see of each event. `options` adds its own part.
  var needs: ReportNeeds { get }
  /// The definition with all defaults filled in, as NAME.json shows it, without the options.
  var described: [(key: String, value: JSONValue)] { get }
  /// `needs` with the part of `options`, by the kind of entity whose timelines must answer them. A
  /// report that looks at both kinds of timelines states both; all others leave this alone.
  var needsByEntity: [(entity: TimelineSchema.Entity, needs: ReportNeeds)] { get }
  /// Stems of the tables that the report writes, without lists: NAME first. Only reports with more
  /// than one table state this.
  var tables: [String] { get }
  /// The interval that the report's rows run over, from the first event to the end of observation:
  /// it bounds how many rows there can be. The finest of those that the definition names, unless a
  /// report states otherwise; nil for none.
  var rowInterval: Interval? { get }
  /// The same report without its breakdown. Only reports whose other options are about the breakdown
  /// state this.
  func withoutBreakdown() -> Self
}

extension ReportDefinition {
  package var needsByEntity: [(entity: TimelineSchema.Entity, needs: ReportNeeds)] {
    [(options.entity, needs.joined(with: options))]
  }

  package var tables: [String] { [options.name] }

  package var rowInterval: Interval? {
    ["interval", "cohort_interval", "trend"]
      .compactMap { definition[$0]?.string.flatMap(Interval.init) }.min()
  }

  package func withoutBreakdown() -> Self { unbroken() }

  /// For `withoutBreakdown`: what the options say of it.
  package func unbroken() -> Self {
    var report = self
    report.options.breakdown = []
    report.options.top = nil
    report.options.breakdownOn = nil
    return report
  }

  /// `NAME.all`: the totals of a report with a breakdown, which stand in no row of it. Nil for one
  /// without.
  package var overall: (any ReportDefinition)? {
    if options.breakdown.isEmpty { return nil }
    var report = withoutBreakdown()
    report.options.name += ".all"
    report.options.list = false
    report.options.isOverall = true
    return report
  }

  /// Stems of all files of rows that the report writes: `tables` and the list.
  package var fileStems: [String] {
    tables + (options.list ? [options.name + ".entities"] : [])
  }

  /// The definition with all defaults filled in, as NAME.json shows it. It is valid as a report of
  /// a spec.
  package var definition: JSONValue {
    .object([("type", .text(Self.type))] + options.described + described)
  }
}

/// What every report takes.
package struct ReportOptions: Sendable, Equatable {
  /// The key in the spec: names the files.
  package var name: String
  package var entity: TimelineSchema.Entity
  /// Already folded into the definition's matchers; kept for the definition's description.
  package var conditions: [PropertyCondition]
  /// Property names, in order.
  package var breakdown: [String]
  /// Keep the N largest breakdown values, sum the rest as `(other)`.
  package var top: Int?
  /// Whose value a breakdown shows. Nil: what the type of report says; funnels have `attribution`.
  package var breakdownOn: BreakdownOn?
  /// Every event that passes the report's `where`.
  package var everything = EventMatcher.any
  /// The report's own range, else the calendar's.
  package var range: DateRange
  /// Also write NAME.entities.csv.
  package var list: Bool
  /// For people: what the table is called, and what it is about.
  package var title: String?
  package var description: String?
  /// Made of another report, whose totals it shows.
  package var isOverall = false

  package var described: [(key: String, value: JSONValue)] {
    [
      ("title", title.map { .text($0) } ?? .null),
      ("description", description.map { .text($0) } ?? .null),
      ("entity", .text(entity.rawValue)), ("where", .describing(conditions)),
      ("breakdown", .list(breakdown.map { .text($0) })), ("top", top.map { .integer($0) } ?? .null),
      ("breakdown_on", breakdownOn.map { .text($0.rawValue) } ?? .null),
      ("from", range.from.map { .text($0.text) } ?? .null),
      ("until", range.until.map { .text($0.text) } ?? .null), ("list", .boolean(list)),
    ]
  }

  package init(
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
package struct ReportNeeds: Sendable, Equatable {
  package var matchers: [EventMatcher] = []
  /// Text properties read during the fold (breakdowns, `hold`); not those of conditions.
  package var texts: [String] = []
  /// Number properties read during the fold; not those of conditions.
  package var numbers: [String] = []
  /// Of `texts` and `numbers`, by name: those of `matchers` on whose events they are read. A property
  /// that is not listed is read on the events of all of them.
  package var readOn: [String: [EventMatcher]] = [:]
  /// Those of `matchers` on whose events breakdown values are read; nil for all of them.
  package var breakdownOn: [EventMatcher]?
  /// Account timelines: which user did it.
  package var users = false
  package var deliveries: [Delivery] = []

  package init(
    matchers: [EventMatcher] = [], texts: [String] = [], numbers: [String] = [],
    breakdownOn: [EventMatcher]? = nil, users: Bool = false, deliveries: [Delivery] = []
  ) {
    self.matchers = matchers
    self.texts = texts
    self.numbers = numbers
    self.breakdownOn = breakdownOn
    self.users = users
    self.deliveries = deliveries
  }

  /// With what the options ask for: breakdowns are texts.
  package func joined(with options: ReportOptions) -> ReportNeeds {
    var joined = self
    joined.texts = options.breakdown + texts.filter { !options.breakdown.contains($0) }
    let looksEverywhere =
      !options.breakdown.isEmpty && options.breakdownOn?.looksEverywhere ?? false
    if looksEverywhere, !joined.matchers.contains(options.everything) {
      joined.matchers.append(options.everything)
    }
    for property in options.breakdown {
      if looksEverywhere {
        joined.readOn[property] = [options.everything]
        continue
      }
      let own = (texts + numbers).contains(property) ? events(reading: property) : []
      joined.readOn[property] = own + (breakdownOn ?? matchers)
    }
    return joined
  }

  /// The matchers of the events on which one of `texts` or `numbers` is read.
  package func events(reading property: String) -> [EventMatcher] { readOn[property] ?? matchers }

  /// States on which events a property is read; several calls for one property add up.
  package mutating func read(_ property: String?, on events: [EventMatcher?]) {
    guard let property else { return }
    readOn[property, default: []] += events.compactMap { $0 }
  }
}
