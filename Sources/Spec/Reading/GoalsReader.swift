import EventLog
import Tables
import Values

/// The `goals` section: a list of goals, each on one cell of one table.
package struct GoalsReader {
  package let context: SpecContext
  package let reports: [any ReportDefinition]
  private var names: Set<String> = []
  /// Tables of the reports by name, the names in order, and those of lists.
  private var heads: [String: TableOutline] = [:]
  private var stems: [String] = []
  private var lists: Set<String> = []

  package init(context: SpecContext, reports: [any ReportDefinition]) {
    self.context = context
    self.reports = reports
  }

  private enum Better: String, CaseIterable {
    case higher, lower
  }

  package mutating func read(_ section: SpecValue) -> [GoalSpec] {
    var goals: [GoalSpec] = []
    for report in reports {
      for head in report.heads {
        stems.append(head.name)
        heads[head.name] = heads[head.name] ?? head
      }
      lists.formUnion(report.fileStems)
    }
    lists.subtract(stems)
    let items = section.list(of: "goals") ?? []
    if items.count > SpecLimits.goalsMax {
      section.error("`goals` has at most \(SpecLimits.goalsMax) goals, not \(items.count)")
    }
    for item in items.prefix(SpecLimits.goalsMax) {
      if let goal = item.mapping("a goal", { goal(&$0) }) { goals.append(goal) }
    }
    return goals
  }

  private mutating func goal(_ goal: inout SpecMapping) -> GoalSpec {
    let name = goal.required("name")
    let nameText = name?.text() ?? ""
    if let name, !nameText.isEmpty, !names.insert(nameText).inserted {
      name.error("another goal is named `\(nameText)`")
    }
    let start = goal.decimal("start")
    let from = goal.date("from")
    if goal.has("start") != goal.has("from") {
      let (given, other) = goal.has("start") ? ("start", "from") : ("from", "start")
      goal.error(at: given, "`\(given)` needs `\(other)`: together they are where the goal begins")
    }
    let column = goal.required("column")
    let row = row(&goal)
    var spec = GoalSpec(
      name: nameText, table: table(&goal), column: column?.text() ?? "",
      row: row.map { ($0.column, $0.value) }, start: start, from: from,
      stages: stages(&goal, from: from),
      higherIsBetter: goal.choice("better", default: Better.higher) == .higher)
    spec.marks = GoalSpec.Marks(column: column?.mark ?? goal.mark, row: row.map(\.mark))
    if column != nil, let head = heads[spec.table] {
      for problem in spec.problems(in: head.columns) {
        context.error(problem.mark ?? goal.mark, problem.message)
      }
    }
    return spec
  }

  private func table(_ goal: inout SpecMapping) -> String {
    guard let value = goal.required("table"), let table = value.text() else { return "" }
    if lists.contains(table) {
      value.error("`\(table)` is a list of entities; a goal is about a number in a table")
    } else if heads[table] == nil {
      value.error(
        "no report writes a table `\(table)`\(NearestName.hint(for: table, among: stems))")
    }
    return table
  }

  /// Columns and the text that the row must have in them.
  private func row(
    _ goal: inout SpecMapping
  ) -> [(column: String, value: String, mark: SpecMark)] {
    guard let entries = goal.value("row")?.namedValues("the row's values") else { return [] }
    return entries.compactMap { name, mark, value in
      // An empty text is a cell without a value.
      guard case .scalar(let text, _) = value.node.content else {
        return value.node.isNothing ? (name, "", mark) : value.expected("text")
      }
      return (name, text, mark)
    }
  }

  /// In ascending order of dates; the last is the goal itself.
  private func stages(_ goal: inout SpecMapping, from: CalendarDate?) -> [GoalSpec.Stage] {
    func stage(_ mapping: inout SpecMapping) -> (GoalSpec.Stage, SpecMark)? {
      let by = mapping.required("by")
      let target = mapping.required("target")
      guard let date = by?.date(), let target = target?.decimal() else { return nil }
      return (GoalSpec.Stage(by: date, target: target), by?.mark ?? mapping.mark)
    }
    let last = stage(&goal)
    var stages: [(GoalSpec.Stage, SpecMark)] = []
    for item in goal.value("stages")?.list(of: "stages") ?? [] {
      if let found = item.mapping("a stage", stage), let found { stages.append(found) }
    }
    if let last { stages.append(last) }
    var before = from
    for (stage, mark) in stages {
      if let before, stage.by <= before {
        context.error(
          mark,
          "the dates of a goal ascend from `from` over its stages to its own `by`: "
            + "\(stage.by.text) is not after \(before.text)")
      }
      before = stage.by
    }
    return stages.map { $0.0 }
  }
}
