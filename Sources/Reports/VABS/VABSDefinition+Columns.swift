import Spec
package import Tables
import Values

extension VABSDefinition {
  package var heads: [TableOutline] {
    [TableOutline(options.name, columns)]
  }

  var columns: [Column] {
    breakdownColumns(of: "first start event") + [
      .interval(interval, "First date or hour of the interval of the account's start."),
      Column("stage", .label, "Stage of the model.").key,
      Column(
        "accounts", .integer, unit: "entities",
        "Accounts of the base that reached the stage in its window; service: that were helped in "
          + "time each time; renew: that renewed each time. Empty when unobserved."),
      Column(
        "base", .integer, unit: "entities",
        "Accounts that started in the interval and whose window of the stage is over; service: "
          + "that asked for help; renew: that had a contract come due."),
      Column("rate", .number, unit: "fraction", "Accounts divided by base."),
      Column("benefit_value", .decimal, "Of the stage benefit: exact sum of the amounts."),
      Column(
        "case_rate", .number, unit: "fraction",
        "Of the stage service: share of requests helped in time. Renew: share of due contracts "
          + "renewed."),
      Column(
        "median_seconds", .number, unit: "seconds",
        "Median time from the start to the stage; service: from request to help; renew: from the "
          + "due date to the renewal, negative before it."),
    ] + contractColumns + [.target, .attainment, .stageState, .cut]
  }

  private var contractColumns: [Column] {
    [("with", "that reached the stage"), ("without", "of the base that did not reach it")]
      .flatMap { suffix, accounts in
        [
          Column(
            "signed_\(suffix)", .integer, unit: "entities", "Accounts \(accounts) and signed."),
          Column(
            "sign_rate_\(suffix)", .number, unit: "fraction",
            "Those divided by all accounts \(accounts)."),
        ]
      }
      + [("with", "that reached the stage"), ("without", "of the base that did not reach it")]
      .flatMap { suffix, accounts in
        [
          Column(
            "renewed_\(suffix)", .integer, unit: "entities",
            "Accounts \(accounts) and renewed each contract that came due."),
          Column(
            "renewal_rate_\(suffix)", .number, unit: "fraction",
            "Those divided by all accounts \(accounts) and had a contract come due."),
        ]
      }
  }
}
