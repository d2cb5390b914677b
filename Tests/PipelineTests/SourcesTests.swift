import Foundation
import Spec
import TestSupport
import Testing

@testable import Pipeline

/// Several sources in one run: the CRM's export, the product's log, billing's.
@Suite struct SourcesTests {
  /// Inputs in folders below one that is given.
  struct World {
    let folder = try! TemporaryFolder(inMemory: true)
    var files: [String: String]
    var spec: String

    func run(
      _ inputs: [String] = ["in"], store: Bool = false, threads: Int = 2, memory: Int? = nil
    ) throws -> RunOutcome {
      try? FileManager.default.removeItem(at: folder.url.appendingPathComponent("in"))
      for (name, text) in files {
        let url = folder.url.appendingPathComponent("in/" + name)
        try FileManager.default.createDirectory(
          at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
      }
      let specPath = folder.url.appendingPathComponent("spec.yaml").path
      try Data(spec.utf8).write(to: URL(fileURLWithPath: specPath))
      let out = folder.url.appendingPathComponent("out").path
      let notices = try PublishedRun(
        specFile: try SpecFile.load(specPath),
        inputs: inputs.map { folder.url.appendingPathComponent($0).path }, out: out,
        options: RunOptions(threads: threads, memoryBytesMax: memory, scratch: folder.url.path),
        control: RunControl(),
        store: store ? folder.url.appendingPathComponent("store").path : nil
      ).run()
      var outcome = try RunOutcome(published: out)
      outcome.said = notices.lines
      return outcome
    }

    /// After a run: what `explain` tells of an account.
    func stories(_ account: String) throws -> [EntityStory] {
      try ExplainRun(
        specFile: SpecFile.load(folder.url.appendingPathComponent("spec.yaml").path),
        inputs: [folder.url.appendingPathComponent("in").path], entity: account, kind: .account,
        options: RunOptions(threads: 2, scratch: folder.url.path), control: RunControl()
      ).explain().stories
    }

    func failure(_ inputs: [String] = ["in"], store: Bool = false) -> RunFailure? {
      do {
        _ = try run(inputs, store: store)
        return nil
      } catch {
        return error as? RunFailure
      }
    }
  }

  private static let files = [
    "events/1/a.jsonl": """
    {"userId":"u1","org":"o1","event":"view","timestamp":"2024-03-04T10:00:00Z","messageId":"1"}
    {"userId":"u2","org":"o2","event":"view","timestamp":"2024-03-04T11:00:00Z","messageId":"2"}
    {"userId":"u1","org":"o1","event":"view","timestamp":"2024-03-04T10:00:00Z","messageId":"1"}
    {"event":"view","timestamp":"2024-03-04T12:00:00Z"}
    """,
    "events/b.jsonl": """
    {"userId":"u1","org":"o1","event":"buy","timestamp":"2024-03-05T10:00:00Z","messageId":"3","plan":"pro"}
    {"userId":"u3","org":"o1","event":"view","timestamp":"2024-03-06T10:00:00Z","messageId":"4"}

    """,
    // An id that the product has, too: another source's is another event's.
    "billing/invoices.csv": """
    id;Customer;Amount;Date
    1;o1;10,50;05.03.2024
    3;o2;1.000,00;12.03.2024
    """,
    "crm/deals.csv": """
    Account ID,Created,Close date,Stage
    o1,2024-03-01,2024-03-05,Closed Won
    o2,2024-03-02,2024-03-20,Open
    """,
    "README.md": "not a log",
  ]

  private static let sources = """
    sources:
      - {name: product, files: "events/**/*.jsonl", user: userId, account: org, event: event, time: timestamp, id: messageId, properties: {plan: plan}}
      - name: billing
        files: billing/*.csv
        format: csv
        delimiter: ";"
        account: Customer
        event: {value: invoice}
        id: id
        time: {path: Date, format: "%d.%m.%Y"}
        number: {decimal: ",", group: "."}
        passive: all
        properties: {amount: {path: Amount, type: number}}
      - name: crm
        files: "crm/*.csv"
        format: csv
        account: Account ID
        passive: all
        each:
          - {event: lead, time: Created}
          - {event: signed, time: Close date, where: {Stage: Closed Won}}
    ignore: ["*.md"]

    """

  private static let reports = """
    reports:
      active: {type: activity, entity: account, interval: day}
      people: {type: activity, interval: day}
      billed: {type: revenue, entity: account, event: invoice, amount: amount, interval: day}
      won: {type: activity, entity: account, event: signed, interval: day}
      way: {type: funnel, entity: account, steps: [lead, {event: any, source: product}, {source: billing, event: invoice}], within: 30d}
      pro: {type: activity, event: {event: buy, where: {plan: pro}}, interval: day}

    """

