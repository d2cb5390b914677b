import Foundation
import Spec
import TestSupport
import Testing

@testable import Pipeline
@testable import System

/// What an operator does to a store, and what happens to it.
@Suite struct StoreCareTests {
  /// A store of three nights, and their logs by name.
  private static func nights(
    _ world: StoreWorld, seed: UInt64
  ) throws -> [(path: String, lines: [String])] {
    let lines = LogStory.lines(600, seed: seed)
    var nights: [(path: String, lines: [String])] = []
    for (name, lines) in LogStory.deal(lines, over: 3, seed: seed).sorted(by: {
      $0.key < $1.key
    }) {
      let path = try world.write(lines, to: name)
      _ = try world.run([path], store: world.store)
      nights.append((path, lines))
    }
    return nights
  }

  private static func manifest(_ world: StoreWorld) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: world.path("out/run.json")))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  /// Segments that are gone or damaged are left out where somebody says so: the tables are those of
  /// the other nights, and who gives the inputs again has all of them.
  @Test(arguments: [false, true])
  func missingSegments(isGone: Bool) throws {
    let world = try StoreWorld()
    let nights = try Self.nights(world, seed: 31)
    let all = try world.run(nights.map(\.path), store: nil)
    let lost = URL(fileURLWithPath: world.store + "/segment-000002.twf")
    if isGone {
      try FileManager.default.removeItem(at: lost)
    } else {
      var bytes = try Data(contentsOf: lost)
      bytes[bytes.count / 3] ^= 4
      try bytes.write(to: lost)
    }
    if isGone {
      let failure = #expect(throws: RunFailure.self) { try world.run([], store: world.store) }
      #expect(failure?.messages.contains { $0.contains("--accept-missing") } == true)
    }
    let without = try world.run([nights[0].path, nights[2].path], store: nil)
    var accepting = world.options
    accepting.acceptsMissing = true
    #expect(try world.run([], store: world.store, options: accepting).tables == without.tables)
    let manifest = try Self.manifest(world)
    let damages = try #require(manifest["damages"] as? [String])
    #expect(damages.count == 2)
    #expect(damages[0].contains("segment-000002.twf") && damages[0].contains("left out with"))
    #expect(damages[1].contains(nights[1].path))
    let inputs = try #require(manifest["lost_inputs"] as? [[String: Any]])
    #expect(inputs.map { $0["name"] as? String } == [nights[1].path])
    // So do explanations and reports without a spec, which change nothing.
    if isGone { try Self.expectAsking(world, nights[1].path, accepting) }
    // A run that writes keeps it in mind, and later ones say so, without a flag.
    #expect(
      try world.run([nights[0].path], store: world.store, options: accepting).tables
        == without.tables)
    #expect(try world.run([], store: world.store).tables == without.tables)
    let later = try Self.manifest(world)
    #expect(later["damages"] as? [String] == [])
    #expect((later["warnings"] as? [String])?.contains { $0.contains("are lost") } == true)
    // Read again, it is whole, though the file looks unchanged.
    #expect(try world.run([nights[1].path], store: world.store) == all)
    #expect(try Self.manifest(world)["lost_inputs"] == nil)
    #expect(try world.run([], store: world.store) == all)
  }

  /// Explains and reports over a store with a hole, which name it.
  private static func expectAsking(
    _ world: StoreWorld, _ lost: String, _ accepting: RunOptions
  ) throws {
    func explain(_ options: RunOptions) throws -> RunNotices {
      try ExplainRun(
        specFile: SpecFile(path: "spec.yaml", yaml: world.spec), inputs: [], entity: "u3",
        kind: nil,
        options: options, control: RunControl(), store: world.store
      ).explain().notices
    }
    func report(_ options: RunOptions) throws -> RunNotices {
      let spec = try SpecFile(path: "spec.yaml", yaml: world.spec).spec
      return try OneOffRun(
        definition: spec.reports[0],
        store: StoreSession(path: world.store, spec: nil, writes: false), calendar: spec.calendar,
        options: options, control: RunControl()
      ).tables().notices
    }
    for ask in [explain, report] {
      let failure = #expect(throws: RunFailure.self) { try ask(world.options) }
      #expect(failure?.messages.contains { $0.contains("--accept-missing") } == true)
      #expect(try ask(accepting).damages.contains { $0.contains(lost) })
    }
  }

  /// With its inputs beside it a damaged segment is replaced in one run.
  @Test func missingSegmentsReadAnew() throws {
    let world = try StoreWorld()
    let nights = try Self.nights(world, seed: 32)
    let all = try world.run(nights.map(\.path), store: nil)
    try FileManager.default.removeItem(atPath: world.store + "/segment-000001.twf")
    var accepting = world.options
    accepting.acceptsMissing = true
    let found = try world.run(nights.map(\.path), store: world.store, options: accepting)
    #expect(found == all)
    let manifest = try Self.manifest(world)
    #expect(manifest["damages"] as? [String] == [])
    #expect((manifest["warnings"] as? [String])?.contains { $0.contains("read anew") } == true)
  }

  /// By content and row by row, whatever the name and the container.
  @Test func verifyAgainst() throws {
    let world = try StoreWorld()
    let nights = try Self.nights(world, seed: 33)
    let text = Data(nights[0].lines.map { $0 + "\n" }.joined().utf8)
    let packed = world.path("moved.gz")
    try storedGzip(text).write(to: URL(fileURLWithPath: packed))
    let other = try world.write(LogStory.lines(30, seed: 34), to: "other.jsonl")
    let empty = try world.write([], to: "empty.jsonl")
    func verify(_ inputs: [String]) throws -> (isWhole: Bool, lines: [String]) {
      try world.keeper.verify(against: inputs, timeZone: "UTC")
    }
    let whole = try verify(nights.map(\.path) + [packed, empty])
    #expect(whole.isWhole)
    #expect(whole.lines.count { $0.contains("events are in the store") } == 4)
    let part = try verify([other, packed])
    #expect(!part.isWhole)
    #expect(part.lines.contains("\(other): not in the store"))
    _ = try world.keeper.compact()
    #expect(try verify(nights.map(\.path)).isWhole)
    // What was taken out on purpose is said.
    _ = try world.keeper.forget(["u3"])
    let erased = try verify([nights[0].path])
    #expect(erased.isWhole)
    #expect(erased.lines[0].contains("were erased"))
    _ = try world.keeper.drop(nights[1].path)
    let dropped = try verify([nights[1].path])
    #expect(!dropped.isWhole)
    #expect(dropped.lines[0].contains("store drop"))
    // A longer file that begins with it is it.
    _ = try world.write(nights[2].lines + nights[0].lines, to: "grown.jsonl")
    _ = try world.run([world.path("grown.jsonl")], store: world.store)
    let grown = try verify([nights[2].path, world.path("grown.jsonl")])
    #expect(grown.isWhole)
    #expect(grown.lines.contains { $0.contains("longer input") })
  }

  /// A manifest cut anywhere is no manifest, and never half of one.
  @Test func halfManifests() throws {
    let world = try StoreWorld()
    _ = try Self.nights(world, seed: 35)
    let url = URL(fileURLWithPath: world.store + "/store.json")
    let whole = try Data(contentsOf: url)
    for count in stride(from: 0, to: whole.count, by: max(1, whole.count / 300)) {
      try whole.prefix(count).write(to: url)
      let failure = #expect(throws: RunFailure.self) { try world.keeper.info() }
      #expect(failure?.kind == .badData, "\(count) bytes")
    }
    try whole.write(to: url)
    // One that was being written when the machine went down does not count.
    try whole.prefix(whole.count / 2).write(
      to: URL(fileURLWithPath: world.store + "/store.json.new"))
    #expect(try world.keeper.verify().events > 0)
  }

  /// A clock that was wrong makes files be read again, never skipped, and never counted twice.
  @Test(arguments: [-400, 400])
  func clockJumps(days: Int) throws {
    let world = try StoreWorld()
    let lines = LogStory.lines(300, seed: 36)
    let path = try world.write(Array(lines[..<150]), to: "app.jsonl")
    let url = URL(fileURLWithPath: path)
    let then = Date().addingTimeInterval(Double(days) * 86400)
    try FileManager.default.setAttributes([.modificationDate: then], ofItemAtPath: path)
    _ = try world.run([path], store: world.store)
    // Written within the same second, with the clock back where it was.
    try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: url)
    try FileManager.default.setAttributes([.modificationDate: then], ofItemAtPath: path)
    let expected = try world.run([path], store: nil)
    #expect(try world.run([path], store: world.store) == expected)
    #expect(try world.run([path], store: world.store) == expected)
    #expect(try world.keeper.info().json["inputs"]?.elements?.count == 2)
  }

  /// A backup that copies the manifest first and the rest after another night is that night before.
  @Test func backupDuringARun() throws {
    let world = try StoreWorld()
    let lines = LogStory.lines(800, seed: 37)
    var expected = StoreWorld.Published()
    for night in 0..<20 {
      let part = Array(lines[night * 40..<night * 40 + 40])
      let manifest = night > 0 ? try world.files()["store.json"] : nil
      let path = try world.write(part, to: "night\(night).jsonl")
      let next = try world.run([path], store: world.store)
      if let manifest {
        var copy = try StoreWorld()
        copy.spec = world.spec
        try FileManager.default.createDirectory(
          atPath: copy.store, withIntermediateDirectories: true)
        for (name, bytes) in try world.files() where name != "store.json" {
          try bytes.write(to: URL(fileURLWithPath: copy.store + "/" + name))
        }
        try manifest.write(to: URL(fileURLWithPath: copy.store + "/store.json"))
        // A night that merges segments makes two commits, and may have passed the backup by: then the
        // copy is refused, never counted in part.
        do {
          #expect(try copy.run([], store: copy.store) == expected, "night \(night)")
        } catch let failure as RunFailure {
          #expect(failure.kind == .badData)
          #expect(night % 4 == 3, "night \(night): \(failure)")
        }
      }
      expected = next
    }
  }

  /// Events of a clock that was not set are before the logs, in whatever night they came.
  @Test func earlyTimes() throws {
    let world = try StoreWorld()
    let lines = LogStory.lines(2500, seed: 39)
    let early =
      #"{"userId":"u1","event":"view","messageId":"e","timestamp":"1970-01-01T00:00:01Z"}"#
    let half = lines.count / 2
    for (name, part) in [("a", lines[..<half] + [early]), ("b", lines[half...])] {
      _ = try world.run([world.write(Array(part), to: name)], store: world.store)
    }
    let all = try world.write(lines + [early], to: "all.jsonl")
    let expected = try world.run([all], store: nil)
    #expect(expected.totals["aside"] == 1)
    #expect(try world.run([], store: world.store) == expected)
    // Of reports that count straight from segments, too.
    var users = world
    users.spec = """
      \(world.spec[..<world.spec.range(of: "calendar:")!.lowerBound])
      calendar: {time_zone: UTC}
      reports: {daily: {type: activity, interval: day}}
      """
    #expect(try users.run([], store: world.store) == users.run([all], store: nil))
  }

  /// The calendar's zone belongs to a store as soon as some time hangs on it, and not before.
  @Test(arguments: [
    ("2026-03-01T10:00:00Z", "UTC", false), ("2026-03-01", "Europe/Berlin", true),
    ("2026-03-01T10:00:00", "UTC", true),
  ])
  func zones(time: String, zone: String, isBound: Bool) throws {
    var world = try StoreWorld()
    let path = try world.write(
      [#"{"userId":"u","event":"view","timestamp":"\#(time)"}"#], to: "a.jsonl")
    func spec(_ zone: String) -> String {
      """
      source: {format: jsonl, user: userId, event: event, time: timestamp}
      calendar: {time_zone: \(zone)}
      reports: {daily: {type: activity, interval: day}}
      """
    }
    world.spec = spec(zone)
    let expected = try world.run([path], store: world.store)
    #expect(try world.run([], store: world.store) == expected)
    world.spec = spec("Asia/Shanghai")
    if isBound {
      let failure = #expect(throws: RunFailure.self) { try world.run([], store: world.store) }
      #expect(failure?.kind == .badSpec)
      #expect(failure?.messages.first?.contains(zone) == true)
    } else {
      #expect(try world.run([], store: world.store) == world.run([path], store: nil))
    }
  }

  /// `explain` says of a store what it says of its logs.
  @Test func explained() throws {
    let world = try StoreWorld()
    let nights = try Self.nights(world, seed: 40)
    let specFile = try SpecFile.load(world.path("spec.yaml"))
    func stories(_ entity: String, _ inputs: [String], _ store: String?) throws -> [String] {
      try ExplainRun(
        specFile: specFile, inputs: inputs, entity: entity, kind: nil, options: world.options,
        control: RunControl(), store: store
      ).explain().stories.map { "\($0)" }
    }
    for entity in ["u3", "u8", "acc2"] {
      let expected = try stories(entity, nights.map(\.path), nil)
      #expect(try stories(entity, [], world.store) == expected)
      #expect(!expected.isEmpty)
    }
  }

  @Test func networkFolders() throws {
    #expect(Folder.network(ofType: 0x6969) == "NFS")
    #expect(Folder.network(ofType: 0xff53_4d42) == "CIFS")
    #expect(Folder.network(ofType: 0x0102_1997) == "9p")
    #expect(Folder.network(ofType: 0x6573_5546) == "FUSE")
    // ext4, XFS, Btrfs, tmpfs, overlayfs.
    for type in [0xef53, 0x5846_5342, 0x9123_683e, 0x0102_1994, 0x794c_7630] as [UInt32] {
      #expect(Folder.network(ofType: type) == nil)
    }
    let refusal = StoreFolder.refusal("s", network: "NFS")
    #expect(refusal.kind == .cannotWrite)
    #expect(refusal.description.contains("--network-store"))
  }

  /// A lock is its handle's: another one of the same file, opened and closed, does not give it back.
  @Test func locksOutliveOtherHandles() throws {
    let folder = try TemporaryFolder()
    let place = try Folder.open(FilePath(folder.url.path))
    let name = Array("lock".utf8)
    let held = try place.lock(name)
    func isFree() throws -> Bool { try place.lock(name) != nil }
    #expect(try !isFree())
    for _ in 0..<3 {
      #expect(try !isFree())
      let reader = try place.openFile(name)
      try reader.close()
    }
    #expect(try !isFree())
    _ = consume held
    #expect(try isFree())
  }

  #if os(Linux)
    /// A lock that is given back is free, though a process on its way to another program still has a
    /// copy of the open file: that copy is made here by hand.
    @Test func locksAreNotLeftToChildren() throws {
      let folder = try TemporaryFolder()
      let path = folder.url.path
      let place = try Folder.open(FilePath(path))
      let name = Array("lock".utf8)

      let store = try StoreFolder(writing: path, allowsNetwork: true)
      let copies = try copiesOfOpenFiles(named: path + "/lock")
      defer { for copy in copies { close(copy) } }
      #expect(copies.count == 1)
      _ = consume store
      #expect(throws: Never.self) { _ = try StoreFolder(writing: path, allowsNetwork: true) }

      let directory = try DirectoryLock.take(name, in: place)
      let others = try copiesOfOpenFiles(named: path + "/lock")
      defer { for copy in others { close(copy) } }
      #expect(others.count == 1 + copies.count)
      _ = consume directory
      let isFree = try DirectoryLock.take(name, in: place) != nil
      #expect(isFree)
    }

    private func copiesOfOpenFiles(named path: String) throws -> [Int32] {
      try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap(Int32.init)
        .filter { descriptor in
          let link = "/proc/self/fd/\(descriptor)"
          return (try? FileManager.default.destinationOfSymbolicLink(atPath: link)) == path
        }.map { dup($0) }
    }
  #endif
}
