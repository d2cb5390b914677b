import Foundation
import Spec
import TestSupport
import Testing
import Timelines

@testable import Pipeline

/// Runs in which rows take their person's account, against runs over logs in which every row carries
/// it already.
@Suite struct CarryRunTests {
  private static func spec(
    _ carry: String, identity: IdentityRules?, merge: Bool = true
  ) -> String {
    """
    source:
      format: jsonl
      user: user
      \(identity == nil ? "" : "anonymous: [a, b]")
      \(identity == nil ? "" : "alias: {event: alias, from: former}")
      account: {path: account, carry: \(carry)}
      event: event
      time: time
      id: id
      properties: {by: by}
    \(identity.map(section) ?? "")
    \(IdentityRunTests.reports)
    """
  }

  private static func section(_ rules: IdentityRules) -> String {
    """
    identity:
      anonymous_rows: \(rules.anonymousRows.rawValue)
      max_ids: \(rules.knownMax)
      accounts: {merge: {event: alias, from: former_account}}
    """
  }

  private static let plain = """
    source: {format: jsonl, user: user, account: account, event: event, time: time, properties: {by: by}}
    \(IdentityRunTests.reports)
    """

  struct Row {
    var row: IdentityRunTests.Row
    var account: String?

    func line() -> String {
      let line = row.line()
      return account == nil ? line.replacing(/,"account":"[^"]*"/, with: "") : line
    }
  }

