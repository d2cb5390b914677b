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
    if isSimple {
      takeInOrder(union, point: instant.lowerBound, together: true)
    } else {
      takeMatched(instant)
    }
  }

  /// From each step where chains stand, as far as the instant's events can be assigned to the
  /// steps that follow: the mandatory ones, then as many optional ones as there is room for.
  private mutating func takeMatched(_ instant: Range<Int>) {
    let time = points[instant.lowerBound].time
    let earliest = plan.earliestEntry(time)
    matching.reset(points[instant])
    wider.reset(points[instant])
    for first in 0..<plan.stepCount {
      let nodes = plan.nodes.node[first]
      let entries = nodes.map { entry($0, at: time, earliest: earliest) }
      if entries.allSatisfy({ $0 == .min }) { continue }
      // `matching` has the mandatory steps after `first`; all of them together, how many there are
      // places for: what is more than the mandatory ones is optional.
      matching.clear()
      wider.clear()
      var mandatory = 0
      var all = 0
      for step in first..<plan.stepCount {
        if wider.add(step) { all += 1 }
        if !matching.add(step) {
          if plan.optional[step] { continue } else { break }
        }
        if plan.optional[step] { matching.remove(step) } else { mandatory += 1 }
        for (taken, entry) in entries.enumerated() where entry != .min {
          let to = plan.nodes.node[step + 1][taken + all - mandatory]
          arrive(to, step: step, point: instant.lowerBound, entry: entry)
        }
      }
    }
  }

  /// The event to take at an instant of several, the chain then standing at a node of `reached`,
  /// which is left with the node that was found. `used`: those taken already. `sources`: by node,
  /// whether chains come from there.
  mutating func chooseTogether(
    _ group: Range<Int>, sources: [Bool], used: [Int], isEnd: Bool
  ) -> (point: Int, step: Int)? {
    matching.reset(points[group])
    wider.reset(points[group])
    for point in used { change(points[point].steps, by: -1) }
    // Events that can be the same steps are alike: what one of them cannot be, none can.
    var failed = [Bool](repeating: false, count: matching.masks.count)
    for offset in 0..<group.count {
      let point = isEnd ? group.lowerBound + offset : group.upperBound - 1 - offset
      let steps = points[point].steps
      guard !used.contains(point), let number = matching.number(of: steps), !failed[number] else {
        continue
      }
      change(steps, by: -1)
      var left = steps
      while left != 0 {
        let step = left.trailingZeroBitCount
        left &= left - 1
        let nodes = reached.filter { plan.nodes.step[$0] == step + 1 }
        if nodes.isEmpty { continue }
        let optionals = optionalsAhead(of: step)
        if let node = nodes.first(where: { canArrive($0, optionals, sources: sources) }) {
          reached.removeAll(keepingCapacity: true)
          reached.append(node)
          return (point, step)
        }
      }
      change(steps, by: 1)
      failed[number] = true
    }
    return nil
  }

  private mutating func change(_ steps: UInt64, by places: Int) {
    matching.change(steps, by: places)
    wider.change(steps, by: places)
  }

  /// By number of a step at or before `step`, from `step` downwards: how many of the optional steps
  /// after it and before `step` events of `matching` can be, beside all the mandatory ones. It ends
  /// where they cannot.
  private mutating func optionalsAhead(of step: Int) -> [Int] {
    matching.clear()
    wider.clear()
    var optionals = [0]
    var mandatory = 0
    var all = 0
    for before in stride(from: step - 1, through: 0, by: -1) {
      if wider.add(before) { all += 1 }
      if !plan.optional[before] {
        if !matching.add(before) { break }
        mandatory += 1
      }
      optionals.append(all - mandatory)
    }
    return optionals
  }

  /// Whether a chain can arrive at `node` with an event as its last one, the others either before
  /// the instant, at a node of `sources`, or among the instant's own. `optionals`: of its step.
  private func canArrive(_ node: Int, _ optionals: [Int], sources: [Bool]) -> Bool {
    let step = plan.nodes.step[node] - 1
    let taken = (plan.nodes.rank[node] & 0xFF) - (plan.optional[step] ? 1 : 0)
    for (distance, most) in optionals.enumerated() {
      for (before, source) in plan.nodes.node[step - distance].enumerated()
      where sources[source] && before <= taken && taken - before <= most {
        return true
      }
    }
    return false
  }
}
