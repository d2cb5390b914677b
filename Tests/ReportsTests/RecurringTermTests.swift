import EventLog
import Spec
import TestSupport
import Testing
import Timelines

@testable import Reports
@testable import Values

/// Contracts with terms. In the logs `country` is the first day of a term, `inviter` the last.
struct RecurringTermTests {
  /// What each account is worth in a report on accounts, as the report on contracts has it.
  @Test func accountsShowTheirContracts() throws {
    func sign(_ account: String, _ amount: Int64, _ from: String, _ to: String) -> ModelEvent {
      .at(
        0, "sign", account: account, country: from, inviter: to,
        amount: ExactDecimal(significand: Int128(amount), scale: 0))
    }
    func tables(_ contracts: String) throws -> [String] {
      var log = ModelLog(
        "{type: accounts, event: open, contracts: \(contracts)}",
        [
          sign("acme", 1200, "2026-01-01", "2026-12-31"),
          .at(1, "open", account: "acme"), .at(2, "open", account: "beta"),
          // Known, and not there yet.
          sign("beta", 50, "2026-06-01", "2026-06-30"),
        ], observedUntil: ModelEvent.at(30, "").time)
      log.more = """
          c:
            type: recurring
            start: {event: sign, amount: amount}
            term: {from: country, to: inviter}
          life: {type: activity, entity: account}
        """
      return lines(try log.tables()["r"]).map { line in
        line.split(separator: " ").suffix(3).joined(separator: " ")
      }
    }
    #expect(try tables("c").suffix(2) == ["100 2026-12-31 334", "0 - -"])
    #expect(throws: SpecErrors.self) { try tables("life") }
    #expect(throws: SpecErrors.self) { try tables("d") }
  }

  static func sign(
    _ days: Double, _ amount: Int64, from: String = "", to: String = "", user: String = "acme",
    name: String = "sign"
  ) -> ModelEvent {
    .at(
      days, name, user: user, country: from, inviter: to,
      amount: ExactDecimal(significand: amount, scale: 0))
  }

  static func rows(
    _ events: [ModelEvent], until: Double, _ options: String = "", table: String = "r"
  ) throws -> [String] {
    let log = ModelLog(
      "{type: recurring, entity: user, start: {event: sign, amount: amount}, "
        + "term: {from: country, to: inviter}\(options)}", events,
      observedUntil: ModelEvent.at(until, "").time)
    return lines(try log.tables()[table])
  }

