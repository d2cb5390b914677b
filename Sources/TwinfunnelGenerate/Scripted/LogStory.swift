import Dispatch
import Synchronization

/// A log that follows a script for every entity, and knows what it therefore holds.
///
/// Entities are dealt into chunks that share none, so that chunks can be told in parallel and
/// counted apart.
protocol LogStory: Sendable {
  associatedtype Name: Hashable & Sendable

  var scale: LogScale { get }
  /// A function of the scale alone: the log must not depend on the number of threads.
  var chunks: Int { get }
  /// The events of one chunk in any order, exactly `count` of them.
  func events(chunk: Int, count: Int) throws(WriteError) -> [ScriptEvent<Name>]
  /// One log line with its line feed.
  /// - Parameters:
  ///   - id: different for every event.
  ///   - received: milliseconds since 1970.
  func addLine(
    _ event: ScriptEvent<Name>, id: UInt64, received: Int, into buffer: inout LineBuffer)
  /// What the tables must say of one chunk; the tables of all chunks add up.
  func truth(of events: [ScriptEvent<Name>], observedUntil: Int) -> [TruthTable]
  /// The few numbers that the story was made to have, from the tables of the whole log.
  func parameters(_ tables: [TruthTable]) -> [(name: String, value: TruthValue)]
}

extension LogStory {
  /// Milliseconds since 1970 at which the log ends; no event is at or after it.
  var end: Int { scale.start + scale.days * LocalClock.day }
}

/// Runs `body` for 0 ..< count, some at a time; the first error ends it.
func inParallel(
  _ count: Int, threads: Int, _ body: @Sendable (Int) throws(WriteError) -> Void
) throws(WriteError) {
  let next = Atomic<Int>(0)
  let failure = Mutex<WriteError?>(nil)
  DispatchQueue.concurrentPerform(iterations: threads) { _ in
    while true {
      let index = next.add(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      do throws(WriteError) {
        try body(index)
      } catch {
        failure.withLock { $0 = $0 ?? error }
        return
      }
    }
  }
  if let error = failure.withLock({ $0 }) { throw error }
}
