import Foundation
import Reports
import TestSupport
import Testing

/// The examples on the pages of the reports: a spec as one would paste it, a small log, and the tables
/// that the tool makes of them. `TWINFUNNEL_GOLDEN=rewrite` writes the tables into the pages.
@Suite struct PageExampleTests {
  /// A block between fences: its words after the opening one, and where its lines stand on the page.
  private struct Block {
    var words: [String]
    var lines: Range<Int>
  }

  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Sources/Reports/Documentation.docc")

  private static func blocks(_ lines: [String]) -> [Block] {
    guard let heading = lines.firstIndex(of: "## Example") else { return [] }
    var blocks: [Block] = []
    var open: Int?
    for (number, line) in lines.enumerated().dropFirst(heading) where line.hasPrefix("```") {
      if let start = open {
        let words = lines[start].dropFirst(3).split(separator: " ").map(String.init)
        blocks.append(Block(words: words, lines: start + 1..<number))
        open = nil
      } else {
        open = number
      }
    }
    return blocks
  }

  @Test func tablesAreWhatTheToolMakes() throws {
    let rewrites = ProcessInfo.processInfo.environment["TWINFUNNEL_GOLDEN"] == "rewrite"
    var shown: Set<String> = []
    for file in try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).sorted()
    where file.hasSuffix(".md") {
      let place = Self.folder.appendingPathComponent(file)
      var lines = try String(contentsOf: place, encoding: .utf8).components(separatedBy: "\n")
      let blocks = Self.blocks(lines)
      func text(_ language: String) -> String? {
        let block = blocks.first { $0.words.first == language }
        return block.map { lines[$0.lines].map { $0 + "\n" }.joined() }
      }
      guard let spec = text("yaml"), let log = text("jsonl") else { continue }
      let outcome = try RunOutcome(spec: spec, files: ["log.jsonl": Data(log.utf8)])
      #expect(outcome.rejects.isEmpty, "\(file): every line of the log is an event")
      for type in ReportRegistry.types where spec.contains("type: \(type.type)") {
        shown.insert(type.type)
      }
      // From the last one, so that places before it stay.
      for block in blocks.reversed() where block.words.first == "csv" {
        let table = String(decoding: outcome.tables[block.words[1]] ?? Data(), as: UTF8.self)
        let made = table.split(separator: "\n").map(String.init)
        #expect(!made.isEmpty, "\(file): \(block.words[1])")
        if rewrites {
          lines.replaceSubrange(block.lines, with: made)
        } else {
          #expect(Array(lines[block.lines]) == made, "\(file): \(block.words[1])")
        }
      }
      if rewrites {
        try Data(lines.joined(separator: "\n").utf8).write(to: place)
      }
    }
    #expect(shown == Set(ReportRegistry.types.map { $0.type }), "a page shows each report at work")
  }
}
