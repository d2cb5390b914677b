import EventLog
import Spec
import TestSupport
import Timelines

@testable import Reports
@testable import Values

/// An event of a funnel's test: its kind is the index of its name in `FunnelReference.names`.
struct FunnelEvent: Equatable {
  var time: Int64
  var kind: Int
  var texts: [String] = []
}

/// The funnel straight from its definition: every chain is enumerated, tested, and compared.
struct FunnelReference {
  struct Answer: Equatable {
    var state: FunnelState?
    var mandatory = 0
    /// By step: index of the event, or -1.
    var chain: [Int] = []
  }

  struct Chain {
    /// By step: index of the event, or -1.
    var events: [Int]
    /// Steps in the order of the chain's events.
    var sequence: [Int]
    var mandatory: Int
    var optional: Int
  }

  let definition: FunnelDefinition
  let names: [String]
  var entries: Range<Int64> = -1_000_000_000..<1_000_000_000
  var observedUntil: Int64 = 1_000_000
  /// By kind.
  let stepsOf: [[Int]]
  let isSeen: [Bool]
  let exclusionsOf: [[Int]]
  let isActivity: [Bool]

  init(_ definition: FunnelDefinition, names: [String]) {
    self.definition = definition
    self.names = names
    stepsOf = names.map { name in
      definition.steps.indices.filter { Self.matches(definition.steps[$0].event, name) }
    }
    let stepsOf = stepsOf
    isSeen = names.indices.map {
      Self.matches(definition.everything, names[$0]) || !stepsOf[$0].isEmpty
    }
    exclusionsOf = names.map { name in
      definition.exclusions.indices.filter { Self.matches(definition.exclusions[$0].event, name) }
    }
    isActivity = names.indices.map { kind in
      if let activity = definition.dormancy?.activity { return Self.matches(activity, names[kind]) }
      return Self.matches(definition.everything, names[kind]) && stepsOf[kind].isEmpty
    }
  }

  static func matches(_ matcher: EventMatcher, _ name: String) -> Bool {
    switch matcher {
    case .any: true
    case .named(let names): names.contains(LogText(name))
    case .anyOf(let matchers): matchers.contains { matches($0, name) }
    default: fatalError("not in these tests")
    }
  }

  func isOptional(_ step: Int) -> Bool { step > 0 && definition.steps[step].optional }

  /// All chains of the events, with an entry in `entries`. `columns` must hold one value; `only`:
  /// columns and the value that a chain's events must have there.
  func chains(
    _ events: [FunnelEvent], hold columns: [Int], only: [(column: Int, value: String)],
    entries: Range<Int64>
  ) -> [Chain] {
    var found: [Chain] = []
    var chosen: [Int] = []
    func extend() {
      if !chosen.isEmpty, chosen.last! >= 0, let chain = chain(chosen, events, columns, entries) {
        found.append(chain)
      }
      let step = chosen.count
      if step == definition.steps.count { return }
      if isOptional(step) {
        chosen.append(-1)
        extend()
        chosen.removeLast()
      }
      for event in events.indices
      where stepsOf[events[event].kind].contains(step) && !chosen.contains(event) {
        if definition.order != .any, let last = chosen.last(where: { $0 >= 0 }),
          events[last].time > events[event].time
        {
          continue
        }
        if only.contains(where: { events[event].texts[$0.column] != $0.value }) { continue }
        chosen.append(event)
        extend()
        chosen.removeLast()
      }
    }
    extend()
    return found
  }

