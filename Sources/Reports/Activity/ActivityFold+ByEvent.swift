import Spec
import Timelines
import Values

/// Activity where each event has a breakdown value of its own.
extension ActivityFold {
  struct ByEvent: Sendable {
    /// By group: the entity at hand.
    var traces: [ValueTrace] = []
    var entity = 0
    /// Of the entity at hand: the groups it has an event in, and when.
    var touched: [Int] = []
    var entries: [IntervalEntry] = []
    var mixed = MixedValues<IntervalEntry>()
    /// Events in range, and those of them without any value.
    var events = 0
    var valueless = 0

    mutating func begin() {
      entity += 1
      touched.removeAll(keepingCapacity: true)
      entries.removeAll(keepingCapacity: true)
    }

    /// Whether the entity has no event in the group yet.
    mutating func touch(_ group: Int) {
      while traces.count <= group { traces.append(ValueTrace()) }
      if traces[group].entity == entity { return }
      traces[group] = ValueTrace(entity: entity)
      touched.append(group)
    }
  }

  mutating func observeByEvent(_ timeline: Timeline, from first: Int, in observed: Range<Int>) {
    let (times, kinds, range) = (timeline.times, timeline.kinds, observation.range)
    let keepsMixed = definition.options.top != nil
    let newIndex = range.contains(times[first]) ? cursor.index(of: times[first]) : nil
    var event = first
    if !hasTrailing, times[event] < range.from {
      event = times.firstIndex(notBefore: range.from, from: first, to: observed.upperBound)
    }
    byEvent.begin()
    groups.begin(observed)
    while event < observed.upperBound, times[event] < range.until {
      defer { event += 1 }
      if !matching[Int(kinds[event])] { continue }
      let group = groups.groupByEvent(event, timeline)
      while states.count < groups.count { states.append(GroupState()) }
      byEvent.touch(group)
      let index = cursor.index(of: times[event])
      let isCounted = times[event] >= range.from
      let last = byEvent.traces[group].last
      if index != last {
        if hasTrailing { markTrailing(day: index, previous: last == .min ? nil : last, group) }
        byEvent.traces[group].last = index
        if keepsMixed {
          byEvent.entries.append(.init(group: group, interval: index, isCounted: isCounted))
        }
      }
      if !isCounted { continue }
      byEvent.events += 1
      if groups.isEmpty(group) { byEvent.valueless += 1 }
      let isFirst = byEvent.traces[group].counted != index
      if byEvent.traces[group].counted == .min { states[group].entities += 1 }
      byEvent.traces[group].counted = index
      states[group].series[index].count(events: 1, active: isFirst ? 1 : 0)
      if isFirst, index == newIndex { states[group].series[index].new += 1 }
    }
    if hasTrailing {
      for group in byEvent.touched {
        addTrailing(7, byEvent.traces[group].last + 7, -1, group)
        addTrailing(28, byEvent.traces[group].last + 28, -1, group)
      }
    }
    if keepsMixed, byEvent.touched.count > 1 {
      byEvent.mixed.append(byEvent.entries, newIn: newIndex)
    }
  }

  /// What the sum of some groups counts too much: entities that have several of their values.
  func surplus(of groups: [Int]) -> IntervalSeries<ActivityCell> {
    var surplus = IntervalSeries<ActivityCell>()
    byEvent.mixed.forEach(in: groups) { entries, newIn in
      let counts = Dictionary(grouping: entries.filter(\.isCounted), by: \.interval)
      for (interval, values) in counts where values.count > 1 {
        surplus[interval].active -= values.count - 1
        if interval == newIn { surplus[interval].new -= values.count - 1 }
      }
      if !hasTrailing { return }
      mark(entries.map(\.interval), 1, &surplus)
      for (_, own) in Dictionary(grouping: entries, by: \.group) {
        mark(own.map(\.interval), -1, &surplus)
      }
    }
    return surplus
  }

  /// Adds the trailing windows of some days, which never fall, or takes them away.
  private func mark(_ days: [Int], _ sign: Int, _ series: inout IntervalSeries<ActivityCell>) {
    func change(_ field: WritableKeyPath<ActivityCell, Int>, _ day: Int, _ change: Int) {
      if day <= lastIndex { series[max(day, firstIndex)][keyPath: field] += change }
    }
    for (field, length) in [(\ActivityCell.change7, 7), (\ActivityCell.change28, 28)] {
      var end: Int?
      for day in days {
        if let end, day < end {
        } else {
          if let end { change(field, end, -sign) }
          change(field, day, sign)
        }
        end = day + length
      }
      if let end { change(field, end, -sign) }
    }
  }

  package func warnings() -> [String] {
    definition.options.warnings(counted: byEvent.events, valueless: byEvent.valueless)
  }
}
