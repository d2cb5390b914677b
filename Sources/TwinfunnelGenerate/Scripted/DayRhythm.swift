/// When in the day and in the week things happen.
struct DayRhythm: Sendable {
  let clock: LocalClock
  /// Of an event on a weekend, that it waits for the next Monday.
  let weekendOff: Double
  /// Running sums of the 24 hours' weights.
  private let hours: [Double]

  /// - Parameter weights: of the 24 local hours.
  init(clock: LocalClock, weekendOff: Double, weights: [Int]) {
    precondition(weights.count == 24)
    self.clock = clock
    self.weekendOff = weekendOff
    var sum = 0.0
    hours = weights.map {
      sum += Double($0)
      return sum
    }
  }

  /// An instant on the local day, or on the Monday after it.
  func moment(on day: Int, _ random: inout SeededRandom) -> Int {
    let weekday = LocalClock.weekday(day)
    let shifted = weekday >= 5 && random.chance(weekendOff) ? day + 7 - weekday : day
    let pick = random.unit() * hours[23]
    let hour = hours.firstIndex { pick < $0 } ?? 23
    return clock.utc(
      local: shifted * LocalClock.day + hour * LocalClock.hour + random.below(LocalClock.hour))
  }

  /// An instant so many days after another, at least the first of them.
  func moment(after time: Int, days: ClosedRange<Int>, _ random: inout SeededRandom) -> Int {
    let wait = days.lowerBound + random.below(days.count)
    return moment(on: clock.day(time) + wait, &random)
  }
}
