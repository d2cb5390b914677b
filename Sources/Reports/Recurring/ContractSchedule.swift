import Spec
import Values

/// The contracts of one entity where what events say takes effect at other instants: terms begin and
/// end, cancellations wait for their day, and a gap within the grace is none.
struct ContractSchedule: Sendable {
  enum Kind: Sendable {
    case start, change, cancel
  }

  /// What one event says, when it takes effect.
  struct Act: Sendable {
    var instant: Int64
    var contract: UInt32
    var kind: Kind
    var amount = ExactDecimal.absent
    /// When the level ends by itself, exclusive; `Int64.max` for never.
    var end = Int64.max
  }

  /// A contract's level from an instant on.
  struct Step: Sendable {
    var instant: Int64
    var change: DecimalSum
  }

  /// A contract that runs at the end of observation and is known to end.
  struct Due: Sendable {
    var contract: UInt32
    var level: ExactDecimal
    /// The first instant without it.
    var end: Int64
  }

  /// Far behind any date, and far from the end of Int64: no contract is known to end later.
  static let endMax = Int64.max / 8

  /// Microseconds; 0 for none.
  let grace: Int64
  /// The last instant observed.
  let until: Int64
  private(set) var steps: [Step] = []
  private(set) var dues: [Due] = []

  init(grace: Int64, until: Int64) {
    self.grace = grace
    self.until = until
  }

  /// Works out the steps of all contracts, in order of time.
  mutating func arrange(_ acts: [Act]) {
    steps.removeAll(keepingCapacity: true)
    dues.removeAll(keepingCapacity: true)
    let ordered = acts.sorted { ($0.contract, $0.instant) < ($1.contract, $1.instant) }
    var start = 0
    while start < ordered.count {
      var end = start + 1
      while end < ordered.count, ordered[end].contract == ordered[start].contract { end += 1 }
      follow(ordered[start..<end])
      start = end
    }
    steps.sort { $0.instant < $1.instant }
  }

  /// One contract, its acts in order of time.
  private mutating func follow(_ acts: ArraySlice<Act>) {
    var level = ExactDecimal.zero
    var end = Int64.max
    var next = acts.startIndex
    while true {
      let instant = min(end, next < acts.endIndex ? acts[next].instant : .max)
      if instant > until { break }
      var now = ContractInstant(contract: acts[acts.startIndex].contract)
      now.cancels = end == instant
      // Of the largest start and the largest change with a term: what the level ends with.
      var (started, changed) = (Limit(), Limit())
      while next < acts.endIndex, acts[next].instant == instant {
        let act = acts[next]
        next += 1
        var one = ContractInstant(contract: act.contract)
        switch act.kind {
        case .cancel: one.cancels = true
        case .start:
          one.start = act.amount
          started.take(act)
        case .change:
          one.change = act.amount
          changed.take(act)
        }
        now.add(one)
      }
      guard let amount = now.amount(after: level) else { continue }
      if amount == .zero, now.cancels, isFollowed(acts[next...], after: instant) {
        end = .max
        continue
      }
      if amount != level {
        steps.append(
          Step(instant: instant, change: DecimalSum(amount) - DecimalSum(level)))
      }
      level = amount
      let newEnd = changed.end.flatMap { $0 == .max ? nil : $0 } ?? started.end
      end = amount == .zero ? .max : newEnd ?? (end == instant ? .max : end)
    }
    noteDue(acts, next, level, end)
  }

  /// When the largest of some acts of one instant ends; of equal ones the latest.
  private struct Limit {
    private(set) var end: Int64?
    private var amount = ExactDecimal.absent

    mutating func take(_ act: Act) {
      if act.amount.isAbsent { return }
      if let end, (act.amount, act.end) <= (amount, end) { return }
      (amount, end) = (act.amount, act.end)
    }
  }

  /// Whether a term or start comes within the grace.
  private func isFollowed(_ acts: ArraySlice<Act>, after instant: Int64) -> Bool {
    if grace == 0 { return false }
    let last = min(until, instant + grace)
    return acts.prefix { $0.instant <= last }.contains { act in
      act.kind == .start && !act.amount.isAbsent
    }
  }

  /// A running contract whose end is known, unless what follows is known too.
  private mutating func noteDue(
    _ acts: ArraySlice<Act>, _ next: Int, _ level: ExactDecimal, _ end: Int64
  ) {
    guard level > .zero else { return }
    let later = acts[next...]
    let cancelled = later.first { $0.kind == .cancel }?.instant ?? .max
    let last = min(end, cancelled)
    if last == .max { return }
    let isRenewed = later.contains { act in
      act.kind == .start && !act.amount.isAbsent && act.instant <= last + grace
    }
    if !isRenewed {
      dues.append(Due(contract: acts[acts.startIndex].contract, level: level, end: last))
    }
  }
}
