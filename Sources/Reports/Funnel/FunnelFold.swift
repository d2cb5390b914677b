import Spec
import Tables
package import Timelines
import Values

extension FunnelDefinition: Report {
  package func makeFold(_ context: ReportContext) -> FunnelFold { FunnelFold(self, context) }
}

/// The funnel at work: the longest chain of each entity, counted by step and breakdown.
package struct FunnelFold: ReportFold {
  /// What the trend counts apart: a breakdown value in an interval of entry.
  struct Cohort: Hashable, Sendable {
    var group: Int
    /// Number of the interval.
    var interval: Int
  }

  let definition: FunnelDefinition
  let plan: FunnelPlan
  let calendar: ReportCalendar
  /// Text columns of the breakdown.
  let breakdown: [Int]
  var search: FunnelSearch
  var groups: BreakdownGroups
  /// By group.
  var tallies: [FunnelTally] = []
  var trend: [Cohort: FunnelTally] = [:]
  var list: [FunnelListRow] = []
  /// Entities that could enter, but never with a value of all held properties.
  var unheld = 0
  private var codes: [UInt32]

  init(_ definition: FunnelDefinition, _ context: ReportContext) {
    self.definition = definition
    plan = FunnelPlan(definition, context)
    calendar = context.calendar
    // What is made of a session is the same on all its events: no touch decides.
    breakdown = definition.options.breakdown
      .filter { !definition.options.isBySession || SessionProperty($0) == nil }
      .map(context.textColumn)
    search = FunnelSearch(plan)
    groups = BreakdownGroups(definition.options, context)
    codes = [UInt32](repeating: 0, count: breakdown.count)
  }

  package mutating func observe(_ timeline: Timeline) {
    take(timeline)
    search.points.release()
  }

  private mutating func take(_ timeline: Timeline) {
    if definition.count == .attempts {
      observeAttempts(timeline)
      return
    }
    if definition.trend == nil, let outcome = search.searchPlain(timeline) {
      if outcome.rank == 0 { return }
      count(outcome, timeline)
      if definition.options.list {
        list.append(FunnelListRow(outcome, chain: search.chain, timeline, plan))
      }
      return
    }
    let spans = search.gather(timeline)
    if search.isUnheld { unheld += 1 }
    if spans.isEmpty { return }
    var whole = FunnelOutcome()
    var wholeChain: [Int] = []
    for group in search.groups(spans, timeline) {
      let outcome = search.search(spans[group], entries: plan.entries)
      if outcome.rank == 0 { continue }
      count(outcome, timeline)
      if definition.options.list, whole.take(outcome) { wholeChain = search.chain }
      if let interval = definition.trend { countTrend(interval, spans[group], timeline) }
    }
    if definition.options.list, whole.rank > 0 {
      list.append(FunnelListRow(whole, chain: wholeChain, timeline, plan))
    }
  }

  package func warnings() -> [String] {
    let name = definition.options.name
    var warnings: [String] = []
    if definition.steps.count == 1 {
      warnings.append(
        "report \(name): a funnel of one step only counts who took it; name the next one, as a further "
          + "item or a further --steps (a comma joins events of one step)")
    }
    if unheld > 0 {
      let who = unheld == 1 ? "1 entity stands" : "\(unheld) entities stand"
      warnings.append(
        "report \(name): \(who) in no row: step 1 was there, but never with a value of "
          + "\(definition.hold.joined(separator: ", ")), which chains hold")
    }
    return warnings
  }

  /// Counts the reported chain of `search` in its group.
  mutating func count(_ outcome: FunnelOutcome, _ timeline: Timeline) {
    if outcome.isDiscarded { return }
    let group = group(timeline)
    while tallies.count <= group { tallies.append(FunnelTally(steps: plan.stepCount)) }
    tallies[group].count(outcome, chain: search.chain, eventTimes: timeline.times, plan: plan)
  }

  /// Counts, for each interval in which the entity has an entry, its best chain from there.
  private mutating func countTrend(
    _ interval: Interval, _ spans: ArraySlice<Range<Int>>, _ timeline: Timeline
  ) {
    var best: [Int: (outcome: FunnelOutcome, chain: [Int])] = [:]
    for span in spans {
      var point = span.lowerBound
      while point < span.upperBound {
        let time = search.points[point].time
        let enters = plan.order == .any || search.points[point].steps & 1 == 1
        if !search.points[point].isEntry || !enters {
          point += 1
          continue
        }
        let number = calendar.index(of: time, in: interval)
        let until = calendar.start(of: number + 1, in: interval)
        let entries = calendar.start(of: number, in: interval)..<until
        let outcome = search.search(span, entries: entries.clamped(to: plan.entries))
        if best[number, default: (FunnelOutcome(), [])].outcome.take(outcome) {
          best[number]?.chain = search.chain
        }
        point = search.points.firstPoint(span, from: until)
      }
    }
    for (number, found) in best where found.outcome.rank > 0 && !found.outcome.isDiscarded {
      search.chain = found.chain
      let group = group(timeline)
      trend[
        Cohort(group: group, interval: number), default: FunnelTally(steps: plan.stepCount)
      ].count(found.outcome, chain: found.chain, eventTimes: timeline.times, plan: plan)
    }
  }

  /// The group of the reported chain of `search`.
  mutating func group(_ timeline: Timeline) -> Int {
    if definition.options.breakdown.isEmpty { return 0 }
    switch definition.attribution {
    case .firstStep, .everyStep: return groups.group(of: search.chain[0], in: timeline)
    case .step(let number):
      let event = search.chain[number - 1]
      return event < 0 ? groups.groupNotReached() : groups.group(of: event, in: timeline)
    case .firstTouch, .lastTouch:
      attributeTouch(timeline)
      return groups.group(ofCodes: codes, in: timeline)
    }
  }

  /// The first or the last value that each property has on the entity's events up to the end of
  /// the reported chain.
  private mutating func attributeTouch(_ timeline: Timeline) {
    var end = Int64.min
    for event in search.chain where event >= 0 { end = max(end, timeline.times[event]) }
    for index in codes.indices { codes[index] = 0 }
    let isFirst = definition.attribution == .firstTouch
    var left = breakdown.count
    let range = timeline.range
    for offset in 0..<range.count {
      let event = isFirst ? range.lowerBound + offset : range.upperBound - 1 - offset
      if timeline.times[event] > end {
        if isFirst { return }
        continue
      }
      if !plan.roles[Int(timeline.kinds[event])].isSeen { continue }
      for (index, column) in breakdown.enumerated() where codes[index] == 0 {
        codes[index] = timeline.texts[column][event]
        if codes[index] != 0 { left -= 1 }
      }
      if left == 0 { return }
    }
  }
}
