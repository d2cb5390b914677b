import EventLog
import Spec
import TestSupport
import Testing

@testable import Reports
@testable import Timelines
@testable import Values

/// Timelines far longer than the reference can enumerate: the search whose log is short finds what
/// the one that logs every chain finds, and holds little.
struct FunnelBoundsTests {
  static let names = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".map { String($0) }

  static func events(_ count: Int, kinds: Int, gap: Int, _ random: inout SplitMix64)
    -> [FunnelEvent]
  {
    var time: Int64 = 0
    return (0..<count).map { _ in
      time += Int64(random.below(gap + 1))
      return FunnelEvent(time: time, kind: random.below(kinds))
    }.sorted { ($0.time, $0.kind) < ($1.time, $1.kind) }
  }

  /// Search of every kind over some hundreds of events, its log whole and cut.
  @Test func aShortLogFindsTheSameChains() {
    let funnels =
      [
        ("A B C D E", nil, nil), ("A B? C D? E? F", 300, nil), ("A BC? CD? DB? B E", 90, 25),
        ("AB BC CD DE EF", 120, nil), ("A A A B B C? A", 60, 12), ("A B A C? B", nil, 4),
      ] as [(String, Int64?, Int64?)]
    for seed in 0..<Thorough.cases(300) {
      var random = SplitMix64(state: UInt64(seed))
      let (steps, within, stepWithin) = funnels[seed % funnels.count]
      var definition = FunnelSearchTests.funnel(steps, within: within, stepWithin: stepWithin)
      definition.order = seed % 5 == 4 ? .strict : seed % 5 > 1 ? .any : .ordered
      if seed % 7 == 0 { definition.exclusions = [FunnelSearchTests.exclude("F", 1, 3)] }
      if seed % 7 == 1 { definition.exclusions = [FunnelSearchTests.exclude("F", 2, 4, .discard)] }
      // Of six kinds, one in eight series lacks the last step: no chain is complete.
      let events = Self.events(400, kinds: seed % 8 == 0 ? 4 : 6, gap: 1 + seed % 4, &random)
      var whole = FunnelHarness(definition, names: Self.names, observedUntil: 2_000)
      var cut = whole
      whole.fold.search.forget(after: nil)
      whole.fold.search.logMax = .max
      cut.fold.search.forget(after: seed % 11)
      cut.fold.search.checkpointsMax = 1 + seed % 9
      let timeline = FunnelHarness.timeline("u", events)
      #expect(cut.found(timeline) == whole.found(timeline), "seed \(seed)")
    }
  }

  /// 12 steps in any order, none of them ever complete: what the search keeps does not grow with the
  /// events. The reported chain is the greedy one, as each event can be one step.
  @Test func aBotInAnyOrder() {
    var random = SplitMix64(state: 1)
    let steps = Self.names.prefix(12).joined(separator: " ")
    let definition = FunnelSearchTests.funnel(steps, within: 400, order: .any)
    let events = Self.events(3_000, kinds: 11, gap: 2, &random)
    var harness = FunnelHarness(definition, names: Self.names, observedUntil: 10_000)
    harness.fold.search.logMax = 2_000
    let found = harness.found(FunnelHarness.timeline("bot", events))
    // The instant at which the window first holds all of the first 11 steps ends the chain, whichever
    // of its events comes first.
    var last: [Int: Int] = [:]
    let end = events.indices.first { index in
      last[events[index].kind] = index
      return last.count == 11 && events[index].time - events[last.values.min()!].time <= 400
    }!
    var expected = [Int](repeating: -1, count: 12)
    for (index, event) in events.enumerated() where event.time <= events[end].time {
      expected[event.kind] = index
    }
    #expect(found.chain == expected)
    #expect(found.mandatory == 11)
    #expect(found.state == .dropped)
    #expect(harness.fold.search.log.count <= 2_000)
    #expect(harness.fold.search.checkpoints.count <= 65)
  }

  /// 40 optional steps that every event can be: a point costs the nodes, not the ways between them.
  @Test func fortyOptionalSteps() {
    let middle = (0..<40).map { _ in "AB?" }.joined(separator: " ")
    let definition = FunnelSearchTests.funnel("A \(middle) C", within: 100)
    var random = SplitMix64(state: 2)
    let events = Self.events(200, kinds: 2, gap: 1, &random)
    var harness = FunnelHarness(definition, names: Self.names, observedUntil: 10_000)
    let found = harness.found(FunnelHarness.timeline("bot", events))
    #expect(found.mandatory == 1)
    // The earliest A with an end 40 events later: every optional step is taken.
    #expect(found.chain.prefix(41).allSatisfy { $0 >= 0 })
    var cut = harness
    cut.fold.search.forget(after: 3)
    #expect(cut.found(FunnelHarness.timeline("bot", events)) == found)
  }

  /// What one held value excludes costs the others nothing: 4,000 values, 4,000 excluding events
  /// of other values and as many without one.
  @Test func exclusionsByHeldValue() {
    var definition = FunnelSearchTests.funnel(
      "A B", exclusions: [FunnelSearchTests.exclude("C", 1, 2)])
    definition.hold = ["plan"]
    var events: [FunnelEvent] = []
    for number in 0..<4_000 {
      let time = Int64(number) * 10
      events.append(FunnelEvent(time: time, kind: 0, texts: ["v\(number)"]))
      events.append(FunnelEvent(time: time + 1, kind: 2, texts: ["v\(number + 1)"]))
      events.append(FunnelEvent(time: time + 2, kind: 1, texts: ["v\(number)"]))
      events.append(FunnelEvent(time: time + 3, kind: 2, texts: [""]))
    }
    var harness = FunnelHarness(
      definition, names: Self.names, texts: ["plan"], observedUntil: 1_000_000)
    let found = harness.found(FunnelHarness.timeline("u", events))
    #expect(found.chain == [0, 2])
    #expect(found.state == .converted)
  }
}
