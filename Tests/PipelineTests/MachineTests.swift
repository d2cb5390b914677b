import EventLog
import Foundation
import Spec
import TestSupport
import Testing

@testable import Pipeline
@testable import Timelines
@testable import Values

/// A run in steps is the run: the same bytes for any split of its files over map tasks and of its
/// partitions over fold tasks; and what does not belong together is refused.
@Suite struct MachineTests {
  /// A run of several machines in one folder.
  struct Cluster {
    let folder: TemporaryFolder
    var spec: SpecFile
    var options: RunOptions

    init(_ yaml: String = LogStory.specOfAll) throws {
      folder = try TemporaryFolder(inMemory: true)
      spec = try SpecFile(path: "spec.yaml", yaml: yaml)
      var limits = ReadLimits()
      limits.chunkBytes = 4096
      options = RunOptions(
        threads: 2, scratch: folder.url.path, now: .date(CalendarDate("2026-03-25")!),
        limits: limits)
    }

    func path(_ name: String) -> String { folder.url.appendingPathComponent(name).path }

    func write(_ lines: [String], to name: String) throws {
      try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: path(name)))
    }

    @discardableResult
    func map(_ inputs: [String], to name: String, partitions: Int = 16) throws -> RunNotices {
      try MapTask(
        specFile: spec, inputs: inputs.map(path), out: path(name), options: options,
        control: RunControl()
      ).map(partitions: partitions)
    }

    func ledger(_ parts: [String], to name: String = "ledger") throws {
      _ = try LedgerRun(
        specFile: spec, ledgers: parts.map(path), out: path(name),
        observedUntil: options.observedUntil, observedFrom: options.observedFrom
      ).run()
    }

    @discardableResult
    func deal(_ parts: [String], _ share: String, to name: String) throws -> RunNotices {
      try task(parts, share, ledger: "ledger", to: name).deal()
    }

    func fold(
      _ parts: [String], _ share: String, to name: String, ledger: String = "ledger"
    ) throws {
      _ = try task(parts, share, ledger: ledger, to: name).fold()
    }

    private func task(
      _ parts: [String], _ share: String, ledger: String, to name: String
    ) -> ShareTask {
      ShareTask(
        specFile: spec, segments: parts.map(path), ledger: path(ledger),
        share: PartitionShare(share)!, out: path(name), options: options, control: RunControl())
    }

    func merge(
      _ states: [String], ledger: String = "ledger", options: RunOptions? = nil
    ) throws -> Published {
      let notices = try PublishedRun(
        specFile: spec, inputs: [], out: path("merged"), options: options ?? self.options,
        control: RunControl(),
        merge: StateMerge(states: states.map(path), ledger: path(ledger))
      ).run()
      return try Published(path("merged"), notices)
    }

    func whole(_ inputs: [String]) throws -> Published {
      let notices = try PublishedRun(
        specFile: spec, inputs: inputs.map(path), out: path("whole"), options: options,
        control: RunControl()
      ).run()
      return try Published(path("whole"), notices)
    }
  }

  /// Everything that was published, without what tells of the machine, and what was said.
  struct Published: Equatable {
    var files: [String: Data] = [:]
    var manifest: NSDictionary = [:]
    var said: [String]

    init(_ folder: String, _ notices: RunNotices) throws {
      said = notices.damages + notices.lines
      for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
        files[name] = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
      }
      let json = try JSONSerialization.jsonObject(with: files.removeValue(forKey: "run.json")!)
      var told = json as? [String: Any] ?? [:]
      for name in ["wall_seconds", "cpu_seconds", "peak_memory_bytes", "started_at", "ended_at"] {
        told[name] = nil
      }
      manifest = told as NSDictionary
    }
  }

  /// Cuts 0 ..< count into neighbouring ranges.
  static func shares(of count: Int, _ random: inout SplitMix64) -> [String] {
    var shares: [String] = []
    var next = 0
    while next < count {
      let end = min(count, next + Int.random(in: 1...count, using: &random))
      shares.append(end == next + 1 ? "\(next)/\(count)" : "\(next)-\(end - 1)/\(count)")
      next = end
    }
    return shares.shuffled(using: &random)
  }

  @Test(arguments: 0..<6 as Range<UInt64>)
  func sameBytesAsOneRun(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var cluster = try Cluster()
    if seed % 3 == 1 { cluster.options.observedUntil = .date(CalendarDate("2026-03-20")!) }
    if seed % 3 == 2 { cluster.options.memoryBytesMax = 0 }
    let files = LogStory.deal(
      LogStory.lines(900, seed: seed), over: 7, seed: seed)
    for (name, lines) in files { try cluster.write(lines, to: name) }
    try cluster.write([], to: "empty.jsonl")
    try cluster.write(["{\"userId\": 1", ""], to: "bad.jsonl")
    // Of files without rows and of one content one run reads one, whoever read them here.
    for name in ["blank1.jsonl", "blank2.jsonl", "blank3.jsonl"] {
      try cluster.write(["", ""], to: name)
    }
    let names =
      files.keys.sorted() + [
        "empty.jsonl", "bad.jsonl", "blank2.jsonl", "blank1.jsonl", "blank3.jsonl",
      ]
    let expected = try cluster.whole(names)
    #expect(expected.files.count > 15)

    let partitions = 1 << Int.random(in: 0...8, using: &random)
    let tasks = Int.random(in: 1...4, using: &random)
    var dealt = [[String]](repeating: [], count: tasks)
    for name in names { dealt[Int.random(in: 0..<tasks, using: &random)].append(name) }
    var parts: [String] = []
    for (number, inputs) in dealt.enumerated() where !inputs.isEmpty {
      parts.append("part\(number)")
      cluster.options.threads = Int.random(in: 1...3, using: &random)
      try cluster.map(inputs, to: "part\(number)", partitions: partitions)
    }
    // In any order, and joined in two steps.
    parts.shuffle(using: &random)
    if parts.count > 2 {
      try cluster.ledger(Array(parts.prefix(2)), to: "some")
      try cluster.ledger(["some"] + parts.dropFirst(2))
    } else {
      try cluster.ledger(parts)
    }
    var states: [String] = []
    for share in Self.shares(of: partitions, &random) {
      states.append("state\(states.count)")
      cluster.options.threads = Int.random(in: 1...3, using: &random)
      try cluster.fold(parts.shuffled(using: &random), share, to: states.last!)
    }
    let merged = try cluster.merge(states.shuffled(using: &random))
    #expect(merged.files.keys.sorted() == expected.files.keys.sorted())
    for (name, data) in expected.files where merged.files[name] != data {
      Issue.record("\(name) differs, seed \(seed)")
    }
    #expect(merged.manifest == expected.manifest)
    #expect(merged.said == expected.said)
    // Nothing is left but what was asked for.
    let left = try FileManager.default.contentsOfDirectory(atPath: cluster.folder.url.path)
    #expect(left.filter { $0.contains("draft") } == [])
  }

  @Test func idsThatTheFixedHashPutsTogetherAreDealtOut() throws {
    func id(_ number: Int) -> String { "user\(number)" }
    let chosen = (0..<4000).filter {
      let bytes = Array(id($0).utf8)
      let hash = ByteHash()(bytes.span)
      return hash >> 60 == 0
    }.prefix(64)
    #expect(chosen.count == 64)
    let lines = chosen.map {
      #"{"timestamp":"2026-03-02T10:00:00Z","event":"view","userId":"\#(id($0))"}"#
    }
    /// Rows by partition of 16.
    func rows(now: String) throws -> [Int] {
      var cluster = try Cluster(
        """
        source: {user: userId, event: event, time: timestamp}
        reports: {active: {type: activity, interval: day}}
        """)
      cluster.options.now = .date(CalendarDate(now)!)
      try cluster.write(lines, to: "a.jsonl")
      try cluster.map(["a.jsonl"], to: "part")
      return try MapPart.load(cluster.path("part")).part.exports[0].reduce(
        into: [Int](repeating: 0, count: 16)
      ) { sums, export in
        for (partition, rows) in export.rows.enumerated() { sums[partition] += rows }
      }
    }
    let first = try rows(now: "2026-03-25")
    #expect(first.reduce(0, +) == 64)
    #expect(first.max()! < 16)
    // Every task of a run deals alike, another run otherwise.
    #expect(try rows(now: "2026-03-25") == first)
    #expect(try rows(now: "2026-03-26") != first)
  }

  @Test func whatIsDoneIsNotDoneAgain() throws {
    let cluster = try Cluster()
    try cluster.write(LogStory.lines(50, seed: 1), to: "a.jsonl")
    try cluster.map(["a.jsonl"], to: "part")
    let again = try cluster.map(["a.jsonl"], to: "part")
    #expect(
      again.lines.count == 1 && again.lines[0].hasSuffix("is there already: nothing was read"))
    // A folder of another run is in the way.
    expectFailure(.badSpec, "part is of another run") {
      try cluster.map(["a.jsonl"], to: "part", partitions: 8)
    }
  }

  func expectFailure(
    _ kind: RunFailure.Kind, _ text: String, _ location: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
  ) {
    do {
      try body()
      Issue.record("no error", sourceLocation: location)
    } catch let failure as RunFailure {
      #expect(failure.kind == kind, "\(failure)", sourceLocation: location)
      #expect(failure.description.contains(text), "\(failure)", sourceLocation: location)
    } catch {
      Issue.record("\(error)", sourceLocation: location)
    }
  }

  @Test func mixturesGapsAndDoublesAreRefused() throws {
    var cluster = try Cluster()
    try cluster.write(LogStory.lines(200, seed: 1), to: "a.jsonl")
    try cluster.write(LogStory.lines(200, seed: 2), to: "b.jsonl")
    try cluster.map(["a.jsonl"], to: "a")
    try cluster.map(["b.jsonl"], to: "b")
    try cluster.map(["a.jsonl"], to: "again")
    try cluster.map(["b.jsonl"], to: "many", partitions: 32)
    expectFailure(.badData, "of the same map task") { try cluster.ledger(["a", "a"]) }
    // The bytes of a task may repeat or not: its input does.
    expectFailure(.badData, "map task") { try cluster.ledger(["a", "again"]) }
    expectFailure(.badSpec, "partitions: ") { try cluster.ledger(["a", "many"]) }
    try FileManager.default.copyItem(
      atPath: cluster.path("a.jsonl"), toPath: cluster.path("c.jsonl"))
    try cluster.map(["c.jsonl"], to: "copy")
    expectFailure(.badData, "has the same content as") { try cluster.ledger(["a", "copy"]) }

    try cluster.ledger(["a", "b"])
    expectFailure(.noInput, "none of --segments is of the map task that read") {
      try cluster.fold(["a"], "0-15/16", to: "state")
    }
    expectFailure(.badSpec, "does not know") {
      try cluster.fold(["a", "many"], "0-15/16", to: "state")
    }
    expectFailure(.usage, "there are 16") { try cluster.fold(["a", "b"], "0-7/8", to: "state") }
    try cluster.fold(["a", "b"], "0-7/16", to: "s1")
    try cluster.fold(["a", "b"], "8-15/16", to: "s2")
    try cluster.fold(["a", "b"], "7-15/16", to: "s3")
    expectFailure(.badData, "no state has the partitions 8-15/16") { _ = try cluster.merge(["s1"]) }
    expectFailure(.badData, "no state has the partitions 0-7/16") { _ = try cluster.merge(["s2"]) }
    expectFailure(.badData, "the same partitions") { _ = try cluster.merge(["s1", "s3"]) }
    expectFailure(.badData, "the same partitions") { _ = try cluster.merge(["s1", "s2", "s2"]) }
    try cluster.ledger(["a"], to: "other")
    expectFailure(.badData, "with another ledger") {
      _ = try cluster.merge(["s1", "s2"], ledger: "other")
    }
    let spec = cluster.spec
    cluster.spec = try SpecFile(
      path: "spec.yaml",
      yaml: LogStory.specOfAll.replacingOccurrences(of: "within: 2d, b", with: "within: 3d, b"))
    expectFailure(.badSpec, "reports.checkout: ") { _ = try cluster.merge(["s1", "s2"]) }
    cluster.spec = try SpecFile(
      path: "spec.yaml",
      yaml: LogStory.specOfAll.replacingOccurrences(of: "Europe/Berlin", with: "Europe/Paris"))
    expectFailure(.badSpec, "calendar.time_zone: ") { _ = try cluster.merge(["s1", "s2"]) }
    cluster.spec = spec
    var strict = cluster.options
    strict.rejectsMax = .rows(1)
    expectFailure(.badData, "more than --max-rejects 1 allows") {
      _ = try cluster.merge(["s1", "s2"], options: strict)
    }
    _ = try cluster.merge(["s1", "s2"])
  }

  /// A flipped bit, a cut or an insertion anywhere is an error that names the file.
  @Test func damageIsNamed() throws {
    let cluster = try Cluster()
    try cluster.write(LogStory.lines(150, seed: 3), to: "a.jsonl")
    try cluster.map(["a.jsonl"], to: "part", partitions: 4)
    try cluster.ledger(["part"])
    try cluster.fold(["part"], "0-3/4", to: "state")
    let good = try cluster.merge(["state"])
    var random = SplitMix64(seed: 9)
    let files: [(name: String, read: () throws -> Void)] = [
      ("state", { _ = try cluster.merge(["state"]) }),
      ("ledger", { _ = try cluster.merge(["state"]) }),
      ("part/part.json", { try cluster.fold(["part"], "0-3/4", to: "again") }),
      ("part/rows.twr", { try cluster.fold(["part"], "0-3/4", to: "again") }),
      ("part/ledger.json", { try cluster.ledger(["part"], to: "joined") }),
    ]
    for (name, read) in files {
      let url = URL(fileURLWithPath: cluster.path(name))
      let bytes = [UInt8](try Data(contentsOf: url))
      for _ in 0..<Thorough.cases(400) {
        var bad = bytes
        let place = Int.random(in: bad.indices, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bad.removeSubrange(place...)
        case 1: bad.insert(UInt8.random(in: 0...255, using: &random), at: place)
        default: bad[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
        try Data(bad).write(to: url)
        expectFailure(.badData, (name as NSString).lastPathComponent) { try read() }
      }
      try Data(bytes).write(to: url)
    }
    #expect(try cluster.merge(["state"]) == good)
  }

  @Test func sharesAreRead() {
    #expect(PartitionShare("0-15/256")?.partitions == 0..<16)
    #expect(PartitionShare("7/8")?.description == "7/8")
    #expect(PartitionShare("0-7/8")?.description == "0-7/8")
    for bad in [
      "", "1", "/8", "1/", "8/8", "3-2/8", "-1/8", "0-1-2/8", "0/7", "0/131072", "a/8",
      "0-9223372036854775807/8", "1//8", "0/0",
    ] {
      #expect(PartitionShare(bad) == nil, "\(bad)")
    }
  }
}
