import EventLog
import Foundation
import Spec
import TestSupport
import Testing

@testable import Pipeline

/// Sources with ids of their own, and the maps between them.
@Suite struct MapTests {
  private static let files = [
    "events/a.jsonl": """
    {"userId":"u1","org":"o1","event":"view","timestamp":"2024-03-04T10:00:00Z"}
    {"userId":"u2","org":"o2","event":"view","timestamp":"2024-03-05T11:00:00Z"}
    {"userId":"u3","org":"o3","event":"view","timestamp":"2024-03-09T11:00:00Z"}

    """,
    // `o3` is a customer of billing's own, not the product's.
    "billing/invoices.csv": """
    id,Customer,Amount,Date
    1,cus_1,10,2024-03-05
    1,cus_1b,5,2024-03-05
    1,cus_1b,5,2024-03-06
    2,cus_2,20,2024-03-06
    3,o3,40,2024-03-07
    4,cus_9,80,2024-03-08

    """,
    "crm/deals.csv": """
    Account ID,Created
    001A,2024-03-01
    001B,2024-03-02
    001C,2024-03-03

    """,
    // By way of the CRM.
    "map/billing.tsv": """
    customer\tcrm id
    cus_1\t001A
    cus_1b\t001A
    cus_2\t001B
    cus_7\t

    """,
    "map/crm.csv": """
    \u{feff}sf,org
    001A,o1
    001B,o2
    001A,o1

    """,
  ]

  private static let spec = """
    sources:
      - {name: product, files: "events/*", user: userId, account: org, event: event, time: timestamp}
      - name: billing
        files: billing/*.csv
        format: csv
        ids: {account: billing}
        account: Customer
        event: {value: invoice}
        id: id
        time: Date
        passive: all
        properties: {amount: {path: Amount, type: number}}
      - {name: crm, files: crm/*.csv, format: csv, ids: {account: crm}, account: Account ID, event: {value: lead}, time: Created, passive: all}
    maps:
      - {files: map/*.tsv, from: {column: customer, space: billing}, to: {column: crm id, space: crm}}
      - {files: map/crm.csv, kind: account, from: {column: sf, space: crm}, to: {column: org}}
    reports:
      billed: {type: funnel, entity: account, steps: [lead, view, invoice], within: 30d, list: true}
      money: {type: revenue, entity: account, event: invoice, amount: amount, interval: month}
      accounts: {type: activity, entity: account, interval: month, event: {any: [view, invoice, lead]}}

    """

