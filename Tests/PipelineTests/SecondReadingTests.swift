import Foundation
import TestSupport
import Testing

@testable import Pipeline

/// What an independent model found on a third look at the definitions, each by hand.
@Suite struct SecondReadingTests {
  private static let source = """
    source: {format: jsonl, user: u, account: o, event: e, time: t, properties: {amount: {path: a, type: number, currency: {path: c}}, from: f, to: g, plan: p}}

    """

  private static func rows(
    _ spec: String, _ log: [String], _ file: String, _ columns: [String]
  ) throws -> [String] {
    let outcome = try RunOutcome(
      spec: source + spec, files: ["log.jsonl": Data(log.joined(separator: "\n").utf8)])
    let lines = String(decoding: outcome.tables[file] ?? Data(), as: UTF8.self)
      .split(separator: "\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
    let places = columns.map { lines[0].firstIndex(of: $0)! }
    return lines.dropFirst().map { row in places.map { row[$0] }.joined(separator: " ") }
  }

  private static func event(_ name: String, _ day: String, _ more: String = "") -> String {
    #"{"u":"u","o":"acme","e":"\#(name)","t":"2026-\#(day)T00:00:00Z"\#(more)}"#
  }

  /// A notice that comes before the contract it ends.
  @Test func cancellationBeforeTheFirstStart() throws {
    let levels = try Self.rows(
      """
      reports:
        r: {type: recurring, start: {event: sign, amount: amount}, cancel: {event: notice, effective: to}}
      """,
      [
        Self.event("notice", "02-05", #","g":"2026-05-04""#),
        Self.event("sign", "03-01", #","a":50,"c":"EUR""#), Self.event("view", "06-10"),
      ], "r.csv", ["interval", "end_mrr"])
    #expect(
      levels == ["2026-03-01 50", "2026-04-01 50", "2026-05-01 0", "2026-06-01 0"])
  }

  /// Of one instant, the change's term is what the level ends with.
  @Test func changeWithATermBesideAStartWithout() throws {
    let levels = try Self.rows(
      """
      reports:
        r:
          type: recurring
          start: {event: sign, amount: amount}
          change: {event: change, amount: amount}
          term: {from: from, to: to}
      """,
      [
        Self.event("sign", "01-20", #","a":1,"c":"EUR""#),
        Self.event("change", "01-20", #","a":75,"c":"EUR","f":"2026-01-20","g":"2026-04-19""#),
        Self.event("view", "06-10"),
      ], "r.csv", ["interval", "end_mrr"])
    #expect(
      levels == [
        "2026-01-01 25", "2026-02-01 25", "2026-03-01 25", "2026-04-01 0", "2026-05-01 0",
        "2026-06-01 0",
      ])
  }

  /// In any order, of two steps that are one event the earlier is the first.
  @Test func repeatedStepsInAnyOrder() throws {
    let times = try Self.rows(
      "reports: {f: {type: funnel, steps: [A, A, B], order: any}}",
      [Self.event("A", "01-05"), Self.event("A", "01-06")], "f.csv",
      ["step", "reached", "mean_seconds"])
    #expect(times == ["1 1 ", "2 1 86400", "3 0 "])
  }

  /// Where observation is told to begin, nothing before counts.
  @Test func observationBegins() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let log = [
      #"{"u":"old","e":"view","t":"2025-11-20T00:00:00Z"}"#,
      #"{"u":"new","e":"view","t":"2026-01-01T12:00:00Z"}"#,
      #"{"u":"new","e":"view","t":"2026-01-02T12:00:00Z"}"#,
    ]
    let files = [
      "log.jsonl": log.joined(separator: "\n"),
      "spec.yaml": """
      source: {format: jsonl, user: u, event: e, time: t}
      reports: {daily: {type: activity}}
      """,
    ]
    for (name, text) in files {
      try Data(text.utf8).write(to: folder.url.appendingPathComponent(name))
    }
    func path(_ name: String) -> String { folder.url.appendingPathComponent(name).path }
    _ = try PublishedRun(
      specFile: try SpecFile.load(path("spec.yaml")), inputs: [path("log.jsonl")],
      out: path("out"),
      options: RunOptions(
        scratch: folder.url.path,
        observedFrom: ObservationEnd("2026-01-01", relativeTo: .instant(0))),
      control: RunControl()
    ).run()
    let table = try String(contentsOfFile: path("out") + "/daily.csv", encoding: .utf8)
    #expect(
      table.split(separator: "\n").dropFirst().map {
        $0.split(separator: ",").prefix(4).joined(separator: " ")
      } == ["2026-01-01 1 1 1", "2026-01-02 1 1 0"])
  }

  /// People of an account stand once, whatever it pays in.
  @Test func peopleHaveNoCurrency() throws {
    let people = try Self.rows(
      "reports: {a: {type: accounts, people: true, revenue: {event: pay, amount: amount}}}",
      [
        Self.event("pay", "01-05", #","a":1,"c":"EUR""#),
        Self.event("pay", "01-06", #","a":2,"c":"USD""#),
      ], "a.people.csv", ["account", "user", "events"])
    #expect(people == ["acme u 2"])
  }
}
