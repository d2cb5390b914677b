import EventLog
import Foundation
import Pipeline
import TestSupport
import Testing

/// Thousands of logs with bytes changed, dropped and doubled, through whole runs: none crashes, every
/// row is accounted for, and neither threads nor chunks show.
@Suite struct MutationTests {
  private static let source = """
      user: user
      account: org
      event: event
      time: {path: time, format: auto}
      id: id
      properties:
        country: country
        amount: {path: amount, type: number}
    reports:
      daily: {type: activity, interval: day, breakdown: country, from: 2024-01-01}
      weekly: {type: retention, interval: week, periods: 2, from: 2024-01-01, list: true}
      steps: {type: funnel, steps: [view, cart, buy], within: 7d, entity: account, list: true}
      money: {type: revenue, event: buy, amount: amount, interval: month, from: 2024-01-01}
      cycle: {type: lifecycle, interval: day, from: 2024-01-01, list: true}

    """

  private static func spec(_ format: String) -> String { "source:\n  format: \(format)\n" + source }

  private static let times = [
    "\"2024-03-01T10:00:00Z\"", "1709287200", "1709373600123", "\"2024-03-09 08:00:00+08:00\"",
  ]

  private static func jsonRow(_ random: inout SplitMix64) -> String {
    let time = times[Int(random.next() % 4)]
    let event = ["view", "cart", "buy", "v\\u0069ew"][Int(random.next() % 4)]
    return
      #"{"user": "u\#(random.next() % 4)", "org": \#(random.next() % 3), "event": "\#(event)", "#
      + #""time": \#(time), "id": "\#(random.next() % 9)", "country": "D\u00c9", "#
      + #""amount": \#(random.next() % 100).\#(random.next() % 100), "x": [1, {"y": "\ud83d"}]}"#
  }

  private static func csvRow(_ random: inout SplitMix64) -> String {
    let time = times[Int(random.next() % 4)].filter { $0 != "\"" }
    let event = ["view", "cart", "\"buy\"", "\"vi\"\"ew\""][Int(random.next() % 4)]
    return "u\(random.next() % 4),\(random.next() % 3),\(event),\(time),\(random.next() % 9),"
      + "\"D\n,E\",\(random.next() % 100).\(random.next() % 100)"
  }

  /// 2024-04-01, in microseconds since 1970: many changes of a time make it a later one.
  private static let timeMax: Int64 = 1_711_929_600_000_000

  /// Bytes that mean something to some layer.
  private static let loud: [UInt8] =
    Array("{}[]\",:\\\n\r\t 0123456789.eE+-untfé".utf8) + [0, 0xff, 0x1f, 0x8b]

  private static func mutate(
    _ content: Data, from start: Int, _ random: inout SplitMix64
  ) -> Data {
    var bytes = [UInt8](content)
    for _ in 0..<1 + random.next() % 3 where bytes.count > start {
      let place = start + Int(random.next() % UInt64(bytes.count - start))
      let end = min(bytes.count, place + 1 + Int(random.next() % 12))
      switch random.next() % 7 {
      case 0: bytes[place] ^= 1 << UInt8(random.next() % 8)
      case 1: bytes[place] = loud[Int(random.next() % UInt64(loud.count))]
      case 2: bytes.insert(loud[Int(random.next() % UInt64(loud.count))], at: place)
      case 3: bytes.removeSubrange(place..<end)
      case 4: bytes.insert(contentsOf: bytes[place..<end], at: place)
      case 5: bytes.removeSubrange(place...)
      default: bytes.append(contentsOf: bytes[start..<place])
      }
    }
    return Data(bytes)
  }

  private enum Kind: CaseIterable { case json, csv, zipped }

