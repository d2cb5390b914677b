extension BusinessStory {
  func truth(of events: [ScriptEvent<BusinessEvent>], observedUntil: Int) -> [TruthTable] {
    var truth = BusinessTruth(observedUntil: observedUntil)
    truth.count(events)
    return truth.tables
  }

  func parameters(_ tables: [TruthTable]) -> [(name: String, value: TruthValue)] {
    func table(_ name: String) -> TruthTable { tables.first { $0.name == name } ?? tables[0] }
    let (totals, sales, double) = (table("totals"), table("sales"), table("double_funnel"))
    func step(_ table: TruthTable, _ column: String, _ number: Int) -> Int {
      table.total(column) { $0 == [number] }
    }
    func conversion(_ table: TruthTable, _ column: String, _ number: Int) -> TruthValue {
      .fraction(step(table, column, number), step(table, column, number - 1))
    }
    let last = table("recurring").sortedKeys.last ?? []
    return [
      ("signed_accounts", .count(totals.total("signed"))),
      ("renewals_due", .count(totals.total("due"))),
      ("renewals_in_time", .count(totals.total("renewed"))),
      ("renewal_rate", .fraction(totals.total("renewed"), totals.total("due"))),
      ("end_mrr", .money(table("recurring").total("end_mrr") { $0 == last })),
      ("demo_per_lead", conversion(sales, "reached", 2)),
      ("trial_per_demo", conversion(sales, "reached", 3)),
      ("value_per_trial", conversion(sales, "reached", 4)),
      ("signed_per_value", conversion(sales, "reached", 5)),
      ("sign_up_per_visit", conversion(double, "users", 2)),
      ("use_per_sign_up", conversion(double, "users", 3)),
      ("credits_per_use", conversion(double, "users", 4)),
      (
        "working_hours_share",
        .fraction(
          table("rhythm.summary").total("working_events"),
          table("rhythm.summary").total("events"))
      ),
      ("activated_accounts", .count(totals.total("activated"))),
      ("rows_without_account", .count(totals.total("rows_without_account"))),
      ("users_without_account", .count(totals.total("users_without_account"))),
    ]
      + BusinessRole.texts.map {
        ("accounts_with_" + $0, .count(totals.total("accounts_with_" + $0)))
      } + [("accounts_with_all_roles", .count(totals.total("accounts_with_all_roles")))]
  }
}
