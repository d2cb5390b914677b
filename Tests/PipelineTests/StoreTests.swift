import EventLog
import Foundation
import Spec
import TestSupport
import Testing

@testable import Pipeline

/// A store and the logs that go into it, in a folder of their own.
struct StoreWorld {
  let folder: TemporaryFolder
  var spec = LogStory.spec

  init() throws {
    folder = try TemporaryFolder(inMemory: true)
  }

  var store: String { folder.url.appendingPathComponent("store").path }

  func path(_ name: String) -> String { folder.url.appendingPathComponent(name).path }

  @discardableResult
  func write(_ lines: [String], to name: String) throws -> String {
    try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: path(name)))
    return path(name)
  }

  var options: RunOptions {
    var limits = ReadLimits()
    limits.chunkBytes = 4096
    return RunOptions(threads: 2, scratch: folder.url.path, limits: limits)
  }

  /// What a run publishes: tables by name, and `run.json`'s totals.
  struct Published: Equatable {
    var tables: [String: Data] = [:]
    var totals: [String: Int] = [:]
  }

  func run(
    _ inputs: [String], store: String?, options: RunOptions? = nil
  ) throws -> Published {
    let specPath = path("spec.yaml")
    try Data(spec.utf8).write(to: URL(fileURLWithPath: specPath))
    let out = path("out")
    _ = try PublishedRun(
      specFile: try SpecFile.load(specPath), inputs: inputs, out: out,
      options: options ?? self.options, control: RunControl(), store: store
    ).run()
    var published = Published()
    for name in try FileManager.default.contentsOfDirectory(atPath: out) {
      let data = try Data(contentsOf: URL(fileURLWithPath: out + "/" + name))
      if name == "run.json" {
        let manifest = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
        published.totals =
          (manifest["reconciliation"] as? [String: Any] ?? [:]).compactMapValues { $0 as? Int }
      } else if name != "rejects.jsonl" {
        published.tables[name] = data
      }
    }
    return published
  }

  /// The maintenance of the store.
  var keeper: StoreRun { StoreRun(path: store, options: options, control: RunControl()) }

  /// Every file of the store, by name.
  func files() throws -> [String: Data] {
    var files: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: store) {
      files[name] = try Data(contentsOf: URL(fileURLWithPath: store + "/" + name))
    }
    return files
  }
}

/// The tables of a store are those of one run over its logs.
@Suite struct StoreTests {
  /// Any division of a log over nights, in any order.
  @Test(arguments: [UInt64(1), 2, 3])
  func anyNights(seed: UInt64) throws {
    let world = try StoreWorld()
    let lines = LogStory.lines(1200, seed: seed)
    let expected = try world.run([world.write(lines, to: "all.jsonl")], store: nil)
    #expect(expected.tables.count > 15)
    let nights = LogStory.deal(lines, over: 5, seed: seed).sorted { $0.key < $1.key }
    var last = StoreWorld.Published()
    for (name, lines) in nights {
      last = try world.run([world.write(lines, to: name)], store: world.store)
    }
    #expect(last == expected)
    // Folded again, without inputs; with all inputs again; and from one segment.
    #expect(try world.run([], store: world.store) == expected)
    let all = nights.map { world.path($0.key) }
    #expect(try world.run(all, store: world.store) == expected)
    let before = try world.keeper.verify().events
    #expect(try !world.keeper.compact().isEmpty)
    #expect(try world.keeper.verify().events == before)
    #expect(try world.run([], store: world.store) == expected)
    for memory in [0, 50_000] {
      var options = world.options
      options.memoryBytesMax = memory
      #expect(try world.run([], store: world.store, options: options) == expected)
    }
  }

