/// Instants with several events that can be steps: any of them may come first.
extension FunnelSearch {
  mutating func takeTogether(_ instant: Range<Int>) {
    // Events that can be one step each do not compete: taking them in the order of the steps
    // tries every chain.
    var union: UInt64 = 0
    var isSimple = true
    for point in instant {
      let steps = points[point].steps
      union |= steps
      if steps & (steps - 1) != 0 { isSimple = false }
    }
    if !isSimple { return takeMatched(instant) }
    let time = points[instant.lowerBound].time
    let earliest = plan.earliestEntry(time)
    while union != 0 {
      let step = union.trailingZeroBitCount
      union &= union - 1
      for number in plan.nodes.arcStarts[step]..<plan.nodes.arcStarts[step + 1] {
        let arc = plan.nodes.arcs[number]
        let entry = max(
          entry(arc.from, at: time, earliest: earliest), arc.from == 0 ? .min : arrived[arc.from])
        if entry != .min {
          arrive(arc.to, step: step, point: instant.lowerBound, entry: entry)
        }
      }
    }
  }

  /// From each step where chains stand, as far as the instant's events can be assigned to the
  /// steps that follow: the mandatory ones, then as many optional ones as there is room for.
  private mutating func takeMatched(_ instant: Range<Int>) {
    let time = points[instant.lowerBound].time
    let earliest = plan.earliestEntry(time)
    matching.reset(points[instant])
    for first in 0..<plan.stepCount {
      var isOccupied = false
      for node in plan.nodes.node[first]
      where entry(node, at: time, earliest: earliest) != .min {
        isOccupied = true
      }
      if !isOccupied { continue }
      for last in first + 1...plan.stepCount {
        guard let optionals = match(between: first, and: last) else {
          if plan.optional[last - 1] { continue } else { break }
        }
        for (taken, node) in plan.nodes.node[first].enumerated() {
          let entry = entry(node, at: time, earliest: earliest)
          if entry == .min { continue }
          let to = plan.nodes.node[last][taken + optionals]
          arrive(to, step: last - 1, point: instant.lowerBound, entry: entry)
        }
      }
    }
  }

  /// Assigns step `last`, the mandatory steps between `first` and it, and as many of the optional
  /// ones as possible to the classes of `matching`: how many optional steps that takes, or nil.
  private mutating func match(between first: Int, and last: Int) -> Int? {
    matching.clear()
    for step in first..<last - 1 where !plan.optional[step] {
      if !matching.add(step) { return nil }
    }
    if !matching.add(last - 1) { return nil }
    var optionals = plan.optional[last - 1] ? 1 : 0
    for step in first..<last - 1 where plan.optional[step] && matching.add(step) {
      optionals += 1
    }
    return optionals
  }

  /// Whether a chain can arrive at `node` with `point` as its last event, the others either before
  /// the instant, at a node of `sources`, or among the events of `matching` (all of the instant
  /// that are not used yet, `point` not among them).
  mutating func canArrive(_ node: Int, sources: [Bool]) -> Bool {
    let last = plan.nodes.step[node]
    let isOptional = plan.optional[last - 1]
    let taken = (plan.nodes.rank[node] & 0xFF) - (isOptional ? 1 : 0)
    var first = last - 1
    while first >= 0 {
      for (before, source) in plan.nodes.node[first].enumerated()
      where sources[source] && before <= taken {
        if canMatch(first..<last - 1, optionals: taken - before) { return true }
      }
      first -= 1
    }
    return false
  }

  /// Whether all mandatory steps of a range, from 0, and a number of its optional ones can be
  /// assigned to the classes of `matching`.
  private mutating func canMatch(_ steps: Range<Int>, optionals: Int) -> Bool {
    matching.clear()
    for step in steps where !plan.optional[step] {
      if !matching.add(step) { return false }
    }
    var left = optionals
    for step in steps where left > 0 && plan.optional[step] && matching.add(step) { left -= 1 }
    return left == 0
  }
}
