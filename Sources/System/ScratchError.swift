/// Timelines above the memory budget, or lists, could not be kept on disk: the scratch directory is
/// missing, full or failing (exit 73), or gave back something else than was written.
package struct ScratchError: Error, Sendable, Equatable, CustomStringConvertible {
  package enum Problem: Sendable, Equatable {
    /// The operation that failed, and its `errno`.
    case system(operation: String, errno: Int32)
    /// What was read is not what was written, and in which way.
    case damaged(String)
  }

  /// The scratch directory as given.
  package var path: String
  package var problem: Problem

  package init(path: String, problem: Problem) {
    self.path = path
    self.problem = problem
  }

  /// The system's error number, 0 when the content was damaged.
  package var errno: Int32 {
    if case .system(_, let errno) = problem { return errno }
    return 0
  }

  package var description: String {
    switch problem {
    case .system(let operation, let errno):
      "scratch directory \(path): cannot \(operation): \(systemMessage(errno))"
    case .damaged(let what): "scratch directory \(path): spilled data is damaged: \(what)"
    }
  }
}
