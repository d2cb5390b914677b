import Spec
package import Timelines

/// Why an entity stands where it stands in a funnel: what `explain` prints, from the very search
/// that the table counts.
package struct FunnelExplanation: Sendable, Equatable {
  /// Why the reported chain does not go on.
  package enum Closure: Sendable, Equatable {
    /// No event in range is step 1, or none that a dormant entity began with.
    case neverEntered
    case converted
    /// The next step can still come: until this instant (microseconds, inclusive), nil for ever or
    /// when it is another chain, as long as the reported one, that can go on.
    case open(until: Int64?)
    /// `within`, or `step_within`, ended at this instant.
    case windowClosed(at: Int64)
    case stepWindowClosed(at: Int64)
    /// Strict order: this event of the timeline came between.
    case interrupted(by: Int)
    /// This event of the timeline is one that an exclusion forbids before the next step.
    case excluded(by: Int)
    case discarded(by: Int)
  }

  /// Nil when the entity never entered.
  package var state: FunnelState?
  /// Number of the furthest mandatory step, from 1; 0 if never entered.
  package var reached: Int
  /// By step: the index in the timeline's columns of the reported chain's event.
  package var events: [Int?]
  /// Number of the mandatory step that is missing next.
  package var missing: Int?
  package var closure: Closure
}

extension FunnelFold {
  /// The reported chain of one entity, and what became of it. Counts nothing. With attribution by
  /// every step it is the best over the breakdown's values.
  package mutating func explain(_ timeline: Timeline) -> FunnelExplanation {
    var outcome = FunnelOutcome()
    var chain = [Int](repeating: -1, count: plan.stepCount)
    if let plain = search.searchPlain(timeline) {
      outcome = plain
      chain = search.chain
    } else {
      let spans = search.gather(timeline)
      for group in search.groups(spans, timeline) {
        let found = search.search(spans[group], entries: plan.entries)
        if outcome.take(found) { chain = search.chain }
      }
    }
    guard outcome.rank > 0 else {
      return FunnelExplanation(
        state: nil, reached: 0, events: chain.map { _ in nil }, missing: 1, closure: .neverEntered)
    }
    let state = FunnelState(outcome, plan)
    let isComplete = outcome.mandatory == plan.mandatoryCount
    return FunnelExplanation(
      state: state, reached: plan.stepNumber(mandatory: outcome.mandatory),
      events: chain.map { $0 < 0 ? nil : $0 },
      missing: isComplete ? nil : plan.stepNumber(mandatory: outcome.mandatory + 1),
      closure: closure(state, chain, timeline))
  }

  private func closure(
    _ state: FunnelState, _ chain: [Int], _ timeline: Timeline
  ) -> FunnelExplanation.Closure {
    if state == .converted { return .converted }
    let times = chain.filter { $0 >= 0 }.map { timeline.times[$0] }
    guard let entry = times.min(), let last = times.max() else { return .neverEntered }
    let deadline = plan.deadline(entry: entry, last: last)
    if state == .open {
      return .open(until: deadline > plan.observedUntil && deadline < .max ? deadline : nil)
    }
    // The node tells which exclusions lie ahead; in any order all of them do.
    let step = (chain.lastIndex { $0 >= 0 } ?? 0) + 1
    let covered = plan.nodes.coveredBy[plan.order == .any ? 1 : plan.nodes.node[step][0]]
    for event in search.observed(timeline) where timeline.times[event] > last {
      let role = plan.roles[Int(timeline.kinds[event])]
      let isAbout = chain.first { $0 >= 0 }.map { plan.isAbout(event, $0, timeline) } ?? true
      if state == .discarded {
        if isAbout, role.exclusions & covered & plan.discards != 0 { return .discarded(by: event) }
        continue
      }
      if timeline.times[event] > deadline { break }
      if isAbout, role.exclusions & covered != 0 { return .excluded(by: event) }
      if plan.order == .strict, role.isSeen || role.steps != 0 { return .interrupted(by: event) }
    }
    return plan.within != .max && deadline == plan.deadline(entry: entry, last: .max - 1)
      ? .windowClosed(at: deadline) : .stepWindowClosed(at: deadline)
  }
}
