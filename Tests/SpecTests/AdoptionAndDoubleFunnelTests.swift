import Testing
import Timelines

@testable import Reports
@testable import Spec
@testable import Values

/// The double funnel and adoption, read into exactly the values that they mean.
@Suite struct AdoptionAndDoubleFunnelTests {
  private func spec(_ report: String) throws -> AnalysisSpec {
    try AnalysisSpec.parse(
      yaml: """
        source:
          user: u
          account: a
          event: e
          time: t
          properties:
            country: c
            revenue: {path: r, type: number}
        events:
          paid: {event: purchase, where: {revenue: {gt: 0}}}
        reports:
          r: \(report)
        """)
  }

  private static let country = PropertyCondition(
    property: "country", test: .equals(.text("NO")))
  private static let positive = PropertyCondition(
    property: "revenue", test: .greater(.number(.zero)))

  @Test func doubleFunnel() throws {
    let spec = try spec(
      "{type: double_funnel, breakdown: country, business: {steps: [lead, {event: sign, name: Signed}], "
        + "within: 180d, amount: revenue}, consumer: {steps: [visit, {event: try, optional: true}, paid]}}"
    )
    let report = try #require(spec.reports[0] as? DoubleFunnelDefinition)
    #expect(
      report.business
        == .init(
          steps: [
            .init(name: "lead", event: .named(["lead"])),
            .init(name: "Signed", event: .named(["sign"])),
          ], within: 180 * Microseconds.day, amount: "revenue"))
    let paid = EventMatcher.filtered(.named(["purchase"]), [Self.positive])
    #expect(
      report.consumer
        == .init(steps: [
          .init(name: "visit", event: .named(["visit"])),
          .init(name: "try", event: .named(["try"]), optional: true),
          .init(name: "paid", event: paid),
        ]))
    #expect(report.fileStems == ["r", "r.link"])

    // Users and accounts both, each with what its own part needs.
    let plan = ExtractionPlan(spec)
    #expect(
      plan.schemas == [
        TimelineSchema(
          entity: .user, matchers: [.named(["visit"]), .named(["try"]), paid], texts: ["country"]),
        TimelineSchema(
          entity: .account,
          matchers: [
            .named(["lead"]), .named(["sign"]), .named(["visit"]), .named(["try"]), paid, .any,
          ], texts: ["country"], numbers: ["revenue"],
          readOn: ["revenue": [.named(["lead"]), .named(["sign"])]], keepsUsers: true),
      ])
    #expect(plan.extraction.keepsUsers && plan.extraction.keepsAccounts)
  }

  @Test func adoption() throws {
    let spec = try spec(
      "{type: adoption, entity: account, features: {search: [find, filter], pay: paid}, "
        + "activity: open, interval: month}")
    let report = try #require(spec.reports[0] as? AdoptionDefinition)
    #expect(
      report.features == [
        .init(name: "search", event: .named(["find", "filter"])),
        .init(name: "pay", event: .filtered(.named(["purchase"]), [Self.positive])),
      ])
    #expect(report.activity == .named(["open"]))
    #expect(report.interval == .month)
    #expect(report.fileStems == ["r", "r.breadth"])
    #expect(ExtractionPlan(spec).schemas[0].keepsUsers)

    let plain = try self.spec("{type: adoption, features: {a: b}}")
    let standard = try #require(plain.reports[0] as? AdoptionDefinition)
    #expect(standard.activity == .any)
    #expect(standard.interval == .week)
    #expect(standard.options.entity == .user)
    #expect(!ExtractionPlan(plain).schemas[0].keepsUsers)
  }

  @Test func whereIsFoldedIn() throws {
    func tested(_ matcher: EventMatcher) -> EventMatcher { .filtered(matcher, [Self.country]) }
    let funnel = try #require(
      try spec(
        "{type: double_funnel, where: {country: NO}, business: {steps: [lead]}, consumer: {steps: [visit]}}"
      ).reports[0] as? DoubleFunnelDefinition)
    #expect(funnel.business.steps.map(\.event) == [tested(.named(["lead"]))])
    #expect(funnel.consumer.steps.map(\.event) == [tested(.named(["visit"]))])
    #expect(funnel.everything == tested(.any))
    let adoption = try #require(
      try spec("{type: adoption, where: {country: NO}, features: {a: b}}").reports[0]
        as? AdoptionDefinition)
    #expect(adoption.features.map(\.event) == [tested(.named(["b"]))])
    #expect(adoption.activity == tested(.any))
  }

  /// What NAME.json shows is a report of a spec, and the same one.
  @Test func definitionsReadBack() throws {
    let reports = [
      "{type: double_funnel, where: {country: NO}, business: {steps: [lead, sign], within: 36h}, "
        + "consumer: {steps: [visit, {event: x, optional: true, name: n}, paid], amount: revenue}}",
      "{type: adoption, features: {'a b': [c, d], e: paid, f: any}, activity: open, breakdown: country}",
    ]
    for report in reports {
      let first = try spec(report).reports[0].definition
      let again = try spec(json(first)).reports[0].definition
      #expect(json(again) == json(first))
    }
  }

  @Test func mistakes() {
    let bad = [
      BadSpec(
        after: """
          reports:
            r: {type: double_funnel, entity: account}
            s: {type: double_funnel, business: [a], consumer: {steps: [], within: 7, amount: country}}
            t: {type: double_funnel, business: {steps: [{event: a, optional: true}], list: true}, consumer: {within: 7d}}
          """,
        errors: """
          7:3: a double_funnel report needs `business`
          7:3: a double_funnel report needs `consumer`
          7:36: a double_funnel report counts by user only
          8:38: `business` must be a mapping, not a list
          8:61: a funnel needs at least one step
          8:73: `within` must be a duration such as 7d or 1d12h: `7` has no unit (w, d, h, m, s, ms)
          8:84: `amount` needs a number, and `country` is a text property; declare it as {path: ..., type: number}
          9:47: the first step cannot be optional: it is what enters the funnel
          9:76: unknown key `list` in a business funnel; valid: `steps`, `within`, `amount`
          9:89: a consumer funnel needs `steps`
          """),
      BadSpec(
        after: """
          reports:
            r: {type: adoption}
            s: {type: adoption, features: {}}
            t: {type: adoption, features: [a], interval: weekly}
            u: {type: adoption, features: {a: , b: {event: c, within: 7d}}}
          """,
        errors: """
          7:3: an adoption report needs `features`
          8:33: an adoption report needs at least one feature
          9:33: `features` must be a mapping of names to events, not a list
          9:48: `weekly` is not a valid `interval`; did you mean `week`? Valid: `hour`, `day`, `week`, `month`, `quarter`, `year`, `N days`, `N weeks`
          10:37: `a` must be an event, not nothing
          10:53: unknown key `within` in an event; valid: `event`, `any`, `where`
          """),
    ]
    for one in bad { one.check() }
  }
}
