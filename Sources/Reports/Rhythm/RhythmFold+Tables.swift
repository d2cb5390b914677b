import Spec
package import Tables

extension RhythmFold {
  /// NAME and NAME.summary. Throws `IdentityViolation` unless the hours add up to the events that
  /// were counted entity by entity.
  package func tables() throws -> [Table] {
    let name = definition.options.name
    var table = Table(name: name, columns: definition.columns)
    var summary = Table(name: "\(name).summary", columns: definition.summaryColumns)
    let rows = try groups.rows(
      top: definition.options.top, each: WeekHourCursor.hoursOfWeek + 1,
      isShown: { $0 < totals.count && totals[$0].events > 0 },
      isLarger: { totals[$0].active > totals[$1].active })
    for row in rows {
      var total = Totals()
      var week = [Hour](repeating: Hour(), count: WeekHourCursor.hoursOfWeek)
      for group in row.groups where group < totals.count {
        total.add(totals[group])
        for hour in week.indices {
          week[hour].add(hours[group * WeekHourCursor.hoursOfWeek + hour])
        }
      }
      if row.groups.count > 1 {
        let surplus = surplus(of: row.groups)
        total.add(surplus.totals)
        for hour in week.indices { week[hour].add(surplus.hours[hour]) }
      }
      if total.events == 0 { continue }
      try check(week, total)
      for (index, hour) in week.enumerated() {
        table.rows.append(
          row.cells + [
            .integer(index / 24 + 1), .integer(index % 24), .integer(hour.events),
            .integer(hour.active), .ratio(hour.events, total.events),
          ])
      }
      let worked = week.indices.filter { isWorking($0) }
      let events = worked.reduce(0) { $0 + week[$1].events }
      summary.rows.append(
        row.cells + [
          .integer(total.events), .integer(events), .ratio(events, total.events),
          .ratio(worked.count, week.count), .integer(total.active), .integer(total.workingActive),
        ])
    }
    return [table, summary]
  }

  private func check(_ week: [Hour], _ total: Totals) throws {
    let name = definition.options.name
    guard week.reduce(0, { $0 + $1.events }) == total.events else {
      throw IdentityViolation("\(name): events of all hours = all events does not hold")
    }
    guard week.allSatisfy({ $0.active <= $0.events && $0.active <= total.active }),
      total.workingActive <= total.active, total.active <= total.events
    else {
      throw IdentityViolation("\(name): active <= events does not hold")
    }
  }
}
