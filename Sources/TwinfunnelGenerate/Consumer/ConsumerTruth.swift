/// What the tables of `fixtures/specs/b2c.yaml` must say, counted from the story's events with the
/// definitions written out as plainly as possible.
struct ConsumerTruth {
  typealias Event = ScriptEvent<ConsumerEvent>

  let clock = ConsumerStory.clock
  /// Milliseconds since 1970.
  let observedUntil: Int

  static let activeNames = ["check_in", "answer", "question", "help"]
  static let activeEvents: [ConsumerEvent] = [.checkIn, .answerGiven, .questionAsked, .helpGiven]
  /// `engaged` in the spec.
  static let engaged: Set<ConsumerEvent> = [
    .visit, .checkIn, .answerGiven, .questionAsked, .helpGiven, .featureUsed, .itemShown,
    .itemOpened, .addToCart, .purchase, .inviteSent,
  ]
  static let acquisitionSteps: [ConsumerEvent] = [
    .campaignSeen, .campaignClicked, .campaignForwarded,
  ]
  static let conversionSteps: [ConsumerEvent] = [.itemShown, .itemOpened, .addToCart, .purchase]
  static let awakeningSteps: [ConsumerEvent] = [.notificationSent, .notificationOpened, .checkIn]

  var monthly = TruthTable.activity("monthly")
  var retention = TruthTable.retention("weekly_retention")
  var lifecycle = TruthTable.lifecycle("lifecycle")
  var revenue = TruthTable.revenue("revenue")
  var rhythm = TruthTable.rhythm("rhythm")
  var working = TruthTable.workingHours("rhythm.summary")
  var features = TruthTable.adoption("features", features: ConsumerFeature.texts)
  var active = TruthTable.adoption("active", features: activeNames)
  var featuresBreadth = TruthTable.breadth("features.breadth")
  var activeBreadth = TruthTable.breadth("active.breadth")
  var acquisition = TruthTable(
    name: "acquisition", keys: [("channel", .text(ConsumerChannel.texts)), ("step", .number)],
    columns: [("reached", .count)])
  var conversion = TruthTable.funnel("conversion")
  var awakening = TruthTable.funnel("awakening")
  var aarrr = Self.aarrrTable
  var referral = Self.referralTable
  var joins = TruthTable(
    name: "referral.joins", keys: [],
    columns: [
      ("joins", .count), ("without_inviter", .count), ("unknown_inviter", .count),
      ("joined", .count),
    ])
  var totals = TruthTable(
    name: "totals", keys: [],
    columns: [
      ("joins", .count), ("placed", .count), ("unplaced", .count), ("notified", .count),
      ("signed_up", .count), ("bought", .count), ("spent", .money), ("activated", .count),
    ])

  init(observedUntil: Int) {
    self.observedUntil = observedUntil
    totals.add(0, "joins")
  }

  var tables: [TruthTable] {
    [
      monthly, retention, lifecycle, revenue, rhythm, working, features, active, featuresBreadth,
      activeBreadth, acquisition,
      conversion, awakening, aarrr, referral, joins, totals,
    ]
  }

  /// Times of the events of a kind, ascending.
  static func times(_ events: [Event], _ name: ConsumerEvent) -> [Int] {
    events.filter { $0.name == name }.map { $0.time }.sorted()
  }

  func reached(_ steps: [ConsumerEvent], _ events: [Event], withinDays days: Int) -> Int {
    furthestStep(steps.map { Self.times(events, $0) }, within: days * LocalClock.day)
  }

  mutating func count(_ events: [Event]) {
    // A join belongs to its inviter's story as well, if there is one in the log.
    let joins = events.filter { $0.name == .signUp && $0.reference != -1 }
    let joinsOf = Dictionary(grouping: joins, by: { $0.reference })
    let people = Dictionary(grouping: events, by: { $0.person })
    for (person, own) in people { count(own, joins: (joinsOf[person] ?? []).map { $0.time }) }
    self.joins.add(Self.times(events, .signUp).count, "joins")
    self.joins.add(Self.times(events, .signUp).count - joins.count, "without_inviter")
    for join in joins {
      self.joins.add(people[join.reference] == nil ? 1 : 0, "unknown_inviter")
      totals.add(1, "joins")
      totals.add(1, people[join.reference] == nil ? "unplaced" : "placed")
    }
  }

  private mutating func count(_ events: [Event], joins: [Int]) {
    let times = events.map { $0.time }
    monthly.countActivity(times, interval: clock.month)
    rhythm.countRhythm(times, clock)
    working.countWorkingHours(times, clock)
    let engaged = events.filter { Self.engaged.contains($0.name) }.map { $0.time }
    retention.countRetention(
      starts: Self.times(events, .signUp), returns: engaged, periods: 8, until: observedUntil,
      interval: clock.week, next: { $0 + 7 })
    lifecycle.countLifecycle(
      engaged, until: observedUntil, interval: clock.week, next: { $0 + 7 })
    let purchases = events.filter { $0.name == .purchase }
    revenue.countRevenue(
      purchases.map { (time: $0.time, cents: Int($0.cents)) }, interval: clock.month)
    let uses = ConsumerFeature.texts.indices.map { feature in
      events.filter { $0.name == .featureUsed && Int($0.feature) == feature }.map { $0.time }
    }
    features.countAdoption(active: times, uses: uses, interval: clock.month)
    featuresBreadth.countBreadth(uses: uses)
    let helping = Self.activeEvents.map { Self.times(events, $0) }
    active.countAdoption(active: times, uses: helping, interval: clock.month)
    activeBreadth.countBreadth(uses: helping)
    count(growthOf: events, engaged: engaged)
    count(stagesOf: events, joins: joins, engaged: engaged)
    count(referralOf: events, joins: joins)
    let signedUp = events.contains { $0.name == .signUp }
    totals.add(signedUp ? 1 : 0, "signed_up")
    totals.add(purchases.isEmpty ? 0 : 1, "bought")
    totals.add(purchases.reduce(0) { $0 + Int($1.cents) }, "spent")
    totals.add(Self.times(events, .notificationSent).isEmpty ? 0 : 1, "notified")
  }

  private mutating func count(growthOf events: [Event], engaged: [Int]) {
    let acquired = reached(Self.acquisitionSteps, events, withinDays: 7)
    if acquired > 0 {
      acquisition.countFunnel(acquired, of: 3, prefix: [Int(events[0].note)])
    }
    conversion.countFunnel(reached(Self.conversionSteps, events, withinDays: 3), of: 4)
    // Dormant: nothing engaged in the 30 days before the notification.
    let woken = furthestStep(
      Self.awakeningSteps.map { Self.times(events, $0) }, within: 7 * LocalClock.day,
      entering: { sent in
        !engaged.contains { $0 >= sent - 30 * LocalClock.day && $0 < sent }
      })
    awakening.countFunnel(woken, of: 3)
  }
}
