import EventLog
import Foundation
import Spec
import TestSupport
import Testing
import Timelines

@testable import Pipeline

/// Stores of several sources at random, with ids of their own, maps and carried accounts: the tables of
/// one run over all inputs, whatever night or store they come in.
@Suite struct StoreNightsTests {
  /// Deals lines over nights, each a folder.
  private static func write(
    _ sources: GeneratedSources, over nights: Int, in world: StoreWorld,
    _ random: inout SplitMix64
  ) throws -> [String] {
    var parts: [String: [String]] = [:]
    for name in sources.logs {
      let header = GeneratedSources.headers[String(name.prefix { $0 != "/" })]
      for line in sources.files[name]!.dropFirst(header == nil ? 0 : 1) {
        let night = Int.random(in: 0..<nights, using: &random)
        parts["night\(night)/\(name)", default: header.map { [$0] } ?? []].append(line)
      }
    }
    for (name, lines) in parts { try GeneratedSources.write(lines, to: world.path(name)) }
    for (name, lines) in sources.files where GeneratedSources.isMap(name) {
      try GeneratedSources.write(lines, to: world.path("maps/" + name))
    }
    return (0..<nights).map { world.path("night\($0)") }.filter {
      FileManager.default.fileExists(atPath: $0)
    }
  }

  @Test func anyNights() throws {
    for seed in 0..<UInt64(Thorough.cases(60)) {
      var random = SplitMix64(seed: 70 + seed)
      let sources = GeneratedSources(seed: 300 + seed)
      var world = try StoreWorld()
      world.spec = sources.spec
      let nights = try Self.write(sources, over: 4, in: world, &random)
      let maps = world.path("maps")
      let expected = try PublishedSources.run(world, nights + [maps], store: nil)
      // Wrong maps at first, the right ones some night.
      let right = Int.random(in: 0..<nights.count, using: &random)
      let contacts = world.path("maps/map/contacts.csv")
      try GeneratedSources.write(["contact,user", "C1,p8", "C8,p1"], to: contacts)
      var last: PublishedSources?
      for (number, night) in nights.shuffled(using: &random).enumerated() {
        if number == right {
          try GeneratedSources.write(sources.files["map/contacts.csv"]!, to: contacts)
        }
        var options = world.options
        options.threads = Int.random(in: 1...3, using: &random)
        options.memoryBytesMax = random.oneIn(2) ? 1 << 16 : nil
        let givesMaps = number == 0 || number == right || random.oneIn(3)
        last = try PublishedSources.run(
          world, [night] + (givesMaps ? [maps] : []), store: world.store, options)
      }
      // Sources without an input tonight are said.
      var found = try #require(last)
      found.warnings = found.warnings.filter { !$0.contains("has no input") }
      PublishedSources.expectSame(found, expected, "seed \(seed)")
      PublishedSources.expectSame(
        try PublishedSources.run(world, [], store: world.store), expected, "seed \(seed), again")
      _ = try world.keeper.compact()
      var options = world.options
      options.memoryBytesMax = 1 << 16
      PublishedSources.expectSame(
        try PublishedSources.run(world, [], store: world.store, options), expected,
        "seed \(seed), compact")
      #expect(try world.keeper.verify(against: nights, timeZone: "Europe/Berlin").isWhole)
      try Self.expectStories(world, nights + [maps], "seed \(seed)")
    }
  }

  /// What machines have read each into a store of its own is one store's.
  @Test func storesAreAdded() throws {
    for seed in 0..<UInt64(Thorough.cases(20)) {
      var random = SplitMix64(seed: 40 + seed)
      let sources = GeneratedSources(seed: 700 + seed)
      var world = try StoreWorld()
      world.spec = sources.spec
      let nights = try Self.write(sources, over: 4, in: world, &random)
      let maps = world.path("maps")
      let expected = try PublishedSources.run(world, nights + [maps], store: nil)
      _ = try PublishedSources.run(world, [nights[0], maps], store: world.store)
      // One night is in two of them.
      let parts = [Array(nights.dropFirst()), Array(nights.prefix(2))]
      for (number, part) in parts.enumerated() {
        _ = try PublishedSources.run(world, part + [maps], store: world.path("other\(number)"))
      }
      let added = try world.keeper.add([world.path("other0"), world.path("other1")])
      #expect(added.last?.hasPrefix("0 events of 0 inputs") == true)
      PublishedSources.expectSame(
        try PublishedSources.run(world, [], store: world.store), expected, "seed \(seed)")
      #expect(try world.keeper.verify(against: nights, timeZone: "Europe/Berlin").isWhole)
    }
  }

  /// What explain tells, of logs and of the store.
  private static func expectStories(
    _ world: StoreWorld, _ inputs: [String], _ what: String
  ) throws {
    for id in ["p1", "c1", "d3"] {
      func told(_ store: String?) throws -> [EntityStory] {
        do {
          return try ExplainRun(
            specFile: SpecFile(path: "spec.yaml", yaml: world.spec),
            inputs: store == nil ? inputs : [], entity: id, kind: nil, options: world.options,
            control: RunControl(), store: store
          ).explain().stories.map { story in
            var story = story
            // Lines are not kept.
            for at in story.ids.indices { story.ids[at].linkedIn = nil }
            return story
          }
        } catch let failure as RunFailure where failure.kind == .noInput {
          return []
        }
      }
      #expect(try told(world.store) == told(nil), "\(what), \(id)")
    }
  }

  /// Accounts carried in a store of one source.
  @Test func carry() throws {
    for seed in 0..<UInt64(Thorough.cases(40)) {
      var random = SplitMix64(seed: 20 + seed)
      let lines = IdentityRunTests.rows(&random).map { row in
        let line = row.line()
        return random.oneIn(2) ? line.replacing(/,"account":"[^"]*"/, with: "") : line
      }
      var world = try StoreWorld()
      let rule = IdentityRules.AnonymousRows.allCases.randomElement(using: &random)!
      world.spec = IdentityRunTests.spec(IdentityRules(anonymousRows: rule)).replacing(
        "account: account",
        with: "account: {path: account, carry: \(random.oneIn(2) ? "around" : "forward")}")
      let names = try (0..<3).map { night in
        try world.write(
          lines.indices.filter { $0 % 3 == night }.map { lines[$0] }, to: "night\(night).jsonl")
      }
      let expected = try PublishedSources.run(world, names, store: nil)
      var last: PublishedSources?
      for name in names.shuffled(using: &random) {
        last = try PublishedSources.run(world, [name], store: world.store)
      }
      try PublishedSources.expectSame(#require(last), expected, "seed \(seed)")
      // Whose account rows take is decided when they are counted.
      world.spec = world.spec.replacing(/carry: (around|forward)/, with: "carry: none")
      PublishedSources.expectSame(
        try PublishedSources.run(world, [], store: world.store),
        try PublishedSources.run(world, names, store: nil),
        "seed \(seed), none")
    }
  }
}
