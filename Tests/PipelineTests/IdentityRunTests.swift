import Foundation
import TestSupport
import Testing
import Timelines

@testable import Pipeline

/// Runs with `identity`, against runs over logs in which every row carries its person's id already.
@Suite struct IdentityRunTests {
  static let reports = """
    calendar: {time_zone: Europe/Berlin}
    reports:
      daily: {type: activity, interval: day}
      weekly: {type: retention, interval: week, periods: 3, list: true}
      checkout: {type: funnel, steps: [view, cart, buy], within: 20d, list: true}
      accounts: {type: activity, entity: account, interval: month}
      adoption: {type: adoption, entity: account, features: {see: view, pay: buy}}
      standing: {type: accounts}
      referral: {type: referral, invite: cart, join: {event: buy, inviter: by}}
    """

  /// All reports; those that ask for nobody's invitations, whose links go with the rows; and one that
  /// looks at some rows only.
  static let reportSets = [
    reports, String(reports.split(separator: "\n").dropLast().joined(separator: "\n")),
    """
    calendar: {time_zone: Europe/Berlin}
    reports:
      checkout: {type: funnel, steps: [cart, buy], within: 20d, list: true}
    """,
  ]

  static func spec(_ rules: IdentityRules, _ reports: String = reports) -> String {
    """
    source:
      format: jsonl
      user: user
      anonymous: [a, b]
      alias: {event: alias, from: former}
      account: account
      event: event
      time: time
      id: id
      properties: {by: by}
    identity:
      anonymous_rows: \(rules.anonymousRows.rawValue)
      max_ids: \(rules.knownMax)
      max_anonymous: \(rules.anonymousMax)
      accounts: {merge: {event: alias, from: former_account}}
    \(reports)
    """
  }

  private static let plain = """
    source: {format: jsonl, user: user, account: account, event: event, time: time, properties: {by: by}}

    """

  struct Row {
    var identity: IdentityRow
    var account: String
    var formerAccount: String?
    var event: String
    var by: String?
    var number: Int

