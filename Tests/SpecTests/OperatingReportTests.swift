import EventLog
import Tables
import Testing
import Timelines

@testable import Reports
@testable import Spec
@testable import Values

/// The options of `recurring`, `rhythm` and `accounts`, read into exactly the values that they mean.
@Suite struct OperatingReportTests {
  static func read<Definition: ReportDefinition>(_ text: String) throws -> Definition {
    try #require(try DesignExampleTests.report(text) as? Definition)
  }

  /// A printed definition is a valid report, and the same one.
  static func roundTrip(_ report: any ReportDefinition) throws {
    let printed = json(report.definition)
    let again = try DesignExampleTests.report(printed)
    #expect(json(again.definition) == printed)
    #expect(again.needs == report.needs)
    #expect(again.options == report.options)
  }

  private static func json(_ value: JSONValue) -> String {
    String(decoding: JSONWriter.compact(value), as: UTF8.self)
  }

  @Test func recurring() throws {
    let plain: RecurringDefinition = try Self.read(
      "{type: recurring, start: {event: signed, amount: revenue}}")
    #expect(plain.options == ReportOptions(name: "r", entity: .account))
    #expect(plain.start == .init(event: .named(["signed"]), amount: "revenue"))
    #expect(plain.change == nil && plain.cancel == nil && plain.contract == nil)
    #expect(plain.interval == .month)
    var needs = ReportNeeds(
      matchers: [.named(["signed"])], numbers: ["revenue"], breakdownOn: [.named(["signed"])])
    needs.readOn = ["revenue": [.named(["signed"])]]
    #expect(plain.needs == needs)
    try Self.roundTrip(plain)

    let full: RecurringDefinition = try Self.read(
      "{type: recurring, entity: user, where: {country: NO}, start: {event: paid, amount: revenue}, "
        + "change: changed, cancel: [gone, ended], contract: plan, interval: quarter}")
    let condition = PropertyCondition(property: "country", test: .equals(.text("NO")))
    #expect(full.options.entity == .user)
    #expect(full.start.event == DesignExampleTests.paid.narrowed(by: [condition]))
    // The amount of a change is that of the start, unless it says otherwise.
    #expect(
      full.change == .init(event: .filtered(.named(["changed"]), [condition]), amount: "revenue"))
    #expect(full.cancel?.event == .filtered(.named(["gone", "ended"]), [condition]))
    #expect(full.contract == "plan")
    #expect(full.interval == .quarter)
    #expect(full.needs.texts == ["plan"])
    #expect(full.needs.numbers == ["revenue"])
    #expect(full.needs.matchers.count == 3)
    #expect(full.fileStems == ["r"])
    try Self.roundTrip(full)
  }

  @Test func rhythm() throws {
    let plain: RhythmDefinition = try Self.read("{type: rhythm}")
    #expect(plain.options == ReportOptions(name: "r"))
    #expect(plain.event == .any)
    #expect(plain.working == .init(days: [.mon, .tue, .wed, .thu, .fri], from: 9, until: 18))
    #expect(plain.fileStems == ["r", "r.summary"])
    try Self.roundTrip(plain)

    let full: RhythmDefinition = try Self.read(
      "{type: rhythm, entity: account, event: paid, breakdown: country, "
        + "working: {days: [sun, mon, sun], hours: [0, 24]}}")
    #expect(full.event == DesignExampleTests.paid)
    #expect(full.working == .init(days: [.mon, .sun], from: 0, until: 24))
    #expect(full.options.entity == .account)
    try Self.roundTrip(full)

    let days: RhythmDefinition = try Self.read("{type: rhythm, working: {days: sat}}")
    #expect(days.working == .init(days: [.sat]))
    #expect(RhythmDefinition.Weekday.allCases.map(\.number) == Array(1...7))
  }

  @Test func accounts() throws {
    let plain: AccountsDefinition = try Self.read("{type: accounts}")
    #expect(plain.options == ReportOptions(name: "r", entity: .account))
    #expect(plain.event == .any)
    #expect(plain.roles == nil && plain.activation == nil && plain.revenue == nil)
    #expect(plain.needs == ReportNeeds(matchers: [.any], users: true))
    try Self.roundTrip(plain)

    let full: AccountsDefinition = try Self.read(
      "{type: accounts, event: used, roles: {property: plan, required: [user, on, 7]}, "
        + "activation: {event: report_made, minimum_users: 3, minimum_days: 2}, "
        + "revenue: {event: paid, amount: revenue}, where: {country: NO}}")
    let condition = PropertyCondition(property: "country", test: .equals(.text("NO")))
    #expect(full.event == .filtered(.named(["used"]), [condition]))
    #expect(full.roles == .init(property: "plan", required: ["user", "on", "7"]))
    #expect(
      full.activation
        == .init(
          event: .filtered(.named(["report_made"]), [condition]), minimumUsers: 3, minimumDays: 2))
    #expect(
      full.revenue
        == .init(event: DesignExampleTests.paid.narrowed(by: [condition]), amount: "revenue"))
    #expect(full.needs.users)
    #expect(full.needs.texts == ["plan"])
    #expect(full.needs.numbers == ["revenue"])
    #expect(full.needs.matchers.count == 3)
    try Self.roundTrip(full)

    let short: AccountsDefinition = try Self.read("{type: accounts, activation: report_made}")
    #expect(short.activation == .init(event: .named(["report_made"])))
    try Self.roundTrip(short)
  }

  @Test func mistakes() {
    BadSpec(
      after: """
        reports:
          r: {type: recurring}
          s: {type: recurring, start: signed}
          t: {type: recurring, start: {event: a, amount: country, within: 7d}, change: {event: b, amount: x}}
          u: {type: recurring, start: {event: a, amount: revenue}, contract: plan, list: true}
        """,
      errors: """
        7:3: a recurring report needs `start`
        8:24: a start needs `amount`
        9:50: `amount` needs a number, and `country` is a text property; declare it as {path: ..., type: number}
        9:59: unknown key `within` in a start; valid: `event`, `any`, `where`, `amount`
        9:99: unknown property `x`; valid: `country`, `revenue`
        10:70: unknown property `plan`; valid: `country`, `revenue`
        10:82: a recurring report has no list; lists are for `retention`, `funnel`, `lifecycle`
        """
    ).check()
    BadSpec(
      after: """
        reports:
          r: {type: rhythm, working: {days: [mon, sunday], hours: [18, 9]}}
          s: {type: rhythm, working: {days: [], hours: 9}}
          t: {type: rhythm, working: {hours: [9, 25]}, interval: day}
        """,
      errors: """
        7:43: `sunday` is not a valid `days`; valid: `mon`, `tue`, `wed`, `thu`, `fri`, `sat`, `sun`
        7:59: `hours` go from an earlier to a later one, not [18, 9]
        8:37: `days` needs at least one day
        8:48: `hours` must be two hours such as [9, 18], not `9`
        9:42: `hours` must be a whole number from 0 to 24, not `25`
        9:48: unknown key `interval` in a rhythm report; valid: `type`, `title`, `description`, `entity`, `where`, `breakdown`, `top`, `breakdown_on`, `from`, `until`, `list`, `event`, `working`
        """
    ).check()
    BadSpec(
      after: """
        reports:
          r: {type: accounts, entity: user}
          s: {type: accounts, roles: {required: [a, a]}}
          t: {type: accounts, roles: {property: country, required: []}}
          u: {type: accounts, activation: {event: a, minimum_users: 0}, revenue: paid}
        """,
      errors: """
        7:31: an accounts report counts by account only
        8:23: a buying decision needs `property`
        8:45: `a` is given twice in `required`
        9:60: `required` needs at least one role
        10:61: `minimum_users` must be a whole number from 1 to 1000000, not `0`
        10:65: a revenue needs `amount`
        """
    ).check()
  }
}
