import EventLog
import Foundation
import TestSupport
import Testing

/// Where rejected rows stand, over many chunks: against a generator that knows where it put them.
@Suite struct RejectPositionTests {
  /// A row that was put into a file on purpose.
  private struct Bad: Equatable {
    var line: Int
    var byte: Int
    var reason: String
    var row: String
  }

  private struct Log {
    var content = Data()
    var line = 1
    var rows = 0
    var events = 0
    var blank = 0
    var bad: [Bad] = []
    /// By reason: lines of rejected rows behind their first, where each line counts.
    var swallowed: [String: Int] = [:]

    /// - Parameter row: without its line end; it may hold line breaks.
    /// - Parameter countsLines: A stray quote swallowed lines: each counts.
    mutating func append(
      _ row: String, reason: String? = nil, lineEnd: String = "\n", countsLines: Bool = false
    ) {
      if let reason {
        let shown = String(decoding: row.utf8.prefix(200), as: UTF8.self)
        bad.append(Bad(line: line, byte: content.count, reason: reason, row: shown))
      } else if row.isEmpty {
        blank += 1
      } else {
        events += 1
      }
      rows += 1
      if countsLines {
        let more = row.utf8.count { $0 == UInt8(ascii: "\n") }
        rows += more
        swallowed[reason ?? "", default: 0] += more
      }
      add(row, lineEnd)
    }

    mutating func add(_ row: String, _ lineEnd: String) {
      content += Data((row + lineEnd).utf8)
      line += row.utf8.count { $0 == UInt8(ascii: "\n") } + 1
    }
  }

  private func spec(_ format: String) -> String {
    """
    source: {format: \(format), user: user, event: event, time: time}
    reports:
      daily: {type: activity, interval: day}

    """
  }

  private func jsonLog(seed: UInt64, markFirst: Bool) -> Log {
    var random = SplitMix64(seed: seed)
    var log = Log()
    if markFirst { log.content = Data([0xef, 0xbb, 0xbf]) }
    while log.content.count < 1_300_000 {
      let lineEnd = random.next() % 3 == 0 ? "\r\n" : "\n"
      let filler = String(repeating: "é", count: Int(random.next() % 150))
      let good =
        #"{"user": "u\#(random.next() % 50)", "event": "a", "time": "2024-03-01", "x": "\#(filler)"}"#
      switch random.next() % 40 {
      case 0: log.append(String(good.dropLast()), reason: "malformed JSON", lineEnd: lineEnd)
      case 1: log.append("[1, \(good)]", reason: "not an object", lineEnd: lineEnd)
      case 2:
        log.append(
          #"{"user": null, "event": "a", "x": "\#(filler)"}"#, reason: "no user", lineEnd: lineEnd)
      case 3: log.append("", lineEnd: lineEnd)
      case 4:
        let long = String(repeating: "x", count: 2000 + Int(random.next() % 3000))
        log.append(long, reason: "line too long", lineEnd: lineEnd)
      default: log.append(good, lineEnd: lineEnd)
      }
    }
    log.append(#"{"user": "last", "event": "a", "time": "later"}"#, reason: "bad time", lineEnd: "")
    return log
  }

  private func csvLog(seed: UInt64) -> Log {
    var random = SplitMix64(seed: seed)
    var log = Log()
    log.append("")
    log.add("user,event,time,note", "\n")
    while log.content.count < 1_300_000 {
      let lineEnd = random.next() % 3 == 0 ? "\r\n" : "\n"
      let breaks = String(repeating: "x\n\r\n\"\"", count: Int(random.next() % 40))
      switch random.next() % 40 {
      case 0: log.append("u,a", reason: "wrong column count", lineEnd: lineEnd)
      case 1:
        log.append(
          "u,a,2024-03-01,\"\(breaks)\"x", reason: "malformed line", lineEnd: lineEnd,
          countsLines: true)
      case 2: log.append(",a,2024-03-01,\"\(breaks)\"", reason: "no user", lineEnd: lineEnd)
      case 3: log.append("", lineEnd: lineEnd)
      case 4:
        let long = String(repeating: "yyyyyyyy\n", count: 200 + Int(random.next() % 700))
        log.append(
          "u,a,2024-03-01,\"\(long)\"", reason: "line too long", lineEnd: lineEnd,
          countsLines: true)
      default: log.append("u\(random.next() % 50),a,2024-03-01,\"\(breaks)\"", lineEnd: lineEnd)
      }
    }
    log.append("u,a,2024-03-01,\"\n", reason: "unclosed quote", lineEnd: "")
    return log
  }

  private func check(
    _ log: Log, _ format: String, zipped: Bool, threads: Int, chunkBytes: Int,
    samplesMax: Int = 1000
  ) throws {
    let limits = ReadLimits(
      lineBytesMax: 1500, chunkBytes: chunkBytes, rejectSamplesMax: samplesMax)
    let outcome = try RunOutcome(
      spec: spec(format), files: ["log": zipped ? storedGzip(log.content) : log.content],
      threads: threads, limits: limits)
    #expect(outcome.mismatches.isEmpty)
    let input = try #require(outcome.inputs["log"])
    #expect(input["inflated_bytes"] as? Int == log.content.count)
    #expect(input["lines"] as? Int == log.rows)
    #expect(input["events"] as? Int == log.events)
    #expect(input["blank"] as? Int == log.blank)
    var counts = Dictionary(log.bad.map { ($0.reason, 1) }, uniquingKeysWith: +)
    counts.merge(log.swallowed, uniquingKeysWith: +)
    #expect(input["rejected_by_reason"] as? [String: Int] == counts)
    var kept: [String: Int] = [:]
    let expected = log.bad.filter { bad in
      kept[bad.reason, default: 0] += 1
      return kept[bad.reason]! <= samplesMax
    }
    let actual = outcome.rejects.map { reject in
      Bad(
        line: reject["line"] as? Int ?? 0, byte: reject["byte"] as? Int ?? -1,
        reason: reject["reason"] as? String ?? "", row: reject["row"] as? String ?? "")
    }
    #expect(actual.count == expected.count)
    let difference = zip(actual, expected).first { $0 != $1 }
    #expect(
      difference == nil,
      "\(format), \(threads) threads, chunks of \(chunkBytes): \(String(describing: difference))")
  }

  @Test func ofJSONLines() throws {
    for (seed, mark) in [(UInt64(1), false), (2, true)] {
      let log = jsonLog(seed: seed, markFirst: mark)
      try check(log, "jsonl", zipped: false, threads: 4, chunkBytes: 256 << 10)
      try check(log, "jsonl", zipped: true, threads: 2, chunkBytes: 4000)
    }
    let log = jsonLog(seed: 3, markFirst: false)
    try check(log, "jsonl", zipped: false, threads: 3, chunkBytes: 10_000, samplesMax: 7)
  }

  @Test func ofRowsWithLineBreaks() throws {
    let log = csvLog(seed: 4)
    try check(log, "csv", zipped: false, threads: 4, chunkBytes: 256 << 10)
    try check(log, "csv", zipped: true, threads: 2, chunkBytes: 4000)
    try check(csvLog(seed: 5), "csv", zipped: false, threads: 3, chunkBytes: 10_000, samplesMax: 7)
  }
}
