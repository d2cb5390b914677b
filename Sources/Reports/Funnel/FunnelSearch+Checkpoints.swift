import Spec

/// What stands before the instant of a point: enough to take a pass up again from there.
struct FunnelCheckpoint: Sendable {
  var index: Int
  /// A point of the instant before.
  var previous: Int
  var standing: [Int64]
  var recent: [RecentEntries]
}

/// Going backwards through a window whose chains are too many to log. The pass is taken again from
/// checkpoints, and logs the chains at wanted nodes at the latest place only: each stretch between
/// two checkpoints is passed once, and once for each event of the chain in it.
extension FunnelSearch {
  /// Where the chains that end in time at one point lie.
  struct Window {
    var span: Range<Int>
    /// The point at which they end.
    var end: Int
    /// No chain with an earlier entry ends in time.
    var earliest: Int64
    var entries: Range<Int64>
  }

  /// One checkpoint at the window's beginning if all chains are logged, else `checkpointsMax`.
  mutating func setCheckpoints(_ window: Window) {
    let start = points.firstPoint(window.span, from: window.entries.lowerBound)
    for node in standing.indices { standing[node] = .min }
    for node in recent.indices { recent[node].removeAll() }
    checkpoints.removeAll(keepingCapacity: true)
    checkpoints.append(
      FunnelCheckpoint(index: start, previous: start, standing: standing, recent: recent))
    if isLogComplete { return }
    let stride = max(1, (window.end - start) / checkpointsMax)
    logging = .none
    pass(from: start, previous: start, to: window.end, window, checkpointEvery: stride)
  }

  /// Passes the instants that begin before the point `end`; the last one no further than it.
  private mutating func pass(
    from start: Int, previous: Int, to end: Int, _ window: Window,
    checkpointEvery stride: Int? = nil
  ) {
    var index = start
    var previous = previous
    var mark = stride.map { start + $0 } ?? .max
    while index < end {
      if index >= mark, let stride {
        checkpoints.append(
          FunnelCheckpoint(index: index, previous: previous, standing: standing, recent: recent))
        mark = index + stride
      }
      let time = points[index].time
      let next = take(
        index, previous: previous, window.span.lowerBound..<end, entries: window.entries)
      settle(time)
      previous = index
      index = next
    }
  }

  private mutating func restore(_ checkpoint: FunnelCheckpoint) {
    standing = checkpoint.standing
    recent = checkpoint.recent
  }

  /// Logs the chains that stand at a wanted node and that can take the point `next`, at the latest
  /// place before it.
  mutating func logWanted(before next: Int, _ window: Window) {
    logWanted(until: next, next: next, window)
  }

  /// Logs the chains that stand at a wanted node at the latest place before the point `end`.
  mutating func logWanted(until end: Int, _ window: Window) {
    logWanted(until: end, next: nil, window)
  }

  private mutating func logWanted(until end: Int, next: Int?, _ window: Window) {
    log.removeAll(keepingCapacity: true)
    logging = .wanted(next: next)
    var end = end
    while let checkpoint = checkpoints.last {
      if checkpoint.index < end {
        restore(checkpoint)
        pass(from: checkpoint.index, previous: checkpoint.previous, to: end, window)
        end = checkpoint.index
        if !log.isEmpty { break }
      }
      // What is wanted next lies before it.
      checkpoints.removeLast()
    }
    logging = .none
  }

  /// By node, whether chains with a late enough entry come from there to the instant of a point.
  mutating func sources(_ point: Int, _ window: Window) -> [Bool] {
    var sources = [Bool](repeating: false, count: plan.nodes.count)
    guard let checkpoint = checkpoints.last(where: { $0.index <= point }) else { return sources }
    restore(checkpoint)
    logging = .none
    var last = checkpoint.previous
    var index = checkpoint.index
    while index < point {
      let time = points[index].time
      let next = take(index, previous: last, window.span, entries: window.entries)
      settle(time)
      last = index
      index = next
    }
    expire(from: last, to: point)
    let time = points[point].time
    for node in plan.nodes.ranked {
      sources[node] = entry(node, at: time, earliest: window.earliest) != .min
    }
    sources[0] = points[point].isEntry && window.entries.contains(time)
    return sources
  }
}
