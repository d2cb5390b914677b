import Spec
package import Tables
import Timelines
import Values

extension AdoptionDefinition {
  package var heads: [TableOutline] {
    [TableOutline(options.name, columns), TableOutline(options.name + ".breadth", breadthColumns)]
  }

  var columns: [Column] {
    var columns = leadingColumns
    columns.append(.interval(interval, "First date or hour of the interval."))
    columns += [
      Column("feature", .label, "The feature, as the spec names it.").key,
      Column(
        "active", .integer, unit: "entities",
        "Entities with activity or a use of any feature in the interval."),
      Column("adopters", .integer, unit: "entities", "Active entities that used the feature."),
      Column("reach", .number, unit: "fraction", "Adopters divided by active."),
      Column("uses", .integer, unit: "events", "Uses of the feature in the interval."),
      Column(
        "uses_per_adopter", .number, unit: "events",
        "Uses divided by adopters; empty without adopters."),
      Column(
        "new_adopters", .integer, unit: "entities",
        "Adopters whose first use in all logs is in the interval."),
      Column(
        "median_seconds_to_first_use", .number, unit: "seconds",
        "Median time from first activity in all logs to first use, over the new adopters."),
    ]
    if options.entity == .account {
      columns += [
        Column(
          "seats_active", .integer, unit: "users",
          "Users of the active accounts with activity in the interval, counted per account."),
        Column(
          "seats_using", .integer, unit: "users", "Active seats that used the feature."),
        Column("depth", .number, unit: "fraction", "Seats_using divided by seats_active."),
      ]
    }
    columns.append(.observationState)
    return columns
  }

  var breadthColumns: [Column] {
    leadingColumns + [
      Column("features", .integer, "Number of different features used in range.").key,
      Column(
        "exactly", .integer, unit: "entities", "Active entities that used exactly so many."),
      Column(
        "at_least", .integer, unit: "entities", "Active entities that used so many or more."),
      Column(
        "share", .number, unit: "fraction",
        "At_least divided by all entities active in range."),
    ]
  }

  private var leadingColumns: [Column] { breakdownColumns(of: "first activity") }
}
