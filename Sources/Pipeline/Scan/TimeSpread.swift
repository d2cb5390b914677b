/// How events spread over the ages: counts by stretches of 2^43 microseconds, about 102 days.
package struct TimeSpread: Sendable, Equatable {
  struct Stretch: Sendable, Equatable {
    var events = 0
    /// Those that some report looks at.
    var used = 0
    /// Microseconds since 1970.
    var earliest = Int64.max

    mutating func add(_ other: Stretch) {
      events += other.events
      used += other.used
      earliest = min(earliest, other.earliest)
    }
  }

  /// By `time >> shift`.
  private(set) var stretches: [Int64: Stretch] = [:]

  static let shift: Int64 = 43

  /// Adds the events of a chunk. `used`: by row, 1 for one that is looked at; empty when nobody asks.
  mutating func add(_ times: [Int64], used: [UInt8]) {
    guard let least = times.min(), let last = times.max() else { return }
    if least >> Self.shift == last >> Self.shift {
      let stretch = Stretch(
        events: times.count, used: used.count { $0 == 1 }, earliest: least)
      stretches[least >> Self.shift, default: Stretch()].add(stretch)
      return
    }
    // Few stretches: looked through faster than looked up.
    var found: [(number: Int64, stretch: Stretch)] = []
    var place = 0
    for (row, time) in times.enumerated() {
      let number = time >> Self.shift
      if found.isEmpty || found[place].number != number {
        place = found.firstIndex { $0.number == number } ?? found.count
        if place == found.count { found.append((number, Stretch())) }
      }
      found[place].stretch.add(
        Stretch(events: 1, used: row < used.count && used[row] == 1 ? 1 : 0, earliest: time))
    }
    for (number, stretch) in found { stretches[number, default: Stretch()].add(stretch) }
  }

  mutating func add(_ stretch: Stretch, number: Int64) {
    stretches[number, default: Stretch()].add(stretch)
  }

  mutating func add(_ other: TimeSpread) {
    for (number, stretch) in other.stretches { stretches[number, default: Stretch()].add(stretch) }
  }

  /// What lies before an instant at which a stretch begins.
  func before(_ bound: Int64) -> Stretch {
    var sum = Stretch()
    for (number, stretch) in stretches where number < bound >> Self.shift { sum.add(stretch) }
    return sum
  }

  /// The first instant from a bound on at which a stretch begins.
  func earliest(from bound: Int64) -> Int64? {
    stretches.filter { $0.key >= bound >> Self.shift }.map(\.value.earliest).min()
  }
}

/// Times long before all others: of a clock that was not set, of a test. They are no events of the
/// logs, or one of them would make every report begin in its age.
struct EarlyTimes: Sendable, Equatable {
  /// Microseconds since 1970: what lies before is before the logs; `Int64.min` if nothing does.
  var bound = Int64.min
  var events = 0
  var earliest = Int64.max

  /// A gap of so many stretches without an event, a little more than ten years.
  private static let gapStretches: Int64 = 36
  /// At most one event of so many is that early.
  private static let shareOfEvents = 1_000

  /// Whether events of this range may hold some that are before the logs.
  static func mayLie(in range: ClosedRange<Int64>) -> Bool {
    range.upperBound >> TimeSpread.shift - range.lowerBound >> TimeSpread.shift > gapStretches
  }

  /// Before the last gap of ten years before which there is next to nothing.
  init(_ spread: TimeSpread) {
    let stretches = spread.stretches.sorted { $0.key < $1.key }
    let total = stretches.reduce(0) { $0 + $1.value.events }
    var sum = TimeSpread.Stretch()
    for (place, (number, stretch)) in stretches.enumerated() {
      if place > 0, number - stretches[place - 1].key > Self.gapStretches,
        sum.events <= total / Self.shareOfEvents
      {
        bound = number << TimeSpread.shift
        (events, earliest) = (sum.events, sum.earliest)
      }
      sum.add(stretch)
    }
  }
}
