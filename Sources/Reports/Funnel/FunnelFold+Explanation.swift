import Spec
import Tables
import Timelines
import Values

extension FunnelFold: ExplainableFold {
  /// Of a fold that has seen the one timeline. The chain is that of the search that counts.
  mutating func explanation(_ teller: EventTeller) -> Explanation {
    let timeline = teller.timeline
    let found = explain(timeline)
    // The points tell which events may begin a chain.
    _ = search.gather(timeline)
    var entries: Set<Int> = []
    for point in search.points[0..<search.points.count] where point.isEntry {
      entries.insert(point.source)
    }

    var explanation = Explanation()
    for event in search.observed(timeline) {
      let role = plan.roles[Int(timeline.kinds[event])]
      if let step = found.events.firstIndex(of: event) {
        explanation.note(event, "step \(step + 1), \(name(step))")
      } else if role.steps != 0 {
        let steps = definition.steps.indices.filter { role.steps >> UInt64($0) & 1 == 1 }
        let numbers = "could be step \(spelled(steps.map { $0 + 1 }))"
        explanation.note(event, "\(numbers), \(unused(event, steps, entries, teller))")
      }
      for (number, exclusion) in plan.exclusions.enumerated()
      where role.exclusions >> UInt32(number) & 1 == 1 {
        explanation.note(
          event,
          "excluded between steps \(exclusion.first) and \(exclusion.last) "
            + "(\(exclusion.effect.rawValue))")
      }
      switch found.closure {
      case .interrupted(event):
        explanation.note(event, "comes between, which a strict order forbids")
      case .excluded(event): explanation.note(event, "ends the chain")
      case .discarded(event): explanation.note(event, "discards the entity")
      default: break
      }
    }
    conclude(found, teller, &explanation)
    return explanation
  }

  /// Why an event that could be a step is no part of the chain.
  private func unused(
    _ event: Int, _ steps: [Int], _ entries: Set<Int>, _ teller: EventTeller
  ) -> String {
    let timeline = teller.timeline
    if plan.hold.contains(where: { timeline.texts[$0][event] == 0 }) {
      return "but lacks a value of \(definition.hold.joined(separator: ", "))"
    }
    if steps.contains(0) || plan.order == .any, !entries.contains(event) {
      let time = timeline.times[event]
      if plan.entries.contains(time) { return "but not dormant before it: begins no chain" }
      let range = EntryRange(definition.options, calendar)
      return "\(teller.outside(range, time)): begins no chain"
    }
    return "not in the chain that counts"
  }

  private func name(_ step: Int) -> String { definition.steps[step].name }

  private func conclude(
    _ found: FunnelExplanation, _ teller: EventTeller, _ explanation: inout Explanation
  ) {
    let timeline = teller.timeline
    guard let state = found.state else {
      explanation.conclude(
        explanation.notes.isEmpty
          ? EventTeller.nothing : "not in the funnel: nothing it did enters at step 1, \(name(0))")
      return
    }
    let steps = definition.steps.count
    let chain = found.events.compactMap { $0 }
    let times = chain.map { timeline.times[$0] }
    let span =
      (times.min().map { "entered at \(teller.at($0))" } ?? "")
      + (times.max().map { ", last step at \(teller.at($0))" } ?? "")
    explanation.conclude(
      "\(state.rawValue): reached step \(found.reached) of \(steps), \(name(found.reached - 1)); \(span)"
    )
    for (step, event) in found.events.enumerated()
    where event == nil && definition.steps[step].optional && step < found.reached {
      explanation.conclude("optional step \(step + 1), \(name(step)), was passed over")
    }
    if let missing = found.missing {
      let step = "step \(missing), \(name(missing - 1)),"
      explanation.conclude("\(step) is missing: \(closure(found.closure, teller))")
    }
    if state == .discarded {
      explanation.conclude("counted in no row, step 1 included")
    } else if definition.attribution == .everyStep, groups.count > 1 {
      explanation.conclude(
        "counted once for each value of \(definition.options.breakdown.joined(separator: ", ")); "
          + "this is its best chain")
    } else if let breakdown = teller.breakdown(definition.options.breakdown, groups.values.first) {
      explanation.conclude(breakdown)
    }
  }

  /// What closed the window, or keeps it open.
  private func closure(_ closure: FunnelExplanation.Closure, _ teller: EventTeller) -> String {
    func length(_ duration: Int64?) -> String {
      if case .text(let text) = JSONValue.describing(duration: duration) { return text }
      return "no limit"
    }
    switch closure {
    case .neverEntered, .converted: return "no chain"
    case .open(let until):
      return until.map { "it can still come, until \(teller.at($0))" } ?? "it can still come"
    case .windowClosed(let instant):
      return "the window of \(length(definition.within)) closed at \(teller.at(instant))"
    case .stepWindowClosed(let instant):
      return "the window of \(length(definition.stepWithin)) between steps closed at "
        + teller.at(instant)
    case .interrupted(let event):
      return "\(teller.told(event)) came between, which a strict order forbids"
    case .excluded(let event): return "\(teller.told(event)) is excluded before it"
    case .discarded(let event): return "\(teller.told(event)) discards the entity"
    }
  }
}
