package import Timelines
package import Values

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
  /// By number property: whose money its values are, where the source says so.
  package var currencies: [String: AmountCurrency] = [:]
  /// Whether rows stand by currency: amounts are of several, or may be.
  package var isByCurrency = false
  /// Of a report by currency, the counts over all of them.
  package var isOverCurrencies = false
  /// Made of another report, whose totals it shows.
  package var isOverall = false

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

extension ReportOptions {
  package static let breakdownsMax = 16

  package static var declared: Options<ReportOptions> {
    [
      .option("title", \.title, .text, "What the table is called."),
      .option("description", \.description, .text, "What it is about."),
      .option("entity", \.entity, .choice, "What is counted."),
      .written("where", .tests, "Only events that pass all of these tests.") { options, report in
        options.conditions = report.value("where")?.tests() ?? []
      } show: {
        .describing($0.conditions)
      },
      .option(
        "breakdown", \.breakdown, .properties(max: breakdownsMax),
        "Rows for each value of a property, or of several."),
      .option(
        "top", \.top, .integer(in: 1...1_000_000),
        "Keep this many of the largest values, and sum the rest as `(other)`."),
      .option(
        "breakdown_on", \.breakdownOn, .choice,
        "Whose value a breakdown shows: that on the event counted, the last or the first that the "
          + "entity had, or that on its first matching event."
      ).standard("depends on the report"),
      .option("from", \.range.from, .date, "First day of entries, else the calendar's."),
      .option("until", \.range.until, .date, "Day before which entries end, else the calendar's."),
      .option("list", \.list, .boolean, "Also write NAME.entities: where each entity stands."),
    ]
  }

  package var described: [(key: String, value: JSONValue)] { Self.declared.shown(self) }

  init(
    reading report: inout SpecMapping, name: String, type: any ReportDefinition.Type,
    calendar: CalendarSpec
  ) {
    self.init(name: name, entity: type.entities[0], range: calendar.range)
    Self.declared.read(into: &self, from: &report)
    check(report, type)
  }

  private mutating func check(_ report: SpecMapping, _ type: any ReportDefinition.Type) {
    if !type.entities.contains(entity) {
      report.error(at: "entity", "\(report.kind) counts by \(type.entities[0].rawValue) only")
    }
    if top != nil, breakdown.isEmpty { report.error(at: "top", "`top` needs a `breakdown`") }
    checkBreakdownOn(report, type.breakdownChoices)
    report.check(range)
    if list, !type.canList {
      let types = report.context.reportTypes.filter { $0.canList }.map { "`\($0.type)`" }
      report.error(
        at: "list", "\(report.kind) has no list; lists are for \(types.joined(separator: ", "))")
      list = false
    }
  }

  private mutating func checkBreakdownOn(_ report: SpecMapping, _ choices: [BreakdownOn]) {
    everything = EventMatcher.any.narrowed(by: conditions)
    let given = breakdownOn
    breakdownOn = breakdown.isEmpty ? nil : choices.first
    guard let given else { return }
    func error(_ message: String) { report.error(at: "breakdown_on", message) }
    if breakdown.isEmpty {
      error("`breakdown_on` says whose value a breakdown shows: it needs a `breakdown`")
    } else if choices.contains(given) {
      breakdownOn = given
    } else if choices.isEmpty {
      error("\(report.kind) says by itself whose value its breakdown shows")
    } else {
      let valid = choices.map { "`\($0.rawValue)`" }.joined(separator: ", ")
      error("\(report.kind) counts an entity once: `breakdown_on` is one of \(valid)")
    }
  }
}
