import Foundation
import Testing

/// The To B story as three systems tell it, each with ids of its own, against the one log.
@Suite struct BusinessSourcesTests {
  private static let specs = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "fixtures/specs")

  private static func run(_ program: String, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = try GoldenCase.program.deletingLastPathComponent()
      .appending(path: program)
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let said = try errors.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(String(decoding: said, as: UTF8.self))")
  }

  @Test func sameTables() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func path(_ name: String) -> String { folder.appending(path: name).path }
    // The same spec, but that rows without an account take one there, too.
    let spec = try String(contentsOf: Self.specs.appending(path: "b2b.yaml"), encoding: .utf8)
      .replacing(
        "  preset: segment\n",
        with: "  preset: segment\n  account: {path: [context.groupId, groupId], carry: around}\n")
    try Data(spec.utf8).write(to: URL(fileURLWithPath: path("one.yaml")))
    let story = [
      "--profile", "b2b", "--events", "12000", "--accounts", "60", "--users", "60", "--files", "2",
      "--level", "1", "--truth",
      "/dev/null",
    ]
    try Self.run("twinfunnel-generate", story + ["--out", path("one")])
    try Self.run("twinfunnel-generate", story + ["--sources", "--out", path("three")])
    let twin = Self.specs.appending(path: "b2b-sources.yaml").path
    let span = [
      "--quiet", "--observed-from", "2024-01-01", "--observed-until", "2025-07-01", "--format",
      "csv",
    ]
    try Self.run(
      "twinfunnel", ["run", path("one.yaml"), path("one"), "--out", path("a")] + span)
    try Self.run("twinfunnel", ["run", twin, path("three"), "--out", path("b")] + span)
    try Self.run(
      "twinfunnel",
      ["run", twin, path("three"), "--out", path("c"), "--memory", "1MiB", "--threads", "1"] + span)
    let tables = try FileManager.default.contentsOfDirectory(atPath: path("a"))
      .filter { $0.hasSuffix(".csv") }
    #expect(tables.count > 20)
    for name in tables {
      let one = try Data(contentsOf: URL(fileURLWithPath: path("a/" + name)))
      for other in ["b", "c"] {
        #expect(
          one == (try? Data(contentsOf: URL(fileURLWithPath: path("\(other)/\(name)")))),
          "\(other)/\(name)")
      }
    }
  }
}
