import Spec
package import Tables
import Timelines
import Values

extension RecurringDefinition {
  package var heads: [TableOutline] {
    [TableOutline(options.name, columns)]
      + (term == nil ? [] : [TableOutline("\(options.name).due", dueColumns)])
  }

  var columns: [Column] {
    let entities = options.entity == .account ? "accounts" : "users"
    func count(_ name: String, _ description: String) -> Column {
      Column(name, .integer, unit: entities, description)
    }
    func money(_ name: String, _ description: String) -> Column {
      Column(name, .decimal, description)
    }
    return breakdownColumns(of: "first start or change") + [
      .interval(interval, "First date or hour of the interval."),
      count("start_accounts", "Those with a level above 0 at the interval's start."),
      money("start_mrr", "Sum of all levels at the interval's start."),
      money(
        "new_mrr", "Levels at the end of those that had none above 0 at the start or ever before."),
      money(
        "reactivated_mrr",
        "Levels at the end of those that had none above 0 at the start, but some time before."),
      money("expansion_mrr", "What those that stayed are worth more at the end than at the start."),
      money(
        "contraction_mrr", "What those that stayed are worth less at the end than at the start."),
      money("churned_mrr", "Levels at the start of those that have none above 0 at the end."),
      money(
        "end_mrr",
        "Sum of all levels at the end: start + new + reactivated + expansion - contraction - churned."
      ),
      count("end_accounts", "Those with a level above 0 at the interval's end."),
      count("new_accounts", "Those behind new_mrr."),
      count("reactivated_accounts", "Those behind reactivated_mrr."),
      count("churned_accounts", "Those behind churned_mrr."),
      Column(
        "grr", .number, unit: "fraction",
        "Gross revenue retention: sum of the smaller of start and end level, divided by start_mrr."
      ).ofAmounts,
      Column(
        "nrr", .number, unit: "fraction",
        "Net revenue retention: end level of those with one at the start, divided by start_mrr."
      ).ofAmounts,
      Column(
        "logo_churn", .number, unit: "fraction", "churned_accounts divided by start_accounts."),
    ] + trailingColumns + [.observationState]
  }

  private var trailingColumns: [Column] {
    guard let months = trailingMonths else { return [] }
    let before = "\(months) months before; empty until the logs reach back so far."
    return [
      Column(
        "nrr_trailing", .number, unit: "fraction",
        "Levels at the interval's end of those with one \(months) months before, divided by the levels "
          + before
      ).ofAmounts,
      Column(
        "grr_trailing", .number, unit: "fraction",
        "The same with each level at most the one \(before)"
      ).ofAmounts,
      Column(
        "logo_churn_trailing", .number, unit: "fraction",
        "Share without a level at the interval's end of those with one \(before)"),
    ]
  }

  var dueColumns: [Column] {
    breakdownColumns(of: "first start or change") + [
      Column(
        options.entity.rawValue, .text, "Id of the \(options.entity.rawValue)."),
      Column("contract", .text, "Name of the contract; empty where it has none."),
      Column("mrr", .decimal, "The contract's level at the end of observation."),
      Column("term_end", .date, "Last day of the contract, as far as is known."),
      Column(
        "days_to_end", .integer, unit: "days",
        "Days from the day on which observation ends to term_end."),
    ]
  }
}
