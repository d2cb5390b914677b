/// Durations of one step, exact: every one is kept until the table is made.
struct StepTimes: Sendable {
  /// Microseconds, in no given order.
  private var durations: [Int64] = []

  mutating func append(_ duration: Int64) { durations.append(duration) }

  mutating func merge(_ other: StepTimes) { durations.append(contentsOf: other.durations) }

  /// Seconds, or nil without durations. The median is the mean of the middle two; the 90th
  /// percentile lies on the line between the two durations around it, as SQL's `quantile_cont`.
  func statistics() -> (mean: Double, median: Double, p90: Double)? {
    if durations.isEmpty { return nil }
    let sorted = durations.sorted()
    // 128 bits: a million durations of a year are past 64.
    let sum = sorted.reduce(into: Int128(0)) { $0 += Int128($1) }
    func quantile(_ share: Double) -> Double {
      let position = share * Double(sorted.count - 1)
      let below = Int(position)
      let above = min(below + 1, sorted.count - 1)
      let low = Double(sorted[below])
      return (low + (Double(sorted[above]) - low) * (position - Double(below))) / 1_000_000
    }
    return (Double(sum) / Double(sorted.count) / 1_000_000, quantile(0.5), quantile(0.9))
  }
}