  /// The chain of these events if it is one.
  private func chain(
    _ chosen: [Int], _ events: [FunnelEvent], _ columns: [Int], _ entries: Range<Int64>
  ) -> Chain? {
    let missing = definition.steps.count - chosen.count
    let all = chosen + [Int](repeating: -1, count: missing)
    var sequence = chosen.indices.filter { chosen[$0] >= 0 }
    if definition.order == .any { sequence.sort { chosen[$0] < chosen[$1] } }
    let times = sequence.map { events[chosen[$0]].time }
    let entry = times[0]
    if !entries.contains(entry) { return nil }
    if let dormancy = definition.dormancy,
      events.contains(where: {
        isActivity[$0.kind] && $0.time < entry && entry - $0.time <= dormancy.length
      })
    {
      return nil
    }
    if let within = definition.within, times.last! - entry > within { return nil }
    for column in columns {
      let values = Set(sequence.map { events[chosen[$0]].texts[column] })
      if values.count > 1 || values == [""] { return nil }
    }
    for (index, next) in times.enumerated().dropFirst() {
      let previous = times[index - 1]
      if let limit = definition.stepWithin, next - previous > limit { return nil }
      for event in events where event.time > previous && event.time < next {
        if definition.order == .strict, isSeen[event.kind] { return nil }
        let held = columns.map { events[chosen[sequence[0]]].texts[$0] }
        for number in exclusionsOf[event.kind]
        where covers(number, after: sequence[index - 1]) && isAbout(event, held, columns) {
          return nil
        }
      }
    }
    return Chain(
      events: all, sequence: sequence, mandatory: sequence.count { !isOptional($0) },
      optional: sequence.count { isOptional($0) })
  }

  /// Whether an exclusion forbids its event after step `step` (from 0) of a chain.
  private func covers(_ number: Int, after step: Int) -> Bool {
    if definition.order == .any { return true }
    let exclusion = definition.exclusions[number]
    var first = exclusion.first - 1
    while isOptional(first) { first -= 1 }
    return step >= first && step < exclusion.last - 1
  }

  /// Whether an excluding event has the held values; where it lacks one, it is about all chains.
  private func isAbout(_ event: FunnelEvent, _ held: [String], _ columns: [Int]) -> Bool {
    zip(columns, held).allSatisfy { ["", $1].contains(event.texts[$0]) }
  }

  /// In any order, the earlier of two events is the first of two steps that are one event.
  private func arranged(_ chain: Chain) -> Chain {
    var chain = chain
    for step in chain.events.indices {
      for other in chain.events.indices.dropFirst(step + 1)
      where definition.steps[step].event == definition.steps[other].event
        && chain.events[other] >= 0 && chain.events[other] < chain.events[step]
      {
        chain.events.swapAt(step, other)
      }
    }
    chain.sequence.sort { chain.events[$0] < chain.events[$1] }
    return chain
  }

  /// Whether `left` is the one to report of two chains.
  private func precedes(_ left: Chain, _ right: Chain, _ events: [FunnelEvent]) -> Bool {
    if left.mandatory != right.mandatory { return left.mandatory > right.mandatory }
    if left.optional != right.optional { return left.optional > right.optional }
    if definition.order == .any {
      // No step comes before another, so that no name may decide: by time alone, as far as it goes.
      let (a, b) = (
        left.sequence.map { events[left.events[$0]].time },
        right.sequence.map { events[right.events[$0]].time }
      )
      if a.last! != b.last! { return a.last! < b.last! }
      if a[0] != b[0] { return a[0] > b[0] }
      for (x, y) in zip(left.sequence.reversed(), right.sequence.reversed()) {
        if left.events[x] != right.events[y] { return left.events[x] > right.events[y] }
        if x != y { return x < y }
      }
      return false
    }
    for (index, (a, b)) in zip(left.sequence.reversed(), right.sequence.reversed()).enumerated() {
      let (x, y) = (left.events[a], right.events[b])
      if x != y { return index == 0 ? x < y : x > y }
      if a != b { return a < b }
    }
    return false
  }

