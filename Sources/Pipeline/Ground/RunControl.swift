import Synchronization

/// Shared by a run and whoever watches it: counters that workers add to once per chunk, and the
/// wish to stop.
package final class RunControl: Sendable {
  package enum Phase: Int, Sendable {
    case reading, folding, writing
  }

  /// A look at the counters.
  package struct Snapshot: Sendable, Equatable {
    package var phase: Phase
    /// Compressed bytes read so far, over all inputs.
    package var bytesRead: Int
    /// Compressed bytes of all inputs, 0 when not known.
    package var bytesTotal: Int
    package var events: Int
    package var rejected: Int
    package var partitionsFolded: Int
    package var partitionsTotal: Int
  }

  private let cancelled = Atomic<Bool>(false)
  private let over = Atomic<Bool>(false)
  private let phase = Atomic<Int>(0)
  private let bytesRead = Atomic<Int>(0)
  private let bytesTotal = Atomic<Int>(0)
  private let events = Atomic<Int>(0)
  private let rejected = Atomic<Int>(0)
  private let partitionsFolded = Atomic<Int>(0)
  private let partitionsTotal = Atomic<Int>(0)

  package init() {}

  /// Asks the run to stop and publish nothing; callable from any thread, more than once.
  package func cancel() { cancelled.store(true, ordering: .relaxed) }

  /// Whether the run has published, or has failed: it is about to say so and to end by itself.
  package var isOver: Bool { over.load(ordering: .acquiring) }

  package func end() { over.store(true, ordering: .releasing) }

  package var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

  func checkCancelled() throws(RunFailure) {
    if isCancelled { throw RunFailure(.cancelled, "interrupted: nothing was published") }
  }

  package var snapshot: Snapshot {
    Snapshot(
      phase: Phase(rawValue: phase.load(ordering: .relaxed)) ?? .reading,
      bytesRead: bytesRead.load(ordering: .relaxed),
      bytesTotal: bytesTotal.load(ordering: .relaxed),
      events: events.load(ordering: .relaxed),
      rejected: rejected.load(ordering: .relaxed),
      partitionsFolded: partitionsFolded.load(ordering: .relaxed),
      partitionsTotal: partitionsTotal.load(ordering: .relaxed))
  }

  func begin(_ next: Phase) { phase.store(next.rawValue, ordering: .relaxed) }
  func expect(bytes: Int) { bytesTotal.store(bytes, ordering: .relaxed) }
  func expect(partitions: Int) { partitionsTotal.add(partitions, ordering: .relaxed) }
  func advance(bytes: Int) { bytesRead.add(bytes, ordering: .relaxed) }
  func advance(events more: Int, rejected bad: Int) {
    events.add(more, ordering: .relaxed)
    if bad > 0 { rejected.add(bad, ordering: .relaxed) }
  }
  func advancePartition() { partitionsFolded.add(1, ordering: .relaxed) }
}
