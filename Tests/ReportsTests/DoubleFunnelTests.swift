import EventLog
import Spec
import Tables
import TestSupport
import Testing

@testable import Reports
@testable import Timelines
@testable import Values

struct DoubleFunnelTests {
  static let second: Int64 = 1_000_000

  static func steps(_ names: String) -> [FunnelDefinition.Step] {
    names.split(separator: " ").map {
      FunnelDefinition.Step(name: String($0), event: .named([LogText(String($0))]))
    }
  }

  /// Words such as `1 demo acme ann 2500`: second, event, account, user, and an amount; `-` is none.
  static func log(_ text: String, names: [String]) -> AccountLog {
    var log = AccountLog(names: names.sorted())
    log.events = text.split(separator: "\n").map { line in
      let words = line.split(separator: " ").map { $0 == "-" ? "" : String($0) }
      return AccountLog.Event(
        time: Int64(words[0])! * second, name: words[1], user: words[3], account: words[2],
        amount: words.count > 4
          ? ExactDecimal(significand: Int64(words[4])!, scale: 0) : .absent)
    }
    return log
  }

  /// Three accounts. Acme signs: cy, who signs, never uses it; ann visits, tries and buys inside; bob
  /// tried elsewhere before, and inside only visits. Beta gets to its demo within the time, but
  /// signs too late. Gamma is no lead. Dan has no account, and eve visits again and again.
  static let example = """
    1 visit - bob
    2 try - bob
    3 lead acme ann
    4 visit acme ann
    5 demo acme cy 100
    6 try acme ann
    7 visit acme bob
    8 sign acme cy 2500
    9 buy acme ann 30
    10 lead beta eve
    11 visit beta eve
    12 demo beta eve 70
    13 visit beta eve
    14 visit gamma fay
    15 try gamma fay
    16 visit - dan
    17 try - dan
    18 buy - dan 12
    19 buy - dan 99
    40 sign beta eve 900
    41 lead beta -
    """

  static func exampleTables(_ observedUntil: Int64 = 50) throws -> [String: [[String]]] {
    var log = log(
      example, names: ["visit", "try", "buy", "lead", "demo", "sign"])
    log.world.observedUntil = observedUntil * second
    return try log.tables(
      DoubleFunnelDefinition(
        options: ReportOptions(name: "two"),
        business: .init(steps: steps("lead demo sign"), within: 20 * second, amount: "amount"),
        consumer: .init(steps: steps("visit try buy"), amount: "amount")))
  }

