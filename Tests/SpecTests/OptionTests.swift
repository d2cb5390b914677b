import Foundation
import Testing

@testable import Reports
@testable import Spec
@testable import Values

/// What follows from the declaration of options agrees with what reading does.
@Suite struct OptionTests {
  /// Each key once, and each flag once, so that none hides another.
  @Test func keysAndFlagsAreDistinct() {
    let taken = [
      "user", "event", "time", "time-format", "account", "format", "delimiter", "json", "csv",
      "ndjson", "threads", "memory", "scratch", "observed-until", "max-rejects", "max-line",
      "strict", "quiet", "progress", "time-zone", "week-start", "help", "version",
    ]
    for type in ReportRegistry.types {
      let keys = type.outlines.map(\.key)
      #expect(Set(keys).count == keys.count, "\(type.type): \(keys)")
      let flags = OptionFlag.flags(of: type.outlines).map(\.name) + taken
      let twice = flags.filter { flag in flags.filter { $0 == flag }.count > 1 }
      #expect(twice.isEmpty, "\(type.type): \(twice)")
    }
  }

  @Test func docsAreSentences() {
    func check(_ outlines: [OptionOutline], _ type: String) {
      for outline in outlines {
        #expect(outline.doc.hasSuffix("."), "\(type): \(outline.key): \(outline.doc)")
        switch outline.shape {
        case .mapping(let inner), .stage(let inner): check(inner, type)
        default: break
        }
      }
    }
    for type in ReportRegistry.types { check(type.outlines, type.type) }
  }

  /// The page of each report has the table of its options, between comments that name the report.
  @Test func pagesHaveTheTables() throws {
    let rewrites = ProcessInfo.processInfo.environment["TWINFUNNEL_GOLDEN"] == "rewrite"
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Sources/Reports/Documentation.docc")
    var tables: [String: String] = [
      "every report": OptionTable.markdown(
        ReportOptions.declared.outlines(blank: ReportOptions(name: "")))
    ]
    for type in ReportRegistry.types {
      let common = Set(ReportOptions.declared.parts.map(\.key))
      tables[type.type] = OptionTable.markdown(
        type.outlines.filter { !common.contains($0.key) })
    }
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    where file.hasSuffix(".md") {
      let place = folder.appendingPathComponent(file)
      var page = try String(contentsOf: place, encoding: .utf8)
      for (name, table) in tables {
        guard let start = page.range(of: "<!-- options: \(name) -->\n"),
          let end = page.range(
            of: "<!-- end -->", range: start.upperBound..<page.endIndex)
        else { continue }
        tables[name] = nil
        if rewrites {
          page.replaceSubrange(start.upperBound..<end.lowerBound, with: table)
        } else {
          #expect(
            page[start.upperBound..<end.lowerBound] == table,
            "\(file): the options of \(name) have changed; run scripts/golden")
        }
      }
      if rewrites { try page.write(to: place, atomically: true, encoding: .utf8) }
    }
    #expect(tables.isEmpty, "no page has the options of \(tables.keys.sorted())")
  }
}
