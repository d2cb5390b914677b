import Spec
import Timelines
import Values

extension StickinessFold: ExplainableFold {
  /// Of a fold that has seen the one timeline.
  func explanation(_ teller: EventTeller) -> Explanation {
    var explanation = Explanation()
    let (timeline, interval) = (teller.timeline, definition.interval)
    var previous: Int?
    var number = 0
    for event in observation.observed(timeline) where matching[Int(timeline.kinds[event])] {
      let time = timeline.times[event]
      guard observation.range.contains(time) else {
        explanation.note(event, teller.outside(observation.range, time))
        continue
      }
      let index = observation.calendar.index(of: time, in: interval)
      if index == previous { continue }
      previous = index
      number += 1
      let label = observation.calendar.label(index, interval)
      explanation.note(event, "\(interval.noun) \(number): \(label)")
    }
    // The one entity stands in the last place of its group's histogram.
    guard let total = histograms.last?.count else {
      explanation.conclude(
        explanation.notes.isEmpty ? EventTeller.nothing : "not counted: nothing is in range")
      return explanation
    }
    explanation.conclude(
      "active in \(counted(total, "distinct \(interval.noun)")): counts in exactly of \(total), "
        + "and in at_least of " + spelled(Array(1...total)))
    if let breakdown = teller.breakdown(definition.options.breakdown, groups.values.first) {
      explanation.conclude(breakdown)
    }
    return explanation
  }
}
