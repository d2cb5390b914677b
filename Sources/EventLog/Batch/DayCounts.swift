/// Events by UTC day: tells whether a few events stand far from all others.
package struct DayCounts: Sendable, Equatable {
  /// Days since 1970 that are kept; what lies outside is a wrong time, and no part of it.
  private static let days = 0..<60_000
  private static let dayLength: Int64 = 86_400_000_000

  /// Number of the day of `counts[0]`.
  package private(set) var base = 0
  package private(set) var counts: [Int] = []

  package init() {}

  /// Counts of days from `base` on; nil for days that are none.
  package init?(base: Int, counts: [Int]) {
    guard counts.count <= Self.days.count, Self.days.contains(base),
      base + counts.count <= Self.days.upperBound,
      counts.allSatisfy({ $0 >= 0 && $0 < 1 << 48 })
    else { return nil }
    self.base = base
    self.counts = counts
  }

  /// Counts an event at an instant, in microseconds since 1970; or several of its day.
  @inline(__always)
  package mutating func count(_ instant: Int64, times: Int = 1) {
    let place = Int(truncatingIfNeeded: instant / Self.dayLength) - base
    if place >= 0, place < counts.count, instant >= 0 {
      counts[place] &+= times
    } else {
      reserve(place + base, isAfter1970: instant >= 0, adding: times)
    }
  }

  @inline(never)
  private mutating func reserve(_ day: Int, isAfter1970: Bool, adding count: Int) {
    guard isAfter1970, Self.days.contains(day) else { return }
    if counts.isEmpty { base = day }
    if day < base {
      counts.insert(contentsOf: repeatElement(0, count: base - day), at: 0)
      base = day
    }
    if day - base >= counts.count {
      counts.append(contentsOf: repeatElement(0, count: day - base + 1 - counts.count))
    }
    counts[day - base] += count
  }

  package mutating func add(_ other: DayCounts) {
    for (place, count) in other.counts.enumerated() where count > 0 {
      reserve(other.base + place, isAfter1970: true, adding: count)
    }
  }

  /// A few events far behind, or before, all others.
  package struct Strays: Sendable, Equatable {
    package var events: Int
    /// From the nearest one of the others.
    package var days: Int
    /// Days since 1970 of the nearest one of the others.
    package var othersDay: Int
  }

  private static let straysMax = 9
  /// Of one in so many events.
  private static let straysShare = 100

  /// Fewer than 10 events, and less than 1 %, more than 2 days from the others, which is 5 times the
  /// longest way from one day with events to the next among the rest.
  package var straysBehind: Strays? { strays(Array(counts.indices)) }
  package var straysBefore: Strays? { strays(counts.indices.reversed()) }

  private func strays(_ places: [Int]) -> Strays? {
    let total = counts.reduce(0, +)
    let filled = places.filter { counts[$0] > 0 }
    var behind = 0
    for end in stride(from: filled.count - 1, to: 0, by: -1) {
      behind += counts[filled[end]]
      if behind > Self.straysMax || behind * Self.straysShare >= total { return nil }
      let gap = abs(filled[end] - filled[end - 1])
      var longest = 0
      for place in 1..<max(1, end) {
        longest = max(longest, abs(filled[place] - filled[place - 1]))
      }
      if gap > 2, gap >= 5 * longest {
        return Strays(events: behind, days: gap, othersDay: base + filled[end - 1])
      }
    }
    return nil
  }
}
