import Foundation
import TestSupport
import Testing

@testable import Pipeline

/// `explain` by any of a person's ids.
@Suite struct IdentityExplainTests {
  private static let spec = """
    source:
      {user: user, anonymous: a, alias: {event: alias, from: former}, event: event, time: time}
    identity: {}
    reports:
      daily: {type: activity, interval: day}
      checkout: {type: funnel, steps: [view, buy], within: 7d}
    """

  private static let files = [
    "x.jsonl": [
      #"{"a":"d1","event":"view","time":"2026-03-01T00:00:00Z"}"#, "",
      #"{"user":"ann","a":"d1","event":"buy","time":"2026-03-02T00:00:00Z"}"#,
      #"{"user":"bob","a":"d2","event":"buy","time":"2026-03-02T00:00:00Z"}"#,
      #"{"a":"d3","event":"view","time":"2026-03-02T00:00:00Z"}"#,
    ],
    "y.jsonl": [
      #"{"user":"anna","event":"buy","time":"2026-02-27T00:00:00Z"}"#,
      #"{"user":"ann","former":"anna","event":"alias","time":"2026-03-03T00:00:00Z"}"#,
      #"{"user":"bob","a":"d1","event":"buy","time":"2026-03-09T00:00:00Z"}"#,
      #"{"a":"d1","event":"view","time":"2026-03-08T00:00:00Z"}"#,
    ],
  ]

  private func explain(_ entity: String) throws -> [EntityStory] {
    let folder = try TemporaryFolder()
    for (name, lines) in Self.files {
      try Data(lines.map { $0 + "\n" }.joined().utf8)
        .write(to: folder.url.appendingPathComponent(name))
    }
    let spec = folder.url.appendingPathComponent("spec.yaml").path
    try Data(Self.spec.utf8).write(to: URL(fileURLWithPath: spec))
    return try ExplainRun(
      specFile: try SpecFile.load(spec),
      inputs: Self.files.keys.map { folder.url.appendingPathComponent($0).path },
      entity: entity, kind: nil, options: RunOptions(threads: 2, scratch: folder.url.path),
      control: RunControl()
    ).explain().stories
  }

  private func ids(_ story: EntityStory) -> [String] {
    story.ids.map { id in
      let place = id.linkedIn.map { String($0.split(separator: "/").last ?? "") } ?? "-"
      return "\(id.isAnonymous ? "device " : "")\(id.id) \(id.linkedAt ?? "-") \(place)"
    }
  }

  @Test func byAKnownId() throws {
    let story = try #require(try explain("ann").first)
    #expect(story.name == nil)
    #expect(story.events.map(\.name) == ["buy", "view", "buy", "alias"])
    #expect(
      ids(story) == [
        "ann - -", "anna 2026-03-03T00:00:00Z y.jsonl:2",
        "device d1 2026-03-02T00:00:00Z x.jsonl:3",
      ])
  }

  /// By the former id, the person that it is now.
  @Test func byAFormerId() throws {
    let stories = try explain("anna")
    #expect(stories.map(\.name) == ["ann"])
    #expect(stories.first?.events.count == 4)
  }

  /// A device of two people tells both stories.
  @Test func byASharedDevice() throws {
    let stories = try explain("d1")
    #expect(stories.map(\.name) == ["ann", "bob"])
    #expect(stories.map(\.events.count) == [4, 3])
    #expect(stories[0].reports[1].conclusions[0].contains("reached step 2 of 2"))
  }

  @Test func byADeviceOfItsOwn() throws {
    let stories = try explain("d3")
    #expect(stories.map(\.events.count) == [1])
    #expect(stories.map(\.name) == [nil])
    #expect(stories.map(\.ids.count) == [0])
  }

  @Test func nobody() {
    #expect(throws: RunFailure.self) { try explain("d9") }
  }
}
