import EventLog
import Foundation
import Spec
import TestSupport
import Testing

@testable import Pipeline

/// Order never shows: the same events give the same bytes for any order and division of files, any
/// number of threads, any chunk size and any memory budget.
@Suite struct SameTablesTests {
  static let spec = """
    source:
      format: jsonl
      user: [userId, anonymousId]
      account: context.groupId
      event: event
      time: timestamp
      id: messageId
      passive: [visit]
      properties:
        country: context.country
        revenue: {path: properties.revenue, type: number}
    calendar: {time_zone: Europe/Berlin}
    events:
      paid: {event: purchase, where: {revenue: {gt: 1}}}
    reports:
      daily: {type: activity, interval: day}
      visits: {type: activity, event: visit, interval: day}
      by_country: {type: activity, interval: week, breakdown: country}
      accounts: {type: activity, entity: account, interval: month}
      weekly: {type: retention, interval: week, periods: 4, list: true}
      recurring: {type: retention, start: view, return: any, interval: day, periods: 3, cohort: recurring}
      checkout: {type: funnel, steps: [view, cart, paid], within: 2d, breakdown: country, list: true}
      accounts_checkout: {type: funnel, entity: account, steps: [view, cart, paid], within: 2d}
      revenue: {type: revenue, event: purchase, amount: revenue, interval: week}
      lifecycle: {type: lifecycle, interval: week, list: true}
      stickiness: {type: stickiness, interval: day}
    """

