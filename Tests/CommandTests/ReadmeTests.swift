import Foundation
import Testing

/// What the README and the pages show is what happens: its commands run in the order in which they
/// stand, the specs are valid, and a block `text` is what the command before it prints.
/// `TWINFUNNEL_GOLDEN=rewrite` writes what it prints, and the picture, into the README.
@Suite struct ReadmeTests {
  private struct Block {
    var language: String
    /// Of the lines between the fences.
    var lines: Range<Int>
  }

  private static let root = GoldenCase.root.deletingLastPathComponent().deletingLastPathComponent()
  private static let readme = root.appendingPathComponent("README.md")
  private static let pages = root.appendingPathComponent("Sources/Reports/Documentation.docc")

  private static func blocks(_ lines: [String]) -> [Block] {
    var blocks: [Block] = []
    var open: Int?
    for (number, line) in lines.enumerated() where line.hasPrefix("```") {
      if let start = open {
        blocks.append(
          Block(language: String(lines[start].dropFirst(3)), lines: start + 1..<number))
        open = nil
      } else {
        open = number
      }
    }
    return blocks
  }

  /// Runs lines of shell in a folder, with the programs on the path; what they print, when all went
  /// well.
  private static func run(_ shell: String, in folder: TestFolder) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-e", "-c", shell]
    process.currentDirectoryURL = folder.url
    let programs = try GoldenCase.program.deletingLastPathComponent().path
    process.environment = [
      "PATH": "\(programs):/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "TMPDIR": "/tmp",
      "GROWTH_ZONE": "Asia/Shanghai",
    ]
    process.standardInput = FileHandle.nullDevice
    let errors = folder.url.appendingPathComponent("stderr-of-the-test")
    _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
    process.standardError = try FileHandle(forWritingTo: errors)
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let printed = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let said = (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
    #expect(process.terminationStatus == 0, "\(shell)\n\(said)")
    return String(decoding: printed, as: UTF8.self)
  }

  @Test func commandsOfTheReadmeDoWhatItSays() throws {
    let rewrites = ProcessInfo.processInfo.environment["TWINFUNNEL_GOLDEN"] == "rewrite"
    let folder = try TestFolder()
    var lines = try String(contentsOf: Self.readme, encoding: .utf8).components(separatedBy: "\n")
    var printed = ""
    var replacements: [(Range<Int>, [String])] = []
    for block in Self.blocks(lines) {
      let text = lines[block.lines].joined(separator: "\n")
      switch block.language {
      case "yaml":
        guard let name = lines[block.lines.lowerBound].wholeMatch(of: /# (\S+\.yaml)/)?.1 else {
          continue
        }
        try (text + "\n").write(
          to: folder.url.appendingPathComponent(String(name)), atomically: true, encoding: .utf8)
      case "sh" where text.hasPrefix("twinfunnel"): printed = try Self.run(text, in: folder)
      case "text":
        let shown = Array(printed.split(separator: "\n").map(String.init).suffix(block.lines.count))
        let all = printed.split(separator: "\n").map(String.init)
        let last = all.lastIndex { $0.hasPrefix("step,") }.map { Array(all[$0...]) } ?? shown
        if rewrites {
          replacements.append((block.lines, last))
        } else {
          #expect(last == Array(lines[block.lines]), "\(text)")
        }
      default: break
      }
    }
    let made = folder.url.appendingPathComponent("tables/figures/checkout.svg")
    let picture = Self.pages.appendingPathComponent("Resources/checkout.svg")
    if rewrites {
      for (range, text) in replacements.reversed() { lines.replaceSubrange(range, with: text) }
      try lines.joined(separator: "\n").write(to: Self.readme, atomically: true, encoding: .utf8)
      try FileManager.default.createDirectory(
        at: picture.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(contentsOf: made).write(to: picture)
    } else {
      #expect(try Data(contentsOf: made) == Data(contentsOf: picture))
    }
  }

  @Test func specsOnPagesAreValid() throws {
    let folder = try TestFolder()
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.pages.path).sorted()
    var count = 0
    let pages = names.filter { $0.hasSuffix(".md") }.map { Self.pages.appendingPathComponent($0) }
    for page in pages + [Self.readme] {
      let lines = try String(contentsOf: page, encoding: .utf8).components(separatedBy: "\n")
      for block in Self.blocks(lines) where block.language == "yaml" {
        let text = lines[block.lines].map { $0 + "\n" }.joined()
        guard text.hasPrefix("source:") || text.contains("\nsource:"), text.contains("\nreports:")
        else { continue }
        count += 1
        let place = folder.url.appendingPathComponent("\(count).yaml")
        try text.write(to: place, atomically: true, encoding: .utf8)
        _ = try Self.run("twinfunnel check \(count).yaml", in: folder)
      }
    }
    #expect(count > 10)
  }
}