  /// Many nights leave few segments, and the tables are the same on each of them.
  @Test func nightsAreMerged() throws {
    let world = try StoreWorld()
    let lines = LogStory.lines(800, seed: 5)
    var seen: [String] = []
    for (night, start) in stride(from: 0, to: lines.count, by: 40).enumerated() {
      let part = Array(lines[start..<min(start + 40, lines.count)])
      seen += part
      let actual = try world.run(
        [world.write(part, to: "night\(night).jsonl")], store: world.store)
      let segments = try world.files().keys.filter { $0.hasSuffix(".twf") }.count
      // Four of a size, and those that were replaced last.
      #expect(segments <= 8, "night \(night)")
      if night % 6 == 5 {
        let all = try world.write(seen, to: "all.jsonl")
        #expect(actual == (try world.run([all], store: nil)), "night \(night)")
        try FileManager.default.removeItem(atPath: all)
      }
    }
    #expect(try world.keeper.verify().events > 600)
  }

  @Test func sizesOfSegments() {
    let night = 4_000_000
    // 200 nights, each merged as far as one has room.
    var (segments, most, written) = ([Int](), 0, 0)
    for _ in 0..<200 {
      segments.append(night)
      var room = StoreTiers.room(newRows: night, allRows: segments.reduce(0, +))
      while true {
        let chosen = StoreTiers.choice(segments, room: room)
        if chosen.isEmpty { break }
        let sum = chosen.reduce(0) { $0 + segments[$1] }
        room -= sum
        written += sum
        segments = segments.indices.filter { !chosen.contains($0) }.map { segments[$0] } + [sum]
      }
      most = max(most, segments.count)
    }
    #expect(segments.reduce(0, +) == 200 * night)
    // 4 log4(200) + 4
    #expect(most <= 19)
    #expect(written <= 4 * 200 * night)
    #expect(StoreTiers.choice([1, 1, 1], room: 100) == [])
    #expect(StoreTiers.choice([1, 1 << 20, 1, 1, 1], room: 100) == [0, 2, 3, 4])
    #expect(StoreTiers.choice([30, 30, 30, 30], room: 100) == [])
  }

  /// The same rows make the same bytes, whatever the threads and the spills.
  @Test func segmentsAreAFunctionOfTheirRows() throws {
    let lines = LogStory.lines(2000, seed: 9)
    let files = LogStory.deal(lines, over: 4, seed: 9)
    var expected: Data?
    for (threads, memory) in [(1, nil), (4, nil), (2, 0), (3, 30_000)] as [(Int, Int?)] {
      let world = try StoreWorld()
      let paths = try files.map { try world.write($1, to: $0) }
      var options = world.options
      options.threads = threads
      options.memoryBytesMax = memory
      options.storeSalt = 11
      _ = try world.run(paths, store: world.store, options: options)
      let segment = try world.files()["segment-000001.twf"]
      #expect(segment != nil)
      if let expected { #expect(segment == expected) }
      expected = segment
    }
  }

  /// The same content under another name or in another container counts once.
  @Test func contentCountsOnce() throws {
    let world = try StoreWorld()
    let lines = LogStory.lines(300, seed: 4)
    let first = try world.write(lines, to: "app.jsonl")
    let expected = try world.run([first], store: world.store)
    let text = Data(lines.map { $0 + "\n" }.joined().utf8)
    try storedGzip(text).write(to: URL(fileURLWithPath: world.path("app.1.gz")))
    let again = try world.run(
      [first, world.path("app.1.gz"), world.write(lines, to: "copy.jsonl")], store: world.store)
    #expect(again == expected)
    #expect(try world.keeper.info().events == world.keeper.verify().events)
  }

  /// A grown file takes the place of what it was, again and again, under any name.
  @Test(arguments: [10, 700])
  func grownFiles(first: Int) throws {
    let world = try StoreWorld()
    let lines = LogStory.lines(1500, seed: 5)
    for (night, count) in [first, 800, 801, 1500].enumerated() {
      let path = try world.write(Array(lines.prefix(count)), to: "app.\(night % 2).jsonl")
      let expected = try world.run([path], store: nil)
      #expect(try world.run([path], store: world.store) == expected, "\(count) lines")
    }
    #expect(try !world.keeper.compact().isEmpty)
    let all = try world.write(lines, to: "all.jsonl")
    #expect(try world.run([], store: world.store) == world.run([all], store: nil))
  }

  /// Reports can be added, changed and taken away without reading a log again.
  @Test func changedReports() throws {
    var world = try StoreWorld()
    let lines = LogStory.lines(600, seed: 6)
    let path = try world.write(lines, to: "all.jsonl")
    _ = try world.run([path], store: world.store)
    let source = world.spec.prefix(upTo: world.spec.range(of: "events:")!.lowerBound)
    world.spec =
      source + """
        events:
          dear: {event: purchase, where: {revenue: {gte: 7}, country: {in: [DE, FR]}}}
        reports:
          by_revenue: {type: activity, interval: month, breakdown: revenue}
          dear: {type: activity, event: dear, interval: day, entity: account}
        """
    let expected = try world.run([path], store: nil)
    try FileManager.default.removeItem(atPath: path)
    #expect(try world.run([], store: world.store) == expected)
  }

  /// A spec may ask for less of the source, not for something else.
  @Test func otherSources() throws {
    var world = try StoreWorld()
    let path = try world.write(LogStory.lines(50, seed: 6), to: "all.jsonl")
    _ = try world.run([path], store: world.store)
    let whole = world.spec
    for (old, new, tells) in [
      ("time: timestamp", "time: received", "source.time"),
      ("country: context.country", "country: context.land", "source.properties.country"),
      ("id: messageId", "", "source.id"),
    ] {
      world.spec = whole.replacingOccurrences(of: old, with: new)
      let failure = #expect(throws: RunFailure.self) { try world.run([], store: world.store) }
      #expect(failure?.kind == .badSpec)
      #expect(
        failure?.messages.contains { $0.hasPrefix(tells) } == true, "\(failure?.messages ?? [])")
    }
  }

