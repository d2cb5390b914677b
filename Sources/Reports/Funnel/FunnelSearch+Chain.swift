import Spec

/// The reported chain: of the longest, the one that ends earliest; then, from its end backwards,
/// the latest possible event at each step. In any order it is one with the latest entry, since
/// its last events decide nothing about its first one there. Events at one instant count in the
/// timeline's order; an event that can be several steps is taken as the first of them.
extension FunnelSearch {
  /// Writes the chain of `rank` that ends at the instant of `point` to `chain`, and returns the
  /// timeline's index of its last event. The log tells which chains there are: a record is part of
  /// a chain that ends in time exactly if its entry, the latest of all, is late enough.
  mutating func trace(
    rank: Int, point: Int, span: Range<Int>, entries: Range<Int64>
  ) -> Int {
    let earliest = plan.order == .any ? bestEntry : plan.earliestEntry(points[point].time)
    let window = Window(
      span: span, end: point, earliest: earliest,
      entries: max(entries.lowerBound, min(earliest, entries.upperBound))..<entries.upperBound)
    setCheckpoints(window)
    wanted.reset(plan.nodes.count)
    for node in plan.nodes.ranked where plan.nodes.rank[node] == rank { wanted.insert(node) }
    if !isLogComplete { logWanted(until: group(of: point, in: span).upperBound, window) }
    var place = Place(group: group(of: point, in: span), records: records(of: point))
    var last = -1
    while true {
      var used: [Int] = []
      // As many events of this instant as possible, then on to an earlier one.
      while let found = choose(&place, used: used, window, isEnd: last < 0) {
        chain[found.step] = points[found.point].source
        if last < 0 { last = points[found.point].source }
        stepBack(found.step)
        if wanted.contains(0) { return last }
        if place.group.count == 1 { break }
        used.append(found.point)
      }
      guard let earlier = previous(to: place, window) else {
        preconditionFailure("the log of a funnel's chains breaks off")
      }
      place = earlier
    }
  }

  /// The nodes before the ones reached by taking a step.
  private mutating func stepBack(_ step: Int) {
    wanted.removeAll()
    for node in reached {
      if plan.order == .any {
        wanted.insert(node & ~(1 << step))
      } else {
        for before in plan.nodes.predecessors(of: node) { wanted.insert(before) }
      }
    }
  }

  /// Events that a chain's next event, going backwards, is chosen from.
  private struct Place {
    /// One point, or all points of an instant where steps have an order.
    var group: Range<Int>
    /// Their records in the log.
    var records: Range<Int>
    /// The point that comes next in the chain, if it is at a later place.
    var next: Int?
    /// By node, once asked for: whether a chain comes from there.
    var sources: [Bool] = []
  }

  private func group(of point: Int, in span: Range<Int>) -> Range<Int> {
    var end = point + 1
    if plan.order == .any { return point..<end }
    while end < span.upperBound, points[end].time == points[point].time { end += 1 }
    return point..<end
  }

  /// Records of a point, which the log holds in ascending order.
  private func records(of point: Int) -> Range<Int> {
    var low = 0
    var high = log.count
    while low < high {
      let middle = (low + high) / 2
      if log[middle].point < point { low = middle + 1 } else { high = middle }
    }
    var end = low
    while end < log.count, log[end].point == point { end += 1 }
    return low..<end
  }

  /// Whether a chain that stands at `record` can take `point` next, as far as the time between
  /// them goes.
  func links(_ record: Record, to point: Int) -> Bool {
    let start = points[record.point].time
    let end = points[point].time
    if start == end { return true }
    if start < plan.earliestPrevious(end) { return false }
    if plan.order == .strict { return points[point].ordinal == points[record.point].ordinal + 1 }
    let covered = plan.nodes.coveredBy[Int(record.node)]
    if covered == 0 { return true }
    for number in points.excluded.indices where covered >> UInt32(number) & 1 == 1 {
      if points.excluded[number].first(after: start) < end { return false }
    }
    return true
  }

  /// The latest place before `place` with a chain that stands at a wanted node.
  private mutating func previous(to place: Place, _ window: Window) -> Place? {
    let next = place.group.lowerBound
    if !isLogComplete { logWanted(before: next, window) }
    var index = (isLogComplete ? place.records.lowerBound : log.count) - 1
    while index >= 0 {
      let record = log[index]
      if record.entry >= window.earliest, wanted.contains(Int(record.node)),
        links(record, to: next)
      {
        return Place(
          group: group(of: record.point, in: window.span), records: records(of: record.point),
          next: next)
      }
      index -= 1
    }
    return nil
  }

  /// The event to take at a place: the latest, or at the chain's end the earliest, that a chain
  /// through a wanted node can have. Leaves the nodes it then stands at in `reached`.
  private mutating func choose(
    _ place: inout Place, used: [Int], _ window: Window, isEnd: Bool
  ) -> (point: Int, step: Int)? {
    var step = Int32.max
    reached.removeAll(keepingCapacity: true)
    // Within an instant nothing lies between, and every node is worth a try.
    if !used.isEmpty { reached.append(contentsOf: wanted.nodes) }
    // Else nodes that chains stand at here, and that what comes next can be reached from.
    for index in place.records where used.isEmpty {
      let record = log[index]
      let node = Int(record.node)
      guard record.entry >= window.earliest, wanted.contains(node) else { continue }
      if let next = place.next, !links(record, to: next) { continue }
      if place.group.count == 1, record.step != step {
        if record.step > step { continue }
        step = record.step
        reached.removeAll(keepingCapacity: true)
      }
      if !reached.contains(node) { reached.append(node) }
    }
    if reached.isEmpty { return nil }
    if place.group.count == 1 { return (place.group.lowerBound, Int(step)) }
    if place.sources.isEmpty { place.sources = sources(place.group.lowerBound, window) }
    return chooseTogether(place.group, sources: place.sources, used: used, isEnd: isEnd)
  }
}
