import EventLog
import Tables
import Values

/// The `goals` section: a list of goals, each on one cell of one table.
package struct GoalsReader {
  package let context: SpecContext
  private let rows: RowReader
  private var names: Set<String> = []

  /// - Parameter unread: reports that could not be read; nil where there is no section of them.
  package init(
    context: SpecContext, reports: [any ReportDefinition], unread: [String]? = []
  ) {
    self.context = context
    rows = RowReader(context: context, reports: reports, unread: unread)
  }

  private enum Better: String, CaseIterable {
    case higher, lower
  }

  package mutating func read(_ section: SpecValue) -> [GoalSpec] {
    var goals: [GoalSpec] = []
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
    let start = goal.value("start")?.limit()
    let from = goal.date("from")
    if goal.has("start") != goal.has("from") {
      let (given, other) = goal.has("start") ? ("start", "from") : ("from", "start")
      goal.error(at: given, "`\(given)` needs `\(other)`: together they are where the goal begins")
    }
    let table = rows.table(&goal, of: "a goal")
    let column = goal.required("column")
    var spec = GoalSpec(
      name: nameText, table: table, column: column?.text() ?? "", row: [], start: start, from: from,
      stages: stages(&goal, from: from),
      higherIsBetter: goal.choice("better", default: Better.higher) == .higher)
    spec.row = rows.row(&goal, in: table)
    spec.columnMark = column?.mark
    if column != nil, let columns = rows.columns(of: table) {
      for problem in spec.problems(in: columns) {
        context.error(problem.mark ?? goal.mark, problem.message)
      }
    }
    return spec
  }

  /// In ascending order of dates; the last is the goal itself.
  private func stages(_ goal: inout SpecMapping, from: CalendarDate?) -> [GoalSpec.Stage] {
    func stage(_ mapping: inout SpecMapping) -> (GoalSpec.Stage, SpecMark)? {
      let by = mapping.required("by")
      let target = mapping.required("target")
      guard let date = by?.date(), let target = target?.limit() else { return nil }
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
