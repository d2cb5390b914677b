import Foundation
import Testing

@testable import TwinfunnelCommand
@testable import Values

/// Mistakes of the hand: each gets a sentence that says what to do, and nothing is written.
@Suite struct AdviceTests {
  let folder: TestFolder

  init() throws {
    folder = try TestFolder()
    try folder.prepare()
  }

  private func stderr(_ arguments: String..., code: Int32 = 64) throws -> String {
    let end = try Program.run(arguments, in: folder)
    #expect(end.code == code)
    return end.stderr
  }

  @Test func memoryWithoutAUnit() throws {
    let text = try stderr("run", "spec.yaml", "log.jsonl", "--out", "out", "--memory", "512")
    #expect(text.contains("--memory 512 is so many bytes: say 512MiB, or 512B if that is meant."))
    let bytes = try Program.run(
      ["run", "spec.yaml", "log.jsonl", "--out", "out", "--memory", "512B"], in: folder)
    #expect(bytes.code == 0)
  }

  @Test func aPathThatAFlagTook() throws {
    let text = try stderr("funnel", "--steps", "visit", "log.jsonl")
    #expect(text.contains("No input: --steps took 'log.jsonl', which is there as a file or folder"))
    #expect(
      text.contains("name inputs before the flags, as in twinfunnel funnel log.jsonl --steps"))
    #expect(try stderr("funnel", "--steps", "visit", "buy").contains("No input: name log files"))
  }

  @Test func aSecondSpecAmongTheLogs() throws {
    try folder.write("reports: {}\n", to: "more.yaml")
    let text = try stderr("run", "spec.yaml", "more.yaml", "log.jsonl", "--out", "out")
    #expect(text.contains("more.yaml among the logs looks like a second spec: a run reads one."))
    #expect(folder.tree("out").isEmpty)
  }

  @Test func fieldsThatNoRowHas() throws {
    let text = try stderr("funnel", "log.jsonl", "--steps", "visit", "--breakdown", "usr", code: 0)
    #expect(
      text.contains(
        "warning: none of the first 2 rows has 'usr'; did you mean 'user'?; there are: user, event, "
          + "time"))
    #expect(text.contains("report funnel: a funnel of one step only counts who took it"))
    #expect(
      try stderr("activity", "log.jsonl", "--user", "nobody", code: 65)
        .contains("has 'nobody'; there are: user, event, time"))
  }

  /// An option can have another name as a flag; the sentence says the flag's.
  @Test func missingOptionsByTheirFlags() throws {
    #expect(try stderr("revenue", "log.jsonl").contains("a revenue report needs --count"))
    let features = try stderr("adoption", "log.jsonl", "--features", "visit")
    #expect(features.contains("--features: "))
    #expect(features.contains("; as in --features '{NAME: EVENT}'"))
  }

  @Test func plansFitIntoATerminal() throws {
    let plan = JSONValue.object([
      (
        "reports",
        .list([
          .object([
            ("name", .text("r")), ("type", .text("activity")), ("entity", .text("user")),
            ("files", .list((1...9).map { .text("file-\($0).csv") })),
          ])
        ])
      )
    ])
    #expect(
      PlanText(plan: plan).text(width: 48) == """
        report r: activity of users
          writes: file-1.csv, file-2.csv,
              file-3.csv, file-4.csv, file-5.csv,
              file-6.csv, file-7.csv, file-8.csv,
              file-9.csv

        """)
    #expect(PlanText(plan: plan).text(width: nil).split(separator: "\n").count == 2)
  }
}
