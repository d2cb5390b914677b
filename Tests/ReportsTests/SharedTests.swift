import EventLog
import Foundation
import Spec
import TestSupport
import Testing

@testable import Reports
@testable import Values

struct DurationStatisticsTests {
  @Test func quantilesLieBetweenNeighbours() {
    var statistics = DurationStatistics()
    #expect(statistics.medianSeconds == nil && statistics.meanSeconds == nil)
    for seconds in [4, 1, 3, 2] { statistics.add(Int64(seconds) * 1_000_000) }
    #expect(statistics.medianSeconds == 2.5)
    #expect(statistics.meanSeconds == 2.5)
    // Position 2.7 of 0...3.
    #expect(abs(statistics.p90Seconds! - 3.7) < 1e-12)
    statistics.add(100_000_000)
    #expect(statistics.medianSeconds == 3)
    #expect(statistics.quantileSeconds(0, of: 1) == 1)
    #expect(statistics.quantileSeconds(1, of: 1) == 100)
  }

  @Test func agreesWithSortingEverything() {
    for seed in 0..<200 as Range<UInt64> {
      var random = SplitMix64(state: seed)
      let count = Int.random(in: 1...4000, using: &random)
      let most = Int64.random(in: 1...1_000_000_000, using: &random) / (seed % 2 == 0 ? 1 : 1000)
      var parts = Array(repeating: DurationStatistics(), count: 3)
      let values = (0..<count).map { _ in Int64.random(in: 0...most + 1, using: &random) }
      for value in values { parts[Int.random(in: 0..<3, using: &random)].add(value) }
      var merged = DurationStatistics()
      for part in parts.shuffled(using: &random) { merged.add(part) }
      let sorted = values.sorted()
      for (numerator, denominator) in [(1, 2), (9, 10), (1, 4), (0, 1), (1, 1)] {
        let position = (count - 1) * numerator
        let low = sorted[position / denominator]
        let high = sorted[min(position / denominator + 1, count - 1)]
        let part = Double(position % denominator) / Double(denominator)
        let expected = (Double(low) + Double(high - low) * part) / 1_000_000
        let actual = merged.quantileSeconds(numerator, of: denominator)!
        #expect(abs(actual - expected) <= 1e-9 * max(1, expected), "seed \(seed)")
      }
      let mean = Double(values.reduce(0, +)) / Double(count) / 1_000_000
      #expect(merged.count == count && abs(merged.meanSeconds! - mean) <= 1e-9 * mean)
    }
  }
}

struct DurationRunTests {
  private static func read(_ run: DurationRun) -> [Int64: Int] {
    var cursor = DurationRun.Cursor(run)
    var (found, last): ([Int64: Int], Int64?) = ([:], nil)
    while let (value, times) = cursor.next() {
      #expect(last.map { $0 < value } ?? true)
      (found[value], last) = (times, value)
    }
    #expect(found.count == run.count)
    return found
  }

  /// Whole seconds, milliseconds or microseconds, few values or many, from either side of zero.
  @Test func keepsEachDurationWithItsCount() {
    for seed in 0..<300 as Range<UInt64> {
      var random = SplitMix64(state: seed)
      let runs = (0..<Int.random(in: 1...3, using: &random)).map { _ in
        let unit = [1, 1000, 1_000_000].randomElement(using: &random)! as Int64
        let span = [3, 1000, 1 << 40].randomElement(using: &random)! as Int64
        return (0..<Int.random(in: 0...200, using: &random)).map { _ in
          Int64.random(in: -span / 4...span, using: &random) * unit
        }
      }
      var expected: [Int64: Int] = [:]
      for value in runs.joined() { expected[value, default: 0] += 1 }
      let sorted = runs.map { DurationRun($0.sorted()) }
      let merged = sorted.reduce(DurationRun()) { DurationRun($0, $1) }
      #expect(Self.read(merged) == expected, "seed \(seed)")
    }
  }

