import EventLog
import Foundation
import TestSupport
import Testing

/// What a row is does not depend on what is asked of it: reports are added and taken away, in any
/// order, and rows come in any files; the tables of each report and the verdicts on rows stay.
@Suite struct SameVerdictTests {
  private static let source = """
    source:
      user: user
      account: org
      event: event
      time: time
      id: id
      passive: [identify]
      properties: {plan: plan, amount: {path: amount, type: number}}

    """

  private static let reports = [
    "daily: {type: activity, interval: day}",
    "orgs: {type: activity, entity: account, interval: day, breakdown: plan}",
    "paid: {type: activity, interval: day, event: {event: buy, where: {amount: {gt: 5}}}}",
    "cheap: {type: revenue, event: {event: buy, where: {plan: free}}, amount: amount, interval: day}",
    "views: {type: activity, interval: day, event: view}",
    "told: {type: activity, interval: day, event: identify}",
    "back: {type: retention, interval: day, periods: 3, list: true}",
    "steps: {type: funnel, steps: [view, {event: buy, where: {plan: pro}}], within: 2d, list: true}",
    "strict: {type: funnel, steps: [view, buy], within: 2d, order: strict}",
    "teams: {type: funnel, entity: account, steps: [view, buy], within: 2d, list: true}",
    "cycle: {type: lifecycle, interval: day, list: true}",
  ]

  /// No two rows are at one instant, so that their order is known.
  private static func rows(_ random: inout SplitMix64) -> [String] {
    var rows: [String] = []
    for number in 0..<250 {
      let user = ["null", #""u\#(random.next() % 7)""#, #""u\#(random.next() % 7)""#]
      let org = ["null", #""o\#(random.next() % 3)""#]
      let name = ["view", "buy", "identify", "buy"][Int(random.next() % 4)]
      let day = 1 + random.next() % 8
      let seconds = String(10_000_000 + number).suffix(3)
      // Few ids, which events of other names have, too.
      let row =
        #"{"user":\#(user[Int(random.next() % 3)]),"org":\#(org[Int(random.next() % 2)]),"event":"\#(name)","#
        + #""time":"2024-03-0\#(day)T10:00:00.\#(seconds)Z","id":"\#(random.next() % 30)","#
        + #""plan":"\#(["free", "pro"][Int(random.next() % 2)])","amount":\#(random.next() % 10)}"#
      rows.append(row)
      if random.oneIn(6) { rows.append(row) }
      if random.oneIn(20) { rows.append(["", "{", #"{"event":"view"}"#][Int(random.next() % 3)]) }
    }
    return rows
  }

  @Test func reportsComeAndGo() throws {
    for seed in 1...UInt64(Thorough.cases(30)) {
      var random = SplitMix64(seed: seed)
      let rows = Self.rows(&random)
      func run(_ reports: [String], files count: Int) throws -> RunOutcome {
        var files: [String: Data] = [:]
        for row in rows.shuffled(using: &random) {
          files["log-\(random.next() % UInt64(count))", default: Data()].append(
            Data((row + "\n").utf8))
        }
        let spec =
          Self.source + "reports:\n" + reports.map { "  \($0)\n" }.joined()
        return try RunOutcome(spec: spec, files: files)
      }
      func ids(_ outcome: RunOutcome) -> [Int] {
        let sums = outcome.reconciliation
        return [
          sums["lines"] ?? -1, sums["rejected"] ?? -1, sums["blank"] ?? -1,
          (sums["used"] ?? 0) + (sums["outside"] ?? 0) + (sums["duplicates"] ?? 0),
        ]
      }
      let whole = try run(Self.reports, files: 1)
      #expect(whole.mismatches.isEmpty)
      let reasons = whole.manifest["reconciliation"] as? [String: Any]
      for round in 0..<6 {
        let count = round == 0 ? 1 : Int(1 + random.next() % 5)
        let some = Array(Self.reports.shuffled(using: &random).prefix(count))
        let outcome = try run(some, files: 1 + round % 3)
        #expect(outcome.mismatches.isEmpty)
        #expect(ids(outcome) == ids(whole), "seed \(seed): \(some)")
        let others = outcome.manifest["reconciliation"] as? [String: Any]
        #expect(
          others?["rejected_by_reason"] as? [String: Int]
            == reasons?["rejected_by_reason"] as? [String: Int])
        for (name, table) in outcome.tables where name != "datapackage.json" {
          let same = whole.tables[name] == table
          #expect(same, "seed \(seed): \(name) of \(some)")
        }
      }
    }
  }

  /// Of copies the first counts, then conditions: an event of another name is no copy.
  @Test func theFirstIsChosenBeforeConditions() throws {
    let rows = """
      {"user":"a","event":"buy","time":"2024-03-01T10:00:00Z","id":"1","plan":"free","amount":1}
      {"user":"a","event":"buy","time":"2024-03-01T10:00:01Z","id":"1","plan":"pro","amount":9}
      {"user":"a","event":"view","time":"2024-03-01T09:00:00Z","id":"1","plan":"pro"}
      {"user":"b","event":"buy","time":"2024-03-01T10:00:02Z","id":"1","plan":"pro","amount":9}
      {"org":"o","event":"view","time":"2024-03-01T10:00:03Z","id":"2"}
      {"event":"view","time":"2024-03-01T10:00:04Z","id":"3"}
      {"user":"c","event":"identify","time":"2024-03-01T10:00:05Z","id":"4"}
      """
    let outcome = try RunOutcome(
      spec: Self.source + """
        reports:
          paid: {type: activity, interval: day, event: {event: buy, where: {plan: pro}}}
          all: {type: activity, interval: day}

        """, files: ["log": Data(rows.utf8)])
    func column(_ table: String) -> [Substring] {
      String(decoding: outcome.tables[table] ?? Data(), as: UTF8.self).split(separator: "\n")
        .dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false)[1] }
    }
    #expect(column("paid.csv") == ["1"])
    #expect(column("all.csv") == ["3"])
    #expect(outcome.reconciliation["rejected"] == 1)
    #expect(outcome.reconciliation["duplicates"] == 1)
    #expect(outcome.mismatches.isEmpty)
  }
}
