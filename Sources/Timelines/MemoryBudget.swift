import Synchronization

/// Memory that timelines may take, shared by all workers of a run and all kinds of timelines.
///
/// Counts rows and dictionaries as they are held; what a partition takes while it is built comes on
/// top, one partition per thread.
public final class MemoryBudget: Sendable {
  /// Bytes; `Int.max` for no limit.
  public let limit: Int
  private let held = Atomic<Int>(0)

  public init(limit: Int = .max) {
    self.limit = limit
  }

  /// Bytes held by all workers.
  public var used: Int { held.load(ordering: .relaxed) }

  var isExceeded: Bool { used > limit }

  func add(_ bytes: Int) {
    held.wrappingAdd(bytes, ordering: .relaxed)
  }
}
