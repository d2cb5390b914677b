import EventLog
import Testing
import Timelines

@testable import Reports
@testable import Spec
@testable import Values

@Suite struct EventReferenceTests {
  /// The matcher of an activity report's `event`.
  private func matcher(_ reference: String, events: String = "{}") throws -> EventMatcher {
    let spec = try AnalysisSpec.parse(
      yaml: """
        source:
          preset: segment
          properties: {plan: p, revenue: {path: r, type: number}}
        events: \(events)
        reports: {r: {type: activity, event: \(reference)}}
        """)
    return try #require(spec.reports[0] as? ActivityDefinition).event
  }

  private func condition(_ property: String, _ test: PropertyCondition.Test) -> PropertyCondition {
    PropertyCondition(property: property, test: test)
  }

  @Test func namesAndLiterals() throws {
    let events = "{visit: page_view, engaged: {any: [visit, check_in]}}"
    #expect(try matcher("any") == .any)
    #expect(try matcher("visit", events: events) == .named(["page_view"]))
    #expect(try matcher("engaged", events: events) == .named(["page_view", "check_in"]))
    // Near a name, but a literal may be.
    #expect(try matcher("visits", events: events) == .named(["visits"]))
    #expect(try matcher("'page view'") == .named(["page view"]))
    // YAML 1.1 would make booleans and numbers of these.
    #expect(try matcher("on") == .named(["on"]))
    #expect(try matcher("404") == .named(["404"]))
    #expect(try matcher("1_000") == .named(["1_000"]))
  }

  @Test func inlineForms() throws {
    #expect(try matcher("{event: a}") == .named(["a"]))
    #expect(try matcher("{event: [a, b]}") == .named(["a", "b"]))
    #expect(try matcher("{any: [a, {event: [b, c]}]}") == .named(["a", "b", "c"]))
    // An event named `a` may be passive.
    #expect(try matcher("{any: [a, any]}") == .anyOf([.named(["a"]), .any]))
    #expect(
      try matcher("{event: a, where: {plan: pro}}")
        == .filtered(.named(["a"]), [condition("plan", .equals(.text("pro")))]))
    #expect(
      try matcher("{where: {plan: pro}}")
        == .filtered(.any, [condition("plan", .equals(.text("pro")))]))
    #expect(
      try matcher("{any: [a, {event: b, where: {plan: pro}}, c]}")
        == .anyOf([
          .named(["a", "c"]),
          .filtered(.named(["b"]), [condition("plan", .equals(.text("pro")))]),
        ]))
    // A name from `events` inside the inline form, narrowed further.
    #expect(
      try matcher(
        "{event: paid, where: {plan: pro}}",
        events: "{paid: {event: purchase, where: {revenue: {gt: 0}}}}")
        == .filtered(
          .named(["purchase"]),
          [
            condition("revenue", .greater(.number(.zero))),
            condition("plan", .equals(.text("pro"))),
          ]))
  }

  @Test func aNameInsideItsOwnDefinitionIsTheLiteral() throws {
    #expect(try matcher("purchase", events: "{purchase: purchase}") == .named(["purchase"]))
    #expect(
      try matcher("purchase", events: "{purchase: {event: purchase, where: {plan: {ne: free}}}}")
        == .filtered(.named(["purchase"]), [condition("plan", .notEquals(.text("free")))]))
  }

  @Test func operators() throws {
    let number = PropertyValue.number(ExactDecimal(significand: 25, scale: 1))
    let cases: [(String, String, PropertyCondition.Test)] = [
      ("plan", "NO", .equals(.text("NO"))),
      ("plan", "on", .equals(.text("on"))),
      ("plan", "007", .equals(.text("007"))),
      ("plan", "2026-01-01", .equals(.text("2026-01-01"))),
      ("plan", "\"\"", .equals(.text(""))),
      ("plan", "[a, 1, no]", .oneOf([.text("a"), .text("1"), .text("no")])),
      ("plan", "{eq: a}", .equals(.text("a"))),
      ("plan", "{ne: a}", .notEquals(.text("a"))),
      ("plan", "{in: [a, b]}", .oneOf([.text("a"), .text("b")])),
      ("plan", "{not_in: [a, b]}", .notOneOf([.text("a"), .text("b")])),
      ("plan", "{gt: a}", .greater(.text("a"))),
      ("plan", "{exists: false}", .exists(false)),
      ("plan", "{contains: '@'}", .contains("@")),
      ("plan", "{starts_with: pro}", .startsWith("pro")),
      ("plan", "{ends_with: pro}", .endsWith("pro")),
      ("revenue", "2.50", .equals(number)),
      ("revenue", "[2.5]", .oneOf([number])),
      ("revenue", "{gt: 2.5}", .greater(number)),
      ("revenue", "{gte: 2.5}", .greaterOrEqual(number)),
      ("revenue", "{lt: 2.5}", .less(number)),
      ("revenue", "{lte: 2.5}", .lessOrEqual(number)),
      ("revenue", "{ne: -0}", .notEquals(.number(.zero))),
      ("revenue", "{exists: true}", .exists(true)),
    ]
    for (property, text, test) in cases {
      #expect(
        try matcher("{event: a, where: {\(property): \(text)}}")
          == .filtered(.named(["a"]), [condition(property, test)]), "\(text)")
    }
    #expect(
      try matcher("{event: a, where: {revenue: {gte: 2.5, lt: 2.5}, plan: x}}")
        == .filtered(
          .named(["a"]),
          [
            condition("revenue", .greaterOrEqual(number)), condition("revenue", .less(number)),
            condition("plan", .equals(.text("x"))),
          ]))
  }

  @Test func narrowing() {
    let a = condition("plan", .equals(.text("a")))
    let b = condition("plan", .exists(true))
    #expect(EventMatcher.any.narrowed(by: []) == .any)
    #expect(EventMatcher.any.narrowed(by: [a]) == .filtered(.any, [a]))
    #expect(EventMatcher.filtered(.any, [a]).narrowed(by: [a]) == .filtered(.any, [a]))
    #expect(EventMatcher.filtered(.any, [a]).narrowed(by: [b, a]) == .filtered(.any, [a, b]))
    let c = condition("revenue", .exists(true))
    #expect(EventMatcher.filtered(.any, [a, c]).narrowed(by: [b]) == .filtered(.any, [a, b, c]))
    let join = Delivery(event: .named(["join"]), property: "plan")
    #expect(
      EventMatcher.delivered(join).narrowed(by: [a])
        == .delivered(Delivery(event: .filtered(.named(["join"]), [a]), property: "plan")))
  }

  @Test func yamlAnchorsAndMergeKeys() throws {
    let spec = try AnalysisSpec.parse(
      yaml: """
        source: {preset: segment}
        reports:
          daily: &base
            type: activity
            event: &visit {any: [a, b]}
            interval: day
          weekly:
            <<: *base
            interval: week
          sticky: {type: stickiness, event: *visit}
          both: {<<: [{interval: month, type: activity}, {interval: year}]}
        """)
    let weekly = try #require(spec.reports[1] as? ActivityDefinition)
    #expect(weekly.event == .named(["a", "b"]))
    #expect(weekly.interval == .week)
    #expect(try #require(spec.reports[2] as? StickinessDefinition).event == .named(["a", "b"]))
    #expect(try #require(spec.reports[3] as? ActivityDefinition).interval == .month)
  }
}
