import Spec
package import Tables
import Values

extension ActivityDefinition {
  package var heads: [TableOutline] {
    [TableOutline(options.name, columns)]
  }

  var columns: [Column] {
    var columns = breakdownColumns(of: "first matching event")
    columns.append(.interval(interval, "First date or hour of the interval."))
    if options.isBySession {
      return columns + [
        Column("events", .integer, unit: "events", "Matching events of the sessions."),
        Column(
          "active", .integer, unit: "sessions",
          "Sessions with a matching event that begin in the interval."),
        Column(
          "events_per_active", .number, unit: "events",
          "Events divided by active; empty when there was none."),
        .observationState,
      ]
    }
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
    if interval == .day {
      columns += [
        Column(
          "active_7d", .integer, unit: "entities",
          "Entities active in the 7 days that end with this one, days before the range included; "
            + "empty until the logs reach back so far."),
        Column(
          "active_28d", .integer, unit: "entities",
          "Entities active in the 28 days that end with this one, days before the range included; "
            + "empty until the logs reach back so far."),
        Column(
          "stickiness", .number, unit: "fraction",
          "Active divided by active_28d; empty where that is empty or 0."),
      ]
    }
    columns.append(.observationState)
    return columns
  }
}
