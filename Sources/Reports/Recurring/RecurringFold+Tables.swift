import EventLog
import Spec
package import Tables
import Timelines
import Values

extension RecurringFold {
  /// Throws `IdentityViolation` unless in every interval the level at the end is the one at the
  /// start, plus what came, less what went, in money and in accounts.
  package func tables() throws -> [Table] {
    let interval = definition.interval
    var table = Table(name: definition.options.name, columns: columns)
    let span = observation.rows(in: interval, firstSeen: firstSeen)
    let shown = try states.map { state in try rows([state], span) }
    let breakdown = groups.rows(
      top: definition.options.top,
      isShown: { group in group < shown.count && !shown[group].allSatisfy(\.isZero) },
      isLarger: { (shown[$0].last?.end ?? .zero) > (shown[$1].last?.end ?? .zero) })
    for entry in breakdown {
      let members = entry.groups.filter { $0 < states.count }
      for (index, row) in zip(span, try rows(members.map { states[$0] }, span)) {
        var cells = entry.cells
        cells.append(.text(observation.calendar.label(index, interval)))
        cells += [
          .integer(row.startAccounts), .decimal(row.start), .decimal(row.cell.new),
          .decimal(row.cell.reactivated), .decimal(row.cell.expansion),
          .decimal(row.cell.contraction), .decimal(row.cell.churned), .decimal(row.end),
          .integer(row.endAccounts), .integer(row.cell.newAccounts),
          .integer(row.cell.reactivatedAccounts), .integer(row.cell.churnedAccounts),
          row.grr.map { .number($0) } ?? .empty, row.nrr.map { .number($0) } ?? .empty,
          .ratio(row.cell.churnedAccounts, row.startAccounts),
        ]
        if definition.trailingMonths != nil {
          cells += trailingCells(index, members)
        }
        cells.append(.text(observation.stateInRange(of: index, in: interval).rawValue))
        table.rows.append(cells)
      }
    }
    return definition.term == nil ? [table] : [table, dueTable(breakdown)]
  }

  /// Empty until history reaches back far enough.
  private func trailingCells(_ index: Int, _ groups: [Int]) -> [Cell] {
    guard let trailing, trailing.before(trailing.end(of: index)) >= historyStart else {
      return [.empty, .empty, .empty]
    }
    var cell = TrailingCell.zero
    for group in groups { cell.add(states[group].trailing[index]) }
    return cell.cells
  }

  /// The rows of some groups together. What came before the span is in the levels of its first row.
  private func rows(_ states: [GroupState], _ span: Range<Int>) throws -> [RecurringRow] {
    var series = IntervalSeries<RecurringCell>()
    var lastLevel = DecimalSum.zero
    for state in states {
      series.add(state.series)
      lastLevel.add(state.lastLevel)
    }
    var indices = series.base..<series.base + series.cells.count
    if indices.isEmpty { indices = span }
    if !span.isEmpty {
      indices =
        min(indices.lowerBound, span.lowerBound)..<max(indices.upperBound, span.upperBound)
    }
    var rows: [RecurringRow] = []
    var row = RecurringRow()
    let name = definition.options.name
    for index in indices {
      row = row.next(series[index])
      guard row.holds else {
        throw IdentityViolation(
          "\(name): end = start + new + reactivated + expansion - contraction - churned does not "
            + "hold in \(observation.calendar.label(index, definition.interval))")
      }
      if span.contains(index) { rows.append(row) }
    }
    guard row.end == lastLevel else {
      throw IdentityViolation("\(name): all changes do not add up to the contracts' last amounts")
    }
    return rows
  }

  private var trailingColumns: [Column] {
    guard let months = definition.trailingMonths else { return [] }
    let before = "\(months) months before; empty until the logs reach back so far."
    return [
      Column(
        "nrr_trailing", .number, unit: "fraction",
        "Levels at the interval's end of those with one \(months) months before, divided by the levels "
          + before),
      Column(
        "grr_trailing", .number, unit: "fraction",
        "The same with each level at most the one \(before)"),
      Column(
        "logo_churn_trailing", .number, unit: "fraction",
        "Share without a level at the interval's end of those with one \(before)"),
    ]
  }

  private var columns: [Column] {
    let entities = definition.options.entity == .account ? "accounts" : "users"
    func count(_ name: String, _ description: String) -> Column {
      Column(name, .integer, unit: entities, description)
    }
    func money(_ name: String, _ description: String) -> Column {
      Column(name, .decimal, description)
    }
    return groups.tableColumns(of: "first start or change") + [
      .interval(definition.interval, "First date or hour of the interval."),
      count("start_accounts", "Those with a level above 0 at the interval's start."),
      money("start_mrr", "Sum of all levels at the interval's start."),
      money(
        "new_mrr", "Levels at the end of those that had none above 0 at the start or ever before."),
      money(
        "reactivated_mrr",
        "Levels at the end of those that had none above 0 at the start, but some time before."),
      money("expansion_mrr", "What those that stayed are worth more at the end than at the start."),
      money(
        "contraction_mrr", "What those that stayed are worth less at the end than at the start."),
      money("churned_mrr", "Levels at the start of those that have none above 0 at the end."),
      money(
        "end_mrr",
        "Sum of all levels at the end: start + new + reactivated + expansion - contraction - churned."
      ),
      count("end_accounts", "Those with a level above 0 at the interval's end."),
      count("new_accounts", "Those behind new_mrr."),
      count("reactivated_accounts", "Those behind reactivated_mrr."),
      count("churned_accounts", "Those behind churned_mrr."),
      Column(
        "grr", .number, unit: "fraction",
        "Gross revenue retention: sum of the smaller of start and end level, divided by start_mrr."),
      Column(
        "nrr", .number, unit: "fraction",
        "Net revenue retention: end level of those with one at the start, divided by start_mrr."),
      Column(
        "logo_churn", .number, unit: "fraction", "churned_accounts divided by start_accounts."),
    ] + trailingColumns + [.observationState]
  }
}
