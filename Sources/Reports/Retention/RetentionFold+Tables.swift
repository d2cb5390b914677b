import EventLog
import Spec
package import Tables
import Values

extension RetentionFold {
  /// NAME, one row per cohort and period, and NAME.matrix, one row per cohort. A cohort without
  /// members has no row. The cohort `all` comes last.
  package func tables() throws -> [Table] {
    let name = definition.options.name
    var table = Table(name: name, columns: definition.columns)
    var matrix = Table(name: "\(name).matrix", columns: definition.matrixColumns)
    let sizes = cohorts.map { $0.written.reduce(0) { $0 + $1.cell.size } }
    let most = cohorts.reduce(0) { max($0, $1.written.count) }
    let rows = try groups.rows(
      top: definition.options.top, each: (most + 1) * (slots.count + 1), isShown: { sizes[$0] > 0 },
      isLarger: { sizes[$0] > sizes[$1] })
    for row in rows {
      var series = IntervalSeries<CohortCounts>()
      for group in row.groups where group < cohorts.count { series.add(cohorts[group]) }
      var all = Array(repeating: RetentionCell(), count: slots.count)
      var members = 0
      var isAnyCut = false
      for (cohort, counts) in series.written where counts.size > 0 {
        let label = observation.calendar.label(cohort, cohortInterval)
        let cells = cells(of: cohort, counts)
        members += counts.size
        let isCut = observation.isCut(cohort, cohortInterval)
        isAnyCut = isAnyCut || isCut
        for (slot, cell) in cells.enumerated() {
          guard cell.returned <= cell.eligible, cell.eligible <= cell.size else {
            throw IdentityViolation("\(name): returned <= eligible <= size does not hold")
          }
          all[slot].take(cell)
          table.rows.append(
            row.cells + [.text(label), .integer(slot), starts(slot, of: cohort)] + shown(cell)
              + [.boolean(isCut), .boolean(false)])
        }
        matrix.rows.append(row.cells + [.text(label), .integer(counts.size)] + cells.map(rate))
      }
      if members == 0 { continue }
      for (slot, cell) in all.enumerated() {
        table.rows.append(
          row.cells + [.text("all"), .integer(slot), .empty] + shown(cell)
            + [.boolean(isAnyCut), .boolean(true)])
      }
      matrix.rows.append(row.cells + [.text("all"), .integer(members)] + all.map(rate))
    }
    return [table, matrix]
  }

  private func starts(_ slot: Int, of cohort: Int) -> Cell {
    periodsCoincide
      ? .text(observation.calendar.label(cohort + slots.first[slot], definition.interval)) : .empty
  }

  private func rate(_ cell: RetentionCell) -> Cell {
    cell.state == .unobserved ? .empty : .ratio(cell.returned, cell.eligible)
  }

  /// The cells from `size` to `state`.
  private func shown(_ cell: RetentionCell) -> [Cell] {
    let isObserved = cell.state != .unobserved
    var cells: [Cell] = [
      .integer(cell.size), .integer(cell.eligible),
      isObserved ? .integer(cell.returned) : .empty, rate(cell),
    ]
    if definition.measure != nil {
      let perMember = cell.value.divided(by: cell.eligible)
      cells.append(isObserved ? .decimal(cell.value) : .empty)
      cells.append(isObserved && cell.eligible > 0 ? .number(perMember) : .empty)
      cells.append(isObserved ? .decimal(cell.valueToDate) : .empty)
    }
    cells.append(.text(cell.state.rawValue))
    return cells
  }
}
