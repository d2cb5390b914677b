import EventLog
import Foundation
import Spec
import TestSupport
import Testing
import Timelines

@testable import Pipeline

/// Persons, carried accounts and several sources in steps: the bytes of one run, for any split of files
/// over map tasks and of partitions over deal and fold tasks.
@Suite struct MachineIdentityTests {
  typealias Cluster = MachineTests.Cluster

  /// All steps, by random shares.
  ///
  /// - Parameter shared: inputs that every map task is given.
  private static func steps(
    _ cluster: inout Cluster, _ names: [String], shared: [String] = [],
    _ random: inout SplitMix64
  ) throws -> MachineTests.Published {
    let partitions = 1 << Int.random(in: 0...6, using: &random)
    let tasks = Int.random(in: 1...4, using: &random)
    var split = [[String]](repeating: [], count: tasks)
    for name in names { split[Int.random(in: 0..<tasks, using: &random)].append(name) }
    func vary(_ random: inout SplitMix64) {
      cluster.options.threads = Int.random(in: 1...3, using: &random)
      cluster.options.memoryBytesMax = random.oneIn(2) ? (shared.isEmpty ? 1 : 1 << 16) : nil
    }
    var parts: [String] = []
    for inputs in split where !inputs.isEmpty {
      vary(&random)
      parts.append("part\(parts.count)")
      try cluster.map(inputs + shared, to: parts.last!, partitions: partitions)
    }
    try cluster.ledger(parts.shuffled(using: &random))
    // A fold of all partitions deals by itself.
    let isOne = random.oneIn(5)
    var dealt: [String] = []
    if !isOne {
      for share in MachineTests.shares(of: partitions, &random) {
        vary(&random)
        dealt.append("dealt\(dealt.count)")
        try cluster.deal(parts.shuffled(using: &random), share, to: dealt.last!)
      }
    }
    var states: [String] = []
    let shares =
      isOne
      ? [partitions == 1 ? "0/1" : "0-\(partitions - 1)/\(partitions)"]
      : MachineTests.shares(of: partitions, &random)
    for share in shares {
      vary(&random)
      states.append("state\(states.count)")
      try cluster.fold((parts + dealt).shuffled(using: &random), share, to: states.last!)
    }
    vary(&random)
    return try cluster.merge(states.shuffled(using: &random))
  }

  private static func expectSame(
    _ found: MachineTests.Published, _ wanted: MachineTests.Published, _ what: String
  ) {
    #expect(found.files.keys.sorted() == wanted.files.keys.sorted())
    for (name, data) in wanted.files where found.files[name] != data {
      Issue.record(
        """
        \(what), \(name): \(String(decoding: found.files[name] ?? Data(), as: UTF8.self)) instead of \
        \(String(decoding: data, as: UTF8.self))
        """)
    }
    #expect(found.manifest == wanted.manifest, "\(what)")
    #expect(Set(found.said) == Set(wanted.said), "\(what)")
  }

  @Test(arguments: IdentityRules.AnonymousRows.allCases)
  func persons(_ rule: IdentityRules.AnonymousRows) throws {
    for seed in 0..<UInt64(Thorough.cases(20)) {
      var random = SplitMix64(seed: 500 + seed)
      let rows = IdentityRunTests.rows(&random)
      let rules = IdentityRules(
        anonymousRows: rule, knownMax: random.oneIn(3) ? 2 : 50,
        anonymousMax: random.oneIn(3) ? 2 : 1000)
      var yaml = IdentityRunTests.spec(rules, IdentityRunTests.reportSets[Int(seed) % 3])
      if random.oneIn(2) {
        // Some rows say whose account they are, others take it; referrals do not go with it.
        yaml = yaml.replacing(
          "account: account", with: "account: {path: account, carry: around}")
      }
      // Without them, rows of events that no report reads a property of have no words.
      if random.oneIn(2) { yaml = yaml.replacing("  id: id\n", with: "") }
      var cluster = try Cluster(yaml)
      cluster.options.limits.chunkBytes = 4096
      let lines = rows.map { row in
        let line = row.line()
        return random.oneIn(2) ? line.replacing(/,"account":"[^"]*"/, with: "") : line
      }
      let names = (0..<5).map { "log\($0).jsonl" }
      for (number, name) in names.enumerated() {
        try cluster.write(
          lines.indices.filter { $0 % 5 == number }.map { lines[$0] }, to: name)
      }
      let expected = try cluster.whole(names)
      let merged = try Self.steps(&cluster, names, &random)
      Self.expectSame(merged, expected, "\(rule), seed \(seed)")
    }
  }

