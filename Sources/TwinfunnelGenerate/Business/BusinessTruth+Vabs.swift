extension BusinessTruth {
  static let stages = ["value", "application", "benefit", "service", "sign", "renew"]

  static let vabsTable = TruthTable(
    name: "vabs", keys: [("interval", .date), ("stage", .text(stages))],
    columns: [
      ("accounts", .count), ("base", .count), ("rate", .fraction("accounts", "base")),
      ("value", .money), ("signed_with", .count),
      ("sign_rate_with", .fraction("signed_with", "accounts")), ("signed_without", .count),
      ("without", .hidden), ("sign_rate_without", .fraction("signed_without", "without")),
      ("renewed_with", .count), ("due_with", .hidden),
      ("renewal_rate_with", .fraction("renewed_with", "due_with")), ("renewed_without", .count),
      ("due_without", .hidden),
      ("renewal_rate_without", .fraction("renewed_without", "due_without")),
    ])

  /// By the month of the account's first trial; everything counts from that instant on.
  mutating func count(vabsOf events: [Event]) {
    guard let start = Self.times(events, .trialStarted).first else { return }
    let month = clock.month(start)
    let after = events.filter { $0.time >= start }
    func times(_ name: BusinessEvent) -> [Int] { Self.times(after, name) }
    func days(_ count: Int) -> Int { count * LocalClock.day }

    let uses = after.filter { $0.name == .featureUsed && $0.time <= start + days(60) }
    let benefits = after.filter { $0.name == .benefitMeasured }
    func answered(_ request: BusinessEvent, by answer: BusinessEvent, withinDays length: Int)
      -> Bool
    {
      times(request).allSatisfy { asked in
        times(answer).contains { $0 >= asked && $0 <= asked + days(length) }
      }
    }
    let asked = !times(.ticketOpened).isEmpty
    let met = [
      times(.coreValueMet).contains { $0 <= start + days(30) },
      Set(uses.map { $0.feature }).count >= 3 && Set(uses.map { $0.person }).count >= 3,
      !benefits.isEmpty,
      asked && answered(.ticketOpened, by: .ticketSolved, withinDays: 2),
    ]
    let signed = !times(.contractSigned).isEmpty
    let due = !times(.renewalDue).isEmpty
    // Renewed is who renewed each time.
    let renewed = due && answered(.renewalDue, by: .contractRenewed, withinDays: 30)
    // What has not been observed yet is neither above nor below the line, and who never asked for
    // help is not part of service.
    let isKnown = [
      start + days(30) <= observedUntil, start + days(60) <= observedUntil, true, asked,
    ]
    for stage in 0..<4 where isKnown[stage] {
      let isMet = met[stage]
      vabs.add(isMet ? 1 : 0, "accounts", month, stage)
      vabs.add(1, "base", month, stage)
      vabs.add(isMet ? 0 : 1, "without", month, stage)
      vabs.add(isMet && signed ? 1 : 0, "signed_with", month, stage)
      vabs.add(!isMet && signed ? 1 : 0, "signed_without", month, stage)
      vabs.add(isMet && due ? 1 : 0, "due_with", month, stage)
      vabs.add(!isMet && due ? 1 : 0, "due_without", month, stage)
      vabs.add(isMet && renewed ? 1 : 0, "renewed_with", month, stage)
      vabs.add(!isMet && renewed ? 1 : 0, "renewed_without", month, stage)
    }
    vabs.add(benefits.reduce(0) { $0 + Int($1.cents) }, "value", month, 2)
    vabs.add(signed ? 1 : 0, "accounts", month, 4)
    vabs.add(1, "base", month, 4)
    vabs.add(renewed ? 1 : 0, "accounts", month, 5)
    vabs.add(due ? 1 : 0, "base", month, 5)
    leaveOutOpen(
      month, service: times(.ticketOpened).contains { $0 + days(2) > observedUntil },
      renewal: times(.renewalDue).contains { $0 + days(30) > observedUntil })
  }

  /// Requests and due dates that were still open when observation ended.
  private mutating func leaveOutOpen(_ month: Int, service: Bool, renewal: Bool) {
    if service {
      for (column, kind) in Self.vabsTable.columns {
        if case .count = kind { vabs.leaveOut(column, month, 3) }
        if case .hidden = kind { vabs.leaveOut(column, month, 3) }
      }
    }
    guard renewal else { return }
    vabs.leaveOut("accounts", month, 5)
    vabs.leaveOut("base", month, 5)
    for stage in 0..<4 {
      for column in ["renewed_with", "due_with", "renewed_without", "due_without"] {
        vabs.leaveOut(column, month, stage)
      }
    }
  }
}
