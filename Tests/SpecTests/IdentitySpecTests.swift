import EventLog
import Testing
import Timelines

@testable import Reports
@testable import Spec

/// The `identity` section, and what of a source it needs.
@Suite struct IdentitySpecTests {
  private static let cases: [BadSpec] = [
    BadSpec(
      whole: """
        source: {preset: segment}
        identity: {anonymous_rows: nxt, max_ids: 0, max_anonymous: 2000000, acounts: {}}
        reports: {r: {type: activity}}
        """,
      errors: """
        2:28: `nxt` is not a valid `anonymous_rows`; did you mean `next`? Valid: `before`, `next`, `first`, `last`, `own`
        2:42: `max_ids` must be a whole number from 1 to 1000, not `0`
        2:60: `max_anonymous` must be a whole number from 1 to 1000000, not `2000000`
        2:69: unknown key `acounts` in `identity`; did you mean `accounts`? Valid: `anonymous_rows`, `max_ids`, `max_anonymous`, `accounts`
        """),
    BadSpec(
      whole: """
        source: {user: u, event: e, time: t}
        identity: {}
        reports: {r: {type: activity}}
        """,
      errors: """
        2:1: `identity` needs ids that could be one person's: `anonymous` or `alias` in `source`, or `accounts`
        """),
    BadSpec(
      whole: """
        source: {preset: segment, user: [userId, anonymousId]}
        identity: {}
        reports: {r: {type: activity}}
        """,
      errors: """
        2:1: `anonymousId` is in `user` and in `anonymous` of `source`: with `identity` it cannot be both
        """),
    BadSpec(
      whole: """
        source: {user: u, event: e, time: t, alias: {event: alias, form: old}}
        reports: {r: {type: activity}}
        """,
      errors: """
        1:60: unknown key `form` in `alias`; did you mean `from`? Valid: `event`, `from`, `to`
        """),
  ]

  @Test(arguments: cases.indices)
  func mistakes(_ index: Int) {
    Self.cases[index].check()
  }

  private func spec(_ preset: String, _ identity: String) throws -> AnalysisSpec {
    try AnalysisSpec.parse(
      yaml: """
        source: {preset: \(preset), anonymous: d}
        identity: \(identity)
        reports: {daily: {type: activity}}
        """)
  }

  @Test func presetsHaveTheirVendorsRule() throws {
    #expect(try spec("segment", "{}").identity?.anonymousRows == .next)
    #expect(try spec("mixpanel", "{}").identity?.anonymousRows == .first)
    #expect(try spec("posthog", "{}").identity?.anonymousRows == .first)
    #expect(try spec("posthog", "{anonymous_rows: own}").identity?.anonymousRows == .own)
  }

  @Test func whatIsRead() throws {
    let plan = ExtractionPlan(try spec("segment", "{}"))
    #expect(plan.extraction.user == [FieldPath("userId")])
    #expect(plan.extraction.identity.anonymous == [FieldPath("d")])
    #expect(plan.extraction.identity.isKept)
    #expect(plan.extraction.identity.userAlias?.names == ["alias"])
    #expect(plan.schemas.map(\.hasPersons) == [true])
    // Without it, anonymous ids are users like others.
    let plain = ExtractionPlan(
      try AnalysisSpec.parse(
        yaml: "source: {preset: segment}\nreports: {daily: {type: activity}}\n"))
    #expect(plain.extraction.user == [FieldPath("userId")])
    #expect(plain.extraction.identity.anonymous == [FieldPath("anonymousId")])
    #expect(!plain.extraction.identity.isKept)
    #expect(plain.schemas.map(\.hasPersons) == [false])
  }
}
