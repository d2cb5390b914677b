import Spec
package import Tables
import Values

extension RhythmDefinition {
  package var heads: [TableOutline] {
    [TableOutline(options.name, columns), TableOutline(options.name + ".summary", summaryColumns)]
  }

  var columns: [Column] {
    breakdownColumns(of: "first matching event") + [
      Column("weekday", .integer, "1 for Monday to 7 for Sunday, local.").key,
      Column("hour", .integer, "0 to 23, by the local clock.").key,
      Column(
        "events", .integer, unit: "events",
        "Matching events in the hour of the weekday, over all weeks."),
      Column(
        "active", .integer, unit: "entities",
        "Entities with a matching event in the hour of the weekday, in any week."),
      Column("share", .number, unit: "fraction", "Events divided by the events of all hours."),
    ]
  }

  var summaryColumns: [Column] {
    let working = working
    let days = working.days.map(\.rawValue).joined(separator: ", ")
    let hours = "working hours (\(days), from \(working.from) until \(working.until), local)"
    return breakdownColumns(of: "first matching event") + [
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
