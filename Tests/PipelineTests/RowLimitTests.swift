import EventLog
import Foundation
import Pipeline
import TestSupport
import Testing

/// Values that multiply: refused before memory is taken for them, with the report, the cause and the
/// way out.
@Suite struct RowLimitTests {
  private static let memory = 64 << 20

  private func run(_ reports: String, log: [String], calendar: String = "{}") throws -> [String]? {
    let spec = """
      source:
        format: jsonl
        user: user
        event: event
        time: time
        properties: {page: page}
      calendar: \(calendar)
      reports:
      \(reports)

      """
    do {
      _ = try RunOutcome(
        spec: spec, files: ["log.jsonl": Data(log.joined().utf8)], memory: Self.memory)
      return nil
    } catch let failure as RunFailure {
      #expect(failure.kind == .badData)
      return failure.messages
    }
  }

  private func row(_ user: Int, _ time: String, _ page: Int) -> String {
    #"{"user": "u\#(user)", "event": "view", "time": "\#(time)", "page": "p\#(page)"}"# + "\n"
  }

  /// One event of 1970, and a hundred values of today.
  private var lateValues: [String] {
    [row(0, "1970-01-02", 0)]
      + (1...100).map { row($0, "2026-01-\($0 % 27 < 9 ? "0" : "")\($0 % 27 + 1)", $0) }
  }

  @Test(arguments: ["activity", "lifecycle"])
  func intervalsTimesValues(type: String) throws {
    let report = "  daily: {type: \(type), interval: day, breakdown: page}"
    #expect(
      try run(report, log: lateValues)
        == [
          "report daily: its tables would have \(101 * days) rows (101 values of page), more than the "
            + "131072 that --memory has room for; narrow its range with `from` and `until`, keep the "
            + "largest values with `top`, or give more --memory; nothing was published"
        ].map { $0.replacing("20501474", with: "\(1_001 * days)") })
    #expect(try run(report, log: lateValues, calendar: "{from: 2026-01-01}") == nil)
    let top = "  daily: {type: \(type), interval: day, breakdown: page, top: 1}"
    #expect(try run(top, log: lateValues) == nil)
  }

  /// From 1970-01-02 to 2026-01-27.
  private var days: Int { 20_480 }

  @Test func periodsTimesCohorts() throws {
    let log = (1...28).map { row($0, "2026-01-\($0 < 10 ? "0" : "")\($0)", 0) }
    let found = try run(
      "  back: {type: retention, interval: day, periods: 9999}", log: log)
    #expect(found?.first?.hasPrefix("report back: its tables would have 290029 rows, more") == true)
    #expect(try run("  back: {type: retention, interval: day, periods: 90}", log: log) == nil)
  }

  /// So many values that to count them takes more than there is.
  @Test func countsOfManyValues() throws {
    let log = (0..<60_000).map { row($0, "2026-01-01T00:00:00Z", $0) }
    let found = try run(
      """
        one: {type: activity, interval: day, breakdown: page}
        two: {type: retention, interval: day, breakdown: page, periods: 30}
      """, log: log)
    let message = try #require(found?.first)
    #expect(
      message.hasPrefix(
        "the counts of the reports take more than the 33554432 bytes that --memory has room for; a "
          + "part of report "), "\(message)")
    #expect(message.contains("break it down by something with fewer values than page"))
    #expect(try run("  one: {type: activity, interval: day}", log: log) == nil)
  }

  /// What no scratch file can take: names of events, and aliases. Links can.
  @Test func namesAndAliasesThatNothingCanSpill() throws {
    let long = String(repeating: "x", count: 60_000)
    func run(_ row: (Int) -> String, rows: Int) throws -> String? {
      let log = (0..<rows).map { "{\(row($0)), \"time\": \"2026-01-01\"}\n" }.joined()
      let spec = """
        source:
          format: jsonl
          user: user
          anonymous: device
          alias: {event: alias, from: former}
          event: event
          time: time
        identity: {}
        reports: {daily: {type: activity, interval: day}}

        """
      do {
        _ = try RunOutcome(
          spec: spec, files: ["log.jsonl": Data(log.utf8)], memory: 1 << 20)
        return nil
      } catch let failure as RunFailure {
        #expect(failure.kind == .badData && failure.messages.count == 1)
        return failure.messages.first
      }
    }
    let names: (Int) -> String = { #""user": "u", "event": "\#($0)\#(long)""# }
    #expect(try run(names, rows: 20) == nil)
    let tooManyNames = try #require(try run(names, rows: 250))
    #expect(tooManyNames.hasPrefix("the logs have more event names than --memory has room for"))
    let links: (Int) -> String = { #""user": "u\#($0)", "device": "\#($0)\#(long)", "event": "x""# }
    #expect(try run(links, rows: 300) == nil)
    let aliases: (Int) -> String = {
      #""user": "u\#($0)", "former": "\#($0)\#(long)", "event": "alias""#
    }
    #expect(try run(aliases, rows: 20) == nil)
    let tooManyAliases = try #require(try run(aliases, rows: 300))
    #expect(tooManyAliases.hasPrefix("ids that are another one's by `alias` take "))
    #expect(tooManyAliases.hasSuffix("or give more --memory; nothing was published"))
  }
}
