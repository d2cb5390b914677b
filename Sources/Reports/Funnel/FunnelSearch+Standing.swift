import Spec

/// What can still become of an entity whose longest chain is not complete.
extension FunnelSearch {
  /// Whether a chain with `mandatory` mandatory steps can take an event after observation's end.
  mutating func isAlive(_ mandatory: Int, lastPoint: Int) -> Bool {
    if plan.order == .strict, points[lastPoint].ordinal != points.lastOrdinal { return false }
    let time = points[lastPoint].time
    var exclusions: UInt32 = 0
    for number in cursors.indices where (points.excluded[number].last ?? .min) > time {
      exclusions |= 1 << UInt32(number)
    }
    let next = plan.observedUntil + 1
    let earliest = plan.earliestEntry(next)
    for node in 1..<plan.nodes.count
    where FunnelNodes.mandatory(plan.nodes.rank[node]) == mandatory
      && plan.nodes.coveredBy[node] & exclusions == 0
    {
      if entry(node, at: next, earliest: earliest) != .min { return true }
    }
    return false
  }

  /// Whether every attempt with `mandatory` mandatory steps met an event that discards: one after
  /// its last event, between the steps that the exclusion names, and not after the deadline of the
  /// attempt. An attempt is all chains of one held value with the same last step at the same instant;
  /// its deadline is that of the latest entry.
  mutating func isDiscarded(_ mandatory: Int) -> Bool {
    let nodes = plan.nodes
    if latest.isEmpty {
      latest = [Int64](repeating: .min, count: plan.stepCount + 1)
      covering = [UInt32](repeating: 0, count: plan.stepCount + 1)
    }
    for step in latest.indices { latest[step] = .min }
    var record = 0
    while record < log.count {
      let time = points[log[record].point].time
      while record < log.count, points[log[record].point].time == time {
        let node = Int(log[record].node)
        if FunnelNodes.mandatory(nodes.rank[node]) == mandatory {
          let step = nodes.step[node]
          latest[step] = max(latest[step], log[record].entry)
          covering[step] = nodes.coveredBy[node]
        }
        record += 1
      }
      for step in latest.indices where latest[step] != .min {
        let deadline = plan.deadline(entry: latest[step], last: time)
        if !meets(covering[step] & plan.discards, after: time, until: deadline) { return false }
        latest[step] = .min
      }
    }
    return true
  }

  private func meets(_ exclusions: UInt32, after time: Int64, until deadline: Int64) -> Bool {
    for number in points.excluded.indices where exclusions >> UInt32(number) & 1 == 1 {
      let next = points.firstExcluded(number, after: time)
      if next < points.excluded[number].count, points.excluded[number][next] <= deadline {
        return true
      }
    }
    return false
  }
}
