import Spec
import Timelines

/// How one entity, or one value of it, fares: what the search for its longest chain finds.
struct FunnelOutcome: Sendable, Equatable {
  /// Rank of the longest chain (`FunnelNodes.rank`), 0 if there is none.
  var rank = 0
  /// Index in the timeline of the chain's last event; -1 if there is none.
  var end = -1
  /// A chain with as many mandatory steps can still go on after the end of observation.
  var isAlive = false
  /// Every chain with as many mandatory steps met an event that discards.
  var isDiscarded = false

  var mandatory: Int { FunnelNodes.mandatory(rank) }
}

/// The exact search for the longest chain of a timeline, over all entries.
///
/// One pass over the instants keeps, for each node, the latest entry among the chains that stand
/// there: a later entry can do whatever an earlier one can, so one number per node is exact. A
/// limit between steps makes it the latest entry among chains whose last event is recent enough
/// (`RecentEntries`); a strict order or an exclusion drops chains; events at one instant may be
/// taken in any order, which is a matching of steps to events (`StepMatching`). Each chain found is
/// logged with its entry, and the reported chain is read backwards from the log.
///
/// Cost: events x (nodes that take an event's step), plus a logarithm for exclusions. All storage
/// is reused from entity to entity.
struct FunnelSearch: Sendable {
  /// Chains that end at an event: the latest entry among them.
  struct Record: Sendable {
    /// The point, or the first point of its instant where steps have an order.
    var point: Int
    var node: Int32
    /// Step taken, from 0.
    var step: Int32
    var entry: Int64
  }

  let plan: FunnelPlan
  var points: FunnelPoints
  /// By step from 0: index in the timeline of the reported chain's event, or -1.
  var chain: [Int]

  /// By node: the latest entry among chains that stand there since an earlier instant, and among
  /// those that arrived at this one. `Int64.min` is none.
  var standing: [Int64]
  var arrived: [Int64]
  /// With a limit between steps, in place of `standing`.
  var recent: [RecentEntries]
  /// Nodes with a value in `arrived`.
  var touched: [Int] = []
  var log: [Record] = []
  /// By exclusion: how many of its instants lie before the instant at hand.
  var cursors: [Int]
  var matching = StepMatching()
  let hasStepLimit: Bool

  init(_ plan: FunnelPlan) {
    self.plan = plan
    points = FunnelPoints(exclusions: plan.exclusions.count)
    chain = [Int](repeating: -1, count: plan.stepCount)
    standing = [Int64](repeating: .min, count: plan.nodes.count)
    arrived = standing
    hasStepLimit = plan.stepWithin != .max
    recent = [RecentEntries](repeating: RecentEntries(), count: hasStepLimit ? plan.nodes.count : 0)
    cursors = [Int](repeating: 0, count: plan.exclusions.count)
  }

  /// Finds the longest chain among the points of `span` with an entry in `entries`, and writes the
  /// reported one to `chain`.
  mutating func search(_ span: Range<Int>, entries: Range<Int64>) -> FunnelOutcome {
    for step in chain.indices { chain[step] = -1 }
    for node in standing.indices { standing[node] = .min }
    for node in recent.indices { recent[node].removeAll() }
    log.removeAll(keepingCapacity: true)
    var index = points.firstPoint(span, from: entries.lowerBound)
    guard index < span.upperBound else { return FunnelOutcome() }
    for number in cursors.indices {
      cursors[number] = points.firstExcluded(number, after: points.times[index] - 1)
    }
    let lastEntry = entries.upperBound - 1
    var outcome = FunnelOutcome()
    var bestRecord = 0
    var previous = index
    while index < span.upperBound {
      let time = points.times[index]
      if time > lastEntry, plan.earliestEntry(time) > lastEntry { break }
      var end = index + 1
      while end < span.upperBound, points.times[end] == time { end += 1 }
      expire(from: previous, to: index)
      let firstRecord = log.count
      let canEnter = points.isEntry[index] && entries.contains(time)
      standing[0] = canEnter ? time : .min
      if plan.order == .any {
        for point in index..<end { takeInAnyOrder(point) }
      } else if end == index + 1 {
        takeAlone(index)
      } else {
        takeTogether(index..<end)
      }
      for record in firstRecord..<log.count
      where plan.nodes.rank[Int(log[record].node)] > outcome.rank {
        outcome.rank = plan.nodes.rank[Int(log[record].node)]
        bestRecord = record
      }
      settle(time)
      previous = index
      index = end
      if outcome.rank == plan.fullRank { break }
    }
    guard outcome.rank > 0 else { return outcome }
    if outcome.mandatory < plan.mandatoryCount {
      outcome.isAlive = isAlive(outcome.mandatory, lastPoint: previous)
      if plan.discards != 0 { outcome.isDiscarded = isDiscarded(outcome.mandatory) }
    }
    outcome.end = trace(rank: outcome.rank, point: log[bestRecord].point, span: span)
    return outcome
  }

  /// The latest entry among the chains at `node` that an event at `time` can continue.
  mutating func entry(_ node: Int, at time: Int64, earliest: Int64) -> Int64 {
    var entry = standing[node]
    if hasStepLimit, node != 0 { entry = recent[node].latest(since: plan.earliestPrevious(time)) }
    return entry >= earliest ? entry : .min
  }

  mutating func arrive(_ node: Int, step: Int, point: Int, entry: Int64) {
    log.append(Record(point: point, node: Int32(node), step: Int32(step), entry: entry))
    if arrived[node] == .min { touched.append(node) }
    arrived[node] = max(arrived[node], entry)
  }

