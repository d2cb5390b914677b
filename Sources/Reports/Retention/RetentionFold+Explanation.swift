import EventLog
import Spec
import Timelines

extension RetentionFold: ExplainableFold {
  /// Of a fold that has seen the one timeline: cohorts, and who returned when, are those of its
  /// cells.
  mutating func explanation(_ teller: EventTeller) -> Explanation {
    let (timeline, calendar) = (teller.timeline, observation.calendar)
    let observed = observation.observed(timeline)
    let starts = observed.filter { starting[Int(timeline.kinds[$0])] }
    let series = cohorts.first ?? IntervalSeries()
    // Of each cohort, the event that made the entity a member.
    var members: [(cohort: Int, start: Int, member: Member)] = []
    for (cohort, counts) in series.written where counts.size > 0 {
      let start = starts.first { event in
        observation.range.contains(timeline.times[event])
          && calendar.index(of: timeline.times[event], in: cohortInterval) == cohort
      }
      guard let start else { preconditionFailure("a cohort without a start event") }
      members.append((cohort, start, member(0, from: timeline.times[start])))
    }

    var explanation = Explanation()
    for event in observed {
      let (time, kind) = (timeline.times[event], Int(timeline.kinds[event]))
      if let (cohort, _, _) = members.first(where: { $0.start == event }) {
        explanation.note(event, "start: enters cohort \(calendar.label(cohort, cohortInterval))")
      } else if starting[kind], members.isEmpty {
        explanation.note(event, "start, \(reason(event, first: starts[0], teller))")
      } else if starting[kind], definition.cohort == .recurring,
        !observation.range.contains(time)
      {
        explanation.note(event, "start, \(teller.outside(observation.range, time))")
      }
      guard returning[kind], currency.admits(event, worth: self.measure, timeline) else { continue }
      let periods = members.compactMap { cohort, start, member -> String? in
        guard time >= timeline.times[start] else { return nil }
        let period = period(of: time, from: member.origin)
        let cohort = members.count > 1 ? " of \(calendar.label(cohort, cohortInterval))" : ""
        return period > slots.lastPeriod
          ? nil : "period \(slots.slot(of: period))\(cohort)"
      }
      if !periods.isEmpty {
        explanation.note(event, "return in " + periods.joined(separator: ", "))
      } else if members.contains(where: { time >= timeline.times[$0.start] }) {
        explanation.note(event, "return after the last period")
      }
    }

    for (cohort, start, _) in members {
      conclude(cohort, start, cells(of: cohort, series[cohort]), teller, &explanation)
    }
    if let first = starts.first, members.isEmpty {
      explanation.conclude("in no cohort: \(reason(first, first: first, teller))")
    } else if starts.isEmpty {
      explanation.conclude("in no cohort: none of its events is a start event")
    } else if let breakdown = teller.breakdown(definition.options.breakdown, groups.values.first) {
      explanation.conclude(breakdown)
    }
    return explanation
  }

  /// Why a start event makes no member.
  private func reason(_ event: Int, first: Int, _ teller: EventTeller) -> String {
    if definition.cohort == .first, event != first { return "not the first" }
    let outside = teller.outside(observation.range, teller.timeline.times[event])
    return definition.cohort == .first
      ? "its first start event in all logs, \(teller.told(event)), lies \(outside)" : outside
  }

  private func conclude(
    _ cohort: Int, _ start: Int, _ cells: [RetentionCell], _ teller: EventTeller,
    _ explanation: inout Explanation
  ) {
    let name = "cohort \(observation.calendar.label(cohort, cohortInterval))"
    explanation.conclude("\(name), by \(teller.told(start))")
    let observedSlots = cells.indices.filter { cells[$0].eligible > 0 }
    let returned = observedSlots.filter { cells[$0].returned > 0 }
    let over = observedSlots.filter { !periodsCoincide || cells[$0].state == .complete }
    let missed = over.filter { cells[$0].returned == 0 }
    let running = cells.indices.filter { !over.contains($0) && cells[$0].state == .partial }
    let later = cells.indices.filter { cells[$0].state == .unobserved }
    func periods(_ numbers: [Int]) -> String {
      "period\(numbers.count == 1 ? "" : "s") \(spelled(numbers))"
    }
    let orLater = definition.mode == .onOrAfter ? " or in a later period" : ""
    let enough = definition.minimum > 1 ? " at least \(definition.minimum) times" : ""
    if !returned.isEmpty {
      explanation.conclude("\(name): returned\(enough) in \(periods(returned))\(orLater)")
    }
    if !missed.isEmpty {
      explanation.conclude("\(name): did not return\(enough) in \(periods(missed))\(orLater)")
    }
    if !running.isEmpty {
      explanation.conclude(
        "\(name): \(periods(running)) \(running.count == 1 ? "is" : "are") not over at the end of "
          + "observation" + (periodsCoincide ? "" : ", and not counted yet"))
    }
    if !later.isEmpty { explanation.conclude("\(name): \(periods(later)) not observed") }
    if let measure = definition.measure, let last = observedSlots.last {
      explanation.conclude("\(name): \(measure) to date \(cells[last].valueToDate)")
    }
  }
}
