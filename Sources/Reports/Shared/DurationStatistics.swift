/// An exact distribution of durations: mean and any quantile of what was added, in any order.
///
/// Kept as sorted runs, each at least twice as large as the next, and a few durations that are not
/// sorted yet: some two bytes for each different duration (see `DurationRun`).
package struct DurationStatistics: State {
  private var runs: [DurationRun] = []
  private var recent: [Int64] = []
  private var sum: Int128 = 0
  package private(set) var count = 0

  private static let recentMax = 2048

  package init() {}

  /// Distinct durations, ascending, and how often each was added.
  init(_ run: DurationRun) {
    runs = run.count > 0 ? [run] : []
    var cursor = DurationRun.Cursor(run)
    while let (value, times) = cursor.next() {
      count.add(times)
      sum += Int128(value) * Int128(times)
    }
  }

  /// Adds a duration in microseconds.
  package mutating func add(_ duration: Int64) {
    recent.append(duration)
    count += 1
    sum += Int128(duration)
    if recent.count >= Self.recentMax { sortIn() }
  }

  package static var zero: DurationStatistics { DurationStatistics() }

  package mutating func add(_ other: DurationStatistics) {
    if other.count == 0 { return }
    for duration in other.recent {
      recent.append(duration)
      if recent.count >= Self.recentMax { sortIn() }
    }
    for run in other.runs { take(run) }
    count.add(other.count)
    sum += other.sum
  }

  /// Bytes on the heap.
  package var heapBytes: Int {
    runs.reduce(recent.capacity * 8) { $0 + $1.bytes.capacity + 64 }
  }

  /// All of them in one run.
  var sorted: DurationRun {
    if recent.isEmpty, runs.count == 1 { return runs[0] }
    var all = self
    all.sortIn()
    var run = all.runs.popLast() ?? DurationRun()
    while let next = all.runs.popLast() { run = DurationRun(next, run) }
    return run
  }

  /// Makes one run of all, before several quantiles are asked for.
  mutating func settle() {
    if count == 0 { return }
    runs = [sorted]
    recent = []
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
    // The position in whole numbers, so that 0.9 of 11 values is the tenth, not just beside it.
    let (position, remainder) = ((count - 1) * numerator).quotientAndRemainder(
      dividingBy: denominator)
    let (low, high) = values(atRank: position, of: sorted)
    if remainder == 0 { return Double(low) / 1_000_000 }
    let step = Double(high - low) * Double(remainder) / Double(denominator)
    return (Double(low) + step) / 1_000_000
  }

  package var medianSeconds: Double? { quantileSeconds(1, of: 2) }
  package var p90Seconds: Double? { quantileSeconds(9, of: 10) }

  /// The duration at a rank from 0, and the one behind it; the last is its own next.
  private func values(atRank rank: Int, of run: DurationRun) -> (Int64, Int64) {
    var cursor = DurationRun.Cursor(run)
    var (seen, low, last): (Int, Int64?, Int64) = (0, nil, 0)
    while let (value, times) = cursor.next() {
      if let low { return (low, value) }
      seen.add(times)
      last = value
      if rank + 1 < seen { return (value, value) }
      if rank < seen { low = value }
    }
    return (last, last)
  }

  private mutating func sortIn() {
    if recent.isEmpty { return }
    recent.sort()
    let run = DurationRun(recent)
    recent.removeAll(keepingCapacity: true)
    take(run)
  }

  private mutating func take(_ run: DurationRun) {
    runs.append(run)
    while runs.count > 1, runs[runs.count - 2].bytes.count < runs[runs.count - 1].bytes.count * 2 {
      let last = runs.removeLast()
      runs[runs.count - 1] = DurationRun(runs[runs.count - 1], last)
    }
  }
}
