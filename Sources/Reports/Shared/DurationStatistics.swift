/// An exact distribution of durations: mean and any quantile of what was added, in any order.
///
/// Kept as distinct values with counts, so that a distribution costs memory by how many different
/// durations there are, plus a buffer that is sorted in when it is as large as the rest.
package struct DurationStatistics: State {
  /// Ascending.
  private(set) var values: [Int64] = []
  /// By value.
  private(set) var counts: [Int] = []
  private(set) var recent: [Int64] = []
  private var sum: Int128 = 0
  package private(set) var count = 0

  package init() {}

  /// Distinct durations, ascending, and how often each was added.
  init(values: [Int64], counts: [Int]) {
    self.values = values
    self.counts = counts
    for (value, count) in zip(values, counts) {
      self.count.add(count)
      sum += Int128(value) * Int128(count)
    }
  }

  /// Adds a duration in microseconds.
  package mutating func add(_ duration: Int64) {
    recent.append(duration)
    count += 1
    sum += Int128(duration)
    if recent.count >= max(1024, values.count) { sortIn() }
  }

  package static var zero: DurationStatistics { DurationStatistics() }

  package mutating func add(_ other: DurationStatistics) {
    if other.count == 0 { return }
    sortIn()
    var other = other
    other.sortIn()
    take(values: other.values, counts: other.counts)
    count += other.count
    sum += other.sum
  }

  /// Mean in seconds; nil when nothing was added.
  package var meanSeconds: Double? {
    count == 0 ? nil : Double(sum) / Double(count) / 1_000_000
  }

  /// The quantile at `numerator / denominator` in seconds; nil when nothing was added. Linear between
  /// the two nearest of the sorted durations (at position `(count - 1) * q`), as `quantile_cont` of
  /// SQL has it: the median of an even number is the mean of the two in the middle.
  package func quantileSeconds(_ numerator: Int, of denominator: Int) -> Double? {
    precondition(denominator > 0 && numerator >= 0 && numerator <= denominator)
    if count == 0 { return nil }
    if !recent.isEmpty {
      var sorted = self
      sorted.sortIn()
      return sorted.quantileSeconds(numerator, of: denominator)
    }
    // The position in whole numbers, so that 0.9 of 11 values is the tenth, not just beside it.
    let (position, remainder) = ((count - 1) * numerator).quotientAndRemainder(
      dividingBy: denominator)
    let low = value(atRank: position)
    if remainder == 0 { return Double(low) / 1_000_000 }
    let high = value(atRank: position + 1)
    let step = Double(high - low) * Double(remainder) / Double(denominator)
    return (Double(low) + step) / 1_000_000
  }

  package var medianSeconds: Double? { quantileSeconds(1, of: 2) }
  package var p90Seconds: Double? { quantileSeconds(9, of: 10) }

  private func value(atRank rank: Int) -> Int64 {
    var seen = 0
    for (value, count) in zip(values, counts) {
      seen += count
      if rank < seen { return value }
    }
    preconditionFailure("a rank beyond the number of durations")
  }

  mutating func sortIn() {
    if recent.isEmpty { return }
    recent.sort()
    let sorted = recent
    recent.removeAll(keepingCapacity: true)
    take(values: sorted, counts: Array(repeating: 1, count: sorted.count))
  }

  /// Merges ascending values, which may repeat, into the distinct ones.
  private mutating func take(values others: [Int64], counts otherCounts: [Int]) {
    var merged: [Int64] = []
    var mergedCounts: [Int] = []
    merged.reserveCapacity(values.count + others.count)
    mergedCounts.reserveCapacity(values.count + others.count)
    var (left, right) = (0, 0)
    while left < values.count || right < others.count {
      let takesLeft =
        right == others.count || (left < values.count && values[left] <= others[right])
      let value = takesLeft ? values[left] : others[right]
      let count = takesLeft ? counts[left] : otherCounts[right]
      if takesLeft { left += 1 } else { right += 1 }
      if merged.last == value {
        mergedCounts[mergedCounts.count - 1] += count
      } else {
        merged.append(value)
        mergedCounts.append(count)
      }
    }
    values = merged
    counts = mergedCounts
  }
}
