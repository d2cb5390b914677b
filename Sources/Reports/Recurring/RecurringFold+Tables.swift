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
    var table = Table(name: definition.options.name, columns: definition.columns)
    let span = observation.rows(in: interval, firstSeen: firstSeen)
    try groups.check(each: span.count)
    let shown = try states.map { state in
      let rows = try rows([state], span)
      return (hasRows: !rows.allSatisfy(\.isZero), end: rows.last?.end ?? .zero)
    }
    let breakdown = try groups.rows(
      top: definition.options.top, each: span.count,
      isShown: { group in group < shown.count && shown[group].hasRows },
      isLarger: { shown[$0].end > shown[$1].end })
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
    // Outside the span an interval without a change says nothing.
    let changes = series.written.map(\.index)
    let indices =
      changes.prefix { $0 < span.lowerBound } + span + changes.filter { $0 >= span.upperBound }
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
}
