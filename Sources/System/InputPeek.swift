import Synchronization

/// A look at the start of standard input: what is read while it lasts is read again afterwards.
///
/// Standard input is the process's, and so is this: one look at a time, by who reads it next.
package struct InputPeek: Sendable {
  private struct State: Sendable {
    var isPeeking = false
    /// What a look has read, for the reads after it.
    var pending: [UInt8] = []
    var place = 0
  }

  private static let state = Mutex(State())

  /// Begins a look.
  package init() { Self.state.withLock { $0.isPeeking = true } }

  package func end() {
    Self.state.withLock {
      $0.isPeeking = false
      $0.place = 0
    }
  }

  /// Bytes that a look has read, into `bytes[range]`; 0 where none are left.
  static func take(into bytes: inout [UInt8], range: Range<Int>) -> Int {
    state.withLock { state in
      let count = min(range.count, state.pending.count - state.place)
      guard count > 0 else { return 0 }
      let place = state.place
      bytes.replaceSubrange(
        range.lowerBound..<range.lowerBound + count, with: state.pending[place..<place + count])
      state.place += count
      if !state.isPeeking, state.place == state.pending.count { state.pending = [] }
      if state.pending.isEmpty { state.place = 0 }
      return count
    }
  }

  /// Keeps what a look reads.
  static func note(_ bytes: [UInt8], range: Range<Int>) {
    state.withLock { state in
      guard state.isPeeking else { return }
      state.pending += bytes[range]
      state.place = state.pending.count
    }
  }
}
