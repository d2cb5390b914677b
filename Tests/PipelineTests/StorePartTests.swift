import EventLog
import Foundation
import Spec
import TestSupport
import Testing

@testable import Pipeline

/// What map tasks read for a store: a run that takes it in publishes, to the byte, what a run publishes
/// that reads the logs themselves.
@Suite struct StorePartTests {
  @discardableResult
  private static func map(
    _ world: StoreWorld, _ inputs: [String], to part: String
  ) throws -> RunNotices {
    try MapTask(
      specFile: SpecFile(path: "spec.yaml", yaml: world.spec), inputs: inputs,
      out: world.path(part), options: world.options, control: RunControl()
    ).storePart()
  }

  /// Everything that a run has published, rejects and manifest included.
  private static func published(_ world: StoreWorld) throws -> MachineTests.Published {
    try MachineTests.Published(world.path("out"), RunNotices(damages: [], lines: []))
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func asIfTheLogsWereGiven(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let world = try StoreWorld()
    let files = LogStory.deal(LogStory.lines(600, seed: seed), over: 6, seed: seed)
    var names = try files.map { try world.write($0.value, to: $0.key) }.sorted()
    names.append(try world.write([#"{"userId": 1"#, "", "no json"], to: "bad.jsonl"))
    names.append(try world.write([], to: "empty.jsonl"))
    let (old, new) = (Array(names.prefix(2)), Array(names.dropFirst(2)))
    for store in ["store", "other"] { _ = try world.run(old, store: world.path(store)) }
    _ = try world.run(new, store: world.store)
    let expected = try Self.published(world)
    #expect(expected.files["rejects.jsonl"] != nil)
    // Some of the logs in parts, each of some inputs, and some as they are.
    var split = [[String]](repeating: [], count: Int.random(in: 2...4, using: &random))
    for name in new { split[Int.random(in: split.indices, using: &random)].append(name) }
    var given = split.removeLast()
    for (number, inputs) in split.enumerated() where !inputs.isEmpty {
      try Self.map(world, inputs, to: "part\(number)")
      given.append(world.path("part\(number)"))
    }
    _ = try world.run(given.shuffled(using: &random), store: world.path("other"))
    #expect(try Self.published(world) == expected, "seed \(seed)")
    #expect(try world.run([], store: world.store) == world.run([], store: world.path("other")))
    let other = StoreRun(
      path: world.path("other"), options: world.options, control: RunControl())
    #expect(try other.verify(against: names, timeZone: "Europe/Berlin").isWhole)
    // Again changes nothing, and a store keeps nothing of rejected rows.
    let before = try Data(contentsOf: URL(fileURLWithPath: world.path("other/store.json")))
    _ = try world.run(given, store: world.path("other"))
    #expect(
      try other.info().events
        == StoreRun(
          path: world.store, options: world.options, control: RunControl()
        ).info().events)
    #expect(before.range(of: Data("no json".utf8)) == nil)
  }

  /// A part alone makes a store, with reports that its map task did not have.
  @Test func reportsComeLater() throws {
    var world = try StoreWorld()
    let log = try world.write(LogStory.lines(300, seed: 8), to: "log.jsonl")
    let expected = try world.run([log], store: nil)
    let spec = world.spec
    let source = try #require(spec.range(of: "reports:"))
    world.spec = spec[..<source.lowerBound] + "reports: {any: {type: activity, interval: day}}\n"
    try Self.map(world, [log], to: "part")
    world.spec = spec
    #expect(try world.run([world.path("part")], store: world.store) == expected)
    #expect(try world.run([], store: world.path("part")) == expected)
  }

  @Test func sourcesWithIDsOfTheirOwn() throws {
    for seed in 0..<UInt64(Thorough.cases(20)) {
      let sources = GeneratedSources(seed: 900 + seed)
      var world = try StoreWorld()
      world.spec = sources.spec
      try sources.write(to: world.path("logs"))
      _ = try world.run([world.path("logs")], store: world.store)
      let expected = try Self.published(world)
      var parts: [String] = []
      for (number, name) in sources.logs.sorted().enumerated() {
        try Self.map(world, [world.path("logs/" + name)], to: "part\(number)")
        parts.append(world.path("part\(number)"))
      }
      _ = try world.run(parts + [world.path("logs/map")], store: world.path("other"))
      #expect(try Self.published(world).files == expected.files, "seed \(seed)")
    }
  }

  @Test func whatIsRefused() throws {
    var world = try StoreWorld()
    let tests = MachineTests()
    let log = try world.write(LogStory.lines(30, seed: 1), to: "log.jsonl")
    try Self.map(world, [log], to: "part")
    let again = try Self.map(world, [log], to: "part")
    #expect(again.lines.first?.hasSuffix("is there already: nothing was read") == true)
    let part = world.path("part")
    tests.expectFailure(.usage, "is a store, not a log") { _ = try world.run([part], store: nil) }
    tests.expectFailure(.noInput, "none.jsonl") {
      try Self.map(world, [world.path("none.jsonl")], to: "new")
    }
    // Nothing is left of what did not come about.
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: world.folder.url.path)
        .filter { $0.hasPrefix("new") } == [])
    world.spec = world.spec.replacing("  passive: [visit]\n", with: "")
    tests.expectFailure(.badSpec, "is of another source") {
      try Self.map(world, [log], to: "part")
    }
    tests.expectFailure(.badSpec, "their sources differ") {
      _ = try world.run([part], store: world.store)
    }
  }
}
