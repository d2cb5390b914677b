/// What the tables of `fixtures/specs/b2b.yaml` must say, counted from the story's events with the
/// definitions written out as plainly as possible.
struct BusinessTruth {
  typealias Event = ScriptEvent<BusinessEvent>

  let clock = BusinessStory.clock
  /// Milliseconds since 1970.
  let observedUntil: Int
  static let features = BusinessFeature.texts

  var monthly = TruthTable.activity("monthly")
  var accountsMonthly = TruthTable.activity("accounts_monthly")
  var users = TruthTable.adoption("features", features: features)
  var seats = TruthTable.adoption("seats", features: features, seats: true)
  var usersBreadth = TruthTable.breadth("features.breadth")
  var seatsBreadth = TruthTable.breadth("seats.breadth")
  var rhythm = TruthTable.rhythm("rhythm")
  var working = TruthTable.workingHours("rhythm.summary")
  var sales = TruthTable.funnel("sales")
  var renewals = TruthTable.funnel("renewals")
  var support = TruthTable.funnel("support")
  var retention = TruthTable.retention("account_retention")
  var lifecycle = TruthTable.lifecycle("account_lifecycle")
  var credits = TruthTable.revenue("credits")
  var recurring = Self.recurringTable
  var vabs = Self.vabsTable
  var double = TruthTable(
    name: "double_funnel", keys: [("step", .number)],
    columns: [("accounts", .count), ("users", .count)])
  var link = TruthTable(
    name: "double_funnel.link", keys: [("business_step", .number), ("consumer_step", .number)],
    columns: [("users", .count)])
  var accounts = TruthTable(
    name: "accounts", keys: [("account", .account)],
    columns: [
      ("users", .count), ("events", .count), ("days_active", .count), ("revenue", .money),
      ("milliseconds", .hidden), ("thousand", .hidden),
      ("seconds_to_activation", .fraction("milliseconds", "thousand")),
    ])
  var totals = TruthTable(
    name: "totals", keys: [],
    columns: [
      ("signed", .count), ("due", .count), ("renewed", .count), ("activated", .count),
      ("rows_without_account", .count), ("users_without_account", .count),
      ("accounts_with_user", .count), ("accounts_with_evaluator", .count),
      ("accounts_with_budget", .count), ("accounts_with_decision", .count),
      ("accounts_with_signature", .count), ("accounts_with_all_roles", .count),
    ])

  init(observedUntil: Int) {
    self.observedUntil = observedUntil
    totals.add(0, "signed")
  }

  var tables: [TruthTable] {
    [
      monthly, accountsMonthly, users, seats, usersBreadth, seatsBreadth, rhythm, working, sales,
      renewals, support, retention,
      lifecycle, credits, recurring, vabs, double, link, accounts, totals,
    ]
  }

  static let businessSteps: [BusinessEvent] = [
    .leadCreated, .demoHeld, .trialStarted, .coreValueMet, .contractSigned,
  ]
  static let consumerSteps: [BusinessEvent] = [.visit, .signUp, .featureUsed, .creditsBought]

  /// Times of the events of a kind, ascending.
  static func times(_ events: [Event], _ name: BusinessEvent) -> [Int] {
    events.filter { $0.name == name }.map { $0.time }.sorted()
  }

  func reached(_ steps: [BusinessEvent], _ events: [Event], withinDays days: Int) -> Int {
    furthestStep(steps.map { Self.times(events, $0) }, within: days * LocalClock.day)
  }

  mutating func count(_ events: [Event]) {
    for event in events where event.account < 0 { totals.add(1, "rows_without_account") }
    for (_, own) in Dictionary(grouping: events, by: { $0.person }) { count(user: own) }
    let inside = events.filter { $0.account >= 0 }
    for (account, own) in Dictionary(grouping: inside, by: { $0.account }) {
      count(account: own, number: Int(account))
    }
  }

  private mutating func count(user events: [Event]) {
    let times = events.map { $0.time }
    monthly.countActivity(times, interval: clock.month)
    rhythm.countRhythm(times, clock)
    working.countWorkingHours(times, clock)
    usersBreadth.countBreadth(uses: Self.uses(events))
    users.countAdoption(active: times, uses: Self.uses(events), interval: clock.month)
    let bought = events.filter { $0.name == .creditsBought }
    credits.countRevenue(
      bought.map { (time: $0.time, cents: Int($0.cents)) }, interval: clock.month)
    let reached = reached(Self.consumerSteps, events, withinDays: 90)
    for step in 0..<Self.consumerSteps.count {
      double.add(reached > step ? 1 : 0, "users", step + 1)
    }
    totals.add(events.allSatisfy { $0.account < 0 } ? 1 : 0, "users_without_account")
  }

  /// Each feature's times of use.
  private static func uses(_ events: [Event]) -> [[Int]] {
    features.indices.map { feature in
      events.filter { $0.name == .featureUsed && Int($0.feature) == feature }.map { $0.time }
    }
  }

  private mutating func count(account events: [Event], number: Int) {
    let times = events.map { $0.time }
    accountsMonthly.countActivity(times, interval: clock.month)
    lifecycle.countLifecycle(
      times, until: observedUntil, interval: clock.month, next: LocalClock.nextMonth)
    retention.countRetention(
      starts: Self.times(events, .contractSigned), returns: Self.times(events, .featureUsed),
      periods: 12, until: observedUntil, interval: clock.month, next: LocalClock.nextMonth)
    sales.countFunnel(reached(Self.businessSteps, events, withinDays: 180), of: 5)
    renewals.countFunnel(
      reached([.renewalDue, .contractRenewed], events, withinDays: 30), of: 2)
    support.countFunnel(reached([.ticketOpened, .ticketSolved], events, withinDays: 2), of: 2)
    count(seatsOf: events)
    count(doubleFunnelOf: events)
    count(contractsOf: events)
    count(vabsOf: events)
    count(rowOf: events, number: number)
  }

  private mutating func count(seatsOf events: [Event]) {
    seatsBreadth.countBreadth(uses: Self.uses(events))
    seats.countAdoption(
      active: events.map { $0.time }, uses: Self.uses(events), interval: clock.month)
    for (month, those) in Dictionary(grouping: events, by: { clock.month($0.time) }) {
      let active = Set(those.map { $0.person }).count
      for feature in Self.features.indices {
        let using = those.filter { $0.name == .featureUsed && Int($0.feature) == feature }
        seats.add(active, "seats_active", month, feature)
        seats.add(Set(using.map { $0.person }).count, "seats_using", month, feature)
      }
    }
  }

  /// The account's own furthest step, and the furthest of each of its people inside it.
  private mutating func count(doubleFunnelOf events: [Event]) {
    let business = reached(Self.businessSteps, events, withinDays: 180)
    for step in 0..<Self.businessSteps.count {
      double.add(business > step ? 1 : 0, "accounts", step + 1)
    }
    guard business > 0 else { return }
    for (_, own) in Dictionary(grouping: events, by: { $0.person }) {
      let consumer = reached(Self.consumerSteps, own, withinDays: 90)
      if consumer > 0 { link.add(1, "users", business, consumer) }
    }
  }
}
