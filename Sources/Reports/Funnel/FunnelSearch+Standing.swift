import Spec

/// The attempts with most mandatory steps, as far as a pass has come: an attempt is all chains of one
/// held value with the same last step at the same instant.
struct FunnelAttempts: Sendable {
  /// The mandatory steps that they took.
  private(set) var mandatory = 0
  /// Each of them met an event that discards: one after its last event, between the steps that the
  /// exclusion names, and not after the deadline of its latest entry.
  var areDiscarded = true
  /// By last step, of one instant: the latest entry of an attempt, and the exclusions ahead of it.
  var latest: [Int64]
  var covering: [UInt32]

  init(steps: Int) {
    latest = [Int64](repeating: .min, count: steps + 1)
    covering = [UInt32](repeating: 0, count: steps + 1)
  }

  mutating func removeAll() {
    mandatory = 0
    areDiscarded = true
  }

  /// Chains took more steps than ever: what shorter ones met counts no more.
  mutating func rise(to mandatory: Int) {
    if mandatory == self.mandatory { return }
    self.mandatory = mandatory
    areDiscarded = true
  }
}

/// What can still become of an entity whose longest chain is not complete.
extension FunnelSearch {
  /// Whether a chain with `mandatory` mandatory steps can take an event after observation's end.
  mutating func isAlive(_ mandatory: Int, lastPoint: Int) -> Bool {
    if plan.order == .strict, points[lastPoint].ordinal != points.lastOrdinal { return false }
    let time = points[lastPoint].time
    var exclusions: UInt32 = 0
    for number in points.excluded.indices where points.excluded[number].last > time {
      exclusions |= 1 << UInt32(number)
    }
    let next = plan.observedUntil + 1
    let earliest = plan.earliestEntry(next)
    for node in plan.nodes.ranked
    where FunnelNodes.mandatory(plan.nodes.rank[node]) == mandatory
      && plan.nodes.coveredBy[node] & exclusions == 0
    {
      if entry(node, at: next, earliest: earliest) != .min { return true }
    }
    return false
  }

  /// Takes in the attempts whose last event is at an instant that is not settled yet.
  mutating func noteAttempts(_ time: Int64) {
    if bestRank == 0 { return }
    let nodes = plan.nodes
    attempts.rise(to: FunnelNodes.mandatory(bestRank))
    if !attempts.areDiscarded { return }
    for node in touched where FunnelNodes.mandatory(nodes.rank[node]) == attempts.mandatory {
      let step = nodes.step[node]
      attempts.latest[step] = max(attempts.latest[step], arrived[node])
      attempts.covering[step] = nodes.coveredBy[node]
    }
    for step in attempts.latest.indices where attempts.latest[step] != .min {
      let deadline = plan.deadline(entry: attempts.latest[step], last: time)
      let covering = attempts.covering[step] & plan.discards
      if !meets(covering, after: time, until: deadline) { attempts.areDiscarded = false }
      attempts.latest[step] = .min
    }
  }

  private func meets(_ exclusions: UInt32, after time: Int64, until deadline: Int64) -> Bool {
    for number in points.excluded.indices where exclusions >> UInt32(number) & 1 == 1 {
      let next = points.excluded[number].first(after: time)
      if next < .max, next <= deadline { return true }
    }
    return false
  }
}
