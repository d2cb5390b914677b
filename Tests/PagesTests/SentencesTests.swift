import Foundation
import Testing

@testable import Pages
@testable import Tables
@testable import Values

/// Warnings in Chinese: sentences that are said somewhere, found again with what stands in them.
@Suite struct SentencesTests {
  @Test func partsOfLines() {
    #expect(Sentences.parts(of: "no event is named 'a'", in: "no event is named '{}'") == ["a"])
    #expect(Sentences.parts(of: "a of b: c: d", in: "{} of {}: {}") == ["a", "b", "c: d"])
    #expect(Sentences.parts(of: "a or b", in: "{} of {}") == nil)
    #expect(Sentences.parts(of: "all", in: "all") == [])
    #expect(Sentences.parts(of: "all of it", in: "all") == nil)
  }

  @Test func linesInChinese() {
    #expect(
      Sentences.chinese(
        "3 of 40 rows were rejected: 2 syntax, 1 time; the first: a.gz:7: syntax: {")
        == "40 行中有 3 行被拒绝：2 syntax, 1 time；第一处：a.gz:7: syntax: {")
    #expect(
      Sentences.chinese("events without account: 21; account reports do not count them")
        == "没有客户的事件：21 个；按客户统计的报表不计入这些事件")
    #expect(
      Sentences.chinese(
        "2 events lie 40 days behind all others, and observation ends with the last "
          + "of them; if they are wrong, say --observed-until 2026-01-02")
        == "有事件比其他事件晚 40 天，观察期因此以其中最后一个结束；若时间有误，请使用 --observed-until 2026-01-02")
    // What the logs say is no sentence of ours.
    #expect(Sentences.chinese("no event is named '{1}{2}'") == "没有名为“{1}{2}”的事件")
    #expect(Sentences.chinese("something new") == "something new")
  }

  /// Whoever rewords a warning must reword it here too.
  @Test func everySentenceIsSaid() throws {
    let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Sources")
    var said = ""
    for folder in ["Pipeline", "Reports"] {
      let place = sources.appendingPathComponent(folder)
      for path in try FileManager.default.subpathsOfDirectory(atPath: place.path)
      where path.hasSuffix(".swift") {
        said += try String(contentsOf: place.appendingPathComponent(path), encoding: .utf8)
      }
    }
    // A sentence over several lines is one.
    said.replace(/"\s*\+\s*"/, with: "")
    said.replace(/\\\n\s*/, with: "")
    for sentence in Sentences.english {
      // These are put together of shorter pieces, with the kind of entity or an option among them.
      let isComposed = ["events without ", "anonymous ids with ", "users with "]
        .contains { sentence.hasPrefix($0) }
      if isComposed { continue }
      let pieces = sentence.components(separatedBy: "{}").map { $0.drop { $0 == "'" } }
      for piece in pieces where piece.count >= 13 {
        let isSaid = said.contains(piece)
        #expect(isSaid, "\(sentence): nobody says “\(piece)”")
      }
    }
  }

  /// A page in Chinese has no English sentence of its own.
  @Test func pageInChinese() {
    let columns = [
      Column("interval", .date, ""), Column("active", .integer, ""), Column("new", .integer, ""),
      Column("events", .integer, ""),
    ]
    let table = Table(
      name: "daily", columns: columns,
      rows: [
        [.text("2026-01-05"), .integer(3), .integer(3), .integer(9)],
        [.text("2026-01-06"), .integer(4), .integer(1), .integer(8)],
      ])
    let report = PageSource.Report(
      name: "daily", definition: .object([("type", .text("activity"))]), tables: [table])
    let manifest = JSONValue.object([
      ("warnings", .list([.text("warning: no event is named 'x'")]))
    ])
    let page = Page(
      PageSource(manifest: manifest, reports: [report]), options: PageOptions(language: .zh))
    #expect(page.html.contains("没有名为“x”的事件"))
    #expect(page.html.contains("较 2026-01-05"))
    #expect(page.figures.map(\.name) == ["figures/daily.svg", "figures/daily.events.svg"])
    #expect(page.figures[0].svg.contains("活跃") && page.figures[0].svg.contains("新增"))
  }
}