  /// The rule as it is written down.
  private static func accounts(
    _ rows: [(person: String, time: Int64, account: String?)], around: Bool
  ) -> [String?] {
    rows.map { row in
      if let account = row.account { return account }
      let own = rows.filter { $0.person == row.person && $0.account != nil }
      var time = own.map(\.time).filter { $0 <= row.time }.max()
      if time == nil, around { time = own.map(\.time).min() }
      return own.filter { $0.time == time }.compactMap(\.account).max {
        Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8))
      }
    }
  }

  private static func rows(_ random: inout SplitMix64, identity: Bool) -> [Row] {
    let share = Int.random(in: 2...6, using: &random)
    return IdentityRunTests.rows(&random).map { row in
      var row = row
      if !identity {
        row.identity = IdentityRow(
          time: row.identity.time, known: row.identity.known ?? row.identity.anonymous.first)
        row.formerAccount = nil
      }
      // Few of the instants, so that many are the same.
      row.identity.time = row.identity.time / 6 * 6
      return Row(row: row, account: random.oneIn(share) ? row.account : nil)
    }
  }

  /// Lines with everybody's person and account on them.
  private static func named(
    _ rows: [Row], _ rules: IdentityRules?, around: Bool
  ) -> [String] {
    let identity = rows.map(\.row.identity)
    let users = ReferencePersons(
      rows: identity,
      rules: ReferenceRules(
        rules?.anonymousRows.rawValue ?? "own", knownMax: rules?.knownMax ?? 50,
        hasAnonymous: rules != nil))
    let merged = ReferencePersons(
      rows: rows.filter { $0.account != nil }.map {
        IdentityRow(
          time: $0.row.identity.time, known: $0.account, former: $0.row.formerAccount)
      }, rules: ReferenceRules("own", hasAnonymous: false))
    func text(_ name: PersonName) -> String {
      switch name {
      case .known(let id), .device(let id): id
      }
    }
    func key(_ name: PersonName) -> String {
      switch name {
      case .known(let id): "known \(id)"
      case .device(let id): "device \(id)"
      }
    }
    let persons = identity.map { rules == nil ? .known($0.known!) : users.person(of: $0) }
    let accounts = accounts(
      zip(rows, persons).map { (key($1), $0.row.identity.time, $0.account) }, around: around)
    return rows.indices.map { index in
      let row = rows[index].row
      let by = row.by.map { id in
        rules == nil ? id : users.open(id, at: row.identity.time).map(text) ?? id
      }
      return row.line(
        user: text(persons[index]),
        account: accounts[index].map { merged.person(ofKnown: $0) }, by: by)
    }
  }

  private static func tables(_ run: RunOutcome) -> [String: Data] {
    run.tables.filter { $0.key.hasSuffix(".csv") }
  }

  @Test(arguments: [nil, .before, .next, .first, .last, .own] as [IdentityRules.AnonymousRows?])
  func likeLogsWithAccounts(_ rule: IdentityRules.AnonymousRows?) throws {
    for seed in 0..<UInt64(Thorough.cases(60)) {
      var random = SplitMix64(seed: seed &+ 1000)
      let rows = Self.rows(&random, identity: rule != nil)
      let rules = rule.map { IdentityRules(anonymousRows: $0, knownMax: random.oneIn(3) ? 2 : 50) }
      let around = random.oneIn(2)
      let expected = try RunOutcome(
        spec: Self.plain,
        files: ["all.jsonl": IdentityRunTests.data(Self.named(rows, rules, around: around))])
      let shuffled = rows.map { $0.line() }.shuffled(using: &random)
      let cut = shuffled.count / 3
      let run = try RunOutcome(
        spec: Self.spec(around ? "around" : "forward", identity: rules),
        files: [
          "x.jsonl": IdentityRunTests.data(Array(shuffled[..<cut])),
          "y.jsonl": IdentityRunTests.data(Array(shuffled[cut...])),
        ], threads: Int.random(in: 1...3, using: &random), memory: random.oneIn(2) ? 1 : nil)
      IdentityRunTests.expectSame(Self.tables(run), Self.tables(expected), "seed \(seed)")
      #expect(run.mismatches == [])
      func without(_ run: RunOutcome) -> Int {
        run.inputs.values.reduce(0) { $0 + ($1["without_account"] as? Int ?? 0) }
      }
      #expect(without(run) == without(expected), "seed \(seed)")
    }
  }

  // MARK: By hand

  private static let lines = [
    // Ann looks around before she has an account, then is with o1, then with o2.
    #"{"user":"ann","event":"visit","time":"2026-03-01T00:00:00Z","id":"1"}"#,
    #"{"user":"ann","account":"o1","event":"login","time":"2026-03-02T00:00:00Z","id":"2"}"#,
    #"{"user":"ann","event":"visit","time":"2026-03-02T00:00:00Z","id":"3"}"#,
    #"{"user":"ann","event":"visit","time":"2026-03-03T00:00:00Z","id":"4"}"#,
    #"{"user":"ann","account":"o2","event":"login","time":"2026-03-04T00:00:00Z","id":"5"}"#,
    #"{"user":"ann","event":"visit","time":"2026-03-05T00:00:00Z","id":"6"}"#,
    // The same event once more, when she was elsewhere.
    #"{"user":"ann","event":"visit","time":"2026-03-05T01:00:00Z","id":"4"}"#,
    // Bob has no account at all; a row of nobody has none either.
    #"{"user":"bob","event":"visit","time":"2026-03-02T00:00:00Z","id":"7"}"#,
    #"{"account":"o3","event":"visit","time":"2026-03-03T00:00:00Z","id":"8"}"#,
  ]

  private func run(_ carry: String, user: Bool = false) throws -> RunOutcome {
    try RunOutcome(
      spec: """
        source: {format: jsonl, user: user, account: {path: account, carry: \(carry)}, event: event, time: time, id: id}
        reports:
          visits: {type: activity, entity: account, event: visit, interval: day}
          \(user ? "people: {type: activity, event: visit, interval: day}" : "")

        """, files: ["x.jsonl": IdentityRunTests.data(Self.lines)])
  }

  private func active(_ run: RunOutcome) -> [String] {
    String(decoding: run.tables["visits.csv"] ?? Data(), as: UTF8.self).split(separator: "\n")
      .dropFirst().map { $0.split(separator: ",").prefix(3).joined(separator: " ") }
  }

  @Test func forward() throws {
    let outcome = try run("forward")
    #expect(
      active(outcome) == [
        "2026-03-02 1 1", "2026-03-03 2 2", "2026-03-04 0 0", "2026-03-05 1 1",
      ])
    // Nobody's: the visit of the 1st and Bob's. The second 4 is a duplicate; logins are outside.
    #expect(outcome.mismatches == [])
    #expect(outcome.reconciliation["used"] == 4)
    #expect(outcome.reconciliation["outside"] == 4)
    #expect(outcome.reconciliation["duplicates"] == 1)
    #expect(outcome.inputs["x.jsonl"]?["without_account"] as? Int == 2)
  }

  @Test func around() throws {
    let outcome = try run("around")
    #expect(
      active(outcome) == [
        "2026-03-01 1 1", "2026-03-02 1 1", "2026-03-03 2 2", "2026-03-04 0 0", "2026-03-05 1 1",
      ])
    #expect(outcome.inputs["x.jsonl"]?["without_account"] as? Int == 1)
    #expect(outcome.reconciliation["used"] == 5)
    // Used by another kind of timeline all the same.
    let both = try run("around", user: true)
    #expect(both.mismatches == [])
    #expect(both.reconciliation["used"] == 6)
    #expect(both.reconciliation["outside"] == 2)
    #expect(both.inputs["x.jsonl"]?["without_account"] as? Int == 1)
  }

  @Test func none() throws {
    let outcome = try run("none")
    #expect(active(outcome).last == "2026-03-05 0 0")
    #expect(outcome.inputs["x.jsonl"]?["without_account"] as? Int == 6)
    // Of eight rows with a user five are Ann's without an account.
    func hints(_ carry: String, user: Bool = true) throws -> [String] {
      let warnings = try run(carry, user: user).manifest["warnings"] as? [String] ?? []
      return warnings.filter { $0.contains("`carry: forward`") }
    }
    #expect(
      try hints("none") == [
        "warning: about 62 % of the rows have no account and are of users who have one in other "
          + "rows: `carry: forward` beside the path of `account` gives it to them"
      ])
    // Whether or not a report counts users.
    #expect(try hints("none", user: false) == hints("none"))
    #expect(try hints("forward") == [])
  }

  /// Visits of a product without accounts, and the CRM that knows whose they are.
  @Test func withMapsAndSources() throws {
    let world = SourcesTests.World(
      files: [
        "web/a.jsonl": """
        {"visitor":"v1","event":"visit","time":"2026-03-01T00:00:00Z","channel":"ad"}
        {"visitor":"v1","user":"ann","event":"sign_up","time":"2026-03-02T00:00:00Z"}
        {"visitor":"v2","event":"visit","time":"2026-03-02T00:00:00Z","channel":"search"}
        {"visitor":"v2","user":"bob","event":"visit","time":"2026-03-09T00:00:00Z","channel":"ad"}

        """,
        "crm/a.csv": """
        person,company,created
        ann,001A,2026-03-05
        bob,001B,2026-03-08

        """, "map/a.csv": "sf,org\n001A,o1\n",
      ],
      spec: """
        sources:
          - name: web
            files: web/*
            user: user
            anonymous: visitor
            account: {path: org, carry: around}
            event: event
            time: time
            properties: {channel: channel}
          - {name: crm, files: crm/*, format: csv, user: person, account: company, ids: {account: crm}, event: {value: lead}, time: created, passive: all}
        maps: [{files: map/*, from: {column: sf, space: crm}, to: {column: org}}]
        identity: {}
        reports:
          way: {type: funnel, entity: account, steps: [visit, lead], within: 30d, breakdown: channel, list: true}

        """)
    let outcome = try world.run()
    #expect(outcome.mismatches.isEmpty)
    func rows(_ name: String, _ count: Int) -> [String] {
      String(decoding: outcome.tables[name] ?? Data(), as: UTF8.self).split(separator: "\n")
        .dropFirst().map { $0.split(separator: ",").prefix(count).joined(separator: " ") }
    }
    #expect(rows("way.entities.csv", 2) == ["crm:001B 2", "o1 2"])
    #expect(
      rows("way.csv", 4) == ["ad 1 visit 1", "ad 2 lead 1", "search 1 visit 1", "search 2 lead 1"])
    for id in ["o1", "001A"] {
      #expect(try world.stories(id).map { $0.events.map(\.name) } == [["visit", "lead"]])
    }
    #expect(
      try world.stories("001B").map { $0.events.map(\.name) } == [["visit", "lead", "visit"]])
  }

  @Test func refused() throws {
    func errors(_ source: String, _ reports: String = "r: {type: activity}") -> String {
      do throws(SpecErrors) {
        _ = try AnalysisSpec.parse(yaml: "source: {\(source)}\nreports: {\(reports)}")
        return "none"
      } catch {
        return error.description
      }
    }
    let rest = "event: e, time: t, properties: {by: by}"
    #expect(
      errors("account: {path: a, carry: back}, user: u, \(rest)").contains(
        "`back` is not a valid `carry`"))
    #expect(
      errors("account: {path: a, carry: forward}, \(rest)", "r: {type: activity, entity: account}")
        .contains("`carry` needs `user`: whose the row is says which account it has"))
    #expect(
      errors(
        "account: {path: a, carry: forward}, user: u, \(rest)",
        "r: {type: referral, entity: account, invite: x, join: {event: y, inviter: by}}"
      ).contains("`carry` and a referral report of accounts do not go together so far"))
    #expect(errors("account: {path: [a, b], carry: none}, user: u, \(rest)") == "none")
  }
}
