import EventLog
import Foundation
import Spec
import TestSupport
import Testing
import Timelines

@testable import Pipeline

/// Stores of several sources, by hand: what comes and goes from night to night.
@Suite struct StoreSourcesTests {
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
    _ = try PublishedSources.run(world, [world.path("1")], store: world.store)
    let first = [world.path("1"), world.path("2")]
    world.spec = "sources:\n" + Self.product + Self.billing + Self.reports + Self.billed
    let both = try PublishedSources.run(world, first, store: nil)
    #expect("\(both.told["damages"] ?? "")".contains("(20.0 %) are no booleans"))
    PublishedSources.expectSame(
      try PublishedSources.run(world, first, store: world.store), both, "with billing")
    _ = try world.keeper.compact()
    PublishedSources.expectSame(
      try PublishedSources.run(world, [], store: world.store), both, "compact")
    // Billing alone, then the product alone.
    world.spec = "sources:\n" + Self.product + ignore + Self.reports
    let left = try PublishedSources.run(world, [], store: world.store)
    #expect(
      left.warnings.contains(
        "notice: the store has 2 inputs of the source 'billing', which the spec does not list: they are "
          + "left out"))
    #expect(left.tables == (try PublishedSources.run(world, first, store: nil)).tables)
    // In another order sources are the same ones.
    world.spec = "sources:\n" + Self.billing + Self.product + Self.reports + Self.billed
    world.spec += "calendar: {observed_by: product}\n"
    #expect(try PublishedSources.run(world, [], store: world.store).tables == both.tables)
  }

  /// Another source's store is none to be added, nor is one that is not there.
  @Test func foreignStores() throws {
    let world = try world(Self.product, "ignore: [\"billing/*\"]\n" + Self.reports)
    _ = try PublishedSources.run(world, [world.path("1")], store: world.store)
    var other = try StoreWorld()
    other.spec = LogStory.spec
    _ = try other.run(
      [other.write(LogStory.lines(20, seed: 1), to: "a.jsonl")], store: other.store)
    #expect(failure { _ = try world.keeper.add([other.store]) }?.kind == .badSpec)
    #expect(failure { _ = try world.keeper.add([world.path("none")]) }?.kind == .noInput)
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
    _ = try PublishedSources.run(world, inputs, store: world.store)
    world.spec = world.spec.replacing("account: customer", with: "account: Customer")
    let other = failure { _ = try PublishedSources.run(world, [], store: world.store) }
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
      failure { _ = try PublishedSources.run(world, [], store: world.store) }?.messages.contains {
        $0.hasPrefix("sources.till.properties.amount: the store has a number")
      } == true)
    world.spec = """
      source: {format: jsonl, user: u, account: a, event: e, time: t, id: i}
      \(Self.reports.replacing(", breakdown: plan", with: ""))
      """
    #expect(
      failure { _ = try PublishedSources.run(world, [], store: world.store) }?.messages.contains(
        "the store has `sources`, the spec one `source`") == true)
  }

  /// An input that becomes another source's stays what it was, and that is said.
  @Test func renamedPatterns() throws {
    var world = try world(Self.product)
    try FileManager.default.removeItem(atPath: world.path("2/billing"))
    _ = try PublishedSources.run(world, [world.path("2")], store: world.store)
    let twin = Self.product.replacing("name: product", with: "name: shop")
    world.spec =
      "sources:\n" + twin + Self.product.replacing("product/*", with: "other/*") + Self.reports
    let run = try PublishedSources.run(world, [world.path("2")], store: world.store)
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
    let first = try PublishedSources.run(world, [world.path("1")], store: world.store)
    PublishedSources.expectSame(
      first, try PublishedSources.run(world, [world.path("1")], store: nil), "first")
    // Another file, then the same file with other content, then the first content again.
    _ = try PublishedSources.run(world, [world.path("2")], store: world.store)
    func expected(_ inputs: String...) throws -> [String: Data] {
      try PublishedSources.run(world, inputs.map(world.path), store: nil).tables
    }
    try FileManager.default.removeItem(atPath: csv)
    let old = try Data(contentsOf: URL(fileURLWithPath: world.path("2/billing/2.csv")))
    #expect(try PublishedSources.run(world, [], store: world.store).tables == expected("1", "2"))
    try GeneratedSources.write(["customer,day,amount,paid", "o9,2026-03-01,1,yes"], to: csv)
    _ = try PublishedSources.run(world, [world.path("1")], store: world.store)
    try FileManager.default.removeItem(atPath: world.path("2/billing/2.csv"))
    #expect(try PublishedSources.run(world, [], store: world.store).tables == expected("1", "2"))
    try old.write(to: URL(fileURLWithPath: csv))
    for isCompact in [false, true] {
      if isCompact {
        try GeneratedSources.write(["customer,day,amount,paid", "o8,2026-03-01,1,yes"], to: csv)
        _ = try PublishedSources.run(world, [world.path("1")], store: world.store)
        _ = try world.keeper.compact()
        try old.write(to: URL(fileURLWithPath: csv))
      }
      _ = try PublishedSources.run(world, [world.path("1")], store: world.store)
      #expect(try PublishedSources.run(world, [], store: world.store).tables == expected("1", "2"))
    }
    // A file that is there still is no new export.
    let now = try PublishedSources.run(world, [], store: world.store).tables
    #expect(try PublishedSources.run(world, [world.path("1")], store: world.store).tables == now)
    world.spec = world.spec.replacing("snapshot: true", with: "snapshot: false")
    #expect(try PublishedSources.run(world, [], store: world.store).tables == now)
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
      failure { _ = try PublishedSources.run(world, inputs, store: world.store) }?.messages.first?
        .hasPrefix("the store has not seen a file of the map that fits map/*") == true)
    for pairs in [["o1,o2", "o2,o1"], ["o1,o3"], ["o1,o1", "o2,o2", "o3,o2"]] {
      try GeneratedSources.write(["b,o"] + pairs, to: map)
      let expected = try PublishedSources.run(world, inputs, store: nil)
      PublishedSources.expectSame(
        try PublishedSources.run(world, inputs, store: world.store), expected, "\(pairs)")
      PublishedSources.expectSame(
        try PublishedSources.run(world, [], store: world.store), expected, "\(pairs), again")
    }
    // A further file adds to what is known; where both speak of an id, what is given holds.
    try GeneratedSources.write(["b,o", "o3,o1"], to: world.path("2/map/b.csv"))
    _ = try PublishedSources.run(world, [world.path("2")], store: world.store)
    try GeneratedSources.write(["b,o", "o1,o1", "o2,o2"], to: map)
    let both = try PublishedSources.run(world, [world.path("1"), world.path("2")], store: nil)
    #expect(try PublishedSources.run(world, [], store: world.store).tables == both.tables)
    // A damaged file is named.
    let name = try #require(try world.files().keys.filter { $0.hasPrefix("maps-") }.max())
    let url = URL(fileURLWithPath: world.store + "/" + name)
    var bytes = try Data(contentsOf: url)
    bytes[20] ^= 1
    try bytes.write(to: url)
    let damaged = failure { _ = try PublishedSources.run(world, [], store: world.store) }
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
    let expected = try PublishedSources.run(world, names, store: nil)
    #expect(expected.tables["on.csv"] != nil)
    _ = try PublishedSources.run(world, [names[1]], store: world.store)
    PublishedSources.expectSame(
      try PublishedSources.run(world, [names[0]], store: world.store), expected, "two nights")
  }

  /// A report without a spec over a store of several sources.
  @Test func oneOff() throws {
    let world = try world(
      Self.product
        + Self.billing.replacing("name: billing", with: "name: billing, ids: {account: b}"),
      "maps: [{files: \"map/*\", from: {column: b, space: b}, to: {column: o}}]\n" + Self.reports)
    try GeneratedSources.write(["b,o", "o1,o1", "o2,o1"], to: world.path("1/map/a.csv"))
    let run = try PublishedSources.run(world, [world.path("1")], store: world.store)
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
