import EventLog
import Tables
package import Values

extension GoalSpec {
  /// The goal with all defaults filled in, as goals.json shows it. It is valid as a goal of a spec.
  package var definition: JSONValue {
    let by = stages.last.map { JSONValue.text($0.by.text) } ?? .null
    let target = stages.last.map { JSONValue.digits($0.target.description) } ?? .null
    return .object([
      ("name", .text(name)), ("table", .text(table)), ("column", .text(column)),
      ("row", .object(row.entries.map { ($0.column, .text($0.value.text)) })),
      ("start", start.map { .digits($0.description) } ?? .null),
      ("from", from.map { .text($0.text) } ?? .null), ("target", target), ("by", by),
      (
        "stages",
        .list(
          stages.dropLast().map {
            .object([("by", .text($0.by.text)), ("target", .digits($0.target.description))])
          })
      ), ("better", .text(higherIsBetter ? "higher" : "lower")),
    ])
  }
}
