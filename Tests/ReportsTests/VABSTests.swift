import EventLog
import Spec
import Testing

@testable import Reports
@testable import Values

struct VABSTests {
  static let report = """
    {type: vabs, start: lead, value: {event: report, within: 14d},
    application: {features: {import: load, share: share}, minimum_features: 2, minimum_users: 2,
    within: 30d}, benefit: {event: saving, amount: amount},
    service: {request: ticket, done: solved, within: 1d}, sign: signed,
    renew: {due: due, renewed: renewed, within: 7d}, targets: {value: 0.5, renew: 0.9}}
    """

  static let events: [ModelEvent] = [
    // Everything goes well; the contract is renewed three days early.
    .at(0, "lead", account: "a"), .at(10, "report", account: "a"),
    .at(11, "load", user: "u", account: "a"), .at(12, "share", user: "u", account: "a"),
    .at(13, "share", user: "v", account: "a"),
    .at(14, "saving", account: "a", amount: ExactDecimal(significand: 1, scale: 1)),
    .at(15, "saving", account: "a", amount: ExactDecimal(significand: 2, scale: 1)),
    .at(16, "ticket", account: "a"), .at(16.5, "solved", account: "a"),
    .at(20, "signed", account: "a"), .at(37, "renewed", account: "a"), .at(40, "due", account: "a"),

    // One feature only, helped once out of twice, signs without having met the value in time.
    .at(1, "lead", account: "b"), .at(15.5, "report", account: "b"),
    .at(3, "load", user: "u", account: "b"), .at(4, "load", user: "v", account: "b"),
    .at(5, "ticket", account: "b"), .at(6, "ticket", account: "b"), .at(6, "solved", account: "b"),
    .at(25, "signed", account: "b"), .at(45, "due", account: "b"),
    .at(52.5, "renewed", account: "b"),

    // Met the value and never signed.
    .at(2, "lead", account: "c"), .at(3, "report", account: "c"),
    .at(8, "share", user: "w", account: "c"), .at(9, "load", user: "w", account: "c"),

    // Never a lead.
    .at(3, "report", account: "d"), .at(4, "signed", account: "d"),
  ]

  @Test func everyStage() throws {
    let log = ModelLog(Self.report, Self.events, observedUntil: ModelEvent.at(58, "").time)
    let day = 86_400.0
    let rows = lines(try log.tables()["r"])
    // accounts base rate value median | signed with, rate, without, rate | renewed the same
    #expect(
      rows.filter { $0.hasPrefix("2026-01") } == [
        "2026-01-01 value 2 3 \(2.0 / 3) - - \(5.5 * day) 1 0.5 1 1.0 1 1.0 0 0.0 0.5 \(2.0 / 3 / 0.5) complete false",
        // c has two features and one user.
        "2026-01-01 application 1 3 \(1.0 / 3) - - \(13 * day) 1 1.0 1 0.5 1 1.0 0 0.0 - - complete false",
        "2026-01-01 benefit 1 3 \(1.0 / 3) 0.3 - \(14 * day) 1 1.0 1 0.5 1 1.0 0 0.0 - - complete false",
        // b's first ticket took the only answer, after a day to the instant; the second had none.
        "2026-01-01 service 1 2 0.5 - \(2.0 / 3) \(0.75 * day) 1 1.0 1 1.0 1 1.0 0 0.0 - - complete false",
        "2026-01-01 sign 2 3 \(2.0 / 3) - - \(22 * day) - - - - - - - - - - complete false",
        // b renewed half a day late.
        "2026-01-01 renew 1 2 0.5 - 0.5 \(-3 * day) - - - - - - - - 0.9 \(0.5 / 0.9) complete false",
      ])
    #expect(rows.count == 12)
    #expect(rows[6] == "2026-02-01 value 0 0 - - - - 0 - 0 - 0 - 0 - 0.5 - partial false")
  }

  /// On day 13 value is decided for nobody, and b's second ticket is not for another day.
  @Test func openWindowsCountNowhere() throws {
    let spec = """
      {type: vabs, start: lead, value: {event: report, within: 14d},
      service: {request: ticket, done: solved, within: 7d}, sign: signed}
      """
    let log = ModelLog(spec, Self.events, observedUntil: ModelEvent.at(12, "").time)
    #expect(
      lines(try log.tables()["r"]) == [
        "2026-01-01 value - 0 - - - - - - - - - - - - - - unobserved false",
        // b, whose first ticket was answered, and whose second may still be.
        "2026-01-01 service 1 1 1.0 - 1.0 86400.0 0 0.0 0 - - - - - - - partial false",
        "2026-01-01 sign 0 3 0.0 - - - - - - - - - - - - - partial false",
      ])
  }

  @Test func noEventsGiveNoRows() throws {
    #expect(try ModelLog(Self.report, [], observedUntil: .min).tables() == ["r": []])
  }

  /// Over all ways in which up to four requests and four answers can lie in eight instants: no
  /// assignment answers more requests.
  @Test func matchingAnswersAsManyAsCanBe() {
    func subsets(_ count: Int) -> [[Int64]] {
      (0..<256).filter { $0.nonzeroBitCount <= count }.map { bits in
        (0..<8).filter { bits >> $0 & 1 == 1 }.map(Int64.init)
      }
    }
    func best(_ requests: ArraySlice<Int64>, _ answers: [Int64], _ reach: ClosedRange<Int64>) -> Int
    {
      guard let request = requests.first else { return 0 }
      var found = best(requests.dropFirst(), answers, reach)
      for (index, answer) in answers.enumerated() where reach.contains(answer - request) {
        var rest = answers
        rest.remove(at: index)
        found = max(found, 1 + best(requests.dropFirst(), rest, reach))
      }
      return found
    }
    let exchange = VABSDefinition.Exchange(request: .any, answer: .any, within: 2)
    for (requests, answers) in subsets(3).flatMap({ left in subsets(3).map { (left, $0) } }) {
      let help = AnswerMatching.help(exchange).match(
        requests: requests, answers: answers, observedUntil: 7)
      let renewal = AnswerMatching.renewal(exchange).match(
        requests: requests, answers: answers, observedUntil: 7)
      if help.answered != best(requests[...], answers, 0...2)
        || renewal.answered != best(requests[...], answers, -2...2)
        || help.decided + help.open != requests.count
      {
        Issue.record("\(requests) answered by \(answers): \(help), \(renewal)")
      }
    }
  }

  @Test func tablesMatchTheReference() throws {
    var rows = 0
    for seed in 0..<ModelGenerator.rounds {
      var generator = ModelGenerator(seed: seed)
      var stages = VABSReference()
      let (options, country) = generator.options()
      let report = stages.report(&generator, options: options)
      let names = ["lead", "report", "load", "share", "saving", "ticket", "solved", "signed"]
      let log = generator.log(names, entity: .account, report: report)
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
