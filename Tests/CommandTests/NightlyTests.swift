import Foundation
import Testing

/// The lines of the page Nightly, read as cron and systemd read them, with folders of the test's own.
@Suite struct NightlyTests {
  private let folder: TestFolder
  private static let page = GoldenCase.root.deletingLastPathComponent()
    .deletingLastPathComponent()
    .appendingPathComponent("Sources/Reports/Documentation.docc/Nightly.md")

  init() throws {
    folder = try TestFolder()
    for name in ["etc", "var/log/events", "srv"] { try folder.makeFolder(name) }
    let lines = (0..<1200).map { number in
      let day = 1 + number / 100
      let time = "2026-03-\(day < 10 ? "0" : "")\(day)T01:\(10 + number % 50):00Z"
      let name = number % 3 == 0 ? "purchase" : "view_item"
      return #"{"userId":"u\#(number % 40)","event":"\#(name)","timestamp":"\#(time)","#
        + #""messageId":"m\#(number)"}"# + "\n"
    }
    try folder.write(lines.joined(), to: "var/log/events/log.jsonl")
    try folder.write(try Self.block(behind: "## The spec of a night"), to: "etc/growth.yaml")
  }

  /// The first block behind a heading.
  private static func block(behind heading: String) throws -> String {
    let lines = try String(contentsOf: page, encoding: .utf8).components(separatedBy: "\n")
    let start = try #require(lines.firstIndex(of: heading))
    let open = try #require(lines[start...].firstIndex { $0.hasPrefix("```") })
    let close = try #require(lines[(open + 1)...].firstIndex { $0.hasPrefix("```") })
    return lines[(open + 1)..<close].joined(separator: "\n") + "\n"
  }

  /// Runs a line of the page on a day of the test's logs; the exit code and what it prints.
  private func run(
    _ command: String, _ environment: [String: String]
  ) throws -> (code: Int32, printed: String) {
    var command = command.replacing(
      "/usr/local/bin/twinfunnel", with: try GoldenCase.program.path)
    for place in ["/etc/growth", "/var/log/", "/srv/"] {
      command = command.replacing(place, with: folder.url.path + place)
    }
    command = command.replacing("logger -p user.err", with: "echo")
      .replacing(" --out", with: " --now 2026-03-13 --out")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", command]
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let printed = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: printed, as: UTF8.self))
  }

  /// A percent sign ends the command of a crontab, unless a backslash is before it.
  @Test func crontab() throws {
    var environment = ["PATH": "/usr/bin:/bin", "SHELL": "/bin/sh", "HOME": folder.url.path]
    var command = ""
    for line in try Self.block(behind: "## crontab").split(separator: "\n") {
      if let job = line.wholeMatch(of: /15 2 \* \* \*  analytics  (.+)/) {
        command = String(job.1)
      } else {
        let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
        environment[parts[0]] = parts[1]
      }
    }
    let kept = command.replacing("\\%", with: "")
    #expect(!kept.contains("%"))
    command = command.replacing("\\%", with: "%")
    for sets in 1...2 {
      let night = try run(command, environment)
      #expect(night.code == 0 && night.printed.isEmpty, "\(night.printed)")
      let made = try FileManager.default.contentsOfDirectory(atPath: folder["srv/tables/sets"])
      #expect(made.count == sets)
    }
    let checks = try folder.text("srv/tables/current/checks.csv")
    #expect(checks.contains("history stands") && !checks.contains(",failed,"), "\(checks)")
    // Where a variable is missing the night says so, and the tables stay.
    environment["GROWTH_ZONE"] = nil
    #expect(try run(command, environment).printed == "twinfunnel: exit 78\n")
    let log = try folder.text("var/log/twinfunnel.log")
    #expect(log.contains("GROWTH_ZONE"), "\(log)")
  }

  /// In a unit a percent sign is written twice; there is no shell.
  @Test func unit() throws {
    let unit = try Self.block(behind: "## systemd").split(separator: "\n").map(String.init)
    func value(_ key: String) throws -> String {
      String(try #require(unit.first { $0.hasPrefix(key + "=") }).dropFirst(key.count + 1))
    }
    let command = try value("ExecStart")
    #expect(!command.replacing("%%", with: "").contains("%"))
    #expect(command.allSatisfy { !"<>|&;$".contains($0) })
    let zone = try value("Environment").split(separator: "=").map(String.init)
    let night = try run(command.replacing("%%", with: "%"), [zone[0]: zone[1]])
    #expect(night.code == 0, "\(night.printed)")
    #expect(try value("SuccessExitStatus") == "1")
    #expect(FileManager.default.fileExists(atPath: folder["srv/tables/current/report.html"]))
  }
}
