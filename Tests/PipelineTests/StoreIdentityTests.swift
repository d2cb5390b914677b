import Foundation
import TestSupport
import Testing
import Timelines

@testable import Pipeline

/// Stores of persons: who is who is found anew over all nights, so that the tables are those of one run
/// over all logs, whatever night a login comes in.
@Suite struct StoreIdentityTests {
  private static func plain(_ reports: String = IdentityRunTests.reports) -> String {
    IdentityRunTests.spec(IdentityRules(), reports).replacing(/identity:\n(  .*\n)+/, with: "")
  }

  /// Rows dealt over nights, mostly by time, some late.
  private static func nights(
    _ rows: [IdentityRunTests.Row], _ count: Int, _ random: inout SplitMix64
  ) -> [[IdentityRunTests.Row]] {
    var nights = [[IdentityRunTests.Row]](repeating: [], count: count)
    for row in rows {
      let night =
        random.oneIn(4)
        ? Int.random(in: 0..<count, using: &random) : Int(row.identity.time) * count / 600
      nights[min(night, count - 1)].append(row)
    }
    return nights.filter { !$0.isEmpty }
  }

  private static func identity(_ world: StoreWorld) throws -> String {
    let data = try Data(contentsOf: URL(fileURLWithPath: world.path("out/run.json")))
    let manifest = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let identity = try JSONSerialization.data(
      withJSONObject: manifest["identity"] ?? [:], options: .sortedKeys)
    return String(decoding: identity, as: UTF8.self)
  }

  private static func rules(
    _ rule: IdentityRules.AnonymousRows, _ random: inout SplitMix64
  ) -> IdentityRules {
    IdentityRules(
      anonymousRows: rule, knownMax: random.oneIn(3) ? 2 : 50,
      anonymousMax: random.oneIn(3) ? 2 : 1000)
  }