    /// With this user and account in place of all ids.
    func line(user: String? = nil, account: String? = nil, by: String? = nil) -> String {
      var members = [
        #""event":"\#(event)""#, #""time":"\#(Self.time(identity.time))""#, #""id":"m\#(number)""#,
      ]
      func add(_ name: String, _ value: String?) {
        if let value { members.append(#""\#(name)":"\#(value)""#) }
      }
      if let user {
        add("user", user)
        add("account", account)
        add("by", by)
      } else {
        add("user", identity.known)
        add("a", identity.anonymous.first)
        add("b", identity.anonymous.dropFirst().first)
        add("former", identity.former)
        add("account", self.account)
        add("former_account", formerAccount)
        add("by", self.by)
      }
      return "{" + members.joined(separator: ",") + "}"
    }

    static func time(_ hours: Int64) -> String {
      let (day, hour) = (hours / 24 + 1, hours % 24)
      return "2026-03-\(day < 10 ? "0" : "")\(day)T\(hour < 10 ? "0" : "")\(hour):00:00Z"
    }
  }

  static func rows(_ random: inout SplitMix64) -> [Row] {
    let people = Int.random(in: 2...12, using: &random)
    let devices = Int.random(in: 2...15, using: &random)
    func person(_ random: inout SplitMix64) -> String {
      "p\(Int.random(in: 0..<people, using: &random))"
    }
    func device(_ random: inout SplitMix64) -> String {
      "d\(Int.random(in: 0..<devices, using: &random))"
    }
    return (0..<Int.random(in: 50...300, using: &random)).map { number in
      var identity = IdentityRow(time: Int64.random(in: 0..<600, using: &random))
      if random.oneIn(2) { identity.known = person(&random) }
      let count = identity.known == nil ? 1 : Int.random(in: 0...1, using: &random)
      identity.anonymous = (0..<(random.oneIn(3) ? count * 2 : count)).map { _ in device(&random) }
      if identity.anonymous.count == 2, identity.anonymous[0] == identity.anonymous[1] {
        identity.anonymous.removeLast()
      }
      var row = Row(
        identity: identity, account: "c\(Int.random(in: 0..<4, using: &random))",
        event: ["view", "cart", "buy"].randomElement(using: &random)!, number: number)
      if row.event == "buy", random.oneIn(2) {
        row.by = random.oneIn(2) ? person(&random) : device(&random)
      }
      if random.oneIn(15) {
        row.event = "alias"
        if identity.known != nil {
          row.identity.former = random.oneIn(2) ? device(&random) : person(&random)
        }
        if random.oneIn(2) { row.formerAccount = "c\(Int.random(in: 0..<6, using: &random))" }
      }
      return row
    }
  }

  /// Lines with everybody's name on them.
  private static func named(_ rows: [Row], _ rules: IdentityRules) -> [String] {
    let users = ReferencePersons(
      rows: rows.map(\.identity),
      rules: ReferenceRules(
        rules.anonymousRows.rawValue, knownMax: rules.knownMax, anonymousMax: rules.anonymousMax))
    let accounts = ReferencePersons(
      rows: rows.map {
        IdentityRow(time: $0.identity.time, known: $0.account, former: $0.formerAccount)
      }, rules: ReferenceRules("own", hasAnonymous: false))
    func text(_ name: PersonName) -> String {
      switch name {
      case .known(let id), .device(let id): id
      }
    }
    return rows.map { row in
      let by = row.by.map { id in
        users.open(id, at: row.identity.time).map(text) ?? id
      }
      return row.line(
        user: text(users.person(of: row.identity)), account: accounts.person(ofKnown: row.account),
        by: by)
    }
  }

  private static func tables(_ run: RunOutcome) -> [String: Data] {
    run.tables.filter { $0.key.hasSuffix(".csv") }
  }

  @Test(arguments: IdentityRules.AnonymousRows.allCases)
  func likeLogsWithNames(_ rule: IdentityRules.AnonymousRows) throws {
    for seed in 0..<UInt64(Thorough.cases(60)) {
      var random = SplitMix64(seed: seed)
      let rows = Self.rows(&random)
      let rules = IdentityRules(
        anonymousRows: rule, knownMax: random.oneIn(3) ? 2 : 50,
        anonymousMax: random.oneIn(3) ? 2 : 1000)
      let reports = Self.reportSets[Int(seed) % 3]
      let expected = try RunOutcome(
        spec: Self.plain + reports, files: ["all.jsonl": Self.data(Self.named(rows, rules))])
      let shuffled = rows.map { $0.line() }.shuffled(using: &random)
      let cut = shuffled.count / 3
      let run = try RunOutcome(
        spec: Self.spec(rules, reports),
        files: [
          "x.jsonl": Self.data(Array(shuffled[..<cut])),
          "y.jsonl": Self.data(Array(shuffled[cut...])),
        ], threads: Int.random(in: 1...3, using: &random), memory: random.oneIn(2) ? 1 : nil)
      Self.expectSame(Self.tables(run), Self.tables(expected), "seed \(seed)")
      #expect(run.mismatches == [])
    }
  }

  static func expectSame(_ found: [String: Data], _ wanted: [String: Data], _ what: String) {
    #expect(found.keys.sorted() == wanted.keys.sorted())
    for (name, bytes) in wanted {
      let same = found[name] == bytes
      #expect(same, "\(what), \(name): \(String(decoding: found[name] ?? Data(), as: UTF8.self))")
    }
  }

  static func data(_ lines: [String]) -> Data {
    Data(lines.map { $0 + "\n" }.joined().utf8)
  }

  /// The run says what it found.
  @Test func manifestAndWarnings() throws {
    let lines = [
      #"{"a":"d","event":"view","time":"2026-03-01T00:00:00Z"}"#,
      #"{"user":"ann","a":"d","event":"buy","time":"2026-03-01T01:00:00Z"}"#,
      #"{"user":"ann","a":"k","event":"buy","time":"2026-03-01T02:00:00Z"}"#,
      #"{"user":"bob","a":"k","event":"buy","time":"2026-03-01T02:00:00Z"}"#,
      #"{"user":"cem","a":"k","event":"buy","time":"2026-03-01T02:00:00Z"}"#,
    ]
    let run = try RunOutcome(
      spec: Self.spec(IdentityRules(knownMax: 2)), files: ["x.jsonl": Self.data(lines)])
    let identity = try #require(run.manifest["identity"] as? [String: Any])
    #expect(identity["links"] as? Int == 1)
    #expect(identity["persons"] as? Int == 1)
    let over = try #require(identity["anonymous_over_limit"] as? [String: Any])
    #expect(over["count"] as? Int == 1)
    #expect(over["examples"] as? [String] == ["k"])
    let warnings = try #require(run.manifest["warnings"] as? [String])
    #expect(
      warnings.contains {
        $0.contains("anonymous ids with more than 2 users (`max_ids`), which link nobody: 1 ('k')")
      })
    let plain = try RunOutcome(
      spec: Self.spec(IdentityRules()).replacing(/identity:\n(  .*\n)+/, with: ""),
      files: ["x.jsonl": Self.data(lines)])
    #expect(plain.manifest["identity"] == nil)
    let told = try #require(plain.manifest["warnings"] as? [String])
    #expect(told.contains { $0.contains("rows with a user and an anonymous id: 4") })
  }
}
