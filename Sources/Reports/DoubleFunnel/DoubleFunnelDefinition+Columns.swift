import Spec
package import Tables
import Values

extension DoubleFunnelDefinition {
  package var heads: [TableOutline] {
    [
      TableOutline(options.name, columns),
      TableOutline(options.name + ".link", linkColumns, isWithoutAmounts: true),
    ]
  }

  var columns: [Column] {
    func side(_ name: String, _ entities: String) -> [Column] {
      [
        Column(name, .label, "The \(name) funnel's step, as the spec names it."),
        Column(
          entities, .integer, unit: entities, "The \(entities) whose longest chain has the step."),
        Column(
          "\(entities)_rate_from_start", .number, unit: "fraction",
          "Those \(entities) / the \(entities) of step 1."),
        Column(
          "\(entities)_rate_from_previous", .number, unit: "fraction",
          "Those \(entities) / the \(entities) of the mandatory step before."),
        Column(
          "\(entities)_open", .integer, unit: entities,
          "The \(entities) that reached the step before and can still make this one."),
        Column(
          "\(entities)_dropped", .integer, unit: entities,
          "The \(entities) that reached the step before and can no longer make this one."),
        Column(
          "\(entities)_median_seconds", .number, unit: "seconds",
          "Median time from the step before, over the \(entities) that made this one."),
      ]
    }
    func value(_ name: String, _ amount: String?) -> Column {
      let description =
        amount.map { "Exact sum of \($0) over the chains' events at this step." }
        ?? "Empty: the spec gives the \(name) funnel no amount."
      return Column("\(name)_value", .decimal, description)
    }
    let cohort = interval.map {
      [Column.interval($0, "First date or hour of the interval of entry.")]
    }
    return breakdownColumns(of: "event of step 1") + (cohort ?? [])
      + [Column("step", .integer, "Number of the step in both funnels, from 1.").key]
      + side("business", "accounts") + side("consumer", "users") + [
        value("business", business.amount),
        value("consumer", consumer.amount),
      ] + (interval == nil ? [] : [.cut])
  }

  var linkColumns: [Column] {
    breakdownColumns(of: "account's event of step 1, or of its first event") + [
      Column(
        "business_step", .integer,
        "Number of the furthest mandatory step that the account reached; 0: never entered."
      ).key,
      Column("business", .label, "Its name; empty for 0."),
      Column(
        "consumer_step", .integer,
        "Number of the furthest mandatory step that the user reached by events inside the account."
      ).key,
      Column("consumer", .label, "Its name; empty for 0."),
      Column(
        "users", .integer, unit: "users",
        "Users of such accounts that stand there; one of several accounts counts in each."),
      Column(
        "share", .number, unit: "fraction", "Users / all users of accounts at the business step."),
    ]
  }
}