  private func cells(_ outcome: RunOutcome, _ name: String, _ columns: String...) -> [String] {
    let lines = String(decoding: outcome.tables[name] ?? Data(), as: UTF8.self)
      .split(separator: "\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
    let places = columns.map { name in lines.first?.firstIndex(of: name) }
    return lines.dropFirst().map { line in
      places.map { $0.map { line[$0] } ?? "no such column" }.joined(separator: " ")
    }
  }

  @Test func threeSpaces() throws {
    let outcome = try SourcesTests.World(files: Self.files, spec: Self.spec).run()
    #expect(outcome.mismatches.isEmpty)
    // o1 and o2 from lead over view to invoice; o3 views only; crm's 001C is a lead only; billing's
    // o3 and cus_9 have invoices only.
    #expect(cells(outcome, "billed.csv", "name", "reached") == ["lead 3", "view 2", "invoice 2"])
    #expect(
      cells(outcome, "billed.entities.csv", "entity", "reached").sorted() == [
        "crm:001C 1", "o1 3", "o2 3",
      ])
    // The second invoice 1 of cus_1b is the first one again; that of cus_1 is another.
    #expect(cells(outcome, "money.csv", "revenue", "orders", "payers") == ["155 5 4"])
    // o1, o2, o3, crm:001C, billing:o3, billing:cus_9.
    #expect(cells(outcome, "accounts.csv", "active") == ["6"])
    let maps = outcome.manifest["maps"] as? [[String: Any]] ?? []
    #expect(maps.map { $0["from"] as? String } == ["billing", "crm"])
    #expect(maps.map { $0["to"] as? String } == ["crm", nil])
    let inputs = maps.compactMap { ($0["inputs"] as? [[String: Any]])?.first }
    #expect(inputs.map { $0["pairs"] as? Int } == [3, 3])
    #expect(inputs.map { $0["incomplete"] as? Int } == [1, 0])
    let sources = outcome.manifest["sources"] as? [[String: Any]] ?? []
    #expect(sources.map { $0["unmapped_accounts"] as? Int } == [nil, 2, 1])
    let shared = outcome.manifest["shared_accounts"] as? [[String: Any]] ?? []
    #expect(
      shared.map { $0["sources"] as? [String] } == [
        ["product", "billing"], ["product", "crm"], ["billing", "crm"],
      ])
    #expect(shared.map { $0["known"] as? [Int] } == [[3, 4], [3, 3], [4, 3]])
    #expect(shared.map { $0["both"] as? Int } == [2, 2, 2])
    #expect(
      outcome.said.contains {
        $0.contains(
          "the source 'billing': no map leads on the account of 2 events, such as 'cus_9'")
          && $0.contains("counted as 'billing:cus_9'")
      })
    #expect(!outcome.said.contains { $0.contains("do they use the same ids?") })
  }

  /// Without maps nothing of two systems meets.
  @Test func noMaps() throws {
    var world = SourcesTests.World(files: Self.files, spec: Self.spec)
    world.files = world.files.filter { !$0.key.hasPrefix("map/") }
    let start = world.spec.range(of: "maps:")!.lowerBound
    world.spec.removeSubrange(start..<world.spec.range(of: "reports:")!.lowerBound)
    let outcome = try world.run()
    #expect(cells(outcome, "billed.csv", "reached") == ["3", "0", "0"])
    #expect(cells(outcome, "money.csv", "payers") == ["5"])
    #expect(
      outcome.said.contains {
        $0.contains(
          "of the 3 accounts of the source 'product' and the 5 of 'billing' 0 are the same")
          && $0.contains("do they use the same ids?")
      })
  }

  @Test func sameBytes() throws {
    var world = SourcesTests.World(files: Self.files, spec: Self.spec)
    let outcome = try world.run()
    for (threads, memory) in [(1, nil), (3, 20_000), (2, 1 << 14)] as [(Int, Int?)] {
      #expect(try world.run(threads: threads, memory: memory).tables == outcome.tables)
    }
    // Rows in another order, and over other files.
    world.files["billing/more.csv"] = "id,Customer,Amount,Date\n4,cus_9,80,2024-03-08\n"
    world.files["billing/invoices.csv"] = """
      Date,Amount,Customer,id
      2024-03-07,40,o3,3
      2024-03-06,20,cus_2,2
      2024-03-06,5,cus_1b,1
      2024-03-05,5,cus_1b,1
      2024-03-05,10,cus_1,1
      """
    world.files["map/crm.csv"] = "org,sf\no2,001B\n"
    world.files["map/crm2.csv"] = "sf,org\n001A,o1\n"
    world.spec = world.spec.replacing("map/crm.csv", with: "map/crm*.csv")
    #expect(try world.run().tables["billed.csv"] == outcome.tables["billed.csv"])
    #expect(try world.run().tables["money.csv"] == outcome.tables["money.csv"])
    #expect(
      try world.run().tables["billed.entities.csv"] == outcome.tables["billed.entities.csv"])
  }

  /// As JSON, by a domain, in an archive of gzip: whatever events may be in.
  @Test func otherFormats() throws {
    var world = SourcesTests.World(files: Self.files, spec: Self.spec)
    let outcome = try world.run()
    world.files["map/crm.csv"] = nil
    world.files["map/crm.json"] = """
      [{"sf": {"id": "001A"}, "org": "o1"},
       {"sf": {"id": "001B"}, "org": "o2"}, {"sf": {"id": null}, "org": "o4"}]
      """
    world.spec = world.spec.replacing(
      "map/crm.csv, kind: account, from: {column: sf", with: "map/crm.json, from: {column: sf.id")
    #expect(try world.run().tables["billed.csv"] == outcome.tables["billed.csv"])
  }

  @Test func mistakesInFiles() throws {
    var world = SourcesTests.World(files: Self.files, spec: Self.spec)
    func failure() -> (RunFailure.Kind?, String) {
      let failure = world.failure()
      return (failure?.kind, failure?.messages.joined(separator: "\n") ?? "")
    }
    func with(_ name: String, _ text: String?) -> (RunFailure.Kind?, String) {
      let before = world.files
      defer { world.files = before }
      world.files[name] = text
      return failure()
    }
    let two = with("map/crm.csv", "sf,org\n001A,o1\n\n001B,o2\n001A,o2\n")
    #expect(two.0 == .badSpec)
    #expect(two.1.contains("map/crm.csv:5: '001A' of the space 'crm' leads to 'o2', and in "))
    #expect(two.1.contains("map/crm.csv:2 to 'o1'; an id has one target"))
    let column = with("map/crm.csv", "sf,organisation\n001A,o1\n")
    #expect(column.0 == .noInput)
    #expect(column.1.contains("no column named \"org\"; the header has: sf, organisation"))
    let empty = with("map/crm.csv", "sf,org\n,o1\n")
    #expect(empty.0 == .noInput)
    #expect(empty.1.contains("the map is empty: none of its 1 rows has both 'sf' and 'org'"))
    #expect(with("map/crm.csv", "").0 == .noInput)
    let none = with("map/crm.csv", nil)
    #expect(none.0 == .noInput)
    #expect(none.1.contains("no input fits the `files` of a map: map/crm.csv"))
    #expect(with("map/crm.csv", "SQLite format 3\0").0 == .noInput)
    // A row that cannot be read cuts a customer in two: exit 1.
    world.files["map/crm.csv"]! += "001C\n"
    let outcome = try world.run()
    let damages = outcome.manifest["damages"] as? [String] ?? []
    #expect(damages.count == 1)
    #expect(damages.first?.contains("1 of the map's 4 rows cannot be read") == true)
    #expect(damages.first?.contains("map/crm.csv:5: wrong column count") == true)
    world.spec = world.spec.replacing("crm/*.csv", with: "\"{crm,map}/*.csv\"")
    #expect(failure().0 == .usage)
    #expect(failure().1.contains("and of a map; a map's rows are no events"))
  }

  @Test func tooLargeForMemory() throws {
    var world = SourcesTests.World(files: Self.files, spec: Self.spec)
    for id in 0..<3_000 { world.files["map/crm.csv"]! += "a\(id),b\(id)\n" }
    do {
      _ = try world.run(memory: 50_000)
      Issue.record("not refused")
    } catch let failure as RunFailure {
      #expect(failure.kind == .badData)
      #expect(failure.messages.first?.contains("give more --memory") == true)
    }
  }

  /// Any id of a person or customer leads to it.
  @Test func explain() throws {
    let world = SourcesTests.World(files: Self.files, spec: Self.spec)
    _ = try world.run()
    for id in ["o1", "cus_1", "cus_1b", "001A", "billing:cus_1", "crm:001A"] {
      let found = try world.stories(id)
      #expect(found.map { $0.name ?? $0.entity } == ["o1"], "\(id)")
      #expect(found.first?.events.map(\.name) == ["lead", "view", "invoice", "invoice"])
      #expect(found.first?.duplicates == 1)
    }
    // The product's, and billing's.
    #expect(try world.stories("o3").map { $0.name ?? $0.entity }.sorted() == ["billing:o3", "o3"])
    #expect(try world.stories("billing:cus_9").map(\.events.count) == [1])
    #expect(throws: RunFailure.self) { try world.stories("cus_7x") }
  }
}
