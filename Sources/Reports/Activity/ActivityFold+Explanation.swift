import Spec
import Timelines
import Values

extension ActivityFold: ExplainableFold {
  /// Of a fold that has seen the one timeline.
  func explanation(_ teller: EventTeller) -> Explanation {
    var explanation = Explanation()
    let (timeline, calendar) = (teller.timeline, observation.calendar)
    let interval = definition.interval
    var series = IntervalSeries<ActivityCell>()
    for state in states { series.add(state.series) }
    if definition.options.isBySession {
      concludeSession(series, &explanation)
      if !states.isEmpty { explanation.conclude(teller, definition.options.breakdown, groups) }
      return explanation
    }
    var previous: Int?
    var isFirst = true
    for event in observation.observed(timeline) where matching[Int(timeline.kinds[event])] {
      let time = timeline.times[event]
      let index = calendar.index(of: time, in: interval)
      let label = calendar.label(index, interval)
      if !observation.range.contains(time) {
        let first = isFirst ? "first event, " : ""
        explanation.note(event, first + teller.outside(observation.range, time))
      } else if index == previous {
        explanation.note(event, "another event in \(label)")
      } else {
        let isNew = isFirst && series[index].new > 0
        explanation.note(event, "active in \(label)" + (isNew ? ", and new" : ""))
        previous = index
      }
      isFirst = false
    }
    let active = series.written.filter { $0.cell.active > 0 }.map(\.index)
    if let first = active.first, let last = active.last {
      let events = series.written.reduce(0) { $0 + $1.cell.events }
      explanation.conclude(
        "\(counted(events, "event")) in \(counted(active.count, interval.noun)) in range, from "
          + "\(calendar.label(first, interval)) to \(calendar.label(last, interval))")
      let new = active.first { series[$0].new > 0 }
      explanation.conclude(
        new.map { "new in \(calendar.label($0, interval))" }
          ?? "new in no row: its first event lies before the range")
    } else {
      explanation.conclude(
        explanation.notes.isEmpty ? EventTeller.nothing : "active in no row: nothing is in range")
    }
    if !active.isEmpty { explanation.conclude(teller, definition.options.breakdown, groups) }
    return explanation
  }

  private func concludeSession(
    _ series: IntervalSeries<ActivityCell>, _ explanation: inout Explanation
  ) {
    guard let (index, cell) = series.written.first(where: { $0.cell.active > 0 }) else {
      explanation.conclude("in no row: it has no matching event, or begins out of range")
      return
    }
    explanation.conclude(
      "counts in \(observation.calendar.label(index, definition.interval)), with "
        + counted(cell.events, "event"))
  }
}
