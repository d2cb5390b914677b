import EventLog
import Foundation
import Spec
import Testing

@testable import Reports
@testable import Timelines
@testable import Values

extension FunnelSearch {
  /// Makes the log hold so few records, and few checkpoints; nil for those of a run.
  mutating func forget(after records: Int?) {
    logMax = records ?? FunnelSearch(plan).logMax
    checkpointsMax = records.map { 1 + $0 } ?? FunnelSearch(plan).checkpointsMax
  }
}

/// The search against the reference, which enumerates every chain.
struct FunnelSearchTests {
  static let names = ["A", "B", "C", "D"]

  static func step(_ names: String, optional: Bool = false) -> FunnelDefinition.Step {
    FunnelDefinition.Step(
      name: names, event: .named(Set(names.map { LogText(String($0)) })), optional: optional)
  }

  /// Steps as words of event letters; a trailing `?` makes the step optional.
  static func funnel(
    _ steps: String, within: Int64? = nil, stepWithin: Int64? = nil,
    order: FunnelDefinition.Order = .ordered,
    exclusions: [FunnelDefinition.Exclusion] = [], dormancy: Int64? = nil
  ) -> FunnelDefinition {
    FunnelDefinition(
      options: ReportOptions(name: "f"),
      steps: steps.split(separator: " ").map {
        $0.last == "?" ? step(String($0.dropLast()), optional: true) : step(String($0))
      }, within: within, stepWithin: stepWithin, order: order, exclusions: exclusions,
      dormancy: dormancy.map { FunnelDefinition.Dormancy(length: $0) })
  }

  static func exclude(
    _ name: String, _ first: Int, _ last: Int, _ effect: FunnelDefinition.Exclusion.Effect = .stop
  ) -> FunnelDefinition.Exclusion {
    FunnelDefinition.Exclusion(
      event: .named([LogText(name)]), first: first, last: last, effect: effect)
  }

  static let variants: [FunnelDefinition] = [
    funnel("A B C"), funnel("A B C", within: 2), funnel("C B A", within: 2),
    funnel("A A B", within: 2), funnel("A AB BC", within: 2), funnel("AB AC BC", within: 1),
    funnel("A B A", within: 3), funnel("B A B", stepWithin: 1),
    funnel("A B C", stepWithin: 1), funnel("B A C", within: 3, stepWithin: 2),
    funnel("A B C", order: .strict), funnel("C A B", within: 2, order: .strict),
    funnel("A AB C", order: .strict), funnel("A B C", order: .any),
    funnel("A B C", within: 2, order: .any), funnel("A B C", stepWithin: 1, order: .any),
    funnel("AB BC A", within: 2, order: .any), funnel("A B? C", within: 2),
    funnel("A B? C? D"), funnel("A AB? BC", within: 2), funnel("A BC? BD? C B?", within: 3),
    funnel("A B? C", stepWithin: 1), funnel("B A? C", order: .strict),
    funnel("A B? C", within: 2, order: .any), funnel("A BC? B? C", within: 2, order: .any),
    funnel("A B C", exclusions: [exclude("D", 1, 2)]),
    funnel("A B C", within: 3, exclusions: [exclude("D", 1, 3), exclude("A", 2, 3)]),
    funnel("A B C", within: 2, exclusions: [exclude("D", 1, 2, .discard)]),
    funnel("A B A", stepWithin: 2, exclusions: [exclude("D", 1, 3, .discard)]),
    funnel("A B? C", within: 2, exclusions: [exclude("D", 2, 3, .discard)]),
    funnel("A B? C? D", within: 4, exclusions: [exclude("B", 2, 4), exclude("C", 1, 2, .discard)]),
    funnel("A B C", within: 3, order: .any, exclusions: [exclude("D", 1, 2, .discard)]),
    funnel("A B C", within: 2, order: .strict, exclusions: [exclude("D", 2, 3, .discard)]),
    funnel("A B C", within: 2, dormancy: 1), funnel("A B", order: .any, dormancy: 2),
  ]

  /// Every timeline of `count` events: each event joins the instant of the one before, with a name
  /// not below it, or begins the next instant.
  static func forEachTimeline(_ count: Int, _ body: ([FunnelEvent]) -> Void) {
    var events: [FunnelEvent] = []
    func extend() {
      if events.count == count { return body(events) }
      for kind in names.indices {
        if let last = events.last, kind >= last.kind {
          events.append(FunnelEvent(time: last.time, kind: kind))
          extend()
          events.removeLast()
        }
        events.append(FunnelEvent(time: (events.last?.time ?? 0) + 1, kind: kind))
        extend()
        events.removeLast()
      }
    }
    extend()
  }

  /// Compares all timelines of `count` events under every variant; returns how many it compared.
  static func compareAll(_ count: Int) -> Int {
    var compared = 0
    var timeline = FunnelHarness.timeline(
      "u", [FunnelEvent](repeating: FunnelEvent(time: 0, kind: 0), count: count))
    for observed: Int64 in [Int64(count), Int64(count) + 2] {
      var harnesses = variants.map {
        FunnelHarness($0, names: names, observedUntil: observed)
      }
      forEachTimeline(count) { events in
        timeline.times = events.map(\.time)
        timeline.kinds = events.map { UInt32($0.kind) }
        for variant in harnesses.indices {
          // Each search also as one whose log is full at once.
          harnesses[variant].fold.search.forget(after: compared % 4 == 3 ? nil : compared % 4)
          let found = harnesses[variant].found(timeline)
          let expected = harnesses[variant].reference.answer(events)
          if found != expected {
            Issue.record(
              "variant \(variant), observed until \(observed), \(show(events)): \(found), not \(expected)"
            )
          }
          compared += 1
        }
      }
    }
    return compared
  }

  static func show(_ events: [FunnelEvent]) -> String {
    events.map { "\(Array("ABCDE")[$0.kind])\($0.time)\($0.texts.joined(separator: "/"))" }
      .joined(separator: " ")
  }

  /// All timelines of up to 3 events here; up to 7 with TWINFUNNEL_EXHAUSTIVE=7.
  @Test func allSmallTimelines() {
    let limit =
      ProcessInfo.processInfo.environment["TWINFUNNEL_EXHAUSTIVE"].flatMap { Int($0) } ?? 3
    var compared = 0
    for count in 1...limit { compared += Self.compareAll(count) }
    #expect(compared > 0)
    if limit > 3 { print("compared \(compared)") }
  }
}
