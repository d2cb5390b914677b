import Spec
package import Tables
import Values

extension ActivityFold {
  package func tables() throws -> [Table] {
    let interval = definition.interval
    var table = Table(name: definition.options.name, columns: definition.columns)
    let span = observation.rows(in: interval, firstSeen: firstSeen)
    let rows = try groups.rows(
      top: definition.options.top, each: span.count,
      isShown: { $0 < states.count && hasRows(states[$0].series, span) },
      isLarger: { states[$0].entities > states[$1].entities })
    for row in rows {
      var series = IntervalSeries<ActivityCell>()
      for group in row.groups where group < states.count { series.add(states[group].series) }
      if row.groups.count > 1 { series.add(surplus(of: row.groups)) }
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
        if !definition.options.isBySession { cells.append(.integer(cell.new)) }
        cells.append(.ratio(cell.events, cell.active))
        if interval == .day, !definition.options.isBySession {
          guard cell.active <= active7, active7 <= active28 else {
            throw IdentityViolation(
              "\(table.name): active <= active_7d <= active_28d does not hold")
          }
          cells.append(isWhole(7, index) ? .integer(active7) : .empty)
          cells.append(isWhole(28, index) ? .integer(active28) : .empty)
          cells.append(isWhole(28, index) ? .ratio(cell.active, active28) : .empty)
        }
        cells.append(.text(observation.stateInRange(of: index, in: interval).rawValue))
        table.rows.append(cells)
      }
    }
    return [table]
  }

  /// Whether a group has something to show: an event in range, or a trailing window that reaches back
  /// to one.
  private func hasRows(_ series: IntervalSeries<ActivityCell>, _ span: Range<Int>) -> Bool {
    var (active7, active28) = (0, 0)
    return span.contains { index in
      let cell = series[index]
      active7 += cell.change7
      active28 += cell.change28
      return cell.events > 0 || (active7 > 0 && isWhole(7, index))
        || (active28 > 0 && isWhole(28, index))
    }
  }

  /// Whether all of the days that end with this one were observed.
  private func isWhole(_ days: Int, _ day: Int) -> Bool { day - (days - 1) >= firstObservedDay }
}
