import Spec
import Timelines

/// `count: attempts`: an entity's attempts, one after the other.
///
/// From the first entry e that is not used yet, entries in [e, e + within] are one attempt. If one of
/// them begins a complete chain, the attempt is the one that ends earliest, entered latest, and the
/// next one begins after its last event. Else it is the longest such chain, and the next one begins
/// after e + within. So attempts are never fewer than entities, at any step. An entry is an event that
/// begins a chain: in any order, one that the other steps up to it follow within the window.
extension FunnelFold {
  mutating func observeAttempts(_ timeline: Timeline) {
    let spans = search.gather(timeline)
    if search.isUnheld { unheld += 1 }
    for span in spans {
      var from = plan.entries.lowerBound
      while var entry = firstEntry(in: span, from: from) {
        var outcome = search.search(span, entries: window(entry))
        from = window(entry).upperBound
        if outcome.rank == 0 { continue }
        let begin = search.chain.lazy.filter { $0 >= 0 }.map { timeline.times[$0] }.min() ?? entry
        if plan.order == .any, begin != entry {
          entry = firstBegun(in: span, from: entry, to: begin)
          from = window(entry).upperBound
          outcome = search.search(span, entries: window(entry))
        }
        let times = search.chain.lazy.filter { $0 >= 0 }.map { timeline.times[$0] }
        if outcome.mandatory == plan.mandatoryCount, let end = times.max() { from = end + 1 }
        take(outcome, timeline)
      }
    }
  }

  /// The entries of one attempt.
  private func window(_ entry: Int64) -> Range<Int64> {
    let (last, overflow) = entry.addingReportingOverflow(plan.within)
    let end = overflow || last >= plan.entries.upperBound ? plan.entries.upperBound : last + 1
    return (entry..<max(entry, end)).clamped(to: plan.entries)
  }

  /// The first instant from `entry` on at which a chain begins, where one begins at `begin`. Each half
  /// of the instants between is asked whether one begins there: a few searches, however many events
  /// are no entries.
  private mutating func firstBegun(
    in span: Range<Int>, from entry: Int64, to begin: Int64
  ) -> Int64 {
    var low = search.points.firstPoint(span, from: entry)
    var high = search.points.firstPoint(span, from: begin)
    while low < high {
      let middle = (low + high) / 2
      let until = search.points[middle].time + 1
      let entries = (entry..<until).clamped(to: plan.entries)
      if search.search(span, entries: entries).rank > 0 { high = middle } else { low = middle + 1 }
    }
    return search.points[low].time
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
