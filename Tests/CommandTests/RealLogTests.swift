import Foundation
import Testing

/// Real logs through the program, against results that others have published.
@Suite struct RealLogTests {
  /// The folder of real logs beside the repository, nil where there is none.
  static let data: URL? = {
    let given = ProcessInfo.processInfo.environment["TWINFUNNEL_DATA"]
    let beside = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../shared/data").standardizedFileURL
    let folder = given.map { URL(fileURLWithPath: $0) } ?? beside
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }()

  let folder: TestFolder

  init() throws {
    folder = try TestFolder()
  }

  private func run(_ spec: String, _ log: String) throws -> Program.End {
    try folder.write(spec, to: "spec.yaml")
    let path = try #require(Self.data).appendingPathComponent(log).path
    return try Program.run(["run", "spec.yaml", path, "--out", "out"], in: folder)
  }

  private func rows(_ text: String) -> [[String]] {
    text.split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  @Test(.enabled(if: data != nil, "no folder of real logs beside the repository"))
  func aMonthOfAGame() throws {
    let end = try run(
      """
      source: {format: csv, user: userid, event: eventName, time: eventDate}
      reports:
        daily: {type: retention, interval: day, periods: 30}

      """, "gamelaunch.csv.gz")
    #expect(end == Program.End(code: 0, stdout: "", stderr: ""))
    let published = try #require(Self.data)
      .appendingPathComponent("gamelaunch_daily_retention.csv")
    let expected = rows(String(decoding: try Data(contentsOf: published), as: UTF8.self))
    let actual = rows(try folder.text("out/daily.csv"))
    #expect(actual[0].prefix(3) == ["cohort", "period", "starts"])
    let returned = try #require(actual[0].firstIndex(of: "returned"))
    var cells: [String: String] = [:]
    for row in actual.dropFirst() { cells["\(row[0]) d\(row[1])"] = row[returned] }
    var compared = 0
    for row in expected.dropFirst() {
      for (period, cell) in zip(expected[0], row).dropFirst() {
        #expect(cells["\(row[0]) \(period)"] == cell, "\(row[0]) \(period)")
        compared += 1
      }
    }
    #expect(compared == 31 * 32 / 2)
  }

  @Test(.enabled(if: data != nil, "no folder of real logs beside the repository"))
  func fourDaysOfAWebServer() throws {
    let end = try run(
      """
      source: {preset: combined, event: {value: request}}
      reports:
        daily: {type: activity, interval: day}
        addresses: {type: activity, interval: year}

      """, "apache_logs.gz")
    // One of the 2,579 lines of the last day ends inside its last quotes.
    let log = try #require(Self.data).appendingPathComponent("apache_logs.gz").path
    #expect(end.code == 0 && end.stdout.isEmpty)
    #expect(
      end.stderr.hasPrefix(
        """
        twinfunnel: warning: 1 of 10000 rows were rejected: 1 malformed line; the first: \
        \(log):8899: malformed line: 46.118.127.106 - - [20/May/2015:12:05:17 +0000] "GET \
        /scripts/grok-py-test/configlib.py HTTP/1.1" 20
        """))
    #expect(end.stderr.split(separator: "\n").count == 1)
    #expect(try folder.text("out/rejects.jsonl").contains("\"line\": 8899, \"byte\": 2111246,"))
    #expect(
      rows(try folder.text("out/daily.csv")).dropFirst().map { Array($0[0...1]) } == [
        ["2015-05-17", "1632"], ["2015-05-18", "2893"], ["2015-05-19", "2896"],
        ["2015-05-20", "2578"],
      ])
    #expect(
      rows(try folder.text("out/addresses.csv")).dropFirst().map { Array($0[0...3]) } == [
        ["2015-01-01", "9999", "1753", "1753"]
      ])
  }
}
