import Foundation
import Reports
import Spec
import Testing
import Timelines

/// Rows that say who somebody is are no activity of anybody.
@Suite struct PassiveRowTests {
  /// Of Segment's calls: a views and buys; b is only identified; c comes back only by being identified;
  /// between a's steps stands a group call.
  private static let calls = [
    ("track", "view", "a", "2024-03-04T10:00:00Z"), ("identify", "", "a", "2024-03-04T10:00:01Z"),
    ("identify", "", "b", "2024-03-04T11:00:00Z"), ("track", "view", "c", "2024-03-04T12:00:00Z"),
    ("group", "", "a", "2024-03-04T12:30:00Z"), ("track", "buy", "a", "2024-03-04T13:00:00Z"),
    ("identify", "", "c", "2024-03-05T10:00:00Z"), ("alias", "", "a", "2024-03-05T11:00:00Z"),
    ("track", "view", "a", "2024-03-06T10:00:00Z"),
  ]

  private static let lines = calls.enumerated().map { number, call in
    let event = call.1.isEmpty ? "" : #""event":"\#(call.1)","#
    return #"{"type":"\#(call.0)",\#(event)"userId":"\#(call.2)","timestamp":"\#(call.3)","#
      + #""messageId":"m\#(number)","context":{"groupId":"g"}}"#
  }

  private static func spec(_ source: String) -> String {
    """
    source: \(source)
    reports:
      active: {type: activity, interval: day}
      told: {type: activity, event: identify, interval: day}
      both: {type: activity, event: [any, identify], interval: day}
      some: {type: activity, event: {any: [{where: {group: g}}, alias]}, interval: day}
      steps: {type: funnel, steps: [view, buy], within: 2d, order: strict}
      back: {type: retention, start: view, return: any, interval: day, periods: 2}
      teams: {type: activity, entity: account, interval: day}

    """
  }

  /// The column of a table, row by row.
  private func column(_ name: String, _ table: Data?) -> [String] {
    let lines = String(decoding: table ?? Data(), as: UTF8.self).split(separator: "\n")
      .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    guard let place = lines.first?.firstIndex(of: name) else { return ["no column \(name)"] }
    return lines.dropFirst().map { $0[place] }
  }

  @Test func segment() throws {
    let properties = "properties: {group: context.groupId}"
    let passive = try RunOutcome(
      spec: Self.spec("{preset: segment, \(properties)}"),
      files: ["log": Data(Self.lines.joined(separator: "\n").utf8)])
    let counted = try RunOutcome(
      spec: Self.spec("{preset: segment, passive: [], \(properties)}"),
      files: ["log": Data(Self.lines.joined(separator: "\n").utf8)])
    // Days 4, 5, 6.
    #expect(column("active", passive.tables["active.csv"]) == ["2", "0", "1"])
    #expect(column("active", counted.tables["active.csv"]) == ["3", "2", "1"])
    for outcome in [passive, counted] {
      #expect(column("active", outcome.tables["told.csv"]) == ["2", "1", "0"])
      #expect(outcome.mismatches.isEmpty)
    }
    #expect(column("active", passive.tables["both.csv"]) == ["3", "1", "1"])
    // An alias by its name, whatever else is asked for.
    #expect(column("active", passive.tables["some.csv"]) == ["2", "1", "1"])
    #expect(column("reached", passive.tables["steps.csv"]) == ["2", "1"])
    #expect(column("reached", counted.tables["steps.csv"]) == ["2", "0"])
    #expect(column("active", passive.tables["teams.csv"]) == ["1", "0", "1"])
    #expect(column("active", counted.tables["teams.csv"]) == ["1", "1", "1"])
    // a and c began on the 4th; a came back on the 6th, c only told who it is.
    #expect(passive.tables["back.csv"] != counted.tables["back.csv"])
    // The group call.
    #expect(passive.reconciliation["outside"] == 1 && counted.reconciliation["outside"] == 0)
  }

  /// All rows of a source.
  @Test func all() throws {
    let log = """
      id,Customer ID,Amount,Created date (UTC),Currency,Status
      ch_1,cus_1,"1,200.50",2024-03-04 10:00:00,usd,Paid
      ch_2,cus_2,20.00,2024-03-05 10:00:00,usd,Paid
      """
    let outcome = try RunOutcome(
      spec: """
        source: {preset: stripe}
        reports:
          active: {type: activity, interval: day}
          paying: {type: activity, event: payment, interval: day}

        """, files: ["log": Data(log.utf8)])
    // No day has an event.
    #expect(column("active", outcome.tables["active.csv"]) == [])
    #expect(column("active", outcome.tables["paying.csv"]) == ["1", "1"])
  }

  @Test func declared() throws {
    func passive(_ source: String) throws -> PassiveNames {
      try AnalysisSpec.parse(
        yaml: "source: \(source)\nreports: {r: {type: activity}}"
      ).source.passive
    }
    let fields = "user: u, event: e, time: t"
    #expect(try passive("{\(fields)}") == PassiveNames([]))
    #expect(try passive("{\(fields), passive: login}") == PassiveNames(["login"]))
    #expect(try passive("{\(fields), passive: all}") == .all)
    #expect(try passive("{\(fields), passive: [all]}") == PassiveNames(["all"]))
    #expect(try passive("{preset: segment, passive: null}") == PassiveNames([]))
    #expect(try passive("{preset: stripe, passive: []}") == PassiveNames([]))
    #expect(throws: SpecErrors.self) { try passive("{\(fields), passive: {a: b}}") }
  }
}