  /// Of runs that were settled or were not, in whichever units: the quantiles are the same.
  @Test func settlingChangesNothing() {
    for seed in 0..<40 as Range<UInt64> {
      var random = SplitMix64(state: seed)
      let unit = [1, 1000, 1_000_000].randomElement(using: &random)! as Int64
      var statistics = DurationStatistics()
      for _ in 0..<Int.random(in: 0...9000, using: &random) {
        let isOdd = Int.random(in: 0..<3000, using: &random) == 0
        statistics.add(Int64.random(in: -10...5000, using: &random) * (isOdd ? 1 : unit))
      }
      var settled = statistics
      settled.settle()
      #expect(settled.count == statistics.count && settled.meanSeconds == statistics.meanSeconds)
      for percent in [0, 10, 50, 90, 100] {
        #expect(
          settled.quantileSeconds(percent, of: 100) == statistics.quantileSeconds(percent, of: 100))
      }
      #expect(Self.read(settled.sorted) == Self.read(statistics.sorted), "seed \(seed)")
    }
  }

  /// Different times of up to a week: few bytes each.
  @Test func takesLittle() {
    var random = SplitMix64(state: 1)
    var statistics = DurationStatistics()
    for _ in 0..<200_000 {
      statistics.add(Int64.random(in: 0..<7 * 86_400_000, using: &random) * 1000)
    }
    #expect(statistics.sorted.count > 199_000)
    #expect(statistics.heapBytes < 4 * 200_000)
  }
}

struct IntervalSeriesTests {
  struct Count: FieldwiseState, Equatable {
    var value = 0

    static func visit(_ fields: inout some FieldVisitor<Self>) { fields.visit(\.value) }
  }

