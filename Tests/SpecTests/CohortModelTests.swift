import EventLog
import Tables
import TestSupport
import Testing
import Timelines

@testable import Reports
@testable import Spec
@testable import Values

/// The reports of the cohort models: referral, aarrr, vabs.
@Suite struct CohortModelTests {
  static func read(_ report: String) throws -> any ReportDefinition {
    try AnalysisSpec.parse(yaml: SpecGenerator.head + "  r: \(report)\n").reports[0]
  }

  @Test func referral() throws {
    let text = """
      {type: referral, invite: invited, join: {event: sign_up, inviter: plan},
      where: {country: NO}, within: 30d}
      """
    let report = try #require(Self.read(text) as? ReferralDefinition)
    let inNorway = [PropertyCondition(property: "country", test: .equals(.text("NO")))]
    #expect(report.start == .filtered(.any, inNorway))
    #expect(report.invite == .filtered(.named(["invited"]), inNorway))
    #expect(report.join == .filtered(.named(["sign_up"]), inNorway))
    #expect(report.inviter == "plan")
    #expect(report.within == 30 * Microseconds.day)
    #expect(report.interval == .month)
    #expect(report.options.entity == .user)
    #expect(report.fileStems == ["r", "r.joins"])
    #expect(report.needs.deliveries == [Delivery(event: report.join, property: "plan")])
    #expect(report.needs.texts == ["plan"])
    #expect(report.needs.matchers.contains(.delivered(report.delivery)))
  }

  @Test func aarrr() throws {
    let text = """
      {type: aarrr, awareness: visit, acquisition: sign_up, activation: {event: create, within: 7d},
      retention: {any: [open, paid], after: 7d, until: 14d}, revenue: {event: paid, amount: revenue},
      referral: {invite: invited, join: {event: sign_up, inviter: plan}, within: 30d},
      targets: {activation: 0.25, awareness: 1}, interval: week}
      """
    let report = try #require(Self.read(text) as? AARRRDefinition)
    #expect(report.stages == AARRRDefinition.Stage.allCases)
    #expect(report.activation?.within == 7 * Microseconds.day)
    #expect(report.retention?.after == 7 * Microseconds.day)
    #expect(report.retention?.until == 14 * Microseconds.day)
    #expect(report.revenue?.amount == "revenue")
    #expect(report.referral?.within == 30 * Microseconds.day)
    #expect(
      report.targets == [
        .activation: ExactDecimal(significand: 25, scale: 2),
        .awareness: ExactDecimal(significand: 1, scale: 0),
      ])
    #expect(report.needs.numbers == ["revenue"])
    #expect(report.needs.deliveries.map(\.property) == ["plan"])