  private func rows(_ outcome: RunOutcome, _ name: String, _ columns: String...) -> [String] {
    let lines = String(decoding: outcome.tables[name + ".csv"] ?? Data(), as: UTF8.self)
      .split(separator: "\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
    let places = columns.map { name in lines.first?.firstIndex(of: name) }
    return lines.dropFirst().map { line in
      places.map { $0.map { line[$0] } ?? "no such column" }.joined(separator: " ")
    }
  }

  @Test func threeSystems() throws {
    let outcome = try World(files: Self.files, spec: Self.sources + Self.reports).run()
    #expect(outcome.mismatches.isEmpty)
    // Observation ends with the product's last event, on the 6th; it begins with its first.
    #expect(outcome.manifest["observed_until"] as? String == "2024-03-06T10:00:00Z")
    #expect(
      rows(outcome, "active", "interval", "active") == [
        "2024-03-04 2", "2024-03-05 1", "2024-03-06 1",
      ])
    #expect(
      rows(outcome, "people", "interval", "active") == [
        "2024-03-04 2", "2024-03-05 1", "2024-03-06 1",
      ])
    // The invoice of the 12th lies after the end.
    #expect(
      rows(outcome, "billed", "interval", "revenue").filter { !$0.hasSuffix(" 0") } == [
        "2024-03-05 10.5"
      ])
    #expect(rows(outcome, "won", "active").filter { $0 != "0" } == ["1"])
    #expect(
      rows(outcome, "way", "name", "reached") == [
        "lead 2", "any (product) 2", "invoice (billing) 1",
      ])
    #expect(rows(outcome, "pro", "active").filter { $0 != "0" } == ["1"])
    let sources = outcome.manifest["sources"] as? [[String: Any]] ?? []
    #expect(sources.map { $0["name"] as? String } == ["product", "billing", "crm"])
    #expect(sources.map { $0["inputs"] as? Int } == [2, 1, 1])
    #expect(sources.map { $0["lines"] as? Int } == [6, 2, 3])
    #expect(sources.map { $0["duplicates"] as? Int } == [1, 0, 0])
    #expect(sources.map { $0["rejected"] as? Int } == [1, 0, 0])
    #expect(
      outcome.inputs.mapValues { $0["source"] as? String } == [
        "a.jsonl": "product", "b.jsonl": "product", "invoices.csv": "billing", "deals.csv": "crm",
      ])
    #expect(outcome.said.contains { $0.contains("the source 'billing' ends at") })
  }

  /// Whose end it is that observation ends with.
  @Test func observedBy() throws {
    func until(_ calendar: String) throws -> String? {
      try World(files: Self.files, spec: Self.sources + calendar + Self.reports).run()
        .manifest["observed_until"] as? String
    }
    #expect(try until("calendar: {observed_by: billing}\n") == "2024-03-12T00:00:00Z")
    #expect(
      try until("calendar: {observed_by: [billing, product]}\n") == "2024-03-06T10:00:00Z")
    #expect(try until("calendar: {observed_by: [crm]}\n") == "2024-03-05T00:00:00Z")
  }

  @Test func whichInputsAreWhose() throws {
    var world = World(files: Self.files, spec: Self.sources + Self.reports)
    world.files["notes/x.csv"] = "a\n1\n"
    #expect(world.failure()?.kind == .usage)
    #expect(world.failure()?.messages.contains { $0.contains("notes/x.csv") } == true)
    world.files["notes/x.csv"] = nil
    try? FileManager.default.removeItem(at: world.folder.url.appendingPathComponent("in/notes"))
    world.spec = world.spec.replacing("crm/*.csv", with: "{crm,billing}/*.csv")
    let two = world.failure()
    #expect(two?.kind == .usage)
    #expect(
      two?.messages.first?.contains("fits the `files` of 'billing' and 'crm'") == true)
    world.spec = Self.sources.replacing("crm/*.csv", with: "crm/*.tsv") + Self.reports
    world.files["crm/deals.csv"] = nil
    try? FileManager.default.removeItem(at: world.folder.url.appendingPathComponent("in/crm"))
    #expect(world.failure()?.kind == .noInput)
    world.spec = world.spec.replacing("name: crm\n", with: "name: crm\n    optional: true\n")
    let outcome = try world.run()
    #expect(outcome.said.contains("notice: the source 'crm' has no input"))
    // Files by themselves go by their names.
    world.spec = world.spec.replacing("events/**/*.jsonl", with: "*.jsonl")
      .replacing("billing/*.csv", with: "invoices.csv")
    let single = try world.run([
      "in/events/1/a.jsonl", "in/events/b.jsonl", "in/billing/invoices.csv",
    ])
    #expect(single.tables["active.csv"] == outcome.tables["active.csv"])
  }

  /// Without a store all inputs are read.
  @Test func snapshots() throws {
    var world = World(files: Self.files, spec: Self.sources + Self.reports)
    let outcome = try world.run()
    world.spec = world.spec.replacing(
      "  - name: crm\n", with: "  - name: crm\n    snapshot: true\n")
    #expect(try world.run().tables["way.csv"] == outcome.tables["way.csv"])
    world.files["crm/more.csv"] = "Account ID,Created,Close date,Stage\no3,2024-03-01,,Open\n"
    #expect(
      try world.run().said.contains {
        $0.contains("the source 'crm' is a snapshot and has 2 inputs")
      })
  }
}
