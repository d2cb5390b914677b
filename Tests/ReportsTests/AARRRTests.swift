import EventLog
import Spec
import Testing

@testable import Reports
@testable import Values

struct AARRRTests {
  static let report = """
    {type: aarrr, awareness: visit, acquisition: sign_up,
    activation: {event: create, within: 2d}, retention: {event: open, after: 7d, until: 14d},
    revenue: {event: pay, amount: amount},
    referral: {invite: invite, join: {event: sign_up, inviter: inviter}},
    targets: {activation: 0.8, referral: 1}}
    """

  static let events: [ModelEvent] = [
    .at(0, "visit", user: "a"), .at(1, "sign_up", user: "a"),
    // Within two days to the last instant.
    .at(3, "create", user: "a"),
    // On the first instant of the eighth day.
    .at(8, "open", user: "a"),
    .at(9, "pay", user: "a", amount: ExactDecimal(significand: 10, scale: 2)),
    .at(10, "pay", user: "a", amount: ExactDecimal(significand: 20, scale: 2)),
    .at(4, "invite", user: "a"), .at(5, "invite", user: "a"),

    .at(2, "visit", user: "b"), .at(4, "sign_up", user: "b", inviter: "a"),
    .at(6.5, "create", user: "b"), .at(18, "open", user: "b"),
    .at(5, "pay", user: "b"),

    // Aware only after signing up.
    .at(6, "sign_up", user: "c", inviter: "a"), .at(7, "visit", user: "c"),
    .at(7, "create", user: "c"), .at(12.9, "open", user: "c"),

    // Never acquired.
    .at(3, "visit", user: "d"), .at(4, "create", user: "d"),
    .at(5, "pay", user: "d", amount: ExactDecimal(significand: 1, scale: 0)),

    // Acquired in February, with windows that are not over.
    .at(32, "sign_up", user: "e"), .at(33, "create", user: "e"),
  ]

  /// Stage, then entities, base, rate, revenue, revenue_per_payer, k, joins_per_inviter,
  /// median_seconds, target, attainment, state, cut.
  @Test func everyStage() throws {
    let log = ModelLog(Self.report, Self.events, observedUntil: ModelEvent.at(33.5, "").time)
    let day = 86_400.0
    #expect(
      lines(try log.tables()["r"]) == [
        "2026-01-01 awareness 4 4 1.0 - - - - - - - complete false",
        // Of 4 who became aware; a took 1 day, b took 2.
        "2026-01-01 acquisition 3 4 0.75 - - - - \(1.5 * day) - - complete false",
        // a after 2 days, c after 1; b was half a day late.
        "2026-01-01 activation 2 3 \(2.0 / 3) - - - - \(1.5 * day) 0.8 \(2.0 / 3 / 0.8) complete false",
        // a after 7 days; c was a tenth of a day early, b came on the first instant of day 14.
        "2026-01-01 retention 1 3 \(1.0 / 3) - - - - \(7 * day) - - complete false",
        // a paid 0.1 + 0.2 after 8 days, b nothing after 1.
        "2026-01-01 revenue 2 3 \(2.0 / 3) 0.3 0.15 - - \(4.5 * day) - - complete false",
        // a brought b and c.
        "2026-01-01 referral 1 3 \(1.0 / 3) - - \(2.0 / 3) 2.0 \(3 * day) 1 \(1.0 / 3) complete false",
        "2026-02-01 awareness 0 0 - - - - - - - - partial false",
        "2026-02-01 acquisition 1 0 - - - - - - - - partial false",
        "2026-02-01 activation - 0 - - - - - - 0.8 - unobserved false",
        "2026-02-01 retention - 0 - - - - - - - - unobserved false",
        "2026-02-01 revenue 0 1 0.0 0 - - - - - - partial false",
        "2026-02-01 referral 0 1 0.0 - - 0.0 - - 1 0.0 partial false",
      ])
  }

  /// Without awareness the cohort is its own base; stages that are left out have no rows.
  @Test func onlyWhatIsAskedFor() throws {
    let log = ModelLog(
      "{type: aarrr, acquisition: sign_up, retention: open}", Self.events,
      observedUntil: ModelEvent.at(30, "").time)
    #expect(
      lines(try log.tables()["r"]) == [
        "2026-01-01 acquisition 3 3 1.0 - - - - - - - partial false",
        "2026-01-01 retention 3 3 1.0 - - - - \(7 * 86_400.0) - - partial false",
      ])
  }

  @Test func noEventsGiveNoRows() throws {
    #expect(try ModelLog(Self.report, [], observedUntil: .min).tables() == ["r": []])
  }

  @Test func tablesMatchTheReference() throws {
    var rows = 0
    for seed in 0..<ModelGenerator.rounds {
      var generator = ModelGenerator(seed: seed)
      var stages = AARRRReference()
      let (options, country) = generator.options()
      let report = stages.report(&generator, options: options)
      let names = ["visit", "sign_up", "create", "open", "pay", "invite"]
      let log = generator.log(names, entity: .user, report: report)
      let definition = try log.definition()
      let expected = stages.table(
        ModelReference(log, definition.options, stages.interval, country: country))
      let tables = try log.tables(
        workers: generator.number(1...3), partitions: generator.pick([1, 2, 8]),
        folds: generator.number(1...3), &generator.random)
      if tables["r"] != expected {
        Issue.record("seed \(seed): \(report)\n\(lines(tables["r"]))\nnot \(lines(expected))")
      }
      rows += expected.count
    }
    #expect(rows > 7 * Int(ModelGenerator.rounds))
  }
}