  /// Rows without words among rows that have some: of events that no report reads a property of.
  @Test func dealtMarks() throws {
    let cluster = try Cluster(
      """
      source: {format: csv, user: u, anonymous: d, event: e, time: t, properties: {p: p}}
      identity: {}
      calendar: {time_zone: UTC}
      reports:
        signup: {type: funnel, steps: [view, sign_up], within: 7d, breakdown: p}
        back: {type: retention, start: view, return: sign_up, interval: week, breakdown: p}
      """)
    try cluster.write(
      [
        "u,d,e,t,p", "u1,d9,view,2026-01-10T08:00:00Z,12", ",d9,sign_up,2026-01-15T04:00:00Z,",
        ",d9,view,2026-01-16T04:00:00Z,13", ",d8,sign_up,2026-01-16T04:00:00Z,",
      ], to: "a.csv")
    let expected = try cluster.whole(["a.csv"])
    try cluster.map(["a.csv"], to: "part", partitions: 4)
    try cluster.ledger(["part"])
    try cluster.deal(["part"], "0-3/4", to: "dealt")
    try cluster.fold(["part", "dealt"], "0-3/4", to: "state")
    Self.expectSame(try cluster.merge(["state"]), expected, "marks")
  }

  @Test func severalSources() throws {
    for seed in 0..<UInt64(Thorough.cases(80)) {
      var random = SplitMix64(seed: 90 + seed)
      let world = GeneratedSources(seed: seed)
      var cluster = try Cluster(world.spec)
      try world.write(to: cluster.path("in"))
      // A file by itself is of the source that it is of below a folder.
      let maps = "in/map"
      let names = world.logs.map { "in/" + $0 }
      let expected = try cluster.whole(["in"])
      let merged = try Self.steps(&cluster, names, shared: [maps], &random)
      Self.expectSame(merged, expected, "seed \(seed)")
    }
  }

  private static let lines = [
    #"{"a":"d1","event":"view","time":"2026-03-01T00:00:00Z","account":"c1"}"#,
    #"{"user":"ann","a":"d1","event":"buy","time":"2026-03-01T01:00:00Z","account":"c1"}"#,
    #"{"user":"bob","a":"d2","event":"buy","time":"2026-03-01T02:00:00Z","account":"c1"}"#,
  ]

  @Test func whatDoesNotBelongTogetherIsRefused() throws {
    let tests = MachineTests()
    let cluster = try Cluster(IdentityRunTests.spec(IdentityRules()))
    try cluster.write(Self.lines, to: "a.jsonl")
    try cluster.map(["a.jsonl"], to: "part")
    try cluster.ledger(["part"])
    tests.expectFailure(.noInput, "run `twinfunnel deal` first") {
      try cluster.fold(["part"], "0-7/16", to: "state")
    }
    try cluster.deal(["part"], "0-7/16", to: "d1")
    try cluster.deal(["part"], "7-15/16", to: "d2")
    let again = try cluster.deal(["part"], "0-7/16", to: "d1")
    #expect(again.lines.first?.hasSuffix("is there already: nothing was read") == true)
    tests.expectFailure(.badSpec, "d1 is of another run") {
      try cluster.deal(["part"], "0-8/16", to: "d1")
    }
    tests.expectFailure(.badData, "no deal task has the partitions 8-15/16") {
      try cluster.fold(["part", "d1"], "0-15/16", to: "state")
    }
    tests.expectFailure(.badData, "have the same partitions") {
      try cluster.fold(["part", "d1", "d2"], "0-15/16", to: "state")
    }
    tests.expectFailure(.usage, "there are 16") { try cluster.deal(["part"], "0/8", to: "d3") }
    try cluster.write([Self.lines[0]], to: "b.jsonl")
    try cluster.map(["b.jsonl"], to: "more")
    try cluster.ledger(["part", "more"], to: "both")
    tests.expectFailure(.badData, "with another ledger") {
      try cluster.fold(["part", "more", "d1"], "0-15/16", to: "state", ledger: "both")
    }
    // Without anything to deal a task is done at once.
    let plain = try Cluster()
    try plain.write(LogStory.lines(20, seed: 1), to: "a.jsonl")
    try plain.map(["a.jsonl"], to: "part")
    try plain.ledger(["part"])
    let told = try plain.deal(["part"], "0-15/16", to: "dealt")
    #expect(told.lines == ["notice: without `identity` and `carry` there is nothing to deal"])
    try plain.fold(["part", "dealt"], "0-15/16", to: "state")
  }

