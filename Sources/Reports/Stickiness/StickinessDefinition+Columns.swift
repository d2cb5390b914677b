import Spec
package import Tables
import Values

extension StickinessDefinition {
  package var heads: [TableOutline] {
    [TableOutline(options.name, columns)]
  }

  var columns: [Column] {
    breakdownColumns(of: "first matching event") + [
      Column(
        "intervals", .integer, unit: "\(interval.noun)s",
        "Number of distinct intervals in range with a matching event."
      ).key,
      Column(
        "exactly", .integer, unit: "entities", "Entities active in exactly so many intervals."),
      Column(
        "at_least", .integer, unit: "entities", "Entities active in so many intervals or more."),
      Column(
        "share", .number, unit: "fraction",
        "At_least divided by all entities active in range."),
    ]
  }
}
