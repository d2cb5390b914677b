import Foundation
import TestSupport
import Testing

/// Whatever names, fields and files hold: no byte of what the program says can command a terminal,
/// begin a line of its own or turn the direction of another one.
@Suite struct HostileOutputTests {
  let folder: TestFolder

  init() throws { folder = try TestFolder() }

  /// Pieces of hostile names: escape sequences, bells, line ends, marks of direction.
  private static let pieces = [
    "\u{1B}[2J", "\u{1B}]0;x\u{7}", "\r", "\n", "\t", "\u{8}", "\u{7F}", "\u{9B}31m", "\u{202E}",
    "\u{2028}", "\u{200E}", "\u{FEFF}", "a", "é", "上海", "twinfunnel: done", " ",
  ]

  private static func hostile(_ random: inout SplitMix64) -> String {
    (0..<Int.random(in: 2...5, using: &random)).map { _ in pieces.randomElement(using: &random)! }
      .joined()
  }

  /// What no terminal may be given, in a text whose lines may end.
  private static func harmful(_ text: String) -> [String] {
    text.unicodeScalars.filter { scalar in
      switch scalar.value {
      case 0x0A: false
      case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
      default: false
      }
    }.map { String($0.value, radix: 16) }
  }

  private func check(_ arguments: [String], _ seed: UInt64, isData: Bool = false) throws {
    let end = try Program.run(arguments, in: folder)
    #expect(Self.harmful(end.stderr).isEmpty, "seed \(seed), \(arguments): \(end.stderr)")
    // Of a table for a program the bytes are as they are.
    if !isData {
      // Colours are the program's own.
      let shown = end.stdout.replacing(/\u{1B}\[[0-9;]*m/, with: "")
      #expect(Self.harmful(shown).isEmpty, "seed \(seed), \(arguments): \(end.stdout)")
    }
    // Nothing from outside begins a line: each is the program's own.
    for line in end.stderr.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    where end.code != 64 {
      #expect(line.hasPrefix("twinfunnel: "), "seed \(seed), \(arguments): \(line)")
    }
    #expect((0...78).contains(end.code), "seed \(seed), \(arguments)")
  }

  private func quoted(_ text: String) throws -> String {
    // JSON is YAML.
    String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
  }

  @Test func everythingThatIsSaid() throws {
    for seed in 0..<UInt64(Thorough.cases(20)) {
      var random = SplitMix64(seed: seed)
      let (event, user, property) = (
        Self.hostile(&random), Self.hostile(&random), Self.hostile(&random)
      )
      let (file, header) = ("in/" + Self.hostile(&random) + ".jsonl", Self.hostile(&random))
      try folder.makeFolder("in")
      var log = ""
      for day in 1...3 {
        let members = [
          "user": user, "event": event, "time": "2024-01-0\(day)T10:00:00Z", property: header,
        ]
        log += String(decoding: try JSONEncoder().encode(members), as: UTF8.self) + "\n"
      }
      log += "{\"user\": \"\(user)\n{\"x\": \"\(event)\"\n"
      try folder.write(log, to: file)
      try folder.write(
        "\(header),user,event,time\r\n1,u,\(event.debugDescription),2024-01-01\r\n\u{1B},\u{7}\n",
        to: "in/t\(seed).csv")
      try folder.write("#Fields: \(header) \u{1B}[2J\n\u{1B}[31m x\n", to: "in/w\(seed).log")
      try folder.write(
        """
        source: {format: jsonl, user: user, event: event, time: time, properties: {\
        \(try quoted(property)): \(try quoted(property))}}
        reports:
          daily: {type: activity, interval: day, title: \(try quoted(header))}
          steps:
            type: funnel
            steps: [\(try quoted(event)), \(try quoted(header))]
            breakdown: \(try quoted(property))

        """, to: "spec.yaml")
      try folder.write(
        "source: {format: jsonl, \(try quoted(header)): x}\nreports: {\(try quoted(event)): 1}\n",
        to: "bad.yaml")
      let fields = ["--user", "user", "--event", "event", "--time", "time"]
      for arguments in [
        ["check", "spec.yaml"], ["check", "bad.yaml"], ["check", file],
        ["run", "spec.yaml", "in", "--out", "out", "--progress", "plain"],
        ["run", "spec.yaml", file, "--out", "out", "--strict"],
        ["run", "spec.yaml", file, "--out", file],
        ["run", "spec.yaml", file + header, "--out", "x"],
        ["explain", "spec.yaml", file, "--entity", user],
        ["explain", "spec.yaml", file, "--entity", header],
        ["run", "spec.yaml", file, "--store", "store", "--out", "out"], ["store", "info", "store"],
        ["store", "drop", "store", "--input", header],
        ["-" + header], [header], ["run", "spec.yaml", "--" + header],
        ["activity", file, "--color", "always"] + fields,
        ["activity", file, "--breakdown", property, "--color", "always", "--where", header]
          + fields,
      ] {
        try check(arguments.map { $0.replacing("\u{0}", with: "") }, seed)
      }
      for arguments in [
        ["activity", "in/t\(seed).csv"], ["activity", "in/w\(seed).log"], ["activity", file],
        ["activity", file, "--breakdown", property] + fields,
      ] {
        try check(arguments, seed, isData: true)
      }
      try FileManager.default.removeItem(atPath: folder["in"])
      try? FileManager.default.removeItem(atPath: folder["store"])
    }
  }
}
