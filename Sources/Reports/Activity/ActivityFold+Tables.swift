import Spec
package import Tables
import Values

extension ActivityFold {
  package func tables() throws -> [Table] {
    let interval = definition.interval
    var table = Table(name: definition.options.name, columns: columns)
    let span = observation.rows(in: interval, firstSeen: firstSeen)
    let rows = groups.rows(
      top: definition.options.top,
      isShown: { group in span.contains { states[group].series[$0] != .zero } },
      isLarger: { states[$0].entities > states[$1].entities })
    for row in rows {
      var series = IntervalSeries<ActivityCell>()
      for group in row.groups where group < states.count { series.add(states[group].series) }
      var (active7, active28) = (0, 0)
      for index in span {
        let cell = series[index]
        active7 += cell.change7
        active28 += cell.change28
        guard cell.new <= cell.active, cell.active <= cell.events else {
          throw IdentityViolation("\(table.name): new <= active <= events does not hold")
        }
        var cells = row.cells
        cells.append(.text(observation.calendar.label(index, interval)))
        cells.append(.integer(cell.events))
        cells.append(.integer(cell.active))
        cells.append(.integer(cell.new))
        cells.append(.ratio(cell.events, cell.active))
        if interval == .day {
          guard cell.active <= active7, active7 <= active28 else {
            throw IdentityViolation(
              "\(table.name): active <= active_7d <= active_28d does not hold")
          }
          cells.append(.integer(active7))
          cells.append(.integer(active28))
          cells.append(.ratio(cell.active, active28))
        }
        cells.append(.text(observation.stateInRange(of: index, in: interval).rawValue))
        table.rows.append(cells)
      }
    }
    return [table]
  }

  private var columns: [Column] {
    var columns = groups.tableColumns(of: "first matching event")
    columns.append(.interval(definition.interval, "First date or hour of the interval."))
    columns += [
      Column("events", .integer, unit: "events", "Matching events in the interval."),
      Column(
        "active", .integer, unit: "entities", "Entities with a matching event in the interval."),
      Column(
        "new", .integer, unit: "entities",
        "Active entities whose first matching event in all logs is in the interval."),
      Column(
        "events_per_active", .number, unit: "events",
        "Events divided by active; empty when nobody was active."),
    ]
    if definition.interval == .day {
      columns += [
        Column(
          "active_7d", .integer, unit: "entities",
          "Entities active in the 7 days that end with this one, days before the range included."),
        Column(
          "active_28d", .integer, unit: "entities",
          "Entities active in the 28 days that end with this one, days before the range included."),
        Column(
          "stickiness", .number, unit: "fraction",
          "Active divided by active_28d; empty when nobody was active in the 28 days."),
      ]
    }
    columns.append(.observationState)
    return columns
  }
}
