import Dispatch
import EventLog
import Synchronization

/// One file's line of member runs, which its owner and the helpers of an exchange inflate.
///
/// It has room for two more runs than there are helpers, so that memory is bounded and yet everybody
/// has something to do. The owner waits only for a run that a helper is inflating at that moment, and
/// only when there is no other left to inflate meanwhile; a helper waits for nobody while it holds one.
final class RunLine: MemberRunLine {
  /// A run that a helper has claimed, to be given back inflated.
  struct Claim: Sendable {
    var run: MemberRun
    fileprivate var number: Int
  }

  fileprivate enum Slot {
    case waiting(MemberRun)
    case claimed
    case done(MemberRun)
  }

  fileprivate struct State {
    /// In the order of the file; the first is run `firstNumber` of it.
    var slots: [Slot] = []
    var firstNumber = 0
    var isOwnerWaiting = false
  }

  private let exchange: ChunkExchange
  private let state = Mutex(State())
  private let finished = DispatchSemaphore(value: 0)

  init(exchange: ChunkExchange) {
    self.exchange = exchange
  }

  // MARK: The owner's side

  var isAttended: Bool { exchange.helperCount > 0 }

  var hasRoom: Bool {
    let capacity = exchange.helperCount + 2
    return state.withLock { $0.slots.count < capacity }
  }

  func append(_ run: MemberRun) {
    state.withLock { $0.slots.append(.waiting(run)) }
    exchange.announceRun()
  }

  func next() -> MemberRun? {
    while true {
      switch state.withLock({ Self.step(&$0) }) {
      case .empty: return nil
      case .take(let run): return run
      case .inflate(var claim, let isFirst):
        claim.run.inflate()
        if isFirst { return claim.run }
        give(back: claim)
      case .wait: finished.wait()
      }
    }
  }

  private enum Step {
    case empty
    case take(MemberRun)
    case inflate(Claim, isFirst: Bool)
    case wait
  }

  /// What the owner does next to get the first run.
  private static func step(_ state: inout State) -> Step {
    guard let first = state.slots.first else { return .empty }
    switch first {
    case .done(let run):
      state.removeFirst()
      return .take(run)
    case .waiting(let run):
      let number = state.firstNumber
      state.removeFirst()
      return .inflate(Claim(run: run, number: number), isFirst: true)
    case .claimed:
      if let claim = state.claim() { return .inflate(claim, isFirst: false) }
      state.isOwnerWaiting = true
      return .wait
    }
  }

  // MARK: The helpers' side

  /// The first run that nobody has begun. Whoever claims one has to give it back.
  func claim() -> Claim? {
    state.withLock { $0.claim() }
  }

  func give(back claim: Claim) {
    let isAwaited = state.withLock { state in
      state.slots[claim.number - state.firstNumber] = .done(claim.run)
      let isAwaited = state.isOwnerWaiting
      state.isOwnerWaiting = false
      return isAwaited
    }
    if isAwaited { finished.signal() }
  }
}

extension RunLine.State {
  mutating func removeFirst() {
    slots.removeFirst()
    firstNumber += 1
  }

  mutating func claim() -> RunLine.Claim? {
    for index in slots.indices {
      guard case .waiting(let run) = slots[index] else { continue }
      slots[index] = .claimed
      return RunLine.Claim(run: run, number: firstNumber + index)
    }
    return nil
  }
}
