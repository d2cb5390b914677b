import Spec
import Timelines
import Values

extension LifecycleCell {
  /// The status in a cell that counts one entity; nil while it is silent.
  fileprivate var status: LifecycleStatus? {
    if new > 0 { return .new }
    if resurrected > 0 { return .resurrected }
    if returning > 0 { return .returning }
    return dormant > 0 ? .dormant : nil
  }
}

extension LifecycleFold: ExplainableFold {
  /// Of a fold that has seen the one timeline: the statuses are those of its cells.
  func explanation(_ teller: EventTeller) -> Explanation {
    var explanation = Explanation()
    let (timeline, calendar) = (teller.timeline, observation.calendar)
    let interval = definition.interval
    let state = states.first ?? GroupState()
    let series = state.series
    var previous: Int?
    // Whether the event before was in range: an interval that the range cuts has two parts.
    var wasInRange = false
    for event in observation.observed(timeline) where matching[Int(timeline.kinds[event])] {
      let time = timeline.times[event]
      let index = calendar.index(of: time, in: interval)
      let label = calendar.label(index, interval)
      let isInRange = observation.range.contains(time)
      let cell = isInRange ? shown(index, state) : series[index]
      if time >= observation.range.until {
        explanation.note(event, "after the range")
      } else if index != previous || isInRange != wasInRange, let status = cell.status {
        if index == firstIndex, !isInRange {
          explanation.note(event, "before the range, in the \(interval.noun) that it cuts")
        } else {
          let before = isInRange ? "" : ", before the range"
          explanation.note(event, "\(status.rawValue) in \(label)\(before)")
        }
      } else {
        explanation.note(event, "another event in \(label)")
      }
      previous = index
      wasInRange = isInRange
    }
    let taken = series.written.compactMap { index, _ in
      shown(index, state).status.map { (index: index, status: $0) }
    }
    guard let last = taken.last else {
      explanation.conclude(
        explanation.notes.isEmpty ? EventTeller.nothing : "not counted: nothing is in range")
      return explanation
    }
    var at = 0
    while at < taken.count {
      var end = at
      while end + 1 < taken.count, taken[end + 1].status == taken[at].status,
        taken[end + 1].index == taken[end].index + 1
      {
        end += 1
      }
      let first = calendar.label(taken[at].index, interval)
      let until = end > at ? " to \(calendar.label(taken[end].index, interval))" : ""
      let before = taken[end].index < firstIndex ? " (before the range: no row)" : ""
      explanation.conclude("\(taken[at].status.rawValue) in \(first)\(until)\(before)")
      at = end + 1
    }
    if last.status != .dormant {
      let dormant = calendar.label(last.index + definition.gap, interval)
      explanation.conclude("if it stays silent, dormant in \(dormant), which no row shows yet")
    }
    if let breakdown = teller.breakdown(definition.options.breakdown, groups.values.first) {
      explanation.conclude(breakdown)
    }
    return explanation
  }
}
