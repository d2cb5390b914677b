import EventLog
package import Timelines
import Values

/// A report type that a spec can ask for: how it reads itself. A new type conforms in a file of its
/// own, `Definitions/NAMEDefinition+Reading.swift`, and adds its line to `context.reportTypes`.
package protocol ReadableDefinition: ReportDefinition {
  /// What the report may count; the first is the default.
  static var entities: [TimelineSchema.Entity] { get }
  /// Whether it takes `list: true`.
  static var canList: Bool { get }
  /// Whose value a breakdown can show; the first is the default. Empty where the report decides.
  static var breakdownChoices: [BreakdownOn] { get }
  /// Reads what is the report's own; `options` are read already. Notes errors and goes on.
  init(reading report: inout SpecMapping, options: ReportOptions)
}

extension ReadableDefinition {
  package static var entities: [TimelineSchema.Entity] { [.user, .account] }
  package static var canList: Bool { false }
  package static var breakdownChoices: [BreakdownOn] { [.firstMatch, .firstTouch, .latest] }
}

/// The `reports` section.
package struct ReportsReader {
  package let context: SpecContext
  package let calendar: CalendarSpec
  private(set) var reports: [any ReportDefinition] = []
  /// Files already taken, in lower case (file systems may not tell cases apart), and by whom.
  private var stems: [String: String] = [
    "datapackage": "", "run": "", "rejects": "", "goals": "",
  ]

  package init(context: SpecContext, calendar: CalendarSpec) {
    self.context = context
    self.calendar = calendar
  }

  package mutating func read(_ section: SpecValue) {
    guard let entries = section.namedValues("reports") else { return }
    if entries.isEmpty { section.error("`reports` has no report") }
    for (name, mark, value) in entries {
      checkName(name, mark)
      guard let report = report(name, mark, value) else { continue }
      let overall = report.overall
      for stem in report.fileStems + (overall?.fileStems ?? []) {
        if let owner = stems.updateValue(name, forKey: stem.lowercased()) {
          let other = owner.isEmpty ? "the run itself" : "the report `\(owner)`"
          context.error(
            mark, "the report `\(name)` would write the file `\(stem)`, which \(other) writes")
        }
      }
      reports.append(report)
      if let overall { reports.append(overall) }
    }
  }

  /// Names become file names: anything that is not a plain one is an error.
  private func checkName(_ name: String, _ mark: SpecMark) {
    let unusable = name.unicodeScalars.contains {
      $0.value < 0x20 || $0.value == 0x7F || "/\\:*?\"<>|".unicodeScalars.contains($0)
    }
    if name.isEmpty || name.hasPrefix(".") || name.hasPrefix("-") || unusable
      || name.utf8.count > 100
    {
      context.error(
        mark,
        "the report's name `\(name.prefix(60))` cannot name a file: "
          + "use letters, digits, `_`, `-` and `.`, at most 100 bytes")
    }
  }

  private func report(_ name: String, _ mark: SpecMark, _ value: SpecValue)
    -> (any ReportDefinition)?
  {
    guard case .mapping(let entries) = value.node.content else {
      return value.expected("a mapping with a `type`")
    }
    guard let entry = entries.first(where: { $0.key == "type" }), !entry.value.isNothing else {
      context.error(mark, "the report `\(name)` needs a `type`")
      return nil
    }
    guard let typeName = value.inner(entry.value, name: "type").text() else { return nil }
    guard let type = context.reportTypes.first(where: { $0.type == typeName }) else {
      let valid = context.reportTypes.map { $0.type }
      context.error(
        entry.value.mark,
        "unknown report type `\(typeName)`\(NearestName.hint(for: typeName, among: valid))")
      return nil
    }
    let article = "aeiou".contains(typeName.first ?? "x") ? "an" : "a"
    return value.mapping("\(article) \(typeName) report") { mapping in
      _ = mapping.value("type")
      let options = ReportOptions(
        reading: &mapping, name: name, type: type, calendar: calendar)
      mapping.conditions = options.conditions
      return type.init(reading: &mapping, options: options)
    }
  }
}

extension ReportOptions {
  /// What every report takes.
  package init(
    reading report: inout SpecMapping, name: String, type: any ReadableDefinition.Type,
    calendar: CalendarSpec
  ) {
    self.init(name: name, entity: type.entities[0])
    if let value = report.value("entity"), let given: TimelineSchema.Entity = value.choice() {
      entity = given
      if !type.entities.contains(given) {
        value.error("\(report.kind) counts by \(type.entities[0].rawValue) only")
      }
    }
    title = report.text("title")
    description = report.text("description")
    conditions = report.value("where")?.tests() ?? []
    breakdown = report.properties("breakdown")
    top = report.integer("top", in: 1...1_000_000)
    if top != nil, breakdown.isEmpty { report.error(at: "top", "`top` needs a `breakdown`") }
    readBreakdownOn(&report, type.breakdownChoices)
    range = report.dateRange(default: calendar.range)
    list = report.boolean("list", default: false)
    if list, !type.canList {
      let types = report.context.reportTypes.filter { $0.canList }.map { "`\($0.type)`" }
      report.error(
        at: "list", "\(report.kind) has no list; lists are for \(types.joined(separator: ", "))")
      list = false
    }
  }

  private mutating func readBreakdownOn(_ report: inout SpecMapping, _ choices: [BreakdownOn]) {
    everything = EventMatcher.any.narrowed(by: conditions)
    let value = report.value("breakdown_on")
    if breakdown.isEmpty {
      value?.error("`breakdown_on` says whose value a breakdown shows: it needs a `breakdown`")
      return
    }
    breakdownOn = choices.first
    guard let value, let given: BreakdownOn = value.choice() else { return }
    if choices.contains(given) {
      breakdownOn = given
    } else if choices.isEmpty {
      value.error("\(report.kind) says by itself whose value its breakdown shows")
    } else {
      let valid = choices.map { "`\($0.rawValue)`" }.joined(separator: ", ")
      value.error("\(report.kind) counts an entity once: `breakdown_on` is one of \(valid)")
    }
  }
}
