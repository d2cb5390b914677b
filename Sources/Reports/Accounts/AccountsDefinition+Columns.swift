import Spec
package import Tables
import Values

extension AccountsDefinition {
  package var heads: [TableOutline] {
    [TableOutline(options.name, columns)]
      + (people
        ? [TableOutline("\(options.name).people", peopleColumns, isWithoutAmounts: true)] : [])
  }

  var columns: [Column] {
    let activation = activation == nil ? "; empty, as the report has no activation" : ""
    let revenue = revenue?.amount ?? "payments; empty, as the report has no revenue"
    return breakdownColumns(of: "first activity, or first payment if it has none") + [
      Column("account", .text, "The account's id.").key,
      Column("users", .integer, unit: "users", "People of the account active in the range."),
      Column(
        "active_users_28d", .integer, unit: "users",
        "People active in the last 28 local days, the day of the end included."),
      Column("events", .integer, unit: "events", "Activity in the range."),
      Column("days_active", .integer, unit: "days", "Local days with activity in the range."),
      Column("first_seen", .dateTime, "First activity in all logs."),
      Column("last_seen", .dateTime, "Last activity up to the end of range and observation."),
      Column("roles", .integer, unit: "roles", "Required roles that have shown up."),
      Column("roles_missing", .label, "Required roles that have not, in the spec's order."),
      Column("activated_at", .dateTime, "When the activation was met\(activation)."),
      Column(
        "seconds_to_activation", .number, unit: "seconds", "From first_seen to activated_at."),
      Column("revenue", .decimal, "Exact sum of \(revenue) in the range."),
      Column(
        "status", .label,
        "dormant (no activity in the 28 days), activated, new (first seen in them), or active."),
    ]
      + contractColumns
      + show.map { Column($0, .text, "The latest value of \($0) on the account's events.") }
  }

  private var contractColumns: [Column] {
    guard let contracts else { return [] }
    return [
      Column("mrr", .decimal, "The account's level at the end, as \(contracts) has it."),
      Column(
        "term_end", .date,
        "Last day of the first of its contracts that is known to end; empty when none is."),
      Column(
        "days_to_end", .integer, unit: "days",
        "Days from the day on which observation ends to term_end."),
    ]
  }

  var peopleColumns: [Column] {
    breakdownColumns(of: "account's first activity, or first payment if it has none") + [
      Column("account", .text, "The account's id."),
      Column("user", .text, "The person's id."),
      Column("role", .text, "Latest role on the person's activity in the account."),
      Column("first_seen", .dateTime, "First activity in the account, in all logs."),
      Column("last_seen", .dateTime, "Last activity up to the end of range and observation."),
      Column("events", .integer, unit: "events", "Activity in the account and in the range."),
    ]
  }
}
