import Spec
package import Tables

extension LifecycleFold {
  /// Throws `IdentityViolation` unless both identities of the report hold in every interval.
  package func tables() throws -> [Table] {
    let interval = definition.interval
    var table = Table(name: definition.options.name, columns: definition.columns)
    let span = observation.rows(in: interval, firstSeen: firstSeen)
    let rows = groups.rows(
      top: definition.options.top,
      isShown: { group in
        group < states.count
          && span.contains { index in
            let cell = shown(index, states[group])
            return cell.active > 0 || cell.dormant > 0
          }
      },
      isLarger: { states[$0].entities > states[$1].entities })
    for row in rows {
      var sum = GroupState()
      for group in row.groups where group < states.count {
        sum.series.add(states[group].series)
        sum.cut.add(states[group].cut)
      }
      try check(sum.series)
      for index in span {
        let cell = shown(index, sum)
        var cells = row.cells
        cells.append(.text(observation.calendar.label(index, interval)))
        cells += [
          .integer(cell.active), .integer(cell.new), .integer(cell.returning),
          .integer(cell.resurrected), .integer(cell.dormant),
          .ratio(cell.new + cell.resurrected, cell.dormant),
        ]
        cells.append(.text(observation.stateInRange(of: index, in: interval).rawValue))
        table.rows.append(cells)
      }
    }
    return [table]
  }

  private func check(_ series: IntervalSeries<LifecycleCell>) throws {
    let name = definition.options.name
    var waiting = 0
    var engagedBefore = 0
    for (position, cell) in series.cells.enumerated() {
      waiting += cell.waitingChange
      let engaged = cell.active + waiting
      let hasHistory = series.base + position != historyIndex
      guard !hasHistory || engaged == engagedBefore + cell.new + cell.resurrected - cell.dormant,
        cell.active == cell.new + cell.returning + cell.resurrected
      else {
        let label = observation.calendar.label(series.base + position, definition.interval)
        throw IdentityViolation(
          "\(name): active = active before + new + resurrected - dormant does not hold in \(label)")
      }
      engagedBefore = engaged
    }
  }
}
