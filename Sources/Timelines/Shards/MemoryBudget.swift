import Synchronization

/// Memory that timelines may take, shared by all workers of a run and all kinds of timelines.
///
/// Counts rows and dictionaries as they are held. On top come the headers of arrays, the distinct
/// event names, and what a partition takes while it is built, one partition per thread.
package final class MemoryBudget: Sendable {
  /// Bytes; `Int.max` for no limit.
  package let limit: Int
  private let held = Atomic<Int>(0)
  private let links = Atomic<Int>(0)
  private let aliases = Atomic<Int>(0)
  /// Shards that share the budget.
  private let holders = Atomic<Int>(0)

  package init(limit: Int = .max) {
    self.limit = limit
  }

  /// Bytes held by all workers.
  package var used: Int { held.load(ordering: .relaxed) }

  /// Bytes of links in logs, of all that are held.
  package var linkBytes: Int { links.load(ordering: .relaxed) }

  /// Likewise of aliases, which never leave memory.
  package var aliasBytes: Int { aliases.load(ordering: .relaxed) }

  func addLinks(_ bytes: Int) {
    links.wrappingAdd(bytes, ordering: .relaxed)
  }

  func addAliases(_ bytes: Int) {
    aliases.wrappingAdd(bytes, ordering: .relaxed)
  }

  /// Whether one of the shards, which has this much to spill, has to do so now. Only those that hold a
  /// fair part do: spilling little would help little, and often. What is left above the limit is
  /// at most a quarter of it.
  func mustSpill(holding bytes: Int) -> Bool {
    used > limit && bytes > 0 && bytes >= limit / (4 * max(1, holders.load(ordering: .relaxed)))
  }

  package func add(_ bytes: Int) {
    held.wrappingAdd(bytes, ordering: .relaxed)
  }

  func addHolder() {
    holders.wrappingAdd(1, ordering: .relaxed)
  }
}
