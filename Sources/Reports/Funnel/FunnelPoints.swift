/// The events of one timeline that a funnel can use, as columns, reused from entity to entity.
struct FunnelPoints: Sendable {
  var times: [Int64] = []
  /// By point: the steps that it can be.
  var steps: [UInt64] = []
  /// By point: its index in the timeline.
  var sources: [Int] = []
  /// By point: the number of its instant among those with an event that strict order sees.
  var ordinals: [Int32] = []
  /// By point: whether a chain may begin at its instant, as far as range and dormancy go.
  var isEntry: [Bool] = []
  /// By exclusion: the instants of its events, ascending.
  var excluded: [[Int64]]
  /// Number of the last instant that strict order sees.
  var lastOrdinal: Int32 = -1

  init(exclusions: Int) {
    excluded = [[Int64]](repeating: [], count: exclusions)
  }

  var count: Int { times.count }

  /// Fills the columns from events `range` of a timeline.
  mutating func gather(
    times eventTimes: [Int64], kinds: [UInt32], range: Range<Int>, plan: FunnelPlan
  ) {
    times.removeAll(keepingCapacity: true)
    steps.removeAll(keepingCapacity: true)
    sources.removeAll(keepingCapacity: true)
    ordinals.removeAll(keepingCapacity: true)
    isEntry.removeAll(keepingCapacity: true)
    for number in excluded.indices { excluded[number].removeAll(keepingCapacity: true) }
    lastOrdinal = -1
    var lastSeen = Int64.min
    // The last two distinct instants of activity: the second is the one strictly before the first.
    var activity = Int64.min
    var activityBefore = Int64.min
    let dormancy = plan.dormancy ?? 0
    for index in range {
      let role = plan.roles[Int(kinds[index])]
      let time = eventTimes[index]
      if role.isActivity, time != activity {
        activityBefore = activity
        activity = time
      }
      if role.isSeen || role.steps != 0, time != lastSeen || lastOrdinal < 0 {
        lastSeen = time
        lastOrdinal += 1
      }
      if role.exclusions != 0 {
        var bits = role.exclusions
        while bits != 0 {
          let number = bits.trailingZeroBitCount
          bits &= bits - 1
          if excluded[number].last != time { excluded[number].append(time) }
        }
      }
      if role.steps != 0 {
        let lastActivity = activity < time ? activity : activityBefore
        times.append(time)
        steps.append(role.steps)
        sources.append(index)
        ordinals.append(lastOrdinal)
        isEntry.append(
          plan.entries.contains(time)
            && (plan.dormancy == nil || lastActivity == .min || time - lastActivity > dormancy))
      }
    }
  }

  /// Whether an event of exclusion `number` lies strictly between two instants.
  func hasExcluded(_ number: Int, after start: Int64, before end: Int64) -> Bool {
    let next = firstExcluded(number, after: start)
    return next < excluded[number].count && excluded[number][next] < end
  }

  /// Index of the first event of exclusion `number` strictly after an instant.
  func firstExcluded(_ number: Int, after time: Int64) -> Int {
    var low = 0
    var high = excluded[number].count
    while low < high {
      let middle = (low + high) / 2
      if excluded[number][middle] <= time { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Index of the first point of `span` at or after an instant.
  func firstPoint(_ span: Range<Int>, from time: Int64) -> Int {
    var low = span.lowerBound
    var high = span.upperBound
    while low < high {
      let middle = (low + high) / 2
      if times[middle] < time { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
