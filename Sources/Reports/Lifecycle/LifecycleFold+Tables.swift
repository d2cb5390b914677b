import Spec
package import Tables

extension LifecycleFold {
  /// Throws `IdentityViolation` unless both identities of the report hold in every interval.
  package func tables() throws -> [Table] {
    let interval = definition.interval
    var table = Table(name: definition.options.name, columns: columns)
    let span = observation.rows(in: interval, firstSeen: firstSeen)
    let rows = groups.rows(
      top: definition.options.top,
      isShown: { group in
        span.contains { index in
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

  private var columns: [Column] {
    let gap = definition.gap
    let silence = gap == 1 ? "the interval before" : "all \(gap) intervals before"
    return groups.tableColumns(of: "first matching event") + [
      .interval(definition.interval, "First date or hour of the interval."),
      Column(
        "active", .integer, unit: "entities", "Entities with a matching event in the interval."),
      Column(
        "new", .integer, unit: "entities",
        "Active entities whose first matching event in all logs is in the interval."),
      Column(
        "returning", .integer, unit: "entities",
        gap == 1
          ? "Active entities that were active in the interval before."
          : "Active entities that were active in one of the \(gap) intervals before."),
      Column(
        "resurrected", .integer, unit: "entities",
        "Active entities, not new, that were silent in \(silence)."),
      Column(
        "dormant", .integer, unit: "entities",
        gap == 1
          ? "Entities silent in the interval that were active in the one before."
          : "Entities whose silence lasts \(gap) intervals with this one."),
      Column(
        "quick_ratio", .number, "New and resurrected divided by dormant; empty when dormant is 0."),
      .observationState,
    ]
  }
}
