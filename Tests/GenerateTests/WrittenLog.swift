import Foundation
import Testing

@testable import TwinfunnelGenerate

/// A small log written to a folder of its own and read back with Foundation.
struct WrittenLog {
  struct Row {
    var person: String
    var account: String?
    var event: String
    /// Milliseconds since 1970.
    var time: Int
    var received: Int
    var id: String
    var properties: [String: Any]
  }

  var bytes: Data
  var truth: Truth

  init<Story: LogStory>(_ story: Story, threads: Int = 2, parts: Int = 3) throws {
    let log = try ScriptedLog(story, threads: threads)
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    bytes = Data()
    for part in 0..<parts {
      let path = folder.appending(path: "\(part).jsonl").path
      var file = try GzipFile(path: path, level: 0)
      try log.write(part: part, of: parts, into: &file)
      try file.finish()
      bytes += try Data(contentsOf: URL(filePath: path))
    }
    truth = try #require(try log.truth(threads: threads))
  }

  func rows() throws -> [Row] {
    try bytes.split(separator: UInt8(ascii: "\n")).map { try Row(line: $0) }
  }

  /// Each event once.
  func events() throws -> [Row] {
    var seen: Set<String> = []
    return try rows().filter { seen.insert($0.id).inserted }
  }

  func table(_ name: String) throws -> TruthTable {
    try #require(truth.tables.first { $0.name == name })
  }
}

extension WrittenLog.Row {
  init(line: Data) throws {
    let object = try #require(try JSONSerialization.jsonObject(with: line) as? [String: Any])
    let context = try #require(object["context"] as? [String: Any])
    person = try #require(object["userId"] as? String ?? object["anonymousId"] as? String)
    account = context["groupId"] as? String
    event = try #require(object["event"] as? String)
    id = try #require(object["messageId"] as? String)
    properties = try #require(object["properties"] as? [String: Any])
    time = try Self.milliseconds(#require(object["timestamp"] as? String))
    received = try Self.milliseconds(#require(object["receivedAt"] as? String))
  }

  private static func milliseconds(_ text: String) throws -> Int {
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    return Int((try style.parse(text).timeIntervalSince1970 * 1000).rounded())
  }
}

extension LogScale {
  static func small(events: Int, users: Int, accounts: Int = 0, days: Int = 400, seed: UInt64 = 7)
    -> LogScale
  {
    LogScale(
      events: events, users: users, accounts: accounts, days: days, start: 1_704_067_200_000,
      seed: seed)
  }

  static let smallBusiness = small(events: 12_000, users: 60, accounts: 60)
  static let smallConsumer = small(events: 12_000, users: 1200, days: 150)
}
