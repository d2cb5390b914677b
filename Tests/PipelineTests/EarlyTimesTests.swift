import EventLog
import Foundation
import TestSupport
import Testing

@testable import Pipeline

/// Times decades before the rest: put aside, counted and told; never what a report begins with.
@Suite struct EarlyTimesTests {
  private static let spec = """
    source: {format: jsonl, user: user, event: event, time: time}
    reports:
      daily: {type: activity, interval: day}
      users: {type: lifecycle, interval: month}

    """

  private static func row(_ user: Int, _ time: String) -> String {
    #"{"user": "u\#(user)", "event": "view", "time": "\#(time)"}"# + "\n"
  }

  private static func log(_ rows: Range<Int>) -> String {
    rows.map { row($0 % 97, "2026-01-0\(1 + $0 % 9)T10:00:00Z") }.joined()
  }

  @Test func anAgeBeforeTheLogs() throws {
    let plain = try RunOutcome(spec: Self.spec, files: ["b.jsonl": Data(Self.log(0..<5_000).utf8)])
    let early =
      Self.row(1, "1970-01-05") + Self.row(2_000, "0003-05-06") + Self.row(2, "1999-12-31")
    for threads in 1...2 {
      let found = try RunOutcome(
        spec: Self.spec,
        files: [
          "a.jsonl": Data((early + Self.log(0..<2_500)).utf8),
          "b.jsonl": Data(Self.log(2_500..<5_000).utf8),
        ],
        threads: threads)
      for name in ["daily.csv", "users.csv"] { #expect(found.tables[name] == plain.tables[name]) }
      #expect(
        (found.manifest["warnings"] as? [String] ?? []).contains { warning in
          warning.hasPrefix(
            "warning: 3 events before the logs, left out: the earliest is of 0003-05-06T00:00:00Z ("
          )
        })
      #expect(found.manifest["earliest_event"] as? String == "2026-01-01T10:00:00Z")
      #expect(found.inputs["a.jsonl"]?["used"] as? Int == 2_500)
      #expect(found.inputs["a.jsonl"]?["aside"] as? Int == 3)
      #expect(found.manifest["entities"] as? [String: Int] == ["user": 97])
    }
  }

  /// What is not next to nothing, or not an age away, are logs.
  @Test func nothingOfTheLogs() {
    func bound(_ times: [(year: Int64, events: Int)]) -> EarlyTimes {
      var spread = TimeSpread()
      for (year, events) in times {
        let time = (year - 1970) * 31_556_952_000_000
        spread.add([Int64](repeating: time, count: events), used: [])
      }
      return EarlyTimes(spread)
    }
    #expect(bound([]).bound == .min)
    #expect(bound([(2026, 1)]).bound == .min)
    #expect(bound([(1970, 1), (2026, 900)]).bound == .min)
    #expect(bound([(1970, 1), (2026, 1_000)]).events == 1)
    #expect(bound([(2017, 1), (2026, 5_000)]).bound == .min)
    #expect(bound([(2015, 1), (2026, 5_000)]).events == 1)
    #expect(bound([(1970, 100), (2026, 5_000)]).bound == .min)
    #expect(bound([(1, 1), (1970, 2), (1999, 1), (2026, 9_000)]).events == 4)
    #expect(bound([(1, 1), (1970, 20), (2026, 9_000)]).events == 1)
    #expect(bound([(2026, 9_000), (2060, 3)]).bound == .min)
  }

  /// Counting by chunks says what counting one by one says.
  @Test func spreadsAddUp() {
    for seed in 0..<UInt64(Thorough.cases(200)) {
      var random = SplitMix64(state: seed)
      let times = (0..<Int.random(in: 1...300, using: &random)).map { _ in
        Int64.random(in: -60_000_000_000_000_000...60_000_000_000_000_000, using: &random)
          >> (random.oneIn(2) ? 0 : 12)
      }
      let used = times.map { _ in UInt8.random(in: 0...1, using: &random) }
      var whole = TimeSpread()
      whole.add(times, used: used)
      var parts = TimeSpread()
      for (time, used) in zip(times, used) { parts.add([time], used: [used]) }
      #expect(whole == parts, "seed \(seed)")
      let bound = (times.randomElement(using: &random)! >> 43) << 43
      #expect(whole.before(bound).events == times.count { $0 < bound })
      #expect(whole.earliest(from: bound) == times.filter { $0 >= bound }.min())
    }
  }