  /// Signed in January for February to April: 300 are 100 a month, and the first of May is without.
  @Test func aTermBeginsAndEndsOnItsDays() throws {
    #expect(
      try Self.rows([Self.sign(9, 300, from: "2026-02-01", to: "2026-04-30")], until: 125) == [
        "2026-01-01 0 0 0 0 0 0 0 0 0 0 0 0 - - - complete",
        "2026-02-01 0 0 100 0 0 0 0 100 1 1 0 0 - - - complete",
        "2026-03-01 1 100 0 0 0 0 0 100 1 0 0 0 1.0 1.0 0.0 complete",
        "2026-04-01 1 100 0 0 0 0 0 100 1 0 0 0 1.0 1.0 0.0 complete",
        "2026-05-01 1 100 0 0 0 0 100 0 0 0 0 1 0.0 0.0 1.0 partial",
      ])
  }

  /// Days that are no dates, terms without a day and terms that are over before they begin are said.
  @Test func doubtfulDaysAreSaid() throws {
    let log = ModelLog(
      "{type: recurring, entity: user, start: {event: sign, amount: amount}, "
        + "cancel: {event: end, effective: country}, term: {from: country, to: inviter}}",
      [
        Self.sign(1, 10, from: "2026-01-01", to: "2026-12-31", user: "a"),
        Self.sign(2, 10, from: "01/02/2026", to: "2026-12-31", user: "b"),
        Self.sign(2, 10, from: "2026-01-02", user: "c"),
        Self.sign(9, 10, from: "2026-01-03", to: "2026-01-02", user: "c"),
        Self.sign(9, 10, from: "2025-01-01", to: "2025-12-31", user: "d"),
        .at(20, "end", user: "a", country: "soon"),
      ], observedUntil: ModelEvent.at(40, "").time)
    try log.forEachTimeline { definition, context, timelines in
      var fold = makeFold(definition: definition, context: context)
      for timeline in timelines { fold.observe(timeline) }
      #expect(
        fold.warnings() == [
          "report r: 2 days of contracts cannot be read, such as \"01/02/2026\": a day is written "
            + "2026-12-31 or as an ISO 8601 time",
          "report r: 2 of the 5 starts and changes with an amount have no first or no last day that "
            + "can be read: such an amount counts whole in each month, from the first day or the event "
            + "on, up to the last day, the next start or a cancellation",
          "report r: 2 of the 5 starts and changes with an amount count nowhere: their last day lies "
            + "before the first one, or before the event",
        ])
    }
  }

  /// Whole months are parts of the term, other lengths days of a year.
  @Test(arguments: [
    (1200, "2026-01-01", "2026-12-31", "100"), (100, "2026-01-31", "2026-02-27", "100"),
    (100, "2026-01-15", "2026-04-14", "33.333333"), (300, "2026-01-01", "2026-02-14", "202.777778"),
    (-1, "2026-01-01", "2026-03-31", "-0.333333"), (1, "2024-02-29", "2025-02-27", "0.083333"),
    (3, "2026-01-01", "2026-01-02", "45.625"),
  ])
  func monthlyAmount(amount: Int64, from: String, to: String, monthly: String) throws {
    let term = ContractTerm(
      from: try #require(CalendarDate(from)).daysSince1970,
      until: try #require(CalendarDate(to)).daysSince1970 + 1)
    let decimal = term.monthly(ExactDecimal(significand: amount, scale: 0))
    #expect(decimal.description == monthly)
    #expect(term.monthly(.absent).isAbsent)
  }

  /// 0.0000005 is a tie: to the even 0; 0.0000015 to the even 2.
  @Test func halfGoesToTheEvenDigit() {
    func quotient(_ value: Int64, _ divisor: Int128) -> String {
      ContractTerm.quotient(ExactDecimal(significand: value, scale: 6), 1, divisor).description
    }
    #expect(quotient(1, 2) == "0")
    #expect(quotient(3, 2) == "0.000002")
    #expect(quotient(-3, 2) == "-0.000002")
    #expect(quotient(5, 4) == "0.000001")
    let huge = ExactDecimal(
      significand: Int128(10_000_000_000) * 10_000_000_000_000_000_000, scale: 0)
    #expect(!ContractTerm.quotient(huge, 1, 3).isAbsent)
  }

  /// The end of January to the 15th of February is a gap of 14 days.
  @Test func graceLeavesNoGap() throws {
    let events = [
      Self.sign(0, 10, from: "2026-01-01", to: "2026-01-31"),
      Self.sign(44, 20, from: "2026-02-15", to: "2026-03-14"),
    ]
    #expect(
      try Self.rows(events, until: 58.9, ", grace: 14d").last
        == "2026-02-01 1 10 0 0 10 0 0 20 1 0 0 0 1.0 2.0 0.0 partial")
    #expect(
      try Self.rows(events, until: 58.9, ", grace: 13d, interval: week")
        .first { $0.hasPrefix("2026-01-26") }
        == "2026-01-26 1 10 0 0 0 0 10 0 0 0 0 1 0.0 0.0 1.0 complete")
  }

  /// A cancellation of January takes effect in March; one for the past at its event; one for a day
  /// after the end of observation has not happened.
  @Test func cancellationsWaitForTheirDay() throws {
    func last(_ effective: String, until: Double) throws -> [String] {
      try Self.rows(
        [
          Self.sign(0, 10),
          .at(40, "cancel", user: "acme", country: effective),
        ], until: until, ", cancel: {event: cancel, effective: country}"
      ).map { String($0.split(separator: " ")[8]) }
    }
    #expect(try last("2026-03-05", until: 80) == ["10", "10", "0"])
    #expect(try last("2026-01-05", until: 80) == ["10", "0", "0"])
    #expect(try last("2026-06-01", until: 80) == ["10", "10", "10"])
    #expect(try last("", until: 80) == ["10", "0", "0"])
  }

  /// The term that begins later wins from its first day on, and what it replaced does not come back.
  @Test func theLaterTermWins() throws {
    let events = [
      Self.sign(0, 120, from: "2026-01-01", to: "2026-12-31"),
      Self.sign(1, 20, from: "2026-02-01", to: "2026-02-28"),
    ]
    let levels = try Self.rows(events, until: 100).map { String($0.split(separator: " ")[8]) }
    #expect(levels == ["10", "20", "0", "0"])
  }

  /// Three contracts on the last day of February: one ends in April, one is renewed already, one ends
  /// after more than 90 days; and one is cancelled for March.
  @Test func whatIsDue() throws {
    let events = [
      Self.sign(0, 40, from: "2026-01-01", to: "2026-04-30"),
      Self.sign(0, 10, from: "2026-02-01", to: "2026-02-28", user: "beta"),
      Self.sign(1, 10, from: "2026-03-01", to: "2026-09-30", user: "beta"),
      Self.sign(0, 10, from: "2026-01-01", to: "2026-12-31", user: "gamma"),
    ]
    #expect(
      try Self.rows(events, until: 58.5, table: "r.due") == ["acme - 10 2026-04-30 61"])
  }

  /// January 2026 against January 2027: ann has grown from 100 to 150, bob has left.
  @Test func trailingTwelveMonths() throws {
    let log = ModelLog(
      "{type: recurring, entity: user, start: {event: sign, amount: amount}, cancel: cancel, "
        + "trailing: 12 months}",
      [
        Self.sign(9, 100, user: "ann"), Self.sign(334, 150, user: "ann"),
        Self.sign(9, 50, user: "bob"), .at(150, "cancel", user: "bob"),
        Self.sign(40, 70, user: "cyd"),
      ], observedUntil: ModelEvent.at(396, "").time - 1)
    let rows = try log.tables()["r"] ?? []
    #expect(rows.map { $0[0] }.suffix(2) == ["2026-12-01", "2027-01-01"])
    #expect(lines([rows[12]])[0].hasSuffix(" 1.0 \(100.0 / 150) 0.5 complete"))
    #expect(lines([rows[11]])[0].hasSuffix(" - - - complete"))
  }

  /// Schedules of single contracts against the definition, instant by instant.
  @Test func schedulesAgreeWithReference() {
    for seed in 0..<4000 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      func number(_ range: ClosedRange<Int64>) -> Int64 { .random(in: range, using: &random) }
      let grace = number(0...2) * number(0...3)
      let until = number(8...20)
      let acts = (0..<number(1...6)).map { _ -> ContractSchedule.Act in
        let instant = number(0...16)
        let kind = [ContractSchedule.Kind.start, .start, .change, .cancel][Int(number(0...3))]
        return ContractSchedule.Act(
          instant: instant, contract: 0, kind: kind,
          amount: kind == .cancel
            ? .absent : ExactDecimal(significand: number(0...4), scale: 0),
          end: kind == .cancel || number(0...2) == 0 ? .max : instant + number(1...6))
      }
      var schedule = ContractSchedule(grace: grace, until: until)
      schedule.arrange(acts)
      var level = DecimalSum.zero
      var levels: [String] = []
      for instant in 0...until {
        for step in schedule.steps where step.instant == instant { level.add(step.change) }
        levels.append(level.description)
      }
      let expected = Self.levels(acts, grace: grace, until: until)
      #expect(levels == expected, "seed \(seed): \(acts) grace \(grace)")
      if levels != expected { return }
    }
  }

  /// The level behind each instant: from the page, without any cleverness.
  static func levels(_ acts: [ContractSchedule.Act], grace: Int64, until: Int64) -> [String] {
    var level = ExactDecimal.zero
    var end: Int64?
    return (0...until).map { instant in
      let here = acts.filter { $0.instant == instant }
      let starts = here.filter { $0.kind == .start }
      let changes = here.filter { $0.kind == .change }
      let isOver = end == instant || here.contains { $0.kind == .cancel }
      let started = starts.map(\.amount).max()
      let changed = changes.map(\.amount).max()
      let wasThere = level > .zero
      var after = level
      if wasThere, started != nil {
        after = changed ?? started!
      } else if isOver {
        after = .zero
      } else {
        after = changed ?? started ?? level
      }
      // Over, and followed soon: no gap, and the end is forgotten.
      if isOver, after == .zero, grace > 0,
        acts.contains(where: {
          $0.kind == .start && $0.instant > instant && $0.instant <= min(until, instant + grace)
        })
      {
        end = nil
        return level.description
      }
      let ended = end == instant
      if after == .zero, after != level || isOver || started != nil || changed != nil {
        end = nil
      } else if let own = changes.filter({ $0.amount == changed }).map(\.end).max(), own != .max {
        end = own
      } else if let best = starts.filter({ $0.amount == started }).map(\.end).max() {
        end = best == .max ? nil : best
      } else if ended {
        end = nil
      }
      level = after
      return level.description
    }
  }
}
