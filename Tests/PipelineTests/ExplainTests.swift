import EventLog
import Foundation
import Spec
import Tables
import TestSupport
import Testing
import Timelines

@testable import Pipeline

/// `explain` reads through a lens; what it tells is what a run over everything counts.
@Suite struct ExplainTests {
  private let folder: TemporaryFolder
  private let lines = LogStory.lines(1200, seed: 7)

  init() throws {
    folder = try TemporaryFolder()
    for (name, lines) in LogStory.deal(lines, over: 3, seed: 7) {
      let text = lines.map { $0 + "\n" }.joined()
      try Data(text.utf8).write(to: folder.url.appendingPathComponent(name))
    }
    try Data(LogStory.spec.utf8).write(to: folder.url.appendingPathComponent("spec.yaml"))
  }

  private func explain(
    _ entity: String, _ kind: TimelineSchema.Entity? = nil, threads: Int = 2
  ) throws -> [EntityStory] {
    let inputs = (0..<3).map { folder.url.appendingPathComponent("part-\($0).jsonl").path }
    return try ExplainRun(
      specFile: try SpecFile.load(folder.url.appendingPathComponent("spec.yaml").path),
      inputs: inputs, entity: entity, kind: kind,
      options: RunOptions(threads: threads, scratch: folder.url.path), control: RunControl()
    ).explain().stories
  }

  @Test func conclusionsAreTheRunsOwn() throws {
    let tables = try SameTablesTests.tables(of: ["all.jsonl": lines])
    let list = String(decoding: tables["checkout.entities.csv"]!, as: UTF8.self)
    var reached: [String: [String]] = [:]
    for line in list.split(separator: "\n").dropFirst() {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      reached[cells[0]] = cells
    }
    #expect(reached.count > 10)
    for user in 0..<23 {
      let stories = try explain("u\(user)", .user)
      let report = try #require(stories.first?.reports.first { $0.name == "checkout" })
      if let cells = reached["u\(user)"] {
        #expect(
          report.conclusions[0].hasPrefix("\(cells[2]): reached step \(cells[1]) of 3, "),
          "u\(user): \(report.conclusions)")
        #expect(
          report.conclusions[0].hasSuffix("entered at \(cells[3]), last step at \(cells[4])"))
      } else {
        #expect(!report.conclusions[0].contains("reached"))
      }
    }
  }

  @Test func everyRowOfTheEntityIsInTheStory() throws {
    for (entity, kind, key) in [
      ("u5", TimelineSchema.Entity.user, #""userId":"u5""#),
      ("acc3", .account, #""groupId":"acc3""#),
    ] {
      let rows = lines.filter { $0.contains(key) && !$0.contains("yesterday") }
      let stories = try explain(entity)
      #expect(stories.map(\.kind) == [kind])
      let story = stories[0]
      let outside = story.outside.reduce(0) { $0 + $1.count }
      #expect(story.events.count + outside + story.duplicates == rows.count)
      #expect(story.duplicates > 0)
      #expect(story.timeZone == "Europe/Berlin")
      #expect(
        story.events.allSatisfy { $0.time.hasSuffix("+01:00") || $0.time.hasSuffix("+02:00") })
      #expect(try explain(entity, threads: 5) == stories)
    }
  }

  @Test func onlyReportsOfTheKindSpeak() throws {
    #expect(
      try explain("acc1", .account)[0].reports.map(\.name) == ["accounts", "accounts_checkout"])
    #expect(try explain("u1")[0].reports.count == 9)
  }

  @Test func anEntityThatDoesNotOccurIsAnError() throws {
    let failure = #expect(throws: RunFailure.self) { try explain("U2") }
    #expect(failure?.kind == .noInput)
    #expect(
      failure?.messages == [
        "no event of user or account 'U2'; similar: user u2, user u20, user u21"
      ])
    #expect(throws: RunFailure.self) { try explain("u2", .account) }
  }

  @Test func aStoryIsJSON() throws {
    let json = try explain("u3")[0].json
    #expect(json["entity"] == .text("u3"))
    #expect(json["events"]?.elements?.first?["number"] == .integer(1))
    #expect(json["reports"]?.elements?.count == 9)
  }
}
