extension ConsumerStory {
  func truth(of events: [ScriptEvent<ConsumerEvent>], observedUntil: Int) -> [TruthTable] {
    var truth = ConsumerTruth(observedUntil: observedUntil)
    truth.count(events)
    return truth.tables
  }

  func parameters(_ tables: [TruthTable]) -> [(name: String, value: TruthValue)] {
    func table(_ name: String) -> TruthTable { tables.first { $0.name == name } ?? tables[0] }
    let (totals, referral) = (table("totals"), table("referral"))
    func step(_ name: String, _ number: Int) -> Int {
      table(name).total("reached") { $0.last == number }
    }
    func stage(_ number: Int, _ column: String = "entities") -> Int {
      table("aarrr").total(column) { $0.last == number }
    }
    return [
      ("signed_up", .count(totals.total("signed_up"))),
      ("invites", .count(referral.total("invites"))),
      ("joined_in_time", .count(referral.total("joined"))),
      ("k", .fraction(referral.total("joined"), referral.total("members"))),
      ("joins_with_inviter", .count(totals.total("joins"))),
      ("joins_placed", .count(totals.total("placed"))),
      ("joins_of_unknown_inviters", .count(totals.total("unplaced"))),
      ("activation_rate", .fraction(stage(2), stage(2, "base"))),
      ("retention_rate", .fraction(stage(3), stage(3, "base"))),
      ("revenue_rate", .fraction(stage(4), stage(4, "base"))),
      ("revenue", .money(totals.total("spent"))),
      ("clicked_per_seen", .fraction(step("acquisition", 2), step("acquisition", 1))),
      ("forwarded_per_clicked", .fraction(step("acquisition", 3), step("acquisition", 2))),
      ("opened_per_shown", .fraction(step("conversion", 2), step("conversion", 1))),
      ("cart_per_opened", .fraction(step("conversion", 3), step("conversion", 2))),
      ("purchase_per_cart", .fraction(step("conversion", 4), step("conversion", 3))),
      ("notified_users", .count(totals.total("notified"))),
      ("dormant_notified", .count(step("awakening", 1))),
      ("dormant_opened", .count(step("awakening", 2))),
      ("dormant_converted", .count(step("awakening", 3))),
      (
        "working_hours_share",
        .fraction(
          table("rhythm.summary").total("working_events"),
          table("rhythm.summary").total("events"))
      ),
    ]
  }
}