  @Test func bothFunnelsSideBySide() throws {
    #expect(
      lines(try Self.exampleTables()["two"]) == [
        "step business accounts accounts_rate_from_start accounts_rate_from_previous accounts_open "
          + "accounts_dropped accounts_median_seconds consumer users users_rate_from_start "
          + "users_rate_from_previous users_open users_dropped users_median_seconds business_value "
          + "consumer_value",
        // Accounts acme and beta; users ann, bob, dan, eve and fay.
        "1 lead 2 1.0 - - - - visit 5 1.0 - - - - 0 0",
        // Demos of 100 and 70, both after 2 seconds; ann, bob, dan and fay tried, eve still can. Ann
        // took 2 seconds, the others 1.
        "2 demo 2 1.0 1.0 0 0 2.0 try 4 0.8 0.8 1 0 1.0 170 0",
        // Acme alone, after 3 seconds; ann's 30 and the first of dan's purchases, 12.
        "3 sign 1 0.5 0.5 0 1 3.0 buy 2 0.4 0.5 2 0 2.0 2500 42",
      ])
  }

  @Test func peopleByWhereTheirAccountStands() throws {
    #expect(
      lines(try Self.exampleTables()["two.link"]) == [
        "business_step business consumer_step consumer users share",
        // Gamma's fay tried.
        "0 - 0 - 0 0.0", "0 - 1 visit 0 0.0", "0 - 2 try 1 1.0", "0 - 3 buy 0 0.0",
        "1 lead 0 - 0 -", "1 lead 1 visit 0 -", "1 lead 2 try 0 -", "1 lead 3 buy 0 -",
        // Beta's eve visited.
        "2 demo 0 - 0 0.0", "2 demo 1 visit 1 1.0", "2 demo 2 try 0 0.0", "2 demo 3 buy 0 0.0",
        // Acme's cy, bob and ann.
        "3 sign 0 - 1 \(1.0 / 3)", "3 sign 1 visit 1 \(1.0 / 3)", "3 sign 2 try 0 0.0",
        "3 sign 3 buy 1 \(1.0 / 3)",
      ])
  }

  @Test func nothingAfterTheEndOfObservation() throws {
    let tables = try Self.exampleTables(3)
    #expect(
      lines(tables["two"]).dropFirst() == [
        "1 lead 1 1.0 - - - - visit 1 1.0 - - - - 0 0",
        "2 demo 0 0.0 0.0 1 0 - try 1 1.0 1.0 0 0 1.0 0 0",
        "3 sign 0 0.0 - 0 0 - buy 0 0.0 0.0 1 0 - 0 0",
      ])
    #expect(lines(tables["two.link"])[5] == "1 lead 0 - 1 1.0")
    #expect(lines(tables["two.link"]).filter { !$0.contains(" 0 ") }.count == 1)
  }

  @Test func cohortsByEntry() throws {
    let day = 86_400
    var log = Self.log(
      "1 lead acme ann\n2 demo acme ann\n3 visit - bob\n\(day) lead beta eve\n\(day + 5) visit - dan",
      names: ["lead", "demo", "visit"])
    log.world.observedUntil = Int64(3 * day) * Self.second
    let definition = DoubleFunnelDefinition(
      options: ReportOptions(name: "two"), business: .init(steps: Self.steps("lead demo")),
      consumer: .init(steps: Self.steps("visit")), interval: .day)
    #expect(
      lines(try log.tables(definition)["two"]).dropFirst() == [
        // Acme and bob on the first day, beta and dan on the second.
        "1970-01-01 1 lead 1 1.0 - - - - visit 1 1.0 - - - - - - false",
        "1970-01-01 2 demo 1 1.0 1.0 0 0 1.0 - - - - - - - - - false",
        "1970-01-02 1 lead 1 1.0 - - - - visit 1 1.0 - - - - - - false",
        "1970-01-02 2 demo 0 0.0 0.0 1 0 - - - - - - - - - - false",
      ])
  }

  @Test func sidesOfDifferentLengthWithoutAmounts() throws {
    var log = Self.log("1 lead acme ann\n2 visit acme ann", names: ["lead", "visit"])
    log.world.observedUntil = 3 * Self.second
    let definition = DoubleFunnelDefinition(
      options: ReportOptions(name: "two"), business: .init(steps: Self.steps("lead")),
      consumer: .init(steps: Self.steps("visit lead")))
    #expect(
      lines(try log.tables(definition)["two"]).dropFirst() == [
        "1 lead 1 1.0 - - - - visit 1 1.0 - - - - - -",
        "2 - - - - - - - lead 0 0.0 0.0 1 0 - - -",
      ])
    log.world.observedUntil = .min
    #expect(try log.tables(definition).values.allSatisfy { $0.count == 1 })
  }

  /// 2,500 random logs, against the reference that enumerates every chain.
  @Test func agreesWithReference() throws {
    for seed in 0..<UInt64(Thorough.cases(2500)) {
      var generator = WorldGenerator(seed: seed)
      let log = Self.log(&generator)
      let definition = Self.definition(&generator, log)
      let actual = try log.tables(
        definition, partitions: generator.number(1...3), folds: generator.number(1...3),
        &generator.random)
      let expected = DoubleFunnelReference(log, definition).tables()
      for name in definition.tables {
        let (found, wanted) = (lines(actual[name]).dropFirst(), lines(expected[name]))
        #expect(Array(found) == wanted, "seed \(seed), \(name)")
        if Array(found) != wanted { return }
      }
    }
  }

  /// Few accounts and users, each event in any pair of them, around the midnight that ends 1970-01-01.
  static func log(_ generator: inout WorldGenerator) -> AccountLog {
    var log = AccountLog(names: ["a", "b", "c", "d", "e"])
    var time: Int64 = 86_390
    for _ in 0..<generator.number(1...12) {
      time += Int64(generator.pick([0, 0, 1, 1, 2, 4]))
      log.events.append(
        AccountLog.Event(
          time: time * second, name: generator.pick(log.names),
          user: generator.pick(["", "p", "p", "q", "r"]),
          account: generator.pick(["", "x", "x", "y"]), country: generator.pick(["", "A", "B"]),
          plan: generator.pick(["", "(other)"]),
          amount: generator.pick([
            .absent, .zero, ExactDecimal(significand: 15, scale: 1),
            ExactDecimal(significand: 7, scale: 0),
          ])))
    }
    log.world.observedUntil = generator.chance(70) ? time * second : 86_398 * second
    return log
  }

  static func definition(_ generator: inout WorldGenerator, _ log: AccountLog)
    -> DoubleFunnelDefinition
  {
    func side() -> DoubleFunnelDefinition.Side {
      let count = generator.number(1...3)
      return DoubleFunnelDefinition.Side(
        steps: (0..<count).map { number in
          var names: Set<String> = [generator.pick(["a", "b", "c"])]
          if generator.chance(30) { names.insert(generator.pick(["a", "b", "c", "d"])) }
          return FunnelDefinition.Step(
            name: "s\(number)", event: .named(Set(names.map { LogText($0) })),
            optional: number > 0 && number < count - 1 && generator.chance(30))
        },
        within: generator.chance(60) ? Int64(generator.number(0...8)) * second : nil,
        amount: generator.chance(70) ? "amount" : nil)
    }
    var definition = DoubleFunnelDefinition(
      options: ReportOptions(name: "two"), business: side(), consumer: side(),
      everything: generator.pick([.any, .any, .named(["a", "b", "c", "d"])]))
    if generator.chance(40) { definition.interval = generator.pick([.day, .week, .days(2)]) }
    definition.options.breakdown = generator.pick([[], ["country"], ["plan", "country"]])
    if !definition.options.breakdown.isEmpty, generator.chance(40) {
      definition.options.top = generator.number(1...2)
    }
    if generator.chance(30) {
      let midnight = CalendarDate(year: 1970, month: 1, day: 2)
      definition.options.range =
        generator.chance(50) ? DateRange(from: midnight) : DateRange(until: midnight)
    }
    return definition
  }
}