  /// Events of an input go out and its copy in the logs stays out.
  @Test func drop() throws {
    let world = try StoreWorld()
    let lines = LogStory.lines(600, seed: 7)
    let files = LogStory.deal(lines, over: 3, seed: 7)
    let paths = try files.sorted { $0.key < $1.key }.map { try world.write($1, to: $0) }
    for path in paths { _ = try world.run([path], store: world.store) }
    _ = try world.keeper.drop(paths[1])
    let expected = try world.run([paths[0], paths[2]], store: nil)
    #expect(try world.run([], store: world.store) == expected)
    #expect(throws: RunFailure.self) { try world.keeper.drop("nothing.jsonl") }
  }

  /// Erased ids are in no byte of the store, and the tables are those of logs without them.
  @Test func forget() throws {
    let world = try StoreWorld()
    let user = "person-0123456789abcdef"
    let account = "company-fedcba9876543210"
    let lines = LogStory.lines(500, seed: 8).map {
      $0.replacingOccurrences(of: #""userId":"u3""#, with: "\"userId\":\"\(user)\"")
        .replacingOccurrences(of: #""acc2""#, with: "\"\(account)\"")
    }
    let half = lines.count / 2
    for (name, part) in [("a", lines[..<half]), ("b", lines[half...])] {
      let path = try world.write(Array(part), to: name)
      _ = try world.run([path], store: world.store)
    }
    func occurs(_ id: String) throws -> Bool {
      try world.files().values.contains { $0.range(of: Data(id.utf8)) != nil }
    }
    #expect(try occurs(user) && occurs(account))
    _ = try world.keeper.forget([user, account])
    #expect(try !occurs(user) && !occurs(account))
    let rest = lines.filter { !$0.contains(user) }.map {
      $0.replacingOccurrences(of: account, with: "")
    }
    let expected = try world.run([world.write(rest, to: "rest.jsonl")], store: nil)
    #expect(try world.run([], store: world.store).tables == expected.tables)
  }

  /// Events before a date go, but those of names that are kept.
  @Test func expire() throws {
    let world = try StoreWorld()
    let lines = LogStory.lines(500, seed: 10)
    _ = try world.run([world.write(lines, to: "all.jsonl")], store: world.store)
    let date = 1_773_100_800_000_000 as Int64  // 2026-03-10
    _ = try world.keeper.expire(before: date, keeping: ["purchase"])
    let rest = lines.filter { line in
      line.contains(#""event":"purchase""#)
        || !(1...9).contains { line.contains("2026-03-0\($0)T") }
    }
    let expected = try world.run([world.write(rest, to: "rest.jsonl")], store: nil)
    #expect(try world.run([], store: world.store).tables == expected.tables)
  }

  /// A changed bit anywhere is found, and the file and its inputs are named; so is a missing file.
  @Test func damage() throws {
    let world = try StoreWorld()
    let lines = LogStory.lines(200, seed: 11)
    let path = try world.write(lines, to: "all.jsonl")
    let expected = try world.run([path], store: world.store)
    let files = try world.files()
    let tables = try world.run([], store: world.store)
    #expect(tables == expected)
    var random = SplitMix64(seed: 11)
    for (name, content) in files where name != "lock" {
      let url = URL(fileURLWithPath: world.store + "/" + name)
      for _ in 0..<Thorough.cases(400) {
        var bytes = content
        let place = Int.random(in: 0..<content.count, using: &random)
        bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        try bytes.write(to: url)
        let failure = #expect(throws: RunFailure.self) { try world.keeper.verify() }
        #expect(failure?.kind == .badData, "\(name) byte \(place)")
        if name != "store.json" {
          #expect(failure?.messages.contains { $0.contains(name) } == true)
          #expect(failure?.messages.contains { $0.contains("all.jsonl") } == true)
        }
        // A fold that does not need the byte may pass; what it then says is right.
        if let published = try? world.run([], store: world.store) { #expect(published == expected) }
      }
      try FileManager.default.removeItem(at: url)
      let failure = #expect(throws: RunFailure.self) { try world.keeper.verify() }
      #expect(failure?.kind == (name == "store.json" ? .noInput : .badData))
      try content.write(to: url)
    }
    #expect(try world.keeper.verify().events > 0)
  }

  /// What a killed run left is cleared away, and the next run ends as if nothing had happened.
  @Test func orphans() throws {
    let world = try StoreWorld()
    let lines = LogStory.lines(200, seed: 12)
    _ = try world.run([world.write(lines, to: "a.jsonl")], store: world.store)
    let more = try world.write(LogStory.lines(100, seed: 13), to: "b.jsonl")
    try Data("half".utf8).write(to: URL(fileURLWithPath: world.store + "/segment-000002.twf"))
    try Data("half".utf8).write(to: URL(fileURLWithPath: world.store + "/store.json.new"))
    let expected = try world.run([world.path("a.jsonl"), more], store: nil)
    #expect(try world.run([more], store: world.store) == expected)
    #expect(
      try Set(world.files().keys)
        == ["lock", "store.json", "segment-000001.twf", "segment-000002.twf"])
  }

  /// Bad nights leave the store as it was.
  @Test func refusedNights() throws {
    let world = try StoreWorld()
    let lines = LogStory.lines(200, seed: 14)
    let expected = try world.run([world.write(lines, to: "a.jsonl")], store: world.store)
    let before = try world.files()
    let bad = try world.write(["{", "[", "x"] + lines, to: "b.jsonl")
    var options = world.options
    options.rejectsMax = .rows(2)
    #expect(throws: RunFailure.self) {
      try world.run([bad], store: world.store, options: options)
    }
    #expect(try world.files() == before)
    #expect(try world.run([], store: world.store) == expected)
  }

  /// What was written before the refusal goes at once, and not with the next run.
  @Test func uncommittedSegments() throws {
    let world = try StoreWorld()
    let path = try world.write(LogStory.lines(200, seed: 15), to: "a.jsonl")
    let specPath = world.path("spec.yaml")
    try Data(world.spec.utf8).write(to: URL(fileURLWithPath: specPath))
    do {
      let spec = try SpecFile.load(specPath).spec
      let session = try StoreSession(path: world.store, spec: spec, writes: true)
      let files = try ReadableInputs([path], source: session.kept.specs[0]).files
      _ = try session.take(
        files, timeZone: "UTC", options: world.options, control: RunControl())
      #expect(try Set(world.files().keys) == ["lock", "segment-000001.twf"])
    }
    #expect(try Set(world.files().keys) == ["lock"])
  }
}
