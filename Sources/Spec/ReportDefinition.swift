package import Tables
package import Timelines
package import Values

/// One report of the spec, typed and validated: what to count, not how. How it is counted is known
/// to the module above, which has the list of all types.
///
/// Event references are resolved (`EventMatcher`), and the report's own `where` is folded into each
/// of them: a report never sees an event that its `where` excludes.
package protocol ReportDefinition: Sendable {
  /// The value of `type` in the spec.
  static var type: String { get }
  /// What the report tells, as a phrase: "Who came back, by cohort and period".
  static var summary: String { get }
  /// What the report may count; the first is the default.
  static var entities: [TimelineSchema.Entity] { get }
  /// Whether it can count sessions as well.
  static var countsSessions: Bool { get }
  /// Whether it takes `list: true`.
  static var canList: Bool { get }
  /// Whose value a breakdown can show; the first is the default. Empty where the report decides.
  static var breakdownChoices: [BreakdownOn] { get }
  /// The report's own options; those that every report takes are `ReportOptions.declared`.
  static var declared: Options<Self> { get }

  /// Blank: every option at its default.
  init(options: ReportOptions)
  var options: ReportOptions { get set }
  /// What concerns several options, once all are read. Notes errors, and sets what follows from
  /// several of them; `report` knows which keys were given, so that one mistake is one error.
  mutating func check(_ report: inout SpecMapping)

  /// What the report must be able to see of each event. `options` adds its own part.
  var needs: ReportNeeds { get }
  /// `needs` with the part of `options`, by the kind of entity whose timelines must answer them. A
  /// report that looks at both kinds of timelines states both; all others leave this alone.
  var needsByEntity: [(entity: TimelineSchema.Entity, needs: ReportNeeds)] { get }
  /// The tables that the report writes, without lists: NAME first. Known before any log is read, so
  /// that `check` can tell them, and goals are held against them.
  var heads: [TableOutline] { get }
  /// The interval that the report's rows run over, from the first event to the end of observation:
  /// it bounds how many rows there can be. The finest of those that the definition names, unless a
  /// report states otherwise; nil for none.
  var rowInterval: Interval? { get }
  /// What of its tables says nothing, as it is defined: for whoever writes the definition.
  var remarks: [String] { get }
  /// The same report without its breakdown. Only reports whose other options are about the breakdown
  /// state this.
  func withoutBreakdown() -> Self
}

extension ReportDefinition {
  package static var entities: [TimelineSchema.Entity] { [.user, .account] }
  package static var countsSessions: Bool { false }
  package static var canList: Bool { false }
  package static var breakdownChoices: [BreakdownOn] { [.firstMatch, .firstTouch, .latest] }

  package mutating func check(_ report: inout SpecMapping) {}

  package var remarks: [String] { [] }

  /// Reads what is the report's own; `options` are read already. Notes errors and goes on.
  package init(reading report: inout SpecMapping, options: ReportOptions) {
    self.init(options: options)
    Self.declared.read(into: &self, from: &report)
    check(&report)
  }

  package var needsByEntity: [(entity: TimelineSchema.Entity, needs: ReportNeeds)] {
    [(options.entity, needs.joined(with: options))]
  }

  /// Stems of the tables that the report writes, without lists.
  package var tables: [String] { heads.map(\.name) }

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

  /// `NAME.all`: the totals of a report with a breakdown, which stand in no row of it; of one by
  /// currency, the counts over all of them, and the list. A report by both has both, one after the
  /// other. Nil for one with neither.
  package var overall: (any ReportDefinition)? {
    let isSplit = currencyUse == .split
    if options.breakdown.isEmpty && !isSplit { return nil }
    var report = options.breakdown.isEmpty ? self : withoutBreakdown()
    report.options.isOverCurrencies = options.breakdown.isEmpty
    report.options.isByCurrency = isSplit && !report.options.isOverCurrencies
    report.options.name += ".all"
    report.options.list = options.list && isSplit
    report.options.isOverall = true
    return report
  }

  /// Stems of all files of rows that the report writes: `tables` and the list.
  package var fileStems: [String] {
    tables + (options.list ? [options.name + ".entities"] : [])
  }

  /// `heads` as tables have them: with what currencies do to columns.
  package var outlines: [TableOutline] {
    let use = currencyUse
    return heads.map { head in
      head.isWithoutAmounts
        ? head : TableOutline(head.name, head.columns.priced(use))
    }
  }

  /// The definition with all defaults filled in, as NAME.json shows it. It is valid as a report of
  /// a spec.
  package var definition: JSONValue {
    .object([("type", .text(Self.type))] + options.described + Self.declared.shown(self))
  }

  /// Every key that a report of this type takes, beside `type`.
  package static var outlines: [OptionOutline] {
    let blank = ReportOptions(name: type, entity: entities[0])
    return ReportOptions.declared.outlines(blank: blank)
      + declared.outlines(blank: Self(options: blank))
  }
}

/// What a report needs of its entity's timelines, all of it said here; the union over reports makes
/// the schema.
///
/// Times are exact for everybody, also where a report only numbers their intervals: to unpack the rest
/// of a stored time costs half a nanosecond, less than a second form of timelines.
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
    priced(options).broken(by: options).cut(options.sessions, options.breakdown)
  }

  /// With what makes sessions, and what of them rows stand by.
  private func cut(_ sessions: SessionSpec?, _ breakdown: [String]) -> ReportNeeds {
    guard let sessions else { return self }
    var needs = self
    if !needs.matchers.contains(sessions.of) { needs.matchers.append(sessions.of) }
    // What is listed nowhere would be read on the events of this one too: a little more, no less.
    var read = sessions.id.map { [$0] } ?? []
    for name in breakdown {
      guard let property = SessionProperty(name) else { continue }
      needs.texts.removeAll { $0 == name }
      needs.readOn[name] = nil
      if case .first(let property) = property { read.append(property) }
    }
    for property in read {
      let known = needs.texts.contains(property) ? needs.events(reading: property) : []
      if !needs.texts.contains(property) { needs.texts.append(property) }
      needs.readOn[property] = known + (known.contains(sessions.of) ? [] : [sessions.of])
    }
    return needs
  }

  /// With the currencies of amounts, where rows tell them.
  private func priced(_ options: ReportOptions) -> ReportNeeds {
    var needs = self
    if !options.isByCurrency { return needs }
    for amount in numbers where options.currencies[amount] != nil {
      let currency = AmountCurrency.propertyName(of: amount)
      if !needs.texts.contains(currency) { needs.texts.append(currency) }
      needs.read(currency, on: events(reading: amount))
    }
    return needs
  }

  private func broken(by options: ReportOptions) -> ReportNeeds {
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
