import Spec
import Timelines

/// From a timeline to the points of a search, and from several searches to one outcome.
extension FunnelSearch {
  /// The events that observation has seen.
  func observed(_ timeline: Timeline) -> Range<Int> {
    let range = timeline.range
    if timeline.times[range.upperBound - 1] <= plan.observedUntil { return range }
    let end = timeline.times.firstIndex(
      notBefore: plan.observedUntil + 1, from: range.lowerBound, to: range.upperBound)
    return range.lowerBound..<end
  }

  /// Gathers a timeline's points: ranges of points that may form chains, by the values of held
  /// properties, in the order of the values of `plan.every`. One range without either.
  mutating func gather(_ timeline: Timeline) -> [Range<Int>] {
    isUnheld = false
    points.gather(
      times: timeline.times, kinds: timeline.kinds, range: observed(timeline), plan: plan)
    let columns = plan.every + plan.hold
    if columns.isEmpty || points.count == 0 { return points.count == 0 ? [] : [0..<points.count] }
    func code(_ column: Int, _ point: Int) -> UInt32 {
      timeline.texts[column][points[point].source]
    }
    var order = Array(0..<points.count)
    if !plan.hold.isEmpty {
      let entries = order.filter { isEntry($0) }
      order.removeAll { point in plan.hold.contains { code($0, point) == 0 } }
      isUnheld = !entries.isEmpty && !order.contains { isEntry($0) }
    }
    order.sort { left, right in
      for column in columns {
        let a = code(column, left)
        let b = code(column, right)
        if a != b { return a < b }
      }
      return left < right
    }
    points.arrange(order)
    var spans: [Range<Int>] = []
    var start = 0
    for point in 1..<max(1, points.count)
    where columns.contains(where: { code($0, point) != code($0, point - 1) }) {
      spans.append(start..<point)
      start = point
    }
    if start < points.count { spans.append(start..<points.count) }
    if !plan.hold.isEmpty, !plan.exclusions.isEmpty {
      points.divideExclusions(hold: plan.hold, times: timeline.times) {
        timeline.texts[$0][$1]
      }
    }
    return spans
  }

  /// Whether a chain in range may begin at a point.
  private func isEntry(_ point: Int) -> Bool {
    points[point].isEntry && (plan.order == .any || points[point].steps & 1 == 1)
  }

  /// The spans of each value of `plan.every`, which is one group of all without it.
  func groups(_ spans: [Range<Int>], _ timeline: Timeline) -> [Range<Int>] {
    if plan.every.isEmpty || spans.isEmpty { return [0..<spans.count] }
    func isSame(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
      let a = points[left.lowerBound].source
      let b = points[right.lowerBound].source
      return plan.every.allSatisfy { timeline.texts[$0][a] == timeline.texts[$0][b] }
    }
    var groups: [Range<Int>] = []
    var start = 0
    for index in spans.indices.dropFirst() where !isSame(spans[index - 1], spans[index]) {
      groups.append(start..<index)
      start = index
    }
    groups.append(start..<spans.count)
    return groups
  }

  /// The best over spans that stand for the same thing: one entity, different held values. Writes
  /// the reported chain to `chain`.
  mutating func search(_ spans: ArraySlice<Range<Int>>, entries: Range<Int64>) -> FunnelOutcome {
    guard let first = spans.first else { return FunnelOutcome() }
    if spans.count == 1 { return search(first, entries: entries) }
    var best = FunnelOutcome()
    var bestChain = [Int](repeating: -1, count: plan.stepCount)
    for span in spans {
      let outcome = search(span, entries: entries)
      if best.take(outcome) { bestChain = chain }
    }
    chain = bestChain
    return best
  }
}
