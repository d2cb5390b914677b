import Foundation
import TestSupport
import Testing
import Timelines

@testable import Pipeline

/// Three systems with ids of their own, and maps between them: visits that do not say whose they are,
/// devices, renamed users, merged accounts, copies of events, ids that two systems use for other events.
struct GeneratedSources {
  /// Lines by the path below the folder of inputs; headers are the files' own.
  var files: [String: [String]] = [:]
  var rules: IdentityRules

  static let headers = [
    "billing": "Number;Customer;User;Kind;Amount;Created;Paid",
    "crm": "id,person,company,what,day,vip",
  ]

  var spec: String {
    """
    sources:
      - name: product
        files: "product/*"
        format: jsonl
        user: user
        anonymous: [a, b]
        alias: {event: alias, from: former}
        account: {path: account, carry: around}
        event: event
        time: time
        id: id
        properties: {plan: plan, beta: {path: beta, type: boolean}}
      - name: billing
        files: "billing/*"
        format: csv
        delimiter: ";"
        ids: {account: billing}
        user: User
        account: {path: Customer, carry: forward}
        event: Kind
        id: Number
        time: {path: Created, zone: UTC}
        number: {decimal: ","}
        properties: {amount: {path: Amount, type: number}, paid: {path: Paid, type: time}}
      - name: crm
        files: "crm/*"
        format: csv
        ids: {account: crm, user: contacts}
        user: person
        account: company
        event: what
        id: id
        time: {path: day, zone: Europe/Berlin}
        passive: [note]
        properties: {vip: {path: vip, type: boolean}}
    maps:
      - {files: map/customers.csv, from: {column: customer, space: billing}, to: {column: company, space: crm}}
      - {files: map/companies.csv, from: {column: company, space: crm}, to: {column: account}}
      - {files: map/contacts.csv, kind: user, from: {column: contact, space: contacts}, to: {column: user}}
    ignore: ["*.md"]
    calendar: {time_zone: Europe/Berlin, observed_by: [product]}
    identity:
      anonymous_rows: \(rules.anonymousRows.rawValue)
      max_ids: \(rules.knownMax)
    sessions: {of: any, gap: 30h}
    reports:
      daily: {type: activity, interval: day}
      weekly: {type: retention, interval: week, periods: 3, list: true}
      way: {type: funnel, entity: account, steps: [lead, {event: any, source: product}, {source: billing, event: invoice}], within: 20d, list: true}
      checkout: {type: funnel, steps: [view, cart, buy], within: 20d, breakdown: plan, list: true}
      billed: {type: revenue, entity: account, event: invoice, amount: amount, interval: week}
      accounts: {type: activity, entity: account, interval: month}
      adoption: {type: adoption, entity: account, features: {see: view, pay: buy}}
      standing: {type: accounts}
      beta: {type: activity, event: {event: view, where: {beta: true}}, interval: week}
      vips: {type: activity, entity: account, event: {event: call, where: {vip: true}}, interval: week}
      visits: {type: activity, entity: session, interval: week}

    """
  }

  init(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    rules = IdentityRules(
      anonymousRows: IdentityRules.AnonymousRows.allCases.randomElement(using: &random)!,
      knownMax: random.oneIn(3) ? 2 : 50)
    let rows = IdentityRunTests.rows(&random)
    let share = Int.random(in: 1...4, using: &random)
    for row in rows {
      var line = row.line()
      if !random.oneIn(share) { line = line.replacing(/,"account":"[^"]*"/, with: "") }
      line = line.replacing(/"id":"m(\d+)"/) { #""id":"\#((Int($0.1) ?? 0) % 90)""# }
      let plan = ["x", "y"].randomElement(using: &random)!
      line = String(line.dropLast()) + #","plan":"\#(plan)","beta":\#(random.oneIn(2))}"#
      add(line, to: "product", Int.random(in: 0..<3, using: &random))
      if random.oneIn(9) { add(line, to: "product", Int.random(in: 0..<3, using: &random)) }
    }
    for number in 0..<Int.random(in: 20...80, using: &random) {
      let time = IdentityRunTests.Row.time(Int64.random(in: 0..<620, using: &random))
        .replacing("T", with: " ").dropLast()
      let user = random.oneIn(2) ? "p\(Int.random(in: 0..<9, using: &random))" : ""
      let customer = random.oneIn(5) ? "" : "cus_\(Int.random(in: 0..<9, using: &random))"
      let amount = "\(Int.random(in: 1...999, using: &random)),5"
      let kind = ["invoice", "view", "refund"].randomElement(using: &random)!
      if user.isEmpty && customer.isEmpty { continue }
      add(
        "\(number % 30);\(customer);\(user);\(kind);\(amount);\(time);\(random.oneIn(2) ? time : "")",
        to: "billing", Int.random(in: 0..<2, using: &random))
    }
    for number in 0..<Int.random(in: 10...60, using: &random) {
      let day = Int.random(in: 1...25, using: &random)
      let person = random.oneIn(3) ? "" : "C\(Int.random(in: 0..<9, using: &random))"
      let what = ["lead", "call", "note", "view"].randomElement(using: &random)!
      let company = "001\(Int.random(in: 0..<6, using: &random))"
      add(
        "\(number % 25),\(person),\(company),\(what),2026-03-\(day < 10 ? "0" : "")\(day),"
          + ["yes", "no", ""].randomElement(using: &random)!,
        to: "crm", Int.random(in: 0..<2, using: &random))
    }
    files["map/customers.csv"] =
      ["customer,company"] + (0..<7).map { "cus_\($0),001\($0 % 5)" }
    files["map/companies.csv"] = ["company,account"] + (0..<4).map { "001\($0),c\($0 % 3)" }
    files["map/contacts.csv"] = ["contact,user"] + (0..<7).map { "C\($0),p\($0 % 4)" }
  }

  private mutating func add(_ line: String, to source: String, _ file: Int) {
    let name = "\(source)/\(file).\(source == "product" ? "jsonl" : "csv")"
    let header = Self.headers[source].map { [$0] } ?? []
    files[name, default: header].append(line)
  }

  static func isMap(_ name: String) -> Bool { name.hasPrefix("map/") }

  /// Paths of inputs that are no maps.
  var logs: [String] { files.keys.filter { !Self.isMap($0) }.sorted() }

  /// Writes all files below a folder.
  func write(to folder: String) throws {
    for (name, lines) in files { try Self.write(lines, to: folder + "/" + name) }
  }

  static func write(_ lines: [String], to path: String) throws {
    let url = URL(fileURLWithPath: path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: url)
  }
}
