import Spec
import Timelines

/// `count: attempts`: an entity's attempts, one after the other.
///
/// From the first entry e that is not used yet, entries in [e, e + within] are one attempt. If one of
/// them begins a complete chain, the attempt is the one that ends earliest, entered latest, and the
/// next one begins after its last event. Else it is the longest such chain, and the next one begins
/// after e + within. So attempts are never fewer than entities, at any step.
extension FunnelFold {
  mutating func observeAttempts(_ timeline: Timeline) {
    let spans = search.gather(timeline)
    if search.isUnheld { unheld += 1 }
    for span in spans {
      var from = plan.entries.lowerBound
      while let entry = firstEntry(in: span, from: from) {
        let (window, overflow) = entry.addingReportingOverflow(plan.within)
        let last = overflow ? plan.entries.upperBound : window
        let outcome = search.search(
          span, entries: (entry..<last + 1).clamped(to: plan.entries))
        from = last + 1
        if outcome.rank == 0 { continue }
        let times = search.chain.lazy.filter { $0 >= 0 }.map { timeline.times[$0] }
        if outcome.mandatory == plan.mandatoryCount, let end = times.max() { from = end + 1 }
        take(outcome, timeline)
      }
    }
  }

  private mutating func take(_ outcome: FunnelOutcome, _ timeline: Timeline) {
    count(outcome, timeline)
    if definition.options.list {
      list.append(FunnelListRow(outcome, chain: search.chain, timeline, plan))
    }
    guard let interval = definition.trend, !outcome.isDiscarded else { return }
    let entered = plan.entry(of: search.chain, timeline.times)
    trend[
      Cohort(group: group(timeline), interval: calendar.index(of: entered, in: interval)),
      default: FunnelTally(steps: plan.stepCount)
    ].count(outcome, chain: search.chain, eventTimes: timeline.times, plan: plan)
  }

  /// The first instant from `from` on at which a chain may begin.
  private func firstEntry(in span: Range<Int>, from: Int64) -> Int64? {
    var point = search.points.firstPoint(span, from: from)
    while point < span.upperBound {
      let candidate = search.points[point]
      if candidate.time >= plan.entries.upperBound { return nil }
      if candidate.isEntry, plan.order == .any || candidate.steps & 1 == 1 {
        return candidate.time
      }
      point += 1
    }
    return nil
  }
}