  @Test func growsAtBothEndsAndAddsUp() {
    var random = SplitMix64(state: 7)
    for _ in 0..<300 {
      var expected: [Int: Int] = [:]
      var series = [IntervalSeries<Count>(), IntervalSeries<Count>()]
      for _ in 0..<30 {
        let index = Int.random(in: -40...40, using: &random)
        series[Int.random(in: 0...1, using: &random)][index].value += 1
        expected[index, default: 0] += 1
      }
      series[0].add(series[1])
      for index in -100...100 { #expect(series[0][index].value == expected[index] ?? 0) }
    }
  }

  /// Clusters, ages apart, met in any order: the same cells, and room for little more than them.
  @Test func cellsFarApartCostThemselves() {
    for seed in 0..<UInt64(Thorough.cases(200)) {
      var random = SplitMix64(state: seed)
      var expected: [Int: Int] = [:]
      var series = [IntervalSeries<Count>(), IntervalSeries<Count>()]
      let clusters = (0..<Int.random(in: 1...5, using: &random)).map { _ in
        Int.random(in: -200_000...200_000, using: &random)
      }
      for _ in 0..<400 {
        let spread = Int.random(in: 0..<4, using: &random) == 0 ? 3_000 : 20
        let index =
          clusters.randomElement(using: &random)! + Int.random(in: 0..<spread, using: &random)
        series[Int.random(in: 0...1, using: &random)][index].value += 1
        expected[index, default: 0] += 1
      }
      let bytes = series[0].heapBytes + series[1].heapBytes
      #expect(bytes < 400 * 600, "seed \(seed)")
      let (one, other) = (series[0], series[1])
      series[0].add(other)
      series[1].add(one)
      for both in series {
        #expect(both.written.map(\.index) == expected.keys.sorted(), "seed \(seed)")
        #expect(both.written.allSatisfy { expected[$0.index] == $0.cell.value }, "seed \(seed)")
        for index in clusters { #expect(both[index - 1].value == expected[index - 1] ?? 0) }
      }
      var writers = [StateWriter(), StateWriter()]
      for place in writers.indices { series[place].encode(to: &writers[place]) }
      #expect(writers[0].bytes == writers[1].bytes)
      var reader = StateReader(writers[0].bytes)
      let read = IntervalSeries<Count>(from: &reader)
      #expect(reader.damage == nil && reader.isAtEnd)
      #expect(read.written.map(\.cell) == series[0].written.map(\.cell))
    }
  }

  /// One interval of 1970 in each of a thousand series costs no half century in each.
  @Test func aWrongTimeCostsACell() {
    var all = [IntervalSeries<Count>](repeating: IntervalSeries(), count: 1_000)
    for number in all.indices {
      all[number][0].value = 1
      for day in 20_000..<20_100 { all[number][day].value += 1 }
    }
    #expect(all.reduce(0) { $0 + $1.heapBytes } < 10_000_000)
  }
}

struct EmptyLogTests {
  @Test func reportsOverNoEventsHaveHeadersOnly() throws {
    var world = World()
    world.observedUntil = .min
    let definitions: [any ReportDefinition] = [
      ActivityDefinition(options: ReportOptions(name: "report", breakdown: ["country"], top: 2)),
      RetentionDefinition(options: ReportOptions(name: "report", list: true), measure: "amount"),
      RetentionDefinition(options: ReportOptions(name: "report"), windows: .elapsed),
      RevenueDefinition(options: ReportOptions(name: "report"), event: .any, amount: "amount"),
      LifecycleDefinition(options: ReportOptions(name: "report", list: true)),
      StickinessDefinition(options: ReportOptions(name: "report")),
    ]
    for definition in definitions {
      for rows in try world.tables(definition).values { #expect(rows == []) }
      let tables = try makeFold(definition: definition, context: world.context(definition)).tables()
      #expect(tables[0].name == "report" && !tables[0].columns.isEmpty)
    }
  }
}

struct RealDataTests {
  static let folder = URL(
    fileURLWithPath: ProcessInfo.processInfo.environment["TWINFUNNEL_DATA"] ?? "../shared/data")
  static let file = folder.appendingPathComponent("gamelaunch.csv.gz")

  /// The launch month of a mobile game, whose daily retention is published.
  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: file.path),
      "the real logs are not beside the repository, nor in TWINFUNNEL_DATA"))
  func gamelaunchDailyRetention() throws {
    let (folder, file) = (Self.folder, Self.file)
    let gzip = Process()
    let pipe = Pipe()
    gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    gzip.arguments = ["gzip", "-dc", file.path]
    gzip.standardOutput = pipe
    try gzip.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    /// `2016-05-24T00:00:00Z`.
    func instant(_ text: Substring) -> Int64 {
      let numbers = text.split { !$0.isNumber }.map { Int($0)! }
      let date = CalendarDate(year: numbers[0], month: numbers[1], day: numbers[2])
      let minutes = (date.daysSince1970 * 24 + numbers[3]) * 60 + numbers[4]
      return Int64(minutes * 60 + numbers[5]) * 1_000_000
    }
    var events: [String: [WorldEvent]] = [:]
    for line in text.split(separator: "\n").dropFirst() {
      let fields = line.split(separator: ",")
      events[String(fields[0]), default: []].append(
        WorldEvent(time: instant(fields[1]), name: "open"))
    }
    var world = World()
    world.entities = events.map { ($0.key, $0.value) }
    world.observedUntil = events.values.flatMap { $0.map(\.time) }.max()!
    let expected = try String(
      contentsOf: folder.appendingPathComponent("gamelaunch_daily_retention.csv"), encoding: .utf8)
    let definition = RetentionDefinition(
      options: ReportOptions(name: "report"), interval: .day, periods: 30)
    var random = SplitMix64(state: 1)
    let rows = try world.tables(definition, partitions: 8, folds: 2, &random)["report"]!
    var found: [String: [String]] = [:]
    for row in rows where row[0] != "all" && row[5] != "" {
      found[row[0], default: []].append(row[5])
    }
    for line in expected.split(separator: "\n").dropFirst() {
      let cells = line.split(separator: ",").map(String.init)
      #expect(found.removeValue(forKey: cells[0]) == Array(cells.dropFirst()))
    }
    #expect(found.isEmpty)
  }
}
