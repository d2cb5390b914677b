import Spec
import Timelines

/// The exact search for the longest chain of a timeline, over all entries.
///
/// One pass over the instants keeps, for each node, the latest entry among the chains that stand
/// there: a later entry can do whatever an earlier one can, so one number per node is exact. A
/// limit between steps makes it the latest entry among chains whose last event is recent enough
/// (`RecentEntries`); a strict order or an exclusion drops chains; events at one instant may be
/// taken in any order, which is a matching of steps to events (`StepMatching`). Each chain found is
/// logged with its entry, and the reported chain is read backwards from the log. The log is short:
/// where it would not be, it is forgotten, and going backwards takes the pass again from
/// checkpoints (`FunnelSearch+Chain`).
///
/// Time: points x nodes at most, points being the events that can be steps. In any order nodes are
/// 2 to the power of the steps, else steps x (1 + optional steps) at most, and a point that can be
/// one step costs the nodes between the mandatory step before it and itself. A logarithm more for
/// exclusions. Past the log's end three such passes, and 1/64 for each step of the chain.
///
/// Memory: 40 bytes a point, which the timeline itself exceeds; 8 bytes a node and checkpoint, 64
/// checkpoints and at most 8 MB (with `step_within`, 16 MB); 3 MB of log. With `step_within` a node
/// keeps the few entries of which none is both later and more recent than another. All storage is
/// reused from entity to entity.
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

  /// Which chains a pass logs.
  enum Logging: Sendable {
    /// All, until the log is full.
    case all
    case none
    /// Those at a wanted node that link to the point `next`, and of these the ones at the latest
    /// place only.
    case wanted(next: Int?)
  }

  /// Records that the log of a search may hold. Tests make it small.
  var logMax = 1 << 17
  /// Checkpoints of a chain that is longer than the log. Tests make it small.
  var checkpointsMax: Int

  let plan: FunnelPlan
  var points: FunnelPoints
  /// By step from 0: index in the timeline of the reported chain's event, or -1.
  var chain: [Int]
  /// Whether the entity at hand could enter, but never with a value of all held properties.
  var isUnheld = false

  /// By node: the latest entry among chains that stand there since an earlier instant, and among
  /// those that arrived at this one. `Int64.min` is none.
  var standing: [Int64]
  var arrived: [Int64]
  /// With a limit between steps, in place of `standing`.
  var recent: [RecentEntries]
  /// Nodes with a value in `arrived`.
  var touched: [Int] = []
  /// The highest rank so far, and the first point at which a chain had it. In any order, of the
  /// points of that instant: the last one at which the latest entry of all had it.
  var bestRank = 0
  var bestPoint = 0
  /// Of the chains of that rank that end with `bestPoint`.
  var bestEntry = Int64.min
  var attempts: FunnelAttempts
  var log: [Record] = []
  var logging = Logging.none
  /// The pass logged every chain.
  var isLogComplete = true
  var checkpoints: [FunnelCheckpoint] = []
  /// Going backwards: the nodes that a chain may stand at before the event at hand, and those it
  /// may stand at after it.
  var wanted = NodeSet()
  var reached: [Int] = []
  /// By number of optional steps taken: the latest entry ahead of a step.
  private var ahead: [Int64] = []
  var matching = StepMatching()
  var wider = StepMatching()
  let hasStepLimit: Bool
  /// Nothing but time limits a chain's next event: each event is an instant of its own.
  let isPointwise: Bool

  init(_ plan: FunnelPlan) {
    self.plan = plan
    points = FunnelPoints(exclusions: plan.exclusions.count)
    chain = [Int](repeating: -1, count: plan.stepCount)
    standing = [Int64](repeating: .min, count: plan.nodes.count)
    arrived = standing
    hasStepLimit = plan.stepWithin != .max
    recent = [RecentEntries](repeating: RecentEntries(), count: hasStepLimit ? plan.nodes.count : 0)
    attempts = FunnelAttempts(steps: plan.stepCount)
    isPointwise = plan.order == .any && plan.exclusions.isEmpty
    checkpointsMax = max(2, min(64, (1 << 20) / (plan.nodes.count * (hasStepLimit ? 8 : 1))))
  }

  /// Finds the longest chain among the points of `span` with an entry in `entries`, and writes the
  /// reported one to `chain`.
  mutating func search(_ span: Range<Int>, entries: Range<Int64>) -> FunnelOutcome {
    for step in chain.indices { chain[step] = -1 }
    for node in standing.indices { standing[node] = .min }
    for node in recent.indices { recent[node].removeAll() }
    points.look(at: span)
    var index = points.firstPoint(span, from: entries.lowerBound)
    guard index < span.upperBound else { return FunnelOutcome() }
    log.removeAll(keepingCapacity: true)
    logging = .all
    isLogComplete = true
    bestRank = 0
    attempts.removeAll()
    let lastEntry = entries.upperBound - 1
    var previous = index
    while index < span.upperBound {
      let time = points[index].time
      if time > lastEntry, plan.earliestEntry(time) > lastEntry { break }
      let end = take(index, previous: previous, span, entries: entries)
      if plan.discards != 0 { noteAttempts(time) }
      settle(time)
      previous = index
      index = end
      // In any order, what else happened at this instant may be a later entry.
      if bestRank == plan.fullRank, !isAtBestInstant(index, span) { break }
    }
    var outcome = FunnelOutcome()
    guard bestRank > 0 else { return outcome }
    outcome.rank = bestRank
    if outcome.mandatory < plan.mandatoryCount {
      outcome.isAlive = isAlive(outcome.mandatory, lastPoint: previous)
      if plan.discards != 0 { outcome.isDiscarded = attempts.areDiscarded }
    }
    let last = trace(rank: outcome.rank, point: bestPoint, span: span, entries: entries)
    outcome.place = ChainPlace(event: last)
    for steps in plan.alike {
      let taken = steps.filter { chain[$0] >= 0 }
      for (step, event) in zip(taken, taken.map { chain[$0] }.sorted()) { chain[step] = event }
    }
    if plan.order == .any {
      let end = points[bestPoint].time
      outcome.place = ChainPlace(end: end, length: end - bestEntry, event: -last)
    }
    return outcome
  }

  /// Takes the instant that begins with the point `index`, after the one of `previous`; returns
  /// where the next one begins. `settle` must follow.
  mutating func take(
    _ index: Int, previous: Int, _ span: Range<Int>, entries: Range<Int64>
  ) -> Int {
    let time = points[index].time
    var end = index + 1
    if !isPointwise {
      while end < span.upperBound, points[end].time == time { end += 1 }
    }
    expire(from: previous, to: index)
    let canEnter = points[index].isEntry && entries.contains(time)
    standing[0] = canEnter ? time : .min
    if takeInPlace(index) { return end }
    if plan.order == .any {
      for point in index..<end { takeInAnyOrder(point) }
    } else if end == index + 1 {
      takeInOrder(points[index].steps, point: index, together: false)
    } else {
      takeTogether(index..<end)
    }
    return end
  }

  /// The latest entry among the chains at `node` that an event at `time` can continue.
  mutating func entry(_ node: Int, at time: Int64, earliest: Int64) -> Int64 {
    var entry = standing[node]
    if hasStepLimit, node != 0 { entry = recent[node].latest(since: plan.earliestPrevious(time)) }
    return entry >= earliest ? entry : .min
  }

  mutating func arrive(_ node: Int, step: Int, point: Int, entry: Int64) {
    if arrived[node] == .min { touched.append(node) }
    arrived[node] = max(arrived[node], entry)
    if isBetter(plan.nodes.rank[node], point, entry) {
      bestRank = plan.nodes.rank[node]
      bestPoint = point
      bestEntry = entry
    }
    if case .none = logging { return }
    note(Record(point: point, node: Int32(node), step: Int32(step), entry: entry))
  }

  private func isBetter(_ rank: Int, _ point: Int, _ entry: Int64) -> Bool {
    if rank != bestRank || plan.order != .any { return rank > bestRank }
    return rank > 0 && entry >= bestEntry && points[point].time == points[bestPoint].time
  }

  private func isAtBestInstant(_ point: Int, _ span: Range<Int>) -> Bool {
    plan.order == .any && point < span.upperBound && points[point].time == points[bestPoint].time
  }

  /// Logs a chain if it is one to log.
  private mutating func note(_ record: Record) {
    switch logging {
    case .none: return
    case .all:
      if log.count < logMax { return log.append(record) }
      isLogComplete = false
      logging = .none
    case .wanted(let next):
      guard wanted.contains(Int(record.node)) else { return }
      if let next, !links(record, to: next) { return }
      if let last = log.last, last.point != record.point { log.removeAll(keepingCapacity: true) }
      log.append(record)
    }
  }

  /// Events in the order of their steps: each chain takes at most one event of each. Together: the
  /// events of one instant, each of which can be one step, so that what arrives goes on at once.
  ///
  /// A step is taken after any of the steps from the mandatory one before it on, with equally many
  /// optional ones taken: the latest entry by that number is gathered on the way.
  mutating func takeInOrder(_ mask: UInt64, point: Int, together: Bool) {
    let time = points[point].time
    let earliest = plan.earliestEntry(time)
    var steps = mask
    var start = -1
    var next = 0
    while steps != 0 {
      let step = steps.trailingZeroBitCount
      steps &= steps - 1
      if plan.nodes.segment[step] != start {
        start = plan.nodes.segment[step]
        next = start
        ahead.removeAll(keepingCapacity: true)
      }
      while next <= step {
        for (taken, node) in plan.nodes.node[next].enumerated() {
          var entry = entry(node, at: time, earliest: earliest)
          if together, next > 0 { entry = max(entry, arrived[node]) }
          if taken == ahead.count { ahead.append(.min) }
          ahead[taken] = max(ahead[taken], entry)
        }
        next += 1
      }
      let optional = plan.optional[step] ? 1 : 0
      for taken in ahead.indices where ahead[taken] != .min {
        let node = plan.nodes.node[step + 1][taken + optional]
        arrive(node, step: step, point: point, entry: ahead[taken])
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

  /// The same in place, where at most chains at wanted nodes are logged and only the window limits
  /// them. False, and nothing done, elsewhere.
  private mutating func takeInPlace(_ point: Int) -> Bool {
    if case .all = logging { return false }
    if !isPointwise || hasStepLimit { return false }
    let steps = Int(truncatingIfNeeded: points[point].steps)
    let earliest = plan.earliestEntry(points[point].time)
    for node in plan.nodes.ranked where plan.nodes.rank[node] >= bestRank {
      let entry = latestEntry(to: node, by: steps)
      if entry >= earliest, isBetter(plan.nodes.rank[node], point, entry) {
        bestRank = plan.nodes.rank[node]
        bestPoint = point
        bestEntry = entry
      }
    }
    if case .wanted = logging { noteWanted(point, steps, earliest) }
    if steps & (steps - 1) == 0 {
      takeOver(steps, earliest)
    } else {
      for set in stride(from: standing.count - 1, to: 0, by: -1) where set & steps != 0 {
        let entry = latestEntry(to: set, by: steps)
        if entry >= earliest, entry > standing[set] { standing[set] = entry }
      }
    }
    return true
  }

  /// The sets with a step take over from those without it.
  private mutating func takeOver(_ step: Int, _ earliest: Int64) {
    var base = 0
    while base < standing.count {
      for from in base..<base + step {
        let entry = standing[from]
        if entry >= earliest, entry > standing[from + step] { standing[from + step] = entry }
      }
      base += 2 * step
    }
  }

  /// The latest entry among the chains that an event makes stand at a set of steps.
  private func latestEntry(to set: Int, by steps: Int) -> Int64 {
    var latest = Int64.min
    var taken = set & steps
    while taken != 0 {
      latest = max(latest, standing[set & ~(taken & -taken)])
      taken &= taken - 1
    }
    return latest
  }

  private mutating func noteWanted(_ point: Int, _ steps: Int, _ earliest: Int64) {
    for node in wanted.nodes {
      var taken = node & steps
      while taken != 0 {
        let step = taken.trailingZeroBitCount
        taken &= taken - 1
        let entry = standing[node & ~(1 << step)]
        if entry < earliest { continue }
        note(Record(point: point, node: Int32(node), step: Int32(step), entry: entry))
      }
    }
  }

  /// Drops the chains that what lies strictly between two instants ends.
  mutating func expire(from previous: Int, to point: Int) {
    let start = points[previous].time
    let end = points[point].time
    if start == end { return }
    if plan.order == .strict, points[point].ordinal != points[previous].ordinal + 1 {
      for node in standing.indices { drop(node) }
      return
    }
    for number in points.excluded.indices
    where points.excluded[number].first(after: start) < end {
      drop(coveredBy: 1 << UInt32(number))
    }
  }

  private mutating func drop(_ node: Int) {
    standing[node] = .min
    if hasStepLimit { recent[node].removeAll() }
  }

  private mutating func drop(coveredBy exclusions: UInt32) {
    for node in standing.indices where plan.nodes.coveredBy[node] & exclusions != 0 { drop(node) }
  }

  /// Ends an instant: what arrived now stands; what an event of the instant passed over is dropped.
  mutating func settle(_ time: Int64) {
    if plan.order == .strict {
      for node in standing.indices { drop(node) }
    }
    var exclusions: UInt32 = 0
    for number in points.excluded.indices
    where points.excluded[number].first(after: time - 1) == time {
      exclusions |= 1 << UInt32(number)
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
