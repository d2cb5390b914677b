import Spec
package import Tables

extension RhythmFold {
  /// NAME and NAME.summary. Throws `IdentityViolation` unless the hours add up to the events that
  /// were counted entity by entity.
  package func tables() throws -> [Table] {
    let name = definition.options.name
    var table = Table(name: name, columns: columns)
    var summary = Table(name: "\(name).summary", columns: summaryColumns)
    let rows = groups.rows(
      top: definition.options.top,
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

  private var columns: [Column] {
    groups.tableColumns(of: "first matching event") + [
      Column("weekday", .integer, "1 for Monday to 7 for Sunday, local."),
      Column("hour", .integer, "0 to 23, by the local clock."),
      Column(
        "events", .integer, unit: "events",
        "Matching events in the hour of the weekday, over all weeks."),
      Column(
        "active", .integer, unit: "entities",
        "Entities with a matching event in the hour of the weekday, in any week."),
      Column("share", .number, unit: "fraction", "Events divided by the events of all hours."),
    ]
  }

  private var summaryColumns: [Column] {
    let working = definition.working
    let days = working.days.map(\.rawValue).joined(separator: ", ")
    let hours = "working hours (\(days), from \(working.from) until \(working.until), local)"
    return groups.tableColumns(of: "first matching event") + [
      Column("events", .integer, unit: "events", "Matching events."),
      Column("working_events", .integer, unit: "events", "Matching events in \(hours)."),
      Column("share", .number, unit: "fraction", "working_events divided by events."),
      Column(
        "even_share", .number, unit: "fraction",
        "What share would be if events came evenly: working hours divided by the week's 168."),
      Column("active", .integer, unit: "entities", "Entities with a matching event."),
      Column(
        "working_active", .integer, unit: "entities",
        "Entities with a matching event in working hours."),
    ]
  }
}
