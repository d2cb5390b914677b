/// Some neighbouring partitions of all: `0-15/256`.
package struct PartitionShare: Sendable, Equatable, CustomStringConvertible {
  package var partitions: Range<Int>
  /// A power of two, at most 65,536.
  package var count: Int

  static let countMax = 1 << 16

  package init?(partitions: Range<Int>, count: Int) {
    guard count > 0, count <= Self.countMax, count & (count - 1) == 0, !partitions.isEmpty,
      partitions.lowerBound >= 0, partitions.upperBound <= count
    else { return nil }
    self.partitions = partitions
    self.count = count
  }

  /// `A-B/N`, or `A/N` for one.
  package init?(_ text: String) {
    let halves = text.split(separator: "/", omittingEmptySubsequences: false)
    guard halves.count == 2, let count = Int(halves[1]) else { return nil }
    let ends = halves[0].split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2,
      first <= last,
      last < .max
    else { return nil }
    self.init(partitions: first..<last + 1, count: count)
  }

  package var description: String {
    partitions.count == 1
      ? "\(partitions.lowerBound)/\(count)"
      : "\(partitions.lowerBound)-\(partitions.upperBound - 1)/\(count)"
  }
}
