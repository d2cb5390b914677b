import Synchronization

/// Memory that the counts of all reports may take together, over all workers of a run.
package final class FoldBudget: Sendable {
  /// Bytes.
  package let limit: Int
  private let held = Atomic<Int>(0)

  /// - Parameter memoryBytes: of the run; nil is no limit.
  package init(memoryBytes: Int?) {
    limit = memoryBytes.map { max(Self.leastBytes, $0 / 4) } ?? .max
  }

  /// What a run may take beside `--memory`, less what it takes for itself.
  private static let leastBytes = 32 << 20

  /// Changes what is held; returns the sum.
  fileprivate func change(by bytes: Int) -> Int {
    held.add(bytes, ordering: .relaxed).newValue
  }
}

/// Looks now and then how large one fold has become: the next time before it can have doubled, so that
/// looking costs little, and the sooner the nearer the limit is.
package struct FoldMeter: Sendable {
  private let budget: FoldBudget
  private let report: String
  private let breakdown: [String]
  /// Bytes at the last look.
  private var bytes = 0
  private var entities = 0
  private var next = 16

  package init(_ budget: FoldBudget, report: String, breakdown: [String]) {
    self.budget = budget
    self.report = report
    self.breakdown = breakdown
  }

  /// One more entity was counted. `heapBytes` is asked for when it is time to look.
  @inline(__always)
  mutating func advance(_ heapBytes: () -> Int) throws(FoldTooLarge) {
    entities += 1
    if entities >= next { try look(heapBytes()) }
  }

  private mutating func look(_ now: Int) throws(FoldTooLarge) {
    let sum = budget.change(by: now - bytes)
    bytes = now
    let rest = budget.limit - sum
    if rest < 0 {
      throw FoldTooLarge(report: report, breakdown: breakdown, bytes: now, limit: budget.limit)
    }
    // As many entities again as would fill what is left, at most twice as many as there were.
    let share = Double(rest) / Double(max(1, now))
    next = entities + max(16, Int(Double(entities) * min(1, share)))
  }
}

/// Counts that memory has no room for.
package struct FoldTooLarge: Error, CustomStringConvertible {
  package var report: String
  var breakdown: [String]
  /// Of this worker's part of the report, and of all reports.
  var bytes: Int
  package var limit: Int

  package var description: String {
    let by = breakdown.joined(separator: ", ")
    return
      "the counts of the reports take more than the \(limit) bytes that --memory has room for; "
      + "a part of report \(report) takes \(bytes)"
      + (breakdown.isEmpty
        ? ": narrow its range with `from` and `until`, ask for fewer periods, "
        : ": break it down by something with fewer values than \(by), narrow its range with `from` and "
          + "`until`, ") + "or give more --memory"
  }
}
