import Spec
package import Tables
import Values

extension LifecycleDefinition {
  package var heads: [TableOutline] {
    [TableOutline(options.name, columns)]
  }

  var columns: [Column] {
    let gap = gap
    let silence = gap == 1 ? "the interval before" : "all \(gap) intervals before"
    return breakdownColumns(of: "first matching event") + [
      .interval(interval, "First date or hour of the interval."),
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
