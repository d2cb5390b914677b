import EventLog
import Spec
package import Tables
import Values

extension RetentionFold {
  /// NAME, one row per cohort and period, and NAME.matrix, one row per cohort. A cohort without
  /// members has no row. The cohort `all` comes last.
  package func tables() throws -> [Table] {
    let name = definition.options.name
    var table = Table(name: name, columns: columns)
    var matrix = Table(name: "\(name).matrix", columns: matrixColumns)
    let sizes = cohorts.map { $0.cells.reduce(0) { $0 + $1.size } }
    let rows = groups.rows(
      top: definition.options.top, isShown: { sizes[$0] > 0 }, isLarger: { sizes[$0] > sizes[$1] })
    for row in rows {
      var series = IntervalSeries<CohortCounts>()
      for group in row.groups where group < cohorts.count { series.add(cohorts[group]) }
      var all = Array(repeating: RetentionCell(), count: slots.count)
      var members = 0
      var isAnyCut = false
      for (position, counts) in series.cells.enumerated() where counts.size > 0 {
        let cohort = series.base + position
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

  private var groupColumns: [Column] {
    // A label, not a date, for the sake of the row `all`.
    groups.tableColumns(of: "first start event") + [
      Column(
        "cohort", .label,
        "First date or hour of the interval of the start event; all: the sum over complete cells.")
    ]
  }

  private var columns: [Column] {
    var columns = groupColumns
    columns += [
      Column(
        "period", .integer, unit: "periods",
        definition.brackets.isEmpty
          ? "Intervals after the start." : "Number of the bracket of intervals after the start."),
      Column(
        "starts", definition.interval == .hour ? .dateTime : .date,
        "First date or hour of the period; empty where members' periods do not coincide."),
      Column(
        "size", .integer, unit: "entities",
        "Members of the cohort; in the row all, of the cohorts whose cell is complete."),
      Column(
        "eligible", .integer, unit: "entities",
        "Members whose period counts: all of them once it has begun where their periods coincide, "
          + "else those whose own period is over."),
      Column(
        "returned", .integer, unit: "entities",
        definition.mode == .on
          ? "Eligible members who returned in the period; empty when unobserved."
          : "Eligible members who returned in the period or in a later observed one; empty when "
            + "unobserved."),
      Column(
        "rate", .number, unit: "fraction", "Returned divided by eligible; empty when unobserved."),
    ]
    if let measure = definition.measure {
      columns += [
        Column(
          "value", .decimal,
          "Sum of \(measure) over the return events of eligible members in the period."),
        Column("value_per_member", .number, "Value divided by eligible."),
        Column(
          "value_to_date", .decimal,
          "Sum of \(measure) over the return events of eligible members up to the period's end."),
      ]
    }
    columns.append(
      Column(
        "state", .label,
        "complete, partial when observation ends inside the period, unobserved when before it."))
    columns += [
      .cut,
      Column("total", .boolean, "Whether the row is the sum over the cohorts, the row all."),
    ]
    return columns
  }

  private var matrixColumns: [Column] {
    groupColumns + [
      Column("size", .integer, unit: "entities", "Members of the cohort; all: of all cohorts.")
    ]
      + (0..<slots.count).map {
        Column(
          "period_\($0)", .number, unit: "fraction",
          "Rate of period \($0), partial ones too; empty when unobserved.")
      }
  }
}
