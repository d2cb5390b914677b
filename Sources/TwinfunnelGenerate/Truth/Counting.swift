/// The definitions that several tables share, in the plainest form: slow, and easy to check.

/// How many steps an entity gets through: from each entry in turn, the earliest next step that is
/// not before the one before it, as long as it is in the window. Steps share no events.
/// - Parameters:
///   - steps: each step's times in ascending order.
///   - within: milliseconds, inclusive.
func furthestStep(
  _ steps: [[Int]], within: Int, entering entry: (Int) -> Bool = { _ in true }
) -> Int {
  var furthest = 0
  for start in steps[0] where entry(start) {
    var reached = 1
    var time = start
    for step in steps.dropFirst() {
      guard let next = step.first(where: { $0 >= time }), next <= start + within else { break }
      time = next
      reached += 1
    }
    furthest = max(furthest, reached)
    if furthest == steps.count { break }
  }
  return furthest
}

extension TruthTable {
  /// Retention of first cohorts in calendar windows. Periods that had not begun when observation
  /// ended are left out.
  mutating func countRetention(
    starts: [Int], returns: [Int], periods: Int, until: Int,
    interval: (Int) -> Int, next: (Int) -> Int
  ) {
    guard let first = starts.min() else { return }
    let cohort = interval(first)
    // What lies before the start is no return.
    let returned = Set(returns.filter { $0 >= first }.map(interval))
    var period = cohort
    for number in 0...periods {
      guard period <= interval(until) else { break }
      add(1, "size", cohort, number)
      add(returned.contains(period) ? 1 : 0, "returned", cohort, number)
      period = next(period)
    }
  }

  static func retention(_ name: String) -> TruthTable {
    TruthTable(
      name: name, keys: [("cohort", .date), ("period", .number)],
      columns: [("size", .count), ("returned", .count)])
  }

  /// Lifecycle with a gap of one interval.
  mutating func countLifecycle(
    _ times: [Int], until: Int, interval: (Int) -> Int, next: (Int) -> Int
  ) {
    let active = Set(times.map(interval))
    guard let first = active.min() else { return }
    var wasActive = false
    var current = first
    while current <= interval(until) {
      let isActive = active.contains(current)
      add(isActive ? 1 : 0, "active", current)
      add(isActive && current == first ? 1 : 0, "new", current)
      add(isActive && wasActive ? 1 : 0, "returning", current)
      add(isActive && !wasActive && current != first ? 1 : 0, "resurrected", current)
      add(!isActive && wasActive ? 1 : 0, "dormant", current)
      wasActive = isActive
      current = next(current)
    }
  }

  static func lifecycle(_ name: String) -> TruthTable {
    TruthTable(
      name: name, keys: [("interval", .date)],
      columns: [
        ("active", .count), ("new", .count), ("returning", .count), ("resurrected", .count),
        ("dormant", .count),
      ])
  }

  mutating func countActivity(_ times: [Int], interval: (Int) -> Int) {
    let intervals = times.map(interval)
    let first = intervals.min()
    for current in intervals { add(1, "events", current) }
    for current in Set(intervals) {
      add(1, "active", current)
      add(current == first ? 1 : 0, "new", current)
    }
  }

  static func activity(_ name: String) -> TruthTable {
    TruthTable(
      name: name, keys: [("interval", .date)],
      columns: [
        ("events", .count), ("active", .count), ("new", .count),
        ("events_per_active", .fraction("events", "active")),
      ])
  }

  /// Payments as (time, cents).
  mutating func countRevenue(_ payments: [(time: Int, cents: Int)], interval: (Int) -> Int) {
    guard let first = payments.map({ interval($0.time) }).min() else { return }
    for current in Set(payments.map { interval($0.time) }) {
      let those = payments.filter { interval($0.time) == current }
      let sum = those.reduce(0) { $0 + $1.cents }
      add(sum, "revenue", current)
      add(those.count, "orders", current)
      add(1, "payers", current)
      add(current == first ? 1 : 0, "new_payers", current)
      add(current == first ? 0 : 1, "repeat_payers", current)
      add(current == first ? sum : 0, "revenue_new", current)
      add(current == first ? 0 : sum, "revenue_repeat", current)
    }
  }