    let least = try #require(
      Self.read("{type: aarrr, acquisition: sign_up, retention: any}") as? AARRRDefinition)
    #expect(least.stages == [.acquisition, .retention])
    #expect(least.retention == AARRRDefinition.Retention(event: .any))
    #expect(least.retention?.after == Microseconds.day)
    #expect(least.needs.deliveries.isEmpty)
  }

  @Test func vabs() throws {
    let text = """
      {type: vabs, start: lead, value: report_made,
      application: {features: {import: load, share: [share, export]}, minimum_features: 2,
      minimum_users: 3, within: 30d}, benefit: {event: saving, amount: revenue},
      service: {request: ticket, done: solved, within: 1d}, sign: signed,
      renew: {due: contract_due, renewed: contract_renewed, within: 30d}, targets: {sign: 0.3}}
      """
    let report = try #require(Self.read(text) as? VABSDefinition)
    #expect(report.options.entity == .account)
    #expect(report.stages == VABSDefinition.Stage.allCases)
    #expect(report.application?.features.map(\.name) == ["import", "share"])
    #expect(report.application?.minimumFeatures == 2)
    #expect(report.needs.users)
    #expect(report.needs.numbers == ["revenue"])
    #expect(report.renew?.within == 30 * Microseconds.day)

    let least = try #require(Self.read("{type: vabs, value: report_made}") as? VABSDefinition)
    #expect(least.start == .any && least.stages == [.value] && !least.needs.users)
  }

  /// A definition that is printed with all its defaults is a valid report, and the same report.
  @Test func printedDefinitionsReadBackTheSame() throws {
    for seed in 0..<UInt64(Thorough.cases(600)) {
      var generator = SpecGenerator(seed: seed)
      let text = generator.cohortModel()
      let report = try Self.read(text)
      let printed = json(report.definition)
      let again = try Self.read(printed)
      if json(again.definition) != printed || again.needs != report.needs
        || again.options != report.options || again.fileStems != report.fileStems
      {
        Issue.record("seed \(seed): \(text)\n\(printed)\n\(json(again.definition))")
      }
    }
  }

  private static let mistakes: [BadSpec] = [
    BadSpec(
      after: """
        reports:
          r: {type: referral, invite: i, join: sign_up}
          s: {type: referral, join: {event: sign_up, inviter: cuntry}}
        """,
      errors: """
        7:34: a join needs `inviter`
        8:3: a referral report needs `invite`
        8:55: unknown property `cuntry`; did you mean `country`? Valid: `country`, `revenue`
        """),
    BadSpec(
      after: """
        reports:
          r: {type: aarrr, entity: account, retention: {event: x, after: 7d, until: 7d}}
          s: {type: aarrr, acquisition: a, revenue: paid, targets: {referral: 0.5, acquisition: 0}}
          t: {type: aarrr, acquisition: a, referral: {invite: b, joins: c}, targets: {sign: 1}}
        """,
      errors: """
        7:3: an aarrr report needs `acquisition`
        7:28: an aarrr report counts by user only
        7:77: `until` must be later than `after`, which is a day by default
        8:36: the revenue stage needs `amount`
        8:71: there is no stage `referral` to have a target
        8:89: a target is a rate, as a fraction above 0: 0.25 for 25 %
        9:58: unknown key `joins` in the referral stage; did you mean `join`? Valid: `invite`, `join`, `within`
        9:79: unknown key `sign` in `targets`; valid: `awareness`, `acquisition`, `activation`, `retention`, `revenue`, `referral`
        """),
    BadSpec(
      after: """
        reports:
          r: {type: vabs}
          s: {type: vabs, application: {features: {a: b}, minimum_features: 2}}
          t: {type: vabs, renew: {due: a}, application: {features: {}}}
        """,
      errors: """
        7:13: a vabs report needs at least one stage: `value`, `application`, `benefit`, `service`, `sign`, `renew`
        8:69: `minimum_features` must be a whole number from 1 to 1, not `2`
        9:19: the renew stage needs `renewed`
        9:60: `features` has no feature
        """),
  ]

  @Test(arguments: mistakes.indices) func mistake(_ index: Int) { Self.mistakes[index].check() }
}

extension SpecGenerator {
  /// A referral, aarrr or vabs report with any of its options.
  mutating func cohortModel() -> String {
    var options: [String] = []
    if chance(40) { options.append("where: {\(condition())}") }
    if chance(50) { options.append("breakdown: \(pick("country", "[plan, country]"))") }
    if chance(50) { options.append("interval: \(interval())") }
    func within(_ generator: inout SpecGenerator) -> String {
      generator.chance(50) ? ", within: \(generator.pick("7d", "36h", "1d 90s"))" : ""
    }
    let join = "join: {event: \(reference()), inviter: plan}"
    let type = pick("referral", "aarrr", "vabs")
    options.append("type: \(type)")
    switch type {
    case "referral":
      options += ["invite: \(reference())", join + within(&self)]
      if chance(50) { options.append("start: \(reference())") }
    case "aarrr":
      options.append("acquisition: \(reference())")
      if chance(50) { options.append("awareness: \(reference())") }
      if chance(50) { options.append("activation: {event: \(reference())\(within(&self))}") }
      if chance(50) {
        options.append("retention: {event: \(reference()), \(pick("after: 2d", "until: 36h"))}")
      }
      if chance(50) {
        options.append("revenue: {event: \(reference()), amount: revenue\(within(&self))}")
      }
      if chance(50) {
        options.append("referral: {invite: \(reference()), \(join)\(within(&self))}")
      }
      if chance(50) { options.append("targets: {acquisition: \(pick("0.25", "1", "12.5"))}") }
    default:
      options.append("sign: \(reference())")
      if chance(50) { options.append("start: \(reference())") }
      if chance(50) { options.append("value: \(reference())") }
      if chance(50) {
        options.append(
          "application: {features: {a: \(reference()), 'b: c': \(reference())}, "
            + "minimum_users: \(pick("1", "2")), minimum_features: 2\(within(&self))}")
      }
      if chance(50) { options.append("benefit: {event: \(reference()), amount: revenue}") }
      if chance(50) {
        options.append("service: {request: \(reference()), done: \(reference())\(within(&self))}")
      }
      if chance(50) { options.append("renew: {due: \(reference()), renewed: \(reference())}") }
    }
    return "{\(options.shuffled(using: &random).joined(separator: ", "))}"
  }
}
