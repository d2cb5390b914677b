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
  /// Going backwards: the nodes that a chain may stand at before the event at hand, and those it
  /// may stand at after it.
  var wanted: [Int] = []
  var reached: [Int] = []
  /// By last step, of one instant: the latest entry of an attempt, and the exclusions ahead of it.
  var latest: [Int64] = []
  var covering: [UInt32] = []
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
    points.look(at: span)
    var index = points.firstPoint(span, from: entries.lowerBound)
    guard index < span.upperBound else { return FunnelOutcome() }
    for number in cursors.indices {
      cursors[number] = points.firstExcluded(number, after: points[index].time - 1)
    }
    let lastEntry = entries.upperBound - 1
    var outcome = FunnelOutcome()
    var bestRecord = 0
    var previous = index
    while index < span.upperBound {
      let time = points[index].time
      if time > lastEntry, plan.earliestEntry(time) > lastEntry { break }
      var end = index + 1
      while end < span.upperBound, points[end].time == time { end += 1 }
      expire(from: previous, to: index)
      let firstRecord = log.count
      let canEnter = points[index].isEntry && entries.contains(time)
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
    let time = points[point].time
    let earliest = plan.earliestEntry(time)
    var steps = points[point].steps
    while steps != 0 {
      let step = steps.trailingZeroBitCount
      steps &= steps - 1
      for number in plan.nodes.arcStarts[step]..<plan.nodes.arcStarts[step + 1] {
        let arc = plan.nodes.arcs[number]
        let entry = entry(arc.from, at: time, earliest: earliest)
        if entry != .min { arrive(arc.to, step: step, point: point, entry: entry) }
      }
    }
  }

  /// One event among those of its instant, in any order: sets of steps commute, so that taking the
  /// events one after the other tries every assignment. Sets are visited from the largest down,
  /// so that no set takes the event twice.
  private mutating func takeInAnyOrder(_ point: Int) {
    let time = points[point].time
    let earliest = plan.earliestEntry(time)
    let steps = Int(truncatingIfNeeded: points[point].steps)
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
    let start = points[previous].time
    let end = points[point].time
    if start == end { return }
    if plan.order == .strict, points[point].ordinal != points[previous].ordinal + 1 {
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
    let instants = points.excluded[number]
    let low = instants.firstIndex(notBefore: time, from: cursors[number], to: instants.count)
    cursors[number] = low
    return low > 0 && instants[low - 1] > start
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
}