  /// Every map task has the same maps, and every source an input in one of them.
  @Test func mapsAndSourcesAreWhole() throws {
    let tests = MachineTests()
    let world = GeneratedSources(seed: 3)
    let cluster = try Cluster(world.spec)
    try world.write(to: cluster.path("one"))
    try world.write(to: cluster.path("two"))
    func remove(_ name: String) throws {
      try FileManager.default.removeItem(atPath: cluster.path(name))
    }
    for name in ["one/crm", "one/billing", "two/product"] { try remove(name) }
    tests.expectFailure(.noInput, "every map task is given the files of all maps") {
      try remove("two/map/contacts.csv")
      try cluster.map(["two"], to: "part2")
    }
    try GeneratedSources.write(
      ["contact,user", "C1,p9"], to: cluster.path("two/map/contacts.csv"))
    try cluster.map(["one"], to: "part1")
    try cluster.map(["two"], to: "part2")
    tests.expectFailure(.badSpec, "different files of `maps`") {
      try cluster.ledger(["part1", "part2"])
    }
    try cluster.ledger(["part1"])
    tests.expectFailure(.noInput, "no input fits the `files` of the source 'billing'") {
      try cluster.fold(["part1"], "0-15/16", to: "state")
    }
  }

  /// A flipped bit, a cut or an insertion anywhere is an error that names the file.
  @Test func damageIsNamed() throws {
    let tests = MachineTests()
    var random = SplitMix64(seed: 4)
    let cluster = try Cluster(
      IdentityRunTests.spec(IdentityRules())
        .replacing("account: account", with: "account: {path: account, carry: forward}"))
    try cluster.write(IdentityRunTests.rows(&random).map { $0.line() }, to: "a.jsonl")
    try cluster.map(["a.jsonl"], to: "part", partitions: 4)
    try cluster.ledger(["part"])
    try cluster.deal(["part"], "0-3/4", to: "dealt")
    func fold() throws { try cluster.fold(["part", "dealt"], "0-3/4", to: "state") }
    try fold()
    let good = try cluster.merge(["state"])
    for name in ["part/links.twl", "dealt/rows.twr", "dealt/dealt.json", "state"] {
      let url = URL(fileURLWithPath: cluster.path(name))
      let bytes = [UInt8](try Data(contentsOf: url))
      for _ in 0..<Thorough.cases(200) {
        var bad = bytes
        let place = Int.random(in: bad.indices, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bad.removeSubrange(place...)
        case 1: bad.insert(UInt8.random(in: 0...255, using: &random), at: place)
        default: bad[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
        try Data(bad).write(to: url)
        tests.expectFailure(.badData, (name as NSString).lastPathComponent) {
          if name == "state" { _ = try cluster.merge(["state"]) } else { try fold() }
        }
      }
      try Data(bytes).write(to: url)
      try fold()
    }
    #expect(try cluster.merge(["state"]) == good)
  }
}
