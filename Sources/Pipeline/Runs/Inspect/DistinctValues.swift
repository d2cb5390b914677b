/// Different values, exact up to a bound in number and in bytes, then only that there are more.
package struct DistinctValues: Sendable {
  /// Past it nothing is kept any more.
  package private(set) var hasMore = false
  private(set) var values: Set<[UInt8]> = []
  private var bytes = 0
  private let countMax: Int
  private let bytesMax: Int

  init(countMax: Int, bytesMax: Int) {
    self.countMax = countMax
    self.bytesMax = bytesMax
  }

  package var count: Int { values.count }

  /// Bytes that it holds, about.
  var heapBytes: Int { bytes + 64 * values.count }

  /// False when it could not be kept.
  @discardableResult
  mutating func insert(_ value: [UInt8]) -> Bool {
    if values.contains(value) { return true }
    guard !hasMore, values.count < countMax, bytes + value.count <= bytesMax else {
      hasMore = true
      return false
    }
    values.insert(value)
    bytes += value.count
    return true
  }

  mutating func add(_ other: DistinctValues) {
    for value in other.values where !insert(value) { break }
    hasMore = hasMore || other.hasMore
  }

  /// Keeps what is there, and takes no more.
  mutating func close() { hasMore = true }
}

/// The values that more than one in so many rows have: with 50 counters none above 2 % is missed, and
/// none is counted too high (Misra and Gries, "Finding repeated elements").
package struct FrequentValues: Sendable {
  private static let countersMax = 50
  private(set) var counts: [[UInt8]: Int] = [:]
  package private(set) var total = 0

  mutating func add(_ value: [UInt8], _ count: Int = 1) {
    total += count
    var count = count
    if let known = counts[value] {
      counts[value] = known + count
      return
    }
    while counts.count >= Self.countersMax, count > 0 {
      let least = min(count, counts.values.min() ?? 0)
      counts = counts.compactMapValues { $0 > least ? $0 - least : nil }
      count -= least
    }
    if count > 0 { counts[value] = count }
  }

  mutating func add(_ other: FrequentValues) {
    let total = self.total + other.total
    for (value, count) in other.counts.sorted(by: { ($1.value, 0) < ($0.value, 0) }) {
      add(value, count)
    }
    self.total = total
  }

  /// Values above a share of all, the most frequent first, with at least how many rows have them.
  package func above(percent: Int) -> [(value: [UInt8], rows: Int)] {
    counts.filter { $0.value * 100 > total * percent }
      .sorted { ($1.value, $0.key.count) < ($0.value, $1.key.count) }
      .map { ($0.key, $0.value) }
  }
}
