import Spec
package import Tables

extension LifecycleFold {
  /// Throws `IdentityViolation` unless both identities of the report hold in every interval.
  package func tables() throws -> [Table] {
    let interval = definition.interval
    var table = Table(name: definition.options.name, columns: definition.columns)
    let span = observation.rows(in: interval, firstSeen: firstSeen)
    let rows = try groups.rows(
      top: definition.options.top, each: span.count,
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
    var waiting = 0
    var engagedBefore = 0
    let written = series.written
    for (place, (index, cell)) in written.enumerated() {
      // After an interval without a cell nobody is active, and those who wait go on.
      if place > 0, written[place - 1].index + 1 < index {
        guard engagedBefore == waiting else { throw violation(index) }
      }
      waiting += cell.waitingChange
      let engaged = cell.active + waiting
      let hasHistory = index != historyIndex
      guard !hasHistory || engaged == engagedBefore + cell.new + cell.resurrected - cell.dormant,
        cell.active == cell.new + cell.returning + cell.resurrected
      else { throw violation(index) }
      engagedBefore = engaged
    }
  }

  private func violation(_ index: Int) -> IdentityViolation {
    let label = observation.calendar.label(index, definition.interval)
    return IdentityViolation(
      "\(definition.options.name): active = active before + new + resurrected - dormant does not "
        + "hold in \(label)")
  }
}