  /// An instant with one event: each chain takes it at most once, since arcs lead from what stood
  /// before the instant.
  private mutating func takeAlone(_ point: Int) {
    let time = points.times[point]
    let earliest = plan.earliestEntry(time)
    var steps = points.steps[point]
    while steps != 0 {
      let step = steps.trailingZeroBitCount
      steps &= steps - 1
      for arc in plan.nodes.arcs[step] {
        let entry = entry(arc.from, at: time, earliest: earliest)
        if entry != .min { arrive(arc.to, step: step, point: point, entry: entry) }
      }
    }
  }

  /// One event among those of its instant, in any order: sets of steps commute, so that taking the
  /// events one after the other tries every assignment. Sets are visited from the largest down,
  /// so that no set takes the event twice.
  private mutating func takeInAnyOrder(_ point: Int) {
    let time = points.times[point]
    let earliest = plan.earliestEntry(time)
    let steps = Int(truncatingIfNeeded: points.steps[point])
    var set = plan.nodes.count - 1
    while set > 0 {
      var taken = set & steps
      while taken != 0 {
        let step = taken.trailingZeroBitCount
        taken &= taken - 1
        let from = set & ~(1 << step)
        let entry = max(entry(from, at: time, earliest: earliest), arrived[from])
        if entry != .min { arrive(set, step: step, point: point, entry: entry) }
      }
      set -= 1
    }
  }

  /// Drops the chains that what lies strictly between two instants ends.
  private mutating func expire(from previous: Int, to point: Int) {
    let start = points.times[previous]
    let end = points.times[point]
    if start == end { return }
    if plan.order == .strict, points.ordinals[point] != points.ordinals[previous] + 1 {
      for node in standing.indices { drop(node) }
      return
    }
    for number in cursors.indices {
      let between = advance(number, to: end, from: start)
      if between { drop(coveredBy: 1 << UInt32(number)) }
    }
  }

  /// Moves an exclusion's cursor to `time`; whether an event of it lies between `start` and it.
  private mutating func advance(_ number: Int, to time: Int64, from start: Int64) -> Bool {
    let count = points.excluded[number].count
    var low = cursors[number]
    var stride = 1
    while low + stride <= count, points.excluded[number][low + stride - 1] < time {
      low += stride
      stride *= 2
    }
    var high = min(count, low + stride - 1)
    while low < high {
      let middle = (low + high) / 2
      if points.excluded[number][middle] < time { low = middle + 1 } else { high = middle }
    }
    cursors[number] = low
    return low > 0 && points.excluded[number][low - 1] > start
  }

  private mutating func drop(_ node: Int) {
    standing[node] = .min
    if hasStepLimit { recent[node].removeAll() }
  }

  private mutating func drop(coveredBy exclusions: UInt32) {
    for node in standing.indices where plan.nodes.coveredBy[node] & exclusions != 0 { drop(node) }
  }

  /// Ends an instant: what arrived now stands; what an event of the instant passed over is dropped.
  private mutating func settle(_ time: Int64) {
    if plan.order == .strict {
      for node in standing.indices { drop(node) }
    }
    var exclusions: UInt32 = 0
    for number in cursors.indices {
      let next = cursors[number]
      if next < points.excluded[number].count, points.excluded[number][next] == time {
        exclusions |= 1 << UInt32(number)
      }
    }
    if exclusions != 0 { drop(coveredBy: exclusions) }
    for node in touched {
      if hasStepLimit {
        recent[node].append(arrived[node], at: time)
      } else {
        standing[node] = max(standing[node], arrived[node])
      }
      arrived[node] = .min
    }
    touched.removeAll(keepingCapacity: true)
  }

  /// Whether a chain with `mandatory` mandatory steps can take an event after observation's end.
  private mutating func isAlive(_ mandatory: Int, lastPoint: Int) -> Bool {
    if plan.order == .strict, points.ordinals[lastPoint] != points.lastOrdinal { return false }
    let time = points.times[lastPoint]
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
  private mutating func isDiscarded(_ mandatory: Int) -> Bool {
    let nodes = plan.nodes
    var latest = [Int64](repeating: .min, count: plan.stepCount + 1)
    var coveredBy = [UInt32](repeating: 0, count: plan.stepCount + 1)
    var record = 0
    while record < log.count {
      let time = points.times[log[record].point]
      while record < log.count, points.times[log[record].point] == time {
        let node = Int(log[record].node)
        if FunnelNodes.mandatory(nodes.rank[node]) == mandatory {
          let step = nodes.step[node]
          latest[step] = max(latest[step], log[record].entry)
          coveredBy[step] = nodes.coveredBy[node]
        }
        record += 1
      }
      for step in latest.indices where latest[step] != .min {
        let deadline = plan.deadline(entry: latest[step], last: time)
        if !meets(coveredBy[step] & plan.discards, after: time, until: deadline) { return false }
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

/// Entries of the chains that stand at one node, by the time of their last event: a queue with
/// the latest entry among the recent ones at its head. An entry that a later chain reaches or
/// passes can never be the latest again, and is dropped when that chain arrives.
struct RecentEntries: Sendable {
  private var times: [Int64] = []
  private var entries: [Int64] = []
  private var head = 0

  mutating func removeAll() {
    times.removeAll(keepingCapacity: true)
    entries.removeAll(keepingCapacity: true)
    head = 0
  }

  mutating func append(_ entry: Int64, at time: Int64) {
    while entries.count > head, entries[entries.count - 1] <= entry {
      entries.removeLast()
      times.removeLast()
    }
    entries.append(entry)
    times.append(time)
  }

  /// The latest entry among chains whose last event is at `time` or later, `time` never falling
  /// from call to call; `Int64.min` if there is none.
  mutating func latest(since time: Int64) -> Int64 {
    while head < times.count, times[head] < time { head += 1 }
    return head < times.count ? entries[head] : .min
  }
}