  /// What becomes of an entity with these events. `hold`: text columns.
  func answer(
    _ all: [FunnelEvent], hold: [Int] = [], only: [(column: Int, value: String)] = [],
    entries: Range<Int64>? = nil
  ) -> Answer {
    let events = all.filter { $0.time <= observedUntil }
    let chains = chains(events, hold: hold, only: only, entries: entries ?? self.entries)
    guard var best = chains.first else { return Answer(chain: definition.steps.map { _ in -1 }) }
    for chain in chains where precedes(chain, best, events) { best = chain }
    if definition.order == .any { best = arranged(best) }
    var answer = Answer(state: .dropped, mandatory: best.mandatory, chain: best.events)
    if best.mandatory == definition.steps.indices.count(where: { !isOptional($0) }) {
      answer.state = .converted
      return answer
    }
    let longest = chains.filter { $0.mandatory == best.mandatory }
    func times(_ chain: Chain) -> [Int64] { chain.sequence.map { events[chain.events[$0]].time } }
    func deadline(_ entry: Int64, _ last: Int64) -> Int64 {
      min(
        definition.within.map { entry + $0 } ?? .max,
        definition.stepWithin.map { last + $0 } ?? .max)
    }
    func held(_ chain: Chain) -> [String] {
      hold.map { events[chain.events[chain.sequence[0]]].texts[$0] }
    }
    for chain in longest {
      let (entry, last) = (times(chain).first!, times(chain).last!)
      if deadline(entry, last) <= observedUntil { continue }
      let isEnded = events.contains { event in
        event.time > last
          && ((definition.order == .strict && isSeen[event.kind])
            || (exclusionsOf[event.kind].contains { covers($0, after: chain.sequence.last!) }
              && isAbout(event, held(chain), hold)))
      }
      if !isEnded { answer.state = .open }
    }
    if definition.exclusions.contains(where: { $0.effect == .discard }) {
      // Chains that hold different values are different attempts.
      struct Attempt: Hashable {
        var last: Int64
        var step: Int
        var held: [String]
      }
      var attempts: [Attempt: Int64] = [:]
      for chain in longest {
        let step = definition.order == .any ? 0 : chain.sequence.last!
        let key = Attempt(last: times(chain).last!, step: step, held: held(chain))
        attempts[key] = max(attempts[key] ?? .min, times(chain).first!)
      }
      let isDiscarded = attempts.allSatisfy { key, entry in
        events.contains { event in
          event.time > key.last && event.time <= deadline(entry, key.last)
            && isAbout(event, key.held, hold)
            && exclusionsOf[event.kind].contains {
              definition.exclusions[$0].effect == .discard && covers($0, after: key.step)
            }
        }
      }
      if isDiscarded { answer.state = .discarded }
    }
    return answer
  }
}

/// Folds over hand-made timelines: the fast side of the comparison.
struct FunnelHarness {
  let reference: FunnelReference
  let context: ReportContext
  var fold: FunnelFold

  init(
    _ definition: FunnelDefinition, names: [String], texts: [String] = [],
    observedUntil: Int64 = 1_000_000, zone: ZoneRules = .utc
  ) {
    var reference = FunnelReference(definition, names: names)
    reference.observedUntil = observedUntil
    let matchers = definition.needs.matchers
    let kinds = EventKinds(
      matchers: matchers,
      kinds: names.map { name in
        (name, matchers.indices.filter { FunnelReference.matches(matchers[$0], name) })
      })
    context = ReportContext(
      schema: TimelineSchema(entity: .user, matchers: matchers, texts: texts), kinds: kinds,
      calendar: ReportCalendar(zone: zone), observedUntil: observedUntil)
    fold = definition.makeFold(context)
    reference.entries = fold.plan.entries
    self.reference = reference
  }

  /// Each timeline that one fold sees needs a partition of its own, as it has values of its own.
  static func timeline(_ id: String, partition: Int = 0, _ events: [FunnelEvent]) -> Timeline {
    Timeline(
      id: id, partition: partition,
      events: events.map {
        TimelineEvent(time: $0.time, kind: UInt32($0.kind), texts: $0.texts)
      })
  }

  /// What the fold finds, in the reference's terms.
  mutating func found(_ timeline: Timeline) -> FunnelReference.Answer {
    let explanation = fold.explain(timeline)
    let optional = definition.steps.indices.map { $0 > 0 && definition.steps[$0].optional }
    let mandatory = (0..<explanation.reached).count { !optional[$0] }
    return FunnelReference.Answer(
      state: explanation.state, mandatory: mandatory,
      chain: explanation.events.map { $0.map { $0 - timeline.range.lowerBound } ?? -1 })
  }

  var definition: FunnelDefinition { reference.definition }
}

/// As the generated funnels ask.
extension SplitMix64 {
  mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }
}