  @Test func earliestIsGiven() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let log = folder.url.appendingPathComponent("log.jsonl")
    try Data((Self.row(1, "2025-12-31T23:59:59Z") + Self.row(1, "2026-01-01")).utf8).write(to: log)
    let specPath = folder.url.appendingPathComponent("spec.yaml")
    try Data(Self.spec.utf8).write(to: specPath)
    let analysis = try AnalysisRun(
      spec: try SpecFile.load(specPath.path).spec, inputs: [log.path],
      options: RunOptions(earliest: .instant(1_767_225_600_000_000))
    ).analyse()
    #expect(analysis.reconciliation.used == 1)
    #expect(
      analysis.reconciliation.rejectedByReason[Int(RejectReason.timeTooEarly.rawValue)] == 1)
  }

  /// Ids and values that are too long are absent; the row stays.
  @Test func longValues() throws {
    let long = String(repeating: "x", count: 1_001)
    let fits = String(repeating: "y", count: 1_000)
    let spec = """
      source:
        {format: jsonl, user: user, event: event, time: time, id: id, properties: {page: page}}
      reports:
        pages: {type: activity, interval: day, breakdown: page}

      """
    let rows = [
      (fits, "view", "1", fits), ("a", "view", "2", long), ("a", "view", long, "p"),
      (long, "view", "3", "p"), ("a", long, "4", "p"), ("a", "view", long, "p"),
    ].map { user, event, id, page in
      #"{"user": "\#(user)", "event": "\#(event)", "time": "2026-01-01", "id": "\#(id)", "#
        + #""page": "\#(page)"}"# + "\n"
    }
    let found = try RunOutcome(
      spec: spec, files: ["a.jsonl": Data(rows.joined().utf8)],
      limits: ReadLimits(valueBytesMax: 1_000))
    #expect(found.reconciliation["used"] == 4)
    let reasons = found.inputs["a.jsonl"]?["rejected_by_reason"] as? [String: Int]
    #expect(reasons == ["no user": 1, "no event": 1])
    #expect(found.inputs["a.jsonl"]?["too_long_values"] as? Int == 5)
    let pages = String(decoding: found.tables["pages.csv"] ?? Data(), as: UTF8.self)
    #expect(pages.split(separator: "\n").dropFirst().map { $0.split(separator: ",")[0] }.count == 3)
    #expect(
      (found.manifest["warnings"] as? [String] ?? []).contains { warning in
        warning.contains("longer than --max-value, which count as absent: 5; the first is at ")
          && warning.contains("a.jsonl:2")
      })
  }

  /// A thousand files full of rejects keep about as many samples as ten.
  @Test func samplesOfRejects() throws {
    #expect(ReadLimits.rejectSamplesMax(files: 0) == 1_000)
    #expect(ReadLimits.rejectSamplesMax(files: 10) == 1_000)
    #expect(ReadLimits.rejectSamplesMax(files: 1_000) == 10)
    #expect(ReadLimits.rejectSamplesMax(files: 1_000_000) == 1)
    var files: [String: Data] = [:]
    let bad = String(repeating: "x\n", count: 300)
    for number in 0..<100 {
      files["f\(number).jsonl"] = Data((Self.row(number, "2026-01-01") + bad).utf8)
    }
    let found = try RunOutcome(spec: Self.spec, files: files)
    #expect(found.rejects.count == 100 * 100)
    #expect(found.reconciliation["rejected"] == 100 * 300)
  }
}