  @Test(arguments: IdentityRules.AnonymousRows.allCases)
  func anyNights(_ rule: IdentityRules.AnonymousRows) throws {
    for seed in 0..<UInt64(Thorough.cases(30)) {
      var random = SplitMix64(seed: seed)
      let rows = IdentityRunTests.rows(&random)
      var world = try StoreWorld()
      let reports = IdentityRunTests.reportSets[Int(seed) % 3]
      world.spec = IdentityRunTests.spec(Self.rules(rule, &random), reports)
      let all = try world.write(rows.map { $0.line() }, to: "all.jsonl")
      let expected = try world.run([all], store: nil)
      let identity = try Self.identity(world)
      var last = StoreWorld.Published()
      var paths: [String] = []
      for (night, part) in Self.nights(rows, 4, &random).enumerated() {
        paths.append(try world.write(part.map { $0.line() }, to: "night\(night).jsonl"))
        last = try world.run([paths[night]], store: world.store)
      }
      #expect(last == expected, "\(rule), seed \(seed)")
      #expect(try Self.identity(world) == identity)
      #expect(try world.keeper.verify(against: paths, timeZone: "UTC").isWhole)
      _ = try world.keeper.compact()
      var options = world.options
      options.memoryBytesMax = 0
      #expect(try world.run([], store: world.store, options: options) == expected)
      #expect(try world.keeper.verify(against: paths, timeZone: "UTC").isWhole)
      // Other rules, or none, need no log again.
      world.spec = IdentityRunTests.spec(
        Self.rules(IdentityRules.AnonymousRows.allCases.randomElement(using: &random)!, &random),
        reports)
      #expect(
        try world.run([], store: world.store) == world.run([all], store: nil), "seed \(seed)")
      world.spec = Self.plain(reports)
      #expect(
        try world.run([], store: world.store) == world.run([all], store: nil),
        "seed \(seed), without identity")
    }
  }

  /// One late login moves the rows of many nights, and the tables are as if it had always been there.
  @Test func lateLink() throws {
    var world = try StoreWorld()
    world.spec = IdentityRunTests.spec(IdentityRules())
    var lines: [String] = []
    for night in 0..<6 {
      let part = (0..<30).map { row in
        #"{"a":"d\#(row % 10)","event":"\#(["view", "cart", "buy"][row % 3])","#
          + #""time":"2026-03-0\#(night + 1)T\#(10 + row % 10):00:00Z","id":"\#(night)-\#(row)"}"#
      }
      lines += part
      _ = try world.run([world.write(part, to: "night\(night).jsonl")], store: world.store)
    }
    let before = try Self.identity(world)
    let login = (0..<10).map {
      #"{"user":"ann","a":"d\#($0)","event":"view","time":"2026-03-09T00:00:00Z","id":"l\#($0)"}"#
    }
    let expected = try world.run([world.write(lines + login, to: "all.jsonl")], store: nil)
    #expect(
      try world.run([world.write(login, to: "login.jsonl")], store: world.store) == expected)
    #expect(try Self.identity(world) != before)
    // Taken out again, it is undone.
    _ = try world.keeper.drop(world.path("login.jsonl"))
    let undone = try world.run([world.write(lines, to: "all.jsonl")], store: nil)
    #expect(try world.run([], store: world.store) == undone)
  }

  /// A person is erased by any of her ids: all of her rows, and her ids in the rows of others.
  @Test func forget() throws {
    for seed in 0..<UInt64(Thorough.cases(30)) {
      var random = SplitMix64(seed: 900 + seed)
      var rows = IdentityRunTests.rows(&random)
      // Ids that no byte of a store has by chance.
      func long(_ id: String?) -> String? { id.map { "\($0)-0123456789abcdef" } }
      for row in rows.indices {
        rows[row].identity.known = long(rows[row].identity.known)
        rows[row].identity.anonymous = rows[row].identity.anonymous.compactMap(long)
        rows[row].identity.former = long(rows[row].identity.former)
        rows[row].by = nil
        rows[row].formerAccount = nil
      }
      let rule = IdentityRules.AnonymousRows.allCases.randomElement(using: &random)!
      var world = try StoreWorld()
      world.spec = IdentityRunTests.spec(IdentityRules(anonymousRows: rule))
      for (night, part) in Self.nights(rows, 3, &random).enumerated() {
        let path = try world.write(part.map { $0.line() }, to: "night\(night).jsonl")
        _ = try world.run([path], store: world.store)
      }
      let persons = ReferencePersons(
        rows: rows.map(\.identity), rules: ReferenceRules(rule.rawValue))
      guard let some = rows.compactMap({ $0.identity.known }).randomElement(using: &random)
      else { continue }
      let person = persons.person(ofKnown: some)
      // Her known ids, and the devices that mean her at any time.
      let known = Set(rows.compactMap(\.identity.known)).filter {
        persons.person(ofKnown: $0) == person
      }
      let all = Set(rows.flatMap { [$0.identity.former].compactMap { $0 } + $0.identity.anonymous })
      let devices = all.filter { id in
        persons.open(id, at: 0) == .known(person) && persons.open(id, at: 599) == .known(person)
          && (0..<600).allSatisfy { persons.open(id, at: Int64($0)) == .known(person) }
      }
      let asked = (known.union(devices)).randomElement(using: &random) ?? some
      _ = try world.keeper.forget([asked])
      let files = try world.files()
      for id in known {
        #expect(
          !files.values.contains { $0.range(of: Data(id.utf8)) != nil }, "seed \(seed), \(id)")
      }
      let rest = rows.compactMap { row -> IdentityRunTests.Row? in
        if persons.person(of: row.identity) == .known(person) { return nil }
        var row = row
        let gone = known.union(devices)
        row.identity.anonymous.removeAll { gone.contains($0) }
        if let former = row.identity.former, gone.contains(former) { row.identity.former = nil }
        return row
      }
      if rest.isEmpty { continue }
      let expected = try world.run(
        [world.write(rest.map { $0.line() }, to: "rest.jsonl")], store: nil)
      #expect(
        try world.run([], store: world.store).tables == expected.tables,
        "seed \(seed), \(rule), \(asked)")
    }
  }

  /// What a store cannot say is refused, and what to do is said.
  @Test func refusals() throws {
    var world = try StoreWorld()
    var random = SplitMix64(seed: 3)
    let path = try world.write(
      IdentityRunTests.rows(&random).map { $0.line() }, to: "all.jsonl")
    // Made without a merge of accounts, it has kept none.
    let unmerged = IdentityRunTests.spec(IdentityRules())
      .replacing(#/  accounts: \{merge.*\n/#, with: "")
    world.spec = unmerged
    _ = try world.run([path], store: world.store)
    world.spec = IdentityRunTests.spec(IdentityRules())
    let failure = #expect(throws: RunFailure.self) { try world.run([], store: world.store) }
    #expect(failure?.kind == .badSpec)
    #expect(failure?.messages.first?.hasPrefix("identity.accounts.merge") == true)
    // An older store has kept no links at all.
    world.spec = Self.plain()
    let manifest = URL(fileURLWithPath: world.store + "/store.json")
    let bytes = try Data(contentsOf: manifest)
    let json = try #require(SealedLine.read(Array(bytes))).json
    let older = (json.members ?? []).filter { $0.key != "links" && $0.key != "identity" }
    try Data(SealedLine.bytes(of: .object(older))).write(to: manifest)
    world.spec = unmerged
    let old = #expect(throws: RunFailure.self) { try world.run([], store: world.store) }
    #expect(old?.messages.first?.contains("before rows kept") == true)
  }
}