  private static func files(_ kind: Kind, _ count: Int, _ random: inout SplitMix64) -> [String:
    Data]
  {
    let header = "user,org,event,time,id,country,amount\n"
    var files: [String: Data] = [:]
    for number in 0..<count {
      let rows = (0..<3 + random.next() % 4).map { _ in
        (kind == .csv ? csvRow(&random) : jsonRow(&random)) + "\n"
      }.joined()
      // A file without its header cannot be read at all, which is another test.
      var content = Data(((kind == .csv ? header : "") + rows).utf8)
      if kind == .zipped {
        content = storedGzip(content)
        if random.next() % 3 == 0 { content += storedGzip(content) }
      }
      files["log-\(1000 + number)"] = mutate(
        content, from: kind == .csv ? header.utf8.count : 0, &random)
    }
    return files
  }

  @Test func everyRowIsAccountedFor() throws {
    for seed in UInt64(1)...6 {
      var random = SplitMix64(seed: seed)
      let kind = Kind.allCases[Int(seed % 3)]
      let files = Self.files(kind, 500, &random)
      let spec = Self.spec(kind == .csv ? "csv" : "jsonl")
      let outcome = try RunOutcome(
        spec: spec, files: files, threads: 1,
        limits: ReadLimits(timeMax: Self.timeMax, refusesOtherEncodings: false))
      #expect(outcome.mismatches.isEmpty, "seed \(seed)")
      // What has the same bytes as another is not read again.
      let empty = files.values.count(where: \.isEmpty)
      let distinct = Set(files.values.filter { !$0.isEmpty }).count
      #expect(outcome.inputs.count == empty + distinct, "seed \(seed)")
      if kind == .json {
        for (name, content) in files {
          guard let input = outcome.inputs[name] else { continue }
          // Values that are laid out otherwise, and several on a line, are more rows than lines.
          let lines = try #require(input["lines"] as? Int)
          let isReadAsJSON = input["read_as_json"] as? Bool ?? false
          #expect(isReadAsJSON || lines >= Self.lineCount(content), "seed \(seed), \(name)")
        }
      }
      let other = try RunOutcome(
        spec: spec, files: files, threads: 3, memory: 0,
        limits: ReadLimits(
          chunkBytes: 40, timeMax: Self.timeMax, refusesOtherEncodings: false))
      #expect(other.mismatches.isEmpty, "seed \(seed)")
      #expect(other.tables == outcome.tables, "seed \(seed)")
      #expect(other.reconciliation == outcome.reconciliation, "seed \(seed)")
      #expect(other.rejects.count == outcome.rejects.count, "seed \(seed)")
    }
  }

  /// Lines of a plain text; one that seems to be gzip by chance, or nothing but a mark, is not asked.
  private static func lineCount(_ content: Data) -> Int {
    var bytes = [UInt8](content)
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { bytes.removeFirst(3) }
    let ends = bytes.count { $0 == UInt8(ascii: "\n") }
    return ends + (bytes.isEmpty || bytes.last == UInt8(ascii: "\n") ? 0 : 1)
  }

  /// A header may become unreadable: then the run says so, and nothing is published.
  @Test func headersAreReadOrRefused() throws {
    var random = SplitMix64(seed: 19)
    let row = Self.csvRow(&random) + "\n"
    let header = Data("user,org,event,time,id,country,amount\n".utf8)
    let folder = try TemporaryFolder(inMemory: true)
    let log = folder.url.appendingPathComponent("log")
    let specPath = folder.url.appendingPathComponent("spec.yaml")
    try Data(Self.spec("csv").utf8).write(to: specPath)
    let spec = try SpecFile.load(specPath.path).spec
    let limits = ReadLimits(timeMax: Self.timeMax)
    var refused = 0
    for _ in 0..<500 {
      let content = Self.mutate(header, from: 0, &random) + Data((row + row).utf8)
      try content.write(to: log)
      do throws(RunFailure) {
        let sums = try AnalysisRun(
          spec: spec, inputs: [log.path], options: RunOptions(limits: limits)
        ).analyse().reconciliation
        #expect(
          sums.rows == sums.used + sums.outside + sums.duplicates + sums.rejected + sums.blank)
      } catch {
        #expect(error.kind == .noInput, "\(error)")
        refused += 1
      }
    }
    #expect(refused > 100 && refused < 500)
  }
}
