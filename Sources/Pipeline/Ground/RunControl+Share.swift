import Dispatch
import Synchronization

extension RunControl {
  /// Gives numbers out to threads, each the next one when it is done with its own: which thread gets
  /// which is chance, so what workers hold must not depend on it once they are put together.
  ///
  /// - Parameters:
  ///   - makeWorker: what a thread collects in; nil where it has nothing to do.
  ///   - work: does one number. When it fails all threads stop, and the first failure is thrown that
  ///     is more than having been stopped.
  /// - Returns: the workers, in no order.
  func share<Worker: Sendable>(
    _ numbers: Range<Int>, threads: Int, makeWorker: @Sendable () -> Worker?,
    work: @Sendable (Int, inout Worker) throws -> Void
  ) throws -> [Worker] {
    let next = Atomic<Int>(numbers.lowerBound)
    let finished = Mutex<[Worker]>([])
    let failure = Mutex<(any Error)?>(nil)
    DispatchQueue.concurrentPerform(iterations: max(1, threads)) { _ in
      guard var worker = makeWorker() else { return }
      do {
        while true {
          let number = next.add(1, ordering: .relaxed).oldValue
          guard number < numbers.upperBound else { break }
          try checkCancelled()
          try work(number, &worker)
        }
      } catch {
        cancel()
        failure.withLock { if $0 == nil || ($0 as? RunFailure)?.kind == .cancelled { $0 = error } }
      }
      let done = worker
      finished.withLock { $0.append(done) }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    var workers: [Worker] = []
    // Taken out, not copied.
    finished.withLock { swap(&workers, &$0) }
    return workers
  }
}
