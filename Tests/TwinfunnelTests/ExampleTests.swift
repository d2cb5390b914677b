import Foundation
import TestSupport
import Testing
import Twinfunnel

@Suite struct ExampleTests {
  /// The page shows what `Example.swift` holds, so that it is compiled.
  @Test func pageShowsTheExampleThatIsCompiled() throws {
    let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let example = try String(
      contentsOf: here.appendingPathComponent("Example.swift"), encoding: .utf8)
    let page = try String(
      contentsOf: here.deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Sources/Twinfunnel/Documentation.docc/Twinfunnel.md"),
      encoding: .utf8)
    #expect(page.contains("```swift\n" + example + "```\n"))
  }

  @Test func theExampleMakesItsTable() throws {
    let folder = try TemporaryFolder()
    let log = folder.url.appendingPathComponent("log.jsonl")
    try """
    {"userId":"u1","event":"sign_up","timestamp":"2026-01-05T08:00:00Z","messageId":"1"}
    {"userId":"u1","event":"visit","timestamp":"2026-01-13T08:00:00Z","messageId":"2"}
    {"userId":"u2","event":"sign_up","timestamp":"2026-01-06T08:00:00Z","messageId":"3"}

    """.write(to: log, atomically: true, encoding: .utf8)
    let rows = try retentionTable(of: [log.path]).split(separator: "\n")
    #expect(rows[0].hasPrefix("cohort,period,starts,size,eligible,returned,rate,state"))
    #expect(rows[1].hasPrefix("2026-01-05,0,2026-01-05,2,2,2,1,complete"))
    #expect(rows[2].hasPrefix("2026-01-05,1,2026-01-12,2,2,1,0.5,partial"))
  }

  @Test func mistakesSayWhere() throws {
    #expect(throws: SpecProblems.self) { try LogSpec(yaml: "reports: {a: {type: retentoin}}") }
    do {
      _ = try LogSpec(yaml: "source: {preset: segment}\nreports: {a: {type: retentoin}}")
    } catch {
      #expect(error.problems.map(\.line) == [2])
      #expect(error.problems[0].message.contains("retention"))
    }
    let spec = try LogSpec(yaml: "source: {preset: segment}\nreports: {a: {type: activity}}")
    do {
      _ = try LogAnalysis(spec: spec, inputs: ["/nowhere/at/all.gz"]).run()
      Issue.record("no failure")
    } catch {
      #expect(error.kind == .noInput)
    }
  }
}
