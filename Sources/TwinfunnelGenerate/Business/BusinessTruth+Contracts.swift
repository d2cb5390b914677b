extension BusinessTruth {
  static let recurringTable = TruthTable(
    name: "recurring", keys: [("interval", .date)],
    columns: [
      ("start_accounts", .count), ("start_mrr", .money), ("new_mrr", .money),
      ("reactivated_mrr", .money), ("expansion_mrr", .money), ("contraction_mrr", .money),
      ("churned_mrr", .money), ("end_mrr", .money), ("end_accounts", .count),
      ("new_accounts", .count), ("reactivated_accounts", .count), ("churned_accounts", .count),
      ("kept", .hidden), ("retained", .hidden), ("grr", .fraction("kept", "start_mrr")),
      ("nrr", .fraction("retained", "start_mrr")),
      ("logo_churn", .fraction("churned_accounts", "start_accounts")),
    ])

  /// An account's level after the months up to and including this one: each contract's latest
  /// amount, 0 after its end.
  private func level(_ events: [Event], throughMonth month: Int) -> Int {
    var contracts: [Int32: Int] = [:]
    for event in events.sorted(by: { $0.time < $1.time }) where clock.month(event.time) <= month {
      switch event.name {
      case .contractSigned, .contractChanged: contracts[event.reference] = Int(event.cents)
      case .contractCancelled: contracts[event.reference] = 0
      default: break
      }
    }
    return contracts.values.reduce(0, +)
  }

  mutating func count(contractsOf events: [Event]) {
    let events = events.filter {
      [.contractSigned, .contractChanged, .contractCancelled].contains($0.name)
    }
    guard let first = events.map({ clock.month($0.time) }).min() else { return }
    var start = 0
    var hadBefore = false
    var month = first
    while month <= clock.month(observedUntil) {
      let end = level(events, throughMonth: month)
      let isNew = start == 0 && end > 0 && !hadBefore
      let isBack = start == 0 && end > 0 && hadBefore
      recurring.add(start > 0 ? 1 : 0, "start_accounts", month)
      recurring.add(start, "start_mrr", month)
      recurring.add(isNew ? end : 0, "new_mrr", month)
      recurring.add(isBack ? end : 0, "reactivated_mrr", month)
      recurring.add(start > 0 && end > start ? end - start : 0, "expansion_mrr", month)
      recurring.add(end > 0 && end < start ? start - end : 0, "contraction_mrr", month)
      recurring.add(end == 0 ? start : 0, "churned_mrr", month)
      recurring.add(end, "end_mrr", month)
      recurring.add(end > 0 ? 1 : 0, "end_accounts", month)
      recurring.add(isNew ? 1 : 0, "new_accounts", month)
      recurring.add(isBack ? 1 : 0, "reactivated_accounts", month)
      recurring.add(start > 0 && end == 0 ? 1 : 0, "churned_accounts", month)
      recurring.add(min(start, end), "kept", month)
      recurring.add(start > 0 ? end : 0, "retained", month)
      hadBefore = hadBefore || end > 0
      start = end
      month = LocalClock.nextMonth(month)
    }
  }

  /// The account's row, and what it adds to the totals.
  mutating func count(rowOf events: [Event], number: Int) {
    let people = Set(events.map { $0.person })
    accounts.add(people.count, "users", number)
    accounts.add(events.count, "events", number)
    accounts.add(Set(events.map { clock.day($0.time) }).count, "days_active", number)
    accounts.add(
      events.reduce(0) { $0 + ($1.name == .creditsBought ? Int($1.cents) : 0) }, "revenue", number)
    let firstSeen = events.map { $0.time }.min() ?? 0
    if let activated = activation(events) {
      accounts.add(activated - firstSeen, "milliseconds", number)
      accounts.add(1000, "thousand", number)
      totals.add(1, "activated")
    }
    let roles = Set(events.map { BusinessRole.texts[Int($0.note)] })
    for role in BusinessRole.texts {
      totals.add(roles.contains(role) ? 1 : 0, "accounts_with_" + role)
    }
    totals.add(roles.count == BusinessRole.texts.count ? 1 : 0, "accounts_with_all_roles")
    let dues = Self.times(events, .renewalDue)
    let renewed = Self.times(events, .contractRenewed)
    totals.add(events.contains { $0.name == .contractSigned } ? 1 : 0, "signed")
    totals.add(dues.count, "due")
    totals.add(
      dues.filter { due in renewed.contains { $0 >= due && $0 <= due + 30 * LocalClock.day } }
        .count,
      "renewed")
  }

  /// The first instant at which three people had used features, on three local days.
  private func activation(_ events: [Event]) -> Int? {
    var people: Set<Int32> = []
    var days: Set<Int> = []
    for event in events.sorted(by: { $0.time < $1.time }) where event.name == .featureUsed {
      people.insert(event.person)
      days.insert(clock.day(event.time))
      if people.count >= 3, days.count >= 3 { return event.time }
    }
    return nil
  }
}
