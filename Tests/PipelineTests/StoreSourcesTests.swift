import EventLog
import Foundation
import Spec
import TestSupport
import Testing
import Timelines

@testable import Pipeline

/// Stores of several sources, with ids of their own, maps, carried accounts and snapshots: the tables of
/// one run over all inputs, whatever night they come in.
@Suite struct StoreSourcesTests {
  /// What a run publishes that does not tell of the machine or the night.
  struct Published: Equatable {
    var tables: [String: Data] = [:]
    var told: NSDictionary
    var warnings: Set<String>

    private static let kept: Set<String> = [
      "reconciliation", "sources", "maps", "shared_accounts", "identity", "entities", "inputs",
      "earliest_event", "latest_event", "observed_until", "events_after_the_end", "damages",
    ]

    init(_ folder: String) throws {
      for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
        tables[name] = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
      }
      tables["rejects.jsonl"] = nil
      let json = try JSONSerialization.jsonObject(with: tables.removeValue(forKey: "run.json")!)
      var manifest = json as? [String: Any] ?? [:]
      manifest["inputs"] = (manifest["inputs"] as? [[String: Any]] ?? []).map { input in
        input.filter { $0.key != "from_store" }
      }
      told = manifest.filter { Self.kept.contains($0.key) } as NSDictionary
      warnings = Set(manifest["warnings"] as? [String] ?? [])
    }
  }

  private static func run(
    _ world: StoreWorld, _ inputs: [String], store: String?, _ options: RunOptions? = nil
  ) throws -> Published {
    _ = try world.run(inputs, store: store, options: options)
    return try Published(world.path("out"))
  }

  private static func expectSame(_ found: Published, _ wanted: Published, _ what: String) {
    #expect(found.tables.keys.sorted() == wanted.tables.keys.sorted())
    for (name, data) in wanted.tables where found.tables[name] != data {
      Issue.record(
        """
        \(what), \(name): \(String(decoding: found.tables[name] ?? Data(), as: UTF8.self)) instead of \
        \(String(decoding: data, as: UTF8.self))
        """)
    }
    #expect(found.told == wanted.told, "\(what)")
    #expect(found.warnings == wanted.warnings, "\(what)")
  }

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
      let expected = try Self.run(world, nights + [maps], store: nil)
      // Wrong maps at first, the right ones some night.
      let right = Int.random(in: 0..<nights.count, using: &random)
      let contacts = world.path("maps/map/contacts.csv")
      try GeneratedSources.write(["contact,user", "C1,p8", "C8,p1"], to: contacts)
      var last: Published?
      for (number, night) in nights.shuffled(using: &random).enumerated() {
        if number == right {
          try GeneratedSources.write(sources.files["map/contacts.csv"]!, to: contacts)
        }
        var options = world.options
        options.threads = Int.random(in: 1...3, using: &random)
        options.memoryBytesMax = random.oneIn(2) ? 1 << 16 : nil
        let givesMaps = number == 0 || number == right || random.oneIn(3)
        last = try Self.run(
          world, [night] + (givesMaps ? [maps] : []), store: world.store, options)
      }
      // Sources without an input tonight are said.
      var found = try #require(last)
      found.warnings = found.warnings.filter { !$0.contains("has no input") }
      Self.expectSame(found, expected, "seed \(seed)")
      Self.expectSame(try Self.run(world, [], store: world.store), expected, "seed \(seed), again")
      _ = try world.keeper.compact()
      var options = world.options
      options.memoryBytesMax = 1 << 16
      Self.expectSame(
        try Self.run(world, [], store: world.store, options), expected, "seed \(seed), compact")
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
      let expected = try Self.run(world, nights + [maps], store: nil)
      _ = try Self.run(world, [nights[0], maps], store: world.store)
      // One night is in two of them.
      let parts = [Array(nights.dropFirst()), Array(nights.prefix(2))]
      for (number, part) in parts.enumerated() {
        _ = try Self.run(world, part + [maps], store: world.path("other\(number)"))
      }
      let added = try world.keeper.add([world.path("other0"), world.path("other1")])
      #expect(added.last?.hasPrefix("0 events of 0 inputs") == true)
      Self.expectSame(try Self.run(world, [], store: world.store), expected, "seed \(seed)")
      #expect(try world.keeper.verify(against: nights, timeZone: "Europe/Berlin").isWhole)
    }
    // Another source's store, and a log that may have grown.
    let world = try world(Self.product, "ignore: [\"billing/*\"]\n" + Self.reports)
    _ = try Self.run(world, [world.path("1")], store: world.store)
    var other = try StoreWorld()
    other.spec = LogStory.spec
    _ = try other.run(
      [other.write(LogStory.lines(20, seed: 1), to: "a.jsonl")], store: other.store)
    #expect(failure { _ = try world.keeper.add([other.store]) }?.kind == .badSpec)
    #expect(failure { _ = try world.keeper.add([world.path("none")]) }?.kind == .noInput)
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
      let expected = try Self.run(world, names, store: nil)
      var last: Published?
      for name in names.shuffled(using: &random) {
        last = try Self.run(world, [name], store: world.store)
      }
      try Self.expectSame(#require(last), expected, "seed \(seed)")
      // Whose account rows take is decided when they are counted.
      world.spec = world.spec.replacing(/carry: (around|forward)/, with: "carry: none")
      Self.expectSame(
        try Self.run(world, [], store: world.store), try Self.run(world, names, store: nil),
        "seed \(seed), none")
    }
  }

  // MARK: By hand

  private static let product = """
      - {name: product, files: "product/*", format: jsonl, user: u, account: a, event: e, time: t, id: i, properties: {plan: plan}}

    """
  private static let billing = """
      - {name: billing, files: "billing/*", format: csv, account: customer, event: {value: invoice}, time: {path: day, zone: UTC}, properties: {amount: {path: amount, type: number}, paid: {path: paid, type: boolean}}}

    """
  private static let reports = """
    reports:
      active: {type: activity, entity: account, interval: day}
      users: {type: activity, interval: day, breakdown: plan}

    """
  private static let billed = """
      billed: {type: revenue, entity: account, event: {event: invoice, where: {paid: true}}, amount: amount, interval: day}

    """

  private func world(_ sources: String, _ reports: String = reports) throws -> StoreWorld {
    var world = try StoreWorld()
    world.spec = "sources:\n" + sources + reports
    for (name, lines) in [
      "1/product/a.jsonl": [
        #"{"u":"ann","a":"o1","e":"view","t":"2026-03-01T00:00:00Z","i":"1","plan":"x"}"#,
        #"{"u":"bob","a":"o2","e":"view","t":"2026-03-02T00:00:00Z","i":"2","plan":"y"}"#,
      ],
      "2/product/b.jsonl": [
        #"{"u":"ann","a":"o1","e":"buy","t":"2026-03-03T00:00:00Z","i":"3"}"#,
        #"{"u":"bob","a":"o2","e":"view","t":"2026-03-02T00:00:00Z","i":"2","plan":"y"}"#,
      ],
      "1/billing/1.csv": [
        "customer,day,amount,paid", "o1,2026-03-01,10.5,yes", "o3,2026-03-02,7,no",
        "o2,2026-03-02,x,maybe",
      ],
      "2/billing/2.csv": [
        "customer,day,amount,paid", "o1,2026-03-01,10.5,yes", "o2,2026-03-03,3,1",
      ],
    ] {
      try GeneratedSources.write(lines, to: world.path(name))
    }
    return world
  }

  /// A source that comes later is new inputs; one that the spec does not list any more is left out.
  @Test func sourcesComeAndGo() throws {
    let ignore = "ignore: [\"billing/*\"]\n"
    var world = try world(Self.product, ignore + Self.reports)
    _ = try Self.run(world, [world.path("1")], store: world.store)
    let first = [world.path("1"), world.path("2")]
    world.spec = "sources:\n" + Self.product + Self.billing + Self.reports + Self.billed
    let both = try Self.run(world, first, store: nil)
    #expect("\(both.told["damages"] ?? "")".contains("(20.0 %) are no booleans"))
    Self.expectSame(try Self.run(world, first, store: world.store), both, "with billing")
    _ = try world.keeper.compact()
    Self.expectSame(try Self.run(world, [], store: world.store), both, "compact")
    // Billing alone, then the product alone.
    world.spec = "sources:\n" + Self.product + ignore + Self.reports
    let left = try Self.run(world, [], store: world.store)
    #expect(
      left.warnings.contains(
        "notice: the store has 2 inputs of the source 'billing', which the spec does not list: they are "
          + "left out"))
    #expect(left.tables == (try Self.run(world, first, store: nil)).tables)
    // In another order sources are the same ones.
    world.spec = "sources:\n" + Self.billing + Self.product + Self.reports + Self.billed
    world.spec += "calendar: {observed_by: product}\n"
    #expect(try Self.run(world, [], store: world.store).tables == both.tables)
  }

  private func failure(_ body: () throws -> Void) -> RunFailure? {
    do {
      try body()
      return nil
    } catch {
      return error as? RunFailure
    }
  }

  /// What a store cannot say is refused, with all that differs.
  @Test func refusals() throws {
    var world = try world(Self.product + Self.billing)
    let inputs = [world.path("1")]
    _ = try Self.run(world, inputs, store: world.store)
    world.spec = world.spec.replacing("account: customer", with: "account: Customer")
    let other = failure { _ = try Self.run(world, [], store: world.store) }
    #expect(other?.kind == .badSpec)
    #expect(
      other?.messages.contains {
        $0.hasPrefix("sources.billing.account: the store has \"customer\", the spec \"Customer\"")
      } == true)
    // Of two sources a property of one name is one property.
    world.spec =
      "sources:\n" + Self.product
      + Self.billing.replacing("name: billing", with: "name: till")
      .replacing("type: number", with: "type: text").replacing("billing/", with: "till/")
      + Self.reports
    #expect(
      failure { _ = try Self.run(world, [], store: world.store) }?.messages.contains {
        $0.hasPrefix("sources.till.properties.amount: the store has a number")
      } == true)
    world.spec = """
      source: {format: jsonl, user: u, account: a, event: e, time: t, id: i}
      \(Self.reports.replacing(", breakdown: plan", with: ""))
      """
    #expect(
      failure { _ = try Self.run(world, [], store: world.store) }?.messages.contains(
        "the store has `sources`, the spec one `source`") == true)
  }

  /// An input that becomes another source's stays what it was, and that is said.
  @Test func renamedPatterns() throws {
    var world = try world(Self.product)
    try FileManager.default.removeItem(atPath: world.path("2/billing"))
    _ = try Self.run(world, [world.path("2")], store: world.store)
    let twin = Self.product.replacing("name: product", with: "name: shop")
    world.spec =
      "sources:\n" + twin + Self.product.replacing("product/*", with: "other/*") + Self.reports
    let run = try Self.run(world, [world.path("2")], store: world.store)
    #expect(
      run.warnings.contains {
        $0.contains("was read as the source 'product', and is now one of 'shop'")
      })
    #expect(run.told["inputs"] as? [[String: Any]] != nil)
  }

  /// Every export of a snapshot takes the place of the former ones.
  @Test func snapshots() throws {
    var world = try world(
      Self.product + Self.billing.replacing("name: billing", with: "name: billing, snapshot: true"),
      Self.reports + Self.billed)
    let csv = world.path("1/billing/1.csv")
    let first = try Self.run(world, [world.path("1")], store: world.store)
    Self.expectSame(first, try Self.run(world, [world.path("1")], store: nil), "first")
    // Another file, then the same file with other content, then the first content again.
    _ = try Self.run(world, [world.path("2")], store: world.store)
    func expected(_ inputs: String...) throws -> [String: Data] {
      try Self.run(world, inputs.map(world.path), store: nil).tables
    }
    try FileManager.default.removeItem(atPath: csv)
    let old = try Data(contentsOf: URL(fileURLWithPath: world.path("2/billing/2.csv")))
    #expect(try Self.run(world, [], store: world.store).tables == expected("1", "2"))
    try GeneratedSources.write(["customer,day,amount,paid", "o9,2026-03-01,1,yes"], to: csv)
    _ = try Self.run(world, [world.path("1")], store: world.store)
    try FileManager.default.removeItem(atPath: world.path("2/billing/2.csv"))
    #expect(try Self.run(world, [], store: world.store).tables == expected("1", "2"))
    try old.write(to: URL(fileURLWithPath: csv))
    for isCompact in [false, true] {
      if isCompact {
        try GeneratedSources.write(["customer,day,amount,paid", "o8,2026-03-01,1,yes"], to: csv)
        _ = try Self.run(world, [world.path("1")], store: world.store)
        _ = try world.keeper.compact()
        try old.write(to: URL(fileURLWithPath: csv))
      }
      _ = try Self.run(world, [world.path("1")], store: world.store)
      #expect(try Self.run(world, [], store: world.store).tables == expected("1", "2"))
    }
    // A file that is there still is no new export.
    let now = try Self.run(world, [], store: world.store).tables
    #expect(try Self.run(world, [world.path("1")], store: world.store).tables == now)
    world.spec = world.spec.replacing("snapshot: true", with: "snapshot: false")
    #expect(try Self.run(world, [], store: world.store).tables == now)
  }

  /// Maps change, and hold for all of history; a store remembers them.
  @Test func maps() throws {
    var world = try world(
      Self.product
        + Self.billing.replacing("name: billing", with: "name: billing, ids: {account: b}"),
      "maps: [{files: \"map/*\", from: {column: b, space: b}, to: {column: o}}]\n" + Self.reports
        + Self.billed)
    let inputs = [world.path("1")]
    let map = world.path("1/map/a.csv")
    #expect(
      failure { _ = try Self.run(world, inputs, store: world.store) }?.messages.first?
        .hasPrefix("the store has not seen a file of the map that fits map/*") == true)
    for pairs in [["o1,o2", "o2,o1"], ["o1,o3"], ["o1,o1", "o2,o2", "o3,o2"]] {
      try GeneratedSources.write(["b,o"] + pairs, to: map)
      let expected = try Self.run(world, inputs, store: nil)
      Self.expectSame(try Self.run(world, inputs, store: world.store), expected, "\(pairs)")
      Self.expectSame(try Self.run(world, [], store: world.store), expected, "\(pairs), again")
    }
    // A further file adds to what is known; where both speak of an id, what is given holds.
    try GeneratedSources.write(["b,o", "o3,o1"], to: world.path("2/map/b.csv"))
    _ = try Self.run(world, [world.path("2")], store: world.store)
    try GeneratedSources.write(["b,o", "o1,o1", "o2,o2"], to: map)
    let both = try Self.run(world, [world.path("1"), world.path("2")], store: nil)
    #expect(try Self.run(world, [], store: world.store).tables == both.tables)
    // A damaged file is named; without `ids` no id can be told from another's.
    #expect(failure { _ = try world.keeper.forget(["o1"]) }?.kind == .badSpec)
    let name = try #require(try world.files().keys.filter { $0.hasPrefix("maps-") }.max())
    let url = URL(fileURLWithPath: world.store + "/" + name)
    var bytes = try Data(contentsOf: url)
    bytes[20] ^= 1
    try bytes.write(to: url)
    let damaged = failure { _ = try Self.run(world, [], store: world.store) }
    #expect(damaged?.kind == .badData && damaged?.messages.first?.contains(name) == true)
    world.spec = ""
  }

  /// Values of other types than numbers are checked and told of, in a store of one source, too.
  @Test func typedProperties() throws {
    var world = try StoreWorld()
    world.spec = """
      source:
        format: jsonl
        user: u
        event: e
        time: {path: t, zone: UTC}
        properties:
          on: {path: on, type: boolean}
          ends: {path: ends, type: date, format: [iso8601, "%d.%m.%Y"]}
          at: {path: at, type: time}
          amount: {path: amount, type: number}
      reports:
        on: {type: activity, event: {event: x, where: {on: true}}, interval: day}
        ends: {type: activity, event: x, interval: day, breakdown: ends}
        late: {type: activity, event: {event: x, where: {at: {gte: "2026-03-02T00:00:00Z"}}}, interval: day}
        paid: {type: revenue, event: x, amount: amount, interval: day}

      """
    let lines = (0..<60).map { row in
      let on = ["true", "\"no\"", "1", "\"maybe\""][row % 4]
      let ends = ["31.03.2026", "2026-03-31", "2026-02-30"][row % 3]
      return #"{"u":"u\#(row % 7)","e":"x","t":"2026-03-0\#(row % 5 + 1)T00:00:00Z","on":\#(on),"#
        + #""ends":"\#(ends)","at":"2026-03-0\#(row % 9 + 1)T10:00:00+01:00","amount":\#(row)}"#
    }
    let names = try [
      world.write(Array(lines[..<25]), to: "a.jsonl"),
      world.write(Array(lines[25...]), to: "b.jsonl"),
    ]
    let expected = try Self.run(world, names, store: nil)
    #expect(expected.tables["on.csv"] != nil)
    _ = try Self.run(world, [names[1]], store: world.store)
    Self.expectSame(try Self.run(world, [names[0]], store: world.store), expected, "two nights")
  }

  /// A report without a spec over a store of several sources.
  @Test func oneOff() throws {
    let world = try world(
      Self.product
        + Self.billing.replacing("name: billing", with: "name: billing, ids: {account: b}"),
      "maps: [{files: \"map/*\", from: {column: b, space: b}, to: {column: o}}]\n" + Self.reports)
    try GeneratedSources.write(["b,o", "o1,o1", "o2,o1"], to: world.path("1/map/a.csv"))
    let run = try Self.run(world, [world.path("1")], store: world.store)
    let session = try StoreSession(path: world.store, spec: nil, writes: false)
    var calendar = CalendarSpec()
    calendar.timeZone = "UTC"
    let spec = try SpecFile(path: "spec.yaml", yaml: world.spec).spec
    let tables = try OneOffRun(
      definition: spec.reports[0], store: session, calendar: calendar, options: world.options,
      control: RunControl()
    ).tables().tables
    let rows =
      String(decoding: run.tables["active.csv"] ?? Data(), as: UTF8.self)
      .split(separator: "\n").count - 1
    #expect(tables[0].rows.count == rows)
  }
}
