import EventLog
import Spec
package import Tables
import Values

extension RevenueFold {
  /// Throws `IdentityViolation` unless payers and revenue are those of new and repeat payers.
  package func tables() throws -> [Table] {
    let interval = definition.interval
    var table = Table(name: definition.options.name, columns: columns)
    let span = observation.rows(in: interval, firstSeen: firstSeen)
    let rows = groups.rows(
      top: definition.options.top,
      isShown: { group in
        states[group].series.cells.contains { $0.orders > 0 }
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
          .decimal(cell.revenue), .integer(cell.orders), .integer(cell.payers),
          .integer(cell.newPayers), .integer(cell.repeatPayers), .decimal(cell.newRevenue),
          .decimal(cell.repeatRevenue), quotient(cell.revenue, active[index]),
          quotient(cell.revenue, cell.payers), quotient(cell.revenue, cell.orders),
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

  private var columns: [Column] {
    let amount = definition.amount
    return groups.tableColumns(of: "first payment") + [
      .interval(definition.interval, "First date or hour of the interval."),
      Column("revenue", .decimal, "Exact sum of \(amount) over the payments in the interval."),
      Column("orders", .integer, unit: "events", "Payments in the interval."),
      Column("payers", .integer, unit: "entities", "Entities with a payment in the interval."),
      Column(
        "new_payers", .integer, unit: "entities",
        "Payers whose first payment in all logs is in the interval."),
      Column(
        "repeat_payers", .integer, unit: "entities", "Payers who had paid before the interval."),
      Column("revenue_new", .decimal, "Revenue of the interval's new payers."),
      Column("revenue_repeat", .decimal, "Revenue of the interval's repeat payers."),
      Column(
        "arpu", .number,
        "Revenue per entity active in the interval, under any value; empty when nobody was active."
      ),
      Column("arppu", .number, "Revenue per payer; empty without payers."),
      Column("average_order", .number, "Revenue per payment; empty without payments."),
      .observationState,
    ]
  }
}
