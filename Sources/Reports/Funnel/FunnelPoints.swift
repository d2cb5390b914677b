/// An event that a funnel can use.
struct FunnelPoint: Sendable {
  var time: Int64
  /// Bit k - 1: the event can be step k.
  var steps: UInt64
  /// Its index in the timeline.
  var source: Int
  /// Number of its instant among those with an event that strict order sees.
  var ordinal: Int32
  /// Whether a chain may begin at its instant, as far as range and dormancy go.
  var isEntry: Bool
}

/// The events of one timeline that a funnel can use, reused from entity to entity.
struct FunnelPoints: Sendable {
  private var points: [FunnelPoint] = []
  /// By exclusion: the instants of its events, ascending.
  private(set) var excluded: [[Int64]]
  /// By exclusion: its events, as indices of the timeline. Kept where chains hold values, as an event
  /// ends only chains that hold its own.
  private var excludedSources: [[Int]]
  /// By the first point of a span: `excluded` for its held values.
  private var excludedBySpan: [Int: [[Int64]]] = [:]
  /// Number of the last instant that strict order sees.
  private(set) var lastOrdinal: Int32 = -1

  init(exclusions: Int) {
    excluded = [[Int64]](repeating: [], count: exclusions)
    excludedSources = [[Int]](repeating: [], count: exclusions)
  }

  var count: Int { points.count }

  subscript(index: Int) -> FunnelPoint { points[index] }

  /// The points of an instant, without copying them.
  subscript(range: Range<Int>) -> ArraySlice<FunnelPoint> { points[range] }

  /// Keeps these points, in this order.
  mutating func arrange(_ order: [Int]) { points = order.map { points[$0] } }

  /// Takes the events `range` of a timeline, from the first on that can begin a chain.
  mutating func gather(
    times: [Int64], kinds: [UInt32], range: Range<Int>, plan: FunnelPlan
  ) {
    points.removeAll(keepingCapacity: true)
    for number in excluded.indices {
      excluded[number].removeAll(keepingCapacity: true)
      excludedSources[number].removeAll(keepingCapacity: true)
    }
    if !excludedBySpan.isEmpty { excludedBySpan.removeAll(keepingCapacity: true) }
    let holds = !plan.hold.isEmpty
    lastOrdinal = -1
    var lastSeen = Int64.min
    // The last two distinct instants of activity: the second is the one strictly before the first.
    var activity = Int64.min
    var activityBefore = Int64.min
    let dormancy = plan.dormancy ?? .min
    let roles = plan.roles
    let entries = plan.entries
    var index = firstEntry(times: times, kinds: kinds, range: range, plan: plan)
    while index < range.upperBound {
      let role = roles[Int(kinds[index])]
      let time = times[index]
      if role.isActivity, time != activity {
        activityBefore = activity
        activity = time
      }
      if role.isSeen || role.steps != 0, time != lastSeen || lastOrdinal < 0 {
        lastSeen = time
        lastOrdinal += 1
      }
      if role.exclusions != 0 { exclude(role.exclusions, time, source: holds ? index : nil) }
      if role.steps != 0 {
        let lastActivity = activity < time ? activity : activityBefore
        let isAwake = dormancy != .min && lastActivity != .min && time - lastActivity <= dormancy
        points.append(
          FunnelPoint(
            time: time, steps: role.steps, source: index, ordinal: lastOrdinal,
            isEntry: entries.contains(time) && !isAwake))
      }
      index += 1
    }
  }

  /// The first event at the instant of the first one that can begin a chain, else the end of
  /// `range`: what lies before it matters to dormancy only.
  private func firstEntry(
    times: [Int64], kinds: [UInt32], range: Range<Int>, plan: FunnelPlan
  ) -> Int {
    let masks = plan.masks
    let firstSteps = plan.firstSteps
    var index = range.lowerBound
    while index < range.upperBound,
      masks[Int(kinds[index])] & firstSteps == 0 || times[index] < plan.entries.lowerBound
    {
      index += 1
    }
    if index == range.upperBound || times[index] >= plan.entries.upperBound {
      return range.upperBound
    }
    if plan.dormancy != nil { return range.lowerBound }
    let time = times[index]
    while index > range.lowerBound, times[index - 1] == time { index -= 1 }
    return index
  }

  private mutating func exclude(_ exclusions: UInt32, _ time: Int64, source: Int?) {
    var bits = exclusions
    while bits != 0 {
      let number = bits.trailingZeroBitCount
      bits &= bits - 1
      if excluded[number].last != time { excluded[number].append(time) }
      if let source { excludedSources[number].append(source) }
    }
  }

  /// Gives each span the instants of the excluding events that are about its chains. `isAbout`: of an
  /// excluding event and an event of the span, indices of the timeline.
  mutating func divideExclusions(
    among spans: [Range<Int>], times: [Int64], isAbout: (Int, Int) -> Bool
  ) {
    for span in spans {
      let held = points[span.lowerBound].source
      excludedBySpan[span.lowerBound] = excludedSources.map { sources in
        var instants: [Int64] = []
        for source in sources where isAbout(source, held) && instants.last != times[source] {
          instants.append(times[source])
        }
        return instants
      }
    }
  }

  /// Makes `excluded` that of a span.
  @inline(__always)
  mutating func look(at span: Range<Int>) {
    if excludedBySpan.isEmpty { return }
    if let instants = excludedBySpan[span.lowerBound] { excluded = instants }
  }

  /// Whether an event of exclusion `number` lies strictly between two instants.
  func hasExcluded(_ number: Int, after start: Int64, before end: Int64) -> Bool {
    let next = firstExcluded(number, after: start)
    return next < excluded[number].count && excluded[number][next] < end
  }

  /// Index of the first event of exclusion `number` strictly after an instant.
  func firstExcluded(_ number: Int, after time: Int64) -> Int {
    excluded[number].firstIndex(notBefore: time + 1, from: 0, to: excluded[number].count)
  }

  /// Index of the first point of `span` at or after an instant.
  func firstPoint(_ span: Range<Int>, from time: Int64) -> Int {
    var low = span.lowerBound
    var high = span.upperBound
    while low < high {
      let middle = (low + high) / 2
      if points[middle].time < time { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