  /// Lines with everything in them: ties, duplicates, missing users, bad rows, blank lines.
  static func lines(_ count: Int, seed: UInt64) -> [String] {
    var random = SplitMix64(seed: seed)
    var lines: [String] = []
    for number in 0..<count {
      switch random.next() % 40 {
      case 0: lines.append("")
      case 1: lines.append(#"{"userId": "u1", "event": "#)
      case 2: lines.append(#"{"event":"view","timestamp":"2026-03-01T00:00:00Z"}"#)
      case 3: lines.append(#"{"userId":"u2","event":"view","timestamp":"yesterday"}"#)
      default:
        let day = 1 + random.next() % 28
        let hour = random.next() % 24
        let name = ["view", "cart", "purchase", "visit"][Int(random.next() % 4)]
        let user = random.next() % 23
        let country = ["DE", "FR", "", "ü\\u00e9"][Int(user % 4)]
        let revenue =
          name == "purchase" ? #","properties":{"revenue":\#(user).\#(number % 10)}"# : ""
        let id = random.next() % 10 == 0 ? "same" : "m\(number)"
        let group = user % 5 == 0 ? "" : "acc\(user % 7)"
        lines.append(
          #"{"userId":"u\#(user)","event":"\#(name)","messageId":"\#(id)","#
            + #""timestamp":"2026-03-\#(day < 10 ? "0" : "")\#(day)T\#(hour < 10 ? "0" : "")\#(hour):00:00Z","#
            + #""context":{"country":"\#(country)","groupId":"\#(group)"}\#(revenue)}"#)
      }
    }
    return lines
  }

  /// Every output file but `run.json` and the rejects, which name files, threads and times.
  static func tables(
    of files: [String: [String]], threads: Int = 2, memory: Int? = nil, chunkBytes: Int = 4096,
    memberBytes: Int? = nil
  ) throws -> [String: Data] {
    let folder = try TemporaryFolder()
    for (name, lines) in files {
      let text = lines.map { $0 + "\n" }.joined()
      let bytes = memberBytes.map { BlockGzip.compress(Array(text.utf8), memberBytes: $0) }
      try Data(bytes ?? Array(text.utf8)).write(to: folder.url.appendingPathComponent(name))
    }
    let specPath = folder.url.appendingPathComponent("spec.yaml").path
    try Data(spec.utf8).write(to: URL(fileURLWithPath: specPath))
    let out = folder.url.appendingPathComponent("out").path
    var limits = ReadLimits()
    limits.chunkBytes = chunkBytes
    let options = RunOptions(
      threads: threads, memoryBytesMax: memory, scratch: folder.url.path, limits: limits)
    _ = try PublishedRun(
      specFile: try SpecFile.load(specPath),
      inputs: files.keys.map { folder.url.appendingPathComponent($0).path }, out: out,
      options: options, control: RunControl()
    ).run()
    var tables: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: out)
    where name != "run.json" && name != "rejects.jsonl" {
      tables[name] = try Data(contentsOf: URL(fileURLWithPath: out + "/" + name))
    }
    return tables
  }

  static func deal(_ lines: [String], over count: Int, seed: UInt64) -> [String: [String]] {
    var random = SplitMix64(seed: seed)
    var files = [String: [String]]()
    for file in 0..<count { files["part-\(file).jsonl"] = [] }
    for line in lines { files["part-\(random.next() % UInt64(count)).jsonl"]!.append(line) }
    return files
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func tablesAreTheSameBytes(seed: UInt64) throws {
    // Equal ids are copies of one event only if they are equal in everything: which of two
    // different events with one id survives is decided by their content, not by their file.
    let lines = Self.lines(1500, seed: seed)
    let expected = try Self.tables(of: ["all.jsonl": lines], threads: 1)
    #expect(expected.count > 15)
    for threads in [1, 2, 8] {
      for files in [1, 3, 7] {
        let dealt = Self.deal(lines, over: files, seed: seed &+ UInt64(files))
        #expect(try Self.tables(of: dealt, threads: threads) == expected)
      }
    }
    let shuffled = Self.deal(lines.reversed(), over: 4, seed: seed)
    for memory in [0, 20_000, 1 << 20] {
      #expect(try Self.tables(of: shuffled, memory: memory) == expected, "memory \(memory)")
    }
    for chunkBytes in [1, 2, 3, 7, 64, 1000, 1 << 20] {
      #expect(
        try Self.tables(of: shuffled, threads: 3, chunkBytes: chunkBytes) == expected,
        "chunks of \(chunkBytes)")
    }
  }

  /// Members that carry their size are inflated by whoever is free.
  @Test func tablesAreTheSameBytesFromBlockGzip() throws {
    let lines = Self.lines(1500, seed: 4)
    let expected = try Self.tables(of: ["all.jsonl": lines], threads: 1)
    for threads in [1, 2, 3, 8] {
      for (files, memberBytes, chunkBytes) in [(1, 97, 64), (1, 1000, 4096), (3, 60_000, 1000)] {
        let dealt = Self.deal(lines, over: files, seed: UInt64(threads))
        #expect(
          try Self.tables(
            of: dealt, threads: threads, chunkBytes: chunkBytes, memberBytes: memberBytes)
            == expected,
          "\(threads) threads, \(files) files, members of \(memberBytes)")
      }
    }
  }

  /// Cut and damaged files have the same rows, the same damage and the same rejects.
  @Test func damageIsTheSameFromBlockGzip() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appendingPathComponent("log.gz").path
    let specPath = folder.url.appendingPathComponent("spec.yaml")
    try Data(Self.spec.utf8).write(to: specPath)
    let spec = try SpecFile.load(specPath.path).spec
    let text = Self.lines(300, seed: 6).map { $0 + "\n" }.joined()
    let file = BlockGzip.compress(Array(text.utf8), memberBytes: 700)
    var random = SplitMix64(seed: 6)
    for number in 0..<60 {
      var bytes = file
      let place = Int(random.next() % UInt64(file.count))
      if number % 2 == 0 { bytes.removeSubrange(place...) } else { bytes[place] ^= 4 }
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      func readings(threads: Int) throws -> [InputLedger] {
        var limits = ReadLimits(refusesOtherEncodings: false)
        limits.chunkBytes = 200
        return try AnalysisRun(
          spec: spec, inputs: [path],
          options: RunOptions(threads: threads, scratch: folder.url.path, limits: limits)
        ).analyse().files
      }
      let expected = try readings(threads: 1)[0]
      for threads in [2, 4] {
        let reading = try readings(threads: threads)[0]
        #expect(reading.source == expected.source, "file \(number), \(threads) threads")
        #expect(reading.tally == expected.tally, "file \(number), \(threads) threads")
        #expect(reading.judged == expected.judged, "file \(number), \(threads) threads")
      }
    }
  }
}
