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

/// The instants of the events that one exclusion forbids to the chains of a span.
struct ExcludedInstants: Sendable {
  /// Each ascending: the events with the same held values, and those that lack some of them.
  var lists: [[Int64]]

  /// The first instant after a time; `Int64.max` if there is none.
  func first(after time: Int64) -> Int64 {
    var first = Int64.max
    for list in lists {
      let index = list.firstIndex(notBefore: time + 1, from: 0, to: list.count)
      if index < list.count { first = min(first, list[index]) }
    }
    return first
  }

  /// The last instant; `Int64.min` if there is none.
  var last: Int64 { lists.reduce(.min) { max($0, $1.last ?? .min) } }
}

/// The events of one timeline that a funnel can use, reused from entity to entity.
struct FunnelPoints: Sendable {
  private var points: [FunnelPoint] = []
  /// By exclusion, of the span at hand.
  private(set) var excluded: [ExcludedInstants]
  /// By exclusion: its events, as indices of the timeline. Kept where chains hold values, as an event
  /// ends only chains that hold its own.
  private var excludedSources: [[Int]]
  /// By exclusion, where chains hold values: instants by the values that events have, 0 for one that
  /// an event lacks; and which of them events lack, one bit a property.
  private var excludedByValue: [[[UInt32]: [Int64]]] = []
  private var lacking: [Set<UInt32>] = []
  /// Held values of each point, one after the other.
  private var held: [UInt32] = []
  /// Number of the last instant that strict order sees.
  private(set) var lastOrdinal: Int32 = -1

  init(exclusions: Int) {
    excluded = [ExcludedInstants](repeating: ExcludedInstants(lists: [[]]), count: exclusions)
    excludedSources = [[Int]](repeating: [], count: exclusions)
  }

  var count: Int { points.count }

  subscript(index: Int) -> FunnelPoint { points[index] }

  /// The points of an instant, without copying them.
  subscript(range: Range<Int>) -> ArraySlice<FunnelPoint> { points[range] }

  /// Gives back what one entity of very many events took: every funnel of a run has points of its own.
  mutating func release() {
    if points.capacity > Self.keptMax { points = [] }
  }

  private static let keptMax = 1 << 14

  /// Keeps these points, in this order.
  mutating func arrange(_ order: [Int]) { points = order.map { points[$0] } }

  /// Takes the events `range` of a timeline, from the first on that can begin a chain.
  mutating func gather(
    times: [Int64], kinds: [UInt32], range: Range<Int>, plan: FunnelPlan
  ) {
    points.removeAll(keepingCapacity: true)
    for number in excluded.indices {
      if !excludedByValue.isEmpty { excluded[number].lists = [[]] }
      excluded[number].lists[0].removeAll(keepingCapacity: true)
      excludedSources[number].removeAll(keepingCapacity: true)
    }
    excludedByValue.removeAll()
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
      if excluded[number].lists[0].last != time { excluded[number].lists[0].append(time) }
      if let source { excludedSources[number].append(source) }
    }
  }

  /// Tells the instants of excluding events apart by held values, so that each span sees those that
  /// are about its chains: an event without a held property is about all. `code`: of a column of
  /// `hold` and an event of the timeline.
  mutating func divideExclusions(
    hold: [Int], times: [Int64], code: (_ column: Int, _ event: Int) -> UInt32
  ) {
    held.removeAll(keepingCapacity: true)
    for point in points {
      for column in hold { held.append(code(column, point.source)) }
    }
    excludedByValue = excludedSources.map { _ in [:] }
    lacking = excludedSources.map { _ in [] }
    for (number, sources) in excludedSources.enumerated() {
      for source in sources {
        let values = hold.map { code($0, source) }
        let time = times[source]
        if excludedByValue[number][values]?.last == time { continue }
        excludedByValue[number][values, default: []].append(time)
        lacking[number].insert(Self.lacking(values))
      }
    }
  }

  private static func lacking(_ values: [UInt32]) -> UInt32 {
    var bits: UInt32 = 0
    for (index, value) in values.enumerated() where value == 0 { bits |= 1 << UInt32(index) }
    return bits
  }

  /// Makes `excluded` that of a span.
  @inline(__always)
  mutating func look(at span: Range<Int>) {
    if !excludedByValue.isEmpty { divide(span) }
  }

  private mutating func divide(_ span: Range<Int>) {
    let width = points.isEmpty ? 0 : held.count / points.count
    let values = Array(held[span.lowerBound * width..<(span.lowerBound + 1) * width])
    for number in excluded.indices {
      excluded[number].lists = lacking[number].sorted().compactMap { bits in
        let key = values.indices.map { bits >> UInt32($0) & 1 == 1 ? 0 : values[$0] }
        return excludedByValue[number][key]
      }
    }
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
