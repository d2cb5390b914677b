extension ConsumerTruth {
  static let stages = [
    "awareness", "acquisition", "activation", "retention", "revenue", "referral",
  ]

  static let aarrrTable = TruthTable(
    name: "aarrr", keys: [("interval", .date), ("stage", .text(stages))],
    columns: [
      ("entities", .count), ("base", .count), ("rate", .fraction("entities", "base")),
      ("spent", .hidden), ("value", .moneyOf("spent")), ("joined", .hidden),
      ("value", .fraction("joined", "base")),
    ])

  static let referralTable = TruthTable(
    name: "referral", keys: [("interval", .date)],
    columns: [
      ("members", .count), ("inviters", .count), ("invites", .count), ("joined", .count),
      ("invites_per_member", .fraction("invites", "members")),
      ("conversion", .fraction("joined", "invites")), ("k", .fraction("joined", "members")),
    ])

  /// The stages by the month of the first sign-up, each on the whole cohort; awareness by the month
  /// of the first campaign seen, and the base of acquisition.
  mutating func count(stagesOf events: [Event], joins: [Int], engaged: [Int]) {
    if let seen = Self.times(events, .campaignSeen).first {
      let month = clock.month(seen)
      aarrr.add(1, "entities", month, 0)
      aarrr.add(1, "base", month, 1)
    }
    guard let joined = Self.times(events, .signUp).first else { return }
    let month = clock.month(joined)
    let day = LocalClock.day
    let activated = Self.times(events, .onboardingCompleted).contains {
      $0 >= joined && $0 <= joined + 7 * day
    }
    let retained = engaged.contains { $0 >= joined + 7 * day && $0 < joined + 14 * day }
    let purchases = events.filter { $0.name == .purchase && $0.time >= joined }
    let invites = Self.times(events, .inviteSent).filter { $0 >= joined }
    let joins = joins.filter { $0 >= joined }
    aarrr.add(1, "entities", month, 1)
    // What has not been observed yet is neither above nor below the line.
    func isOver(days: Int) -> Bool { joined + days * day <= observedUntil }
    for (stage, met, isKnown) in [
      (2, activated, isOver(days: 7)), (3, retained, isOver(days: 14)),
      (4, !purchases.isEmpty, true), (5, !invites.isEmpty, true),
    ] where isKnown {
      aarrr.add(met ? 1 : 0, "entities", month, stage)
      aarrr.add(1, "base", month, stage)
    }
    // The value of revenue is money; of referral, the joins over the cohort.
    aarrr.add(purchases.reduce(0) { $0 + Int($1.cents) }, "spent", month, 4)
    aarrr.add(joins.count, "joined", month, 5)
    totals.add(activated ? 1 : 0, "activated")
  }

  /// By the month of the person's first event of any kind; within 30 days of it, of those whose 30
  /// days are over.
  mutating func count(referralOf events: [Event], joins: [Int]) {
    guard let first = events.map({ $0.time }).min() else { return }
    let month = clock.month(first)
    let close = first + 30 * LocalClock.day
    guard close <= observedUntil else { return }
    let invites = Self.times(events, .inviteSent).filter { $0 <= close }
    referral.add(1, "members", month)
    referral.add(invites.isEmpty ? 0 : 1, "inviters", month)
    referral.add(invites.count, "invites", month)
    referral.add(joins.filter { $0 <= close }.count, "joined", month)
    self.joins.add(joins.filter { $0 <= close }.count, "joined")
  }
}
