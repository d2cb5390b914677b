package import EventLog
package import Timelines
package import Values

/// What one parse of a spec shares: the errors found so far, the properties of `source`, the named
/// events of `events`.
///
/// Readers never stop at an error: they note it and go on with a default, so that one look at the
/// list mends the whole file.
package final class SpecContext {
  private(set) var errors: [SpecError] = []
  /// The types of reports that the spec may ask for, in the order in which messages name them.
  package let reportTypes: [any ReportDefinition.Type]
  package let surroundings: SpecSurroundings
  /// What dates hang on, once the calendar is read.
  private var day: (today: CalendarDate?, starts: IntervalStarts)?
  /// In the order of the file, the preset's first.
  package var properties: [SourceSpec.Property] = []
  /// What a session is, where the spec says so.
  package var sessions: SessionSpec?
  /// Names of the sources, where they have names.
  package var sources: [String] = []
  /// Those all of whose rows are passive.
  package var passiveSources: Set<String> = []
  /// Without a spec, a property is declared by its use, and its name is the path of its field.
  package var declaresProperties = false
  /// Of those declared by use, the ones that a test has read already: their types stay.
  private var tested: Set<String> = []
  /// The `events` section, undecoded.
  package var eventNodes: [SpecNode.Entry] = [] {
    didSet {
      eventNumbers = Dictionary(
        eventNodes.enumerated().map { (LogText($1.key), $0) }, uniquingKeysWith: { one, _ in one })
    }
  }
  private var eventNumbers: [LogText: Int] = [:]
  /// Names and tests of all references so far, and whether they are too many.
  private var matcherSize = 0
  /// Named events already resolved.
  private var resolved: [LogText: EventMatcher] = [:]
  /// Named events under way, outermost first: finds cycles.
  private var resolving: [LogText] = []

  package init(
    reportTypes: [any ReportDefinition.Type], surroundings: SpecSurroundings = SpecSurroundings()
  ) {
    self.reportTypes = reportTypes
    self.surroundings = surroundings
  }

  /// From here on dates can be relative.
  package func settle(_ calendar: CalendarSpec) {
    day = (surroundings.today(calendar.timeZone), calendar.starts)
  }

  /// The date that an expression means on the day of the run; nil with an error at `mark`.
  package func date(
    _ expression: DateExpression, named name: String, at mark: SpecMark
  ) -> CalendarDate? {
    let unimportant = CalendarDate(daysSince1970: 0)
    guard let today = expression.isRelative ? day?.today : unimportant else {
      error(mark, "`\(name)` hangs on the day of the run, which is not known here")
      return nil
    }
    guard let date = expression.date(today: today, day?.starts ?? .usual) else {
      error(mark, "`\(name)` leads out of the years 1 to 9999")
      return nil
    }
    return date
  }

  package func error(_ mark: SpecMark, _ message: @autoclosure () -> String) {
    // Errors of a spec full of aliases could be many: more are not even worded.
    if errors.count < Self.errorsMax { errors.append(SpecError(mark, message())) }
  }

  private static let errorsMax = 5 * SpecErrors.countMax

  /// The matcher that a name in an event reference means.
  package func matcher(named name: String, at mark: SpecMark) -> EventMatcher {
    if name == "any" { return .any }
    if name.isEmpty {
      error(mark, "an event's name is empty")
      return .any
    }
    if let known = resolved[LogText(name)] { return charged(known, at: mark) }
    // `purchase: {event: purchase, where: ...}`: inside its own definition a name is the literal.
    let literal = LogText(name)
    if resolving.last == literal { return .named([literal]) }
    guard let entry = eventNumbers[literal].map({ eventNodes[$0] }) else {
      return charged(.named([literal]), at: mark)
    }
    if resolving.contains(literal) {
      let cycle = (resolving.drop { $0 != literal } + [literal]).map { "`\($0)`" }
      error(mark, "events that refer to each other in a circle: \(cycle.joined(separator: " -> "))")
      return .any
    }
    if resolving.count == SpecLimits.referencesDeepMax {
      error(
        mark,
        "events that refer to each other too deeply: more than \(SpecLimits.referencesDeepMax)")
      return .any
    }
    resolving.append(literal)
    let matcher = SpecValue(entry.value, name: name, context: self).reference()
    resolving.removeLast()
    resolved[literal] = matcher
    return matcher
  }

  /// Counts a matcher against what all of them may hold: events that refer to events twice each
  /// double with every one.
  func charged(_ matcher: EventMatcher, at mark: SpecMark) -> EventMatcher {
    if matcherSize > SpecLimits.matchersMax { return .any }
    matcherSize += matcher.size(most: SpecLimits.matchersMax)
    if matcherSize <= SpecLimits.matchersMax { return matcher }
    error(
      mark,
      "events refer to each other too often: more than \(SpecLimits.matchersMax) names and tests")
    return .any
  }

  /// The declared property, or nil with an error at `mark`.
  func property(
    _ name: String, at mark: SpecMark, wanted: PropertyType = .text,
    isTest: Bool = false
  ) -> SourceSpec.Property? {
    if declaresProperties {
      declare(name, wanted)
      if isTest { tested.insert(name) }
    }
    if let property = properties.first(where: { $0.name == name }) { return property }
    func hint() -> String {
      let names = properties.map(\.name)
      return names.isEmpty
        ? ": `source` has no `properties`" : NearestName.hint(for: name, among: names)
    }
    error(mark, "unknown property `\(name)`\(hint())")
    return nil
  }

  /// Declares a property by its use. What is a number somewhere is one everywhere.
  package func declare(_ name: String, _ type: PropertyType) {
    if let index = properties.firstIndex(where: { $0.name == name }) {
      if type == .number, !tested.contains(name) { properties[index].type = .number }
    } else {
      properties.append(SourceSpec.Property(name: name, paths: [FieldPath(name)], type: type))
    }
  }
}
