import EventLog
import Spec
package import Tables
import Values

extension RevenueFold {
  /// Throws `IdentityViolation` unless payers and revenue are those of new and repeat payers.
  package func tables() throws -> [Table] {
    let interval = definition.interval
    var table = Table(name: definition.options.name, columns: definition.columns)
    let span = observation.rows(in: interval, firstSeen: firstSeen)
    let rows = try groups.rows(
      top: definition.options.top, each: span.count,
      isShown: { group in
        group < states.count && states[group].series.written.contains { $0.cell.orders > 0 }
      },
      isLarger: { states[$0].revenue > states[$1].revenue })
    for row in rows {
      var series = IntervalSeries<RevenueCell>()
      for group in row.groups where group < states.count { series.add(states[group].series) }
      if row.groups.count > 1 { series.add(surplus(of: row.groups)) }
      for index in span {
        let cell = series[index]
        guard cell.payers == cell.newPayers + cell.repeatPayers, cell.payers <= cell.orders else {
          throw IdentityViolation("\(table.name): payers = new + repeat payers does not hold")
        }
        guard cell.revenue == cell.newRevenue + cell.repeatRevenue else {
          throw IdentityViolation("\(table.name): revenue = new + repeat revenue does not hold")
        }
        var cells = row.cells
        cells.append(.text(observation.calendar.label(index, interval)))
        cells += [
          .decimal(cell.revenue), .integer(cell.orders),
          .integer(cell.payers),
          .integer(cell.newPayers), .integer(cell.repeatPayers), .decimal(cell.newRevenue),
          .decimal(cell.repeatRevenue), quotient(cell.revenue, active[index]),
          quotient(cell.revenue, cell.payers), quotient(cell.revenue, cell.orders),
          .integer(cell.ordersWithoutAmount),
        ]
        cells.append(.text(observation.stateInRange(of: index, in: interval).rawValue))
        table.rows.append(cells)
      }
    }
    return [table]
  }

  private func quotient(_ sum: DecimalSum, _ count: Int) -> Cell {
    count == 0 ? .empty : .number(sum.divided(by: count))
  }
}
