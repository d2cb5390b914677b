import EventLog
import Tables
import Timelines
import Values

/// The `reports` section.
package struct ReportsReader {
  package let context: SpecContext
  package let calendar: CalendarSpec
  private(set) var reports: [any ReportDefinition] = []
  /// Names of those that could not be read; nil until the section is there.
  private(set) var unread: [String]?
  /// Files already taken, in lower case (file systems may not tell cases apart), and by whom.
  private var stems: [String: String] = [
    "datapackage": "", "run": "", "rejects": "", "goals": "", "checks": "",
  ]

  package init(context: SpecContext, calendar: CalendarSpec) {
    self.context = context
    self.calendar = calendar
  }

  package mutating func read(_ section: SpecValue) {
    guard let entries = section.namedValues("reports", max: SpecLimits.reportsMax) else { return }
    if entries.isEmpty { section.error("`reports` has no report") }
    var marks: [SpecMark] = []
    var unread: [String] = []
    defer { self.unread = unread }
    for (name, mark, value) in entries {
      checkName(name, mark)
      guard let report = report(name, mark, value) else {
        unread.append(name)
        continue
      }
      reports.append(report)
      marks.append(mark)
    }
    resolve(entries.map { ($0.name, $0.value) })
    let own = reports
    reports = []
    for (report, mark) in zip(own, marks) {
      let family = family(report)
      checkColumns(family[0], mark)
      let name = report.options.name
      for stem in family.flatMap(\.fileStems) {
        if let owner = stems.updateValue(name, forKey: stem.lowercased()) {
          let other = owner.isEmpty ? "the run itself" : "the report `\(owner)`"
          context.error(
            mark, "the report `\(name)` would write the file `\(stem)`, which \(other) writes")
        }
      }
      reports += family
    }
  }

  /// A report and its totals. Of one by currency, the list is theirs: each entity once.
  private func family(_ report: any ReportDefinition) -> [any ReportDefinition] {
    var family = [report]
    family[0].options.isByCurrency = report.currencyUse == .split
    while let overall = family[family.count - 1].overall {
      if family[family.count - 1].currencyUse == .split {
        family[family.count - 1].options.list = false
      }
      family.append(overall)
    }
    return family
  }

  /// Two columns of one name would stand for two things.
  private func checkColumns(_ report: any ReportDefinition, _ mark: SpecMark) {
    if report.currencyUse == .split, report.options.breakdown.contains(Column.currency) {
      context.error(
        mark,
        "the report `\(report.options.name)` has a column `currency` already: what it sums is kept "
          + "apart by currency; leave `currency` out of its `breakdown`")
    }
  }

  /// Reports that refer to others, which may stand behind them.
  private mutating func resolve(_ entries: [(name: String, value: SpecValue)]) {
    let all = reports
    func resolved<Report: ReferringDefinition>(_ report: Report) -> Report {
      var report = report
      guard let problem = report.resolve(among: all),
        let value = entries.first(where: { $0.name == report.options.name })?.value,
        case .mapping(let options) = value.node.content,
        let option = options.first(where: { $0.key == Report.referenceKey })
      else { return report }
      context.error(option.value.mark, problem)
      return report
    }
    for place in reports.indices {
      if let report = reports[place] as? any ReferringDefinition {
        reports[place] = resolved(report)
      }
    }
  }

  /// Names become file names: anything that is not a plain one is an error.
  private func checkName(_ name: String, _ mark: SpecMark) {
    if !FileStem.isPlain(name) {
      context.error(
        mark,
        "the report's name `\(name.prefix(60))` cannot name a file: "
          + "use letters, digits, `_`, `-` and `.`, at most 100 bytes")
    }
  }

  func report(_ name: String, _ mark: SpecMark, _ value: SpecValue)
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
      var options = ReportOptions(
        reading: &mapping, name: name, type: type, calendar: calendar)
      for property in context.properties {
        options.currencies[property.name] = property.currency
      }
      mapping.conditions = options.conditions
      return type.init(reading: &mapping, options: options)
    }
  }
}