  static func revenue(_ name: String) -> TruthTable {
    TruthTable(
      name: name, keys: [("interval", .date)],
      columns: [
        ("revenue", .money), ("orders", .count), ("payers", .count), ("new_payers", .count),
        ("repeat_payers", .count), ("revenue_new", .money), ("revenue_repeat", .money),
      ])
  }

  /// Events by weekday (1 is Monday) and local hour.
  mutating func countRhythm(_ times: [Int], _ clock: LocalClock) {
    var counts: [[Int]: Int] = [:]
    for time in times {
      counts[[LocalClock.weekday(clock.day(time)) + 1, clock.hour(time)], default: 0] += 1
    }
    for (cell, count) in counts {
      add(count, "events", cell[0], cell[1])
      add(1, "active", cell[0], cell[1])
    }
  }

  static func rhythm(_ name: String) -> TruthTable {
    TruthTable(
      name: name, keys: [("weekday", .number), ("hour", .number)],
      columns: [("events", .count), ("active", .count)])
  }

  /// Monday to Friday, from 9:00 until 18:00.
  mutating func countWorkingHours(_ times: [Int], _ clock: LocalClock) {
    let inside = times.filter {
      LocalClock.weekday(clock.day($0)) < 5 && (9..<18).contains(clock.hour($0))
    }
    add(times.count, "events")
    add(inside.count, "working_events")
  }

  static func workingHours(_ name: String) -> TruthTable {
    TruthTable(
      name: name, keys: [],
      columns: [
        ("events", .count), ("working_events", .count),
        ("share", .fraction("working_events", "events")),
      ])
  }

  mutating func countFunnel(_ reached: Int, of steps: Int, prefix: [Int] = []) {
    for step in 0..<steps {
      let amount = reached > step ? 1 : 0
      if prefix.isEmpty {
        add(amount, "reached", step + 1)
      } else {
        add(amount, "reached", prefix[0], step + 1)
      }
    }
  }

  static func funnel(_ name: String) -> TruthTable {
    TruthTable(name: name, keys: [("step", .number)], columns: [("reached", .count)])
  }

  /// Uses of features, for a table of adoption by user.
  /// - Parameters:
  ///   - active: the times of any event.
  ///   - uses: each feature's times.
  mutating func countAdoption(active: [Int], uses: [[Int]], interval: (Int) -> Int) {
    let uses = uses.map { $0.map(interval) }
    for current in Set(active.map(interval)) {
      for (feature, intervals) in uses.enumerated() {
        let used = intervals.filter { $0 == current }.count
        let isNew = intervals.min() == current
        add(1, "active", current, feature)
        add(used > 0 ? 1 : 0, "adopters", current, feature)
        add(used, "uses", current, feature)
        add(isNew ? 1 : 0, "new_adopters", current, feature)
      }
    }
  }

  /// How many of the features the entity has ever used.
  mutating func countBreadth(uses: [[Int]]) {
    let breadth = uses.filter { !$0.isEmpty }.count
    for number in 0...uses.count {
      add(number == breadth ? 1 : 0, "exactly", number)
      add(number <= breadth ? 1 : 0, "at_least", number)
    }
  }

  static func breadth(_ name: String) -> TruthTable {
    TruthTable(
      name: name, keys: [("features", .number)],
      columns: [("exactly", .count), ("at_least", .count)])
  }

  static func adoption(_ name: String, features: [String], seats: Bool = false) -> TruthTable {
    TruthTable(
      name: name, keys: [("interval", .date), ("feature", .text(features))],
      columns: [
        ("active", .count), ("adopters", .count), ("reach", .fraction("adopters", "active")),
        ("uses", .count), ("uses_per_adopter", .fraction("uses", "adopters")),
        ("new_adopters", .count),
      ]
        + (seats
          ? [
            ("seats_active", .count), ("seats_using", .count),
            ("depth", .fraction("seats_using", "seats_active")),
          ] : []))
  }
}
