import Foundation
import TestSupport
import Testing
import Timelines

@testable import Pipeline

/// `forget` where rows are of persons and sources have ids of their own: a person goes by any of the
/// ids, in whichever system's words, from the rows of all sources and from the maps.
@Suite struct ForgetPersonsTests {
  private static func spec(_ rule: IdentityRules.AnonymousRows) -> String {
    """
    sources:
      - name: product
        files: "product*"
        format: jsonl
        user: user
        anonymous: [a, b]
        alias: {event: alias, from: former}
        account: account
        event: event
        time: time
        id: id
      - name: app
        files: "app*"
        format: jsonl
        ids: {user: contacts, account: crm}
        user: user
        anonymous: [a, b]
        account: account
        event: event
        time: time
        id: id
    maps:
      - {files: contacts.csv, kind: user, from: {column: from, space: contacts}, to: {column: to}}
      - {files: companies.csv, from: {column: from, space: crm}, to: {column: to}}
    identity: {anonymous_rows: \(rule.rawValue)}
    calendar: {time_zone: Europe/Berlin}
    reports:
      daily: {type: activity, interval: day}
      checkout: {type: funnel, steps: [view, cart, buy], within: 20d, list: true}
      accounts: {type: activity, entity: account, interval: month}
      standing: {type: accounts, people: true}

    """
  }

  /// Ids that no byte of a store has by chance.
  private static func long(_ id: String) -> String { "\(id)-0123456789abcdef" }

  private struct Story {
    /// Ids as the source has them; `by` is the source's name.
    var rows: [IdentityRunTests.Row]
    var contacts: [(from: String, to: String)] = []
    var companies: [(from: String, to: String)] = []

    init(_ random: inout SplitMix64) {
      for number in 0..<12 where !random.oneIn(4) {
        let other = random.oneIn(2) ? number : Int.random(in: 0..<12, using: &random)
        contacts.append((long("q\(number)"), long("p\(other)")))
      }
      for number in 0..<4 where !random.oneIn(4) {
        companies.append((long("k\(number)"), long("c\((number + 1) % 4)")))
      }
      rows = IdentityRunTests.rows(&random).map { row in
        var row = row
        row.by = random.oneIn(2) ? "app" : "product"
        row.formerAccount = nil
        if row.by == "app" {
          row.identity.known = row.identity.known?.replacing("p", with: "q")
          row.identity.former = nil
          row.account = row.account.replacing("c", with: "k")
        }
        row.identity.known = row.identity.known.map(long)
        row.identity.anonymous = row.identity.anonymous.map(long)
        row.identity.former = row.identity.former.map(long)
        row.account = long(row.account)
        return row
      }
    }

    /// What all sources call the ids of a row.
    func user(_ row: IdentityRunTests.Row) -> String? {
      row.identity.known.map { row.by == "app" ? user(contact: $0) : $0 }
    }

    func user(contact id: String) -> String {
      contacts.first { $0.from == id }?.to ?? "contacts:\(id)"
    }

    func account(_ row: IdentityRunTests.Row) -> String {
      row.by == "app" ? account(company: row.account) : row.account
    }

    func account(company id: String) -> String {
      companies.first { $0.from == id }?.to ?? "crm:\(id)"
    }

    func shared(_ row: IdentityRunTests.Row) -> IdentityRow {
      var identity = row.identity
      identity.known = user(row)
      return identity
    }

    /// Without rows of a person, the ids in other rows, and what maps say of them.
    func without(_ person: String, ids: Set<String>, _ persons: ReferencePersons) -> Story {
      var story = self
      story.rows = rows.compactMap { row in
        if persons.person(of: shared(row)) == .known(person) { return nil }
        var row = row
        row.identity.anonymous.removeAll { ids.contains($0) }
        if let former = row.identity.former, ids.contains(former) { row.identity.former = nil }
        return row
      }
      story.contacts.removeAll { ids.contains(user(contact: $0.from)) }
      return story
    }

    func without(account gone: String) -> Story {
      var story = self
      for place in rows.indices where account(rows[place]) == gone {
        story.rows[place].account = ""
      }
      story.companies.removeAll { account(company: $0.from) == gone }
      return story
    }

    /// Writes its files, the rows of some nights, and returns their paths.
    func write(_ nights: Int, to folder: String, in world: StoreWorld) throws -> [[String]] {
      for (name, map) in [("contacts", contacts), ("companies", companies)] {
        try GeneratedSources.write(
          ["from,to"] + map.map { "\($0.from),\($0.to)" }, to: world.path("\(folder)/\(name).csv"))
      }
      return try (0..<nights).map { night in
        try ["app", "product"].compactMap { source in
          let path = world.path("\(folder)/\(source)\(night).jsonl")
          let lines = rows.filter { $0.by == source && $0.number % nights == night }
            .map { Self.line($0) }
          if lines.isEmpty { return nil }
          try GeneratedSources.write(lines, to: path)
          return path
        } + ["contacts", "companies"].map { world.path("\(folder)/\($0).csv") }
      }
    }

    private static func line(_ row: IdentityRunTests.Row) -> String {
      var row = row
      row.by = nil
      return row.account.isEmpty
        ? row.line().replacing(#""account":"","#, with: "").replacing(#","account":"""#, with: "")
        : row.line()
    }
  }

  @Test func byAnyIDOfAnySource() throws {
    for seed in 0..<UInt64(Thorough.cases(60)) {
      var random = SplitMix64(seed: 1500 + seed)
      let story = Story(&random)
      let rule = IdentityRules.AnonymousRows.allCases.randomElement(using: &random)!
      var world = try StoreWorld()
      world.spec = Self.spec(rule)
      for paths in try story.write(3, to: "logs", in: world) {
        _ = try world.run(paths, store: world.store)
      }
      let asked: String
      let rest: Story
      let gone: Set<String>
      if random.oneIn(4) {
        let row = story.rows.randomElement(using: &random)!
        let account = story.account(row)
        asked = row.by == "app" && random.oneIn(2) ? "crm:\(row.account)" : account
        rest = story.without(account: account)
        gone = Set(
          [account] + story.companies.filter { $0.to == account }.map(\.from))
      } else {
        let persons = ReferencePersons(
          rows: story.rows.map(story.shared), rules: ReferenceRules(rule.rawValue))
        guard
          let row = story.rows.filter({ $0.identity.known != nil }).randomElement(using: &random)
        else { continue }
        let person = persons.person(ofKnown: story.user(row)!)
        let known = Set(story.rows.compactMap(story.user)).filter {
          persons.person(ofKnown: $0) == person
        }
        // Devices that mean her at any time.
        let open = Set(
          story.rows.flatMap { [$0.identity.former].compactMap { $0 } + $0.identity.anonymous })
        let devices = open.filter { id in
          (0..<600).allSatisfy { persons.open(id, at: Int64($0)) == .known(person) }
        }
        let ids = known.union(devices)
        switch Int.random(in: 0..<3, using: &random) {
        case 0 where row.by == "app": asked = "contacts:\(row.identity.known!)"
        case 1: asked = story.user(row)!
        default: asked = ids.randomElement(using: &random)!
        }
        rest = story.without(person, ids: ids, persons)
        let contacts = story.contacts.filter { known.contains($0.to) }.map(\.from)
        gone = ids.union(contacts)
      }
      _ = try world.keeper.forget([asked])
      let files = try world.files()
      for id in gone.map({ $0.replacing(/^(contacts|crm):/, with: "") }) {
        for (name, bytes) in files {
          let packed = Data(id.utf8.map { String($0, radix: 16) }.joined().utf8)
          #expect(
            bytes.range(of: Data(id.utf8)) == nil && bytes.range(of: packed) == nil,
            "seed \(seed), \(rule), \(asked): \(id) in \(name)")
        }
      }
      if Set(rest.rows.map(\.by)).count < 2 { continue }
      let paths = try rest.write(1, to: "rest", in: world)
      let expected = try world.run(paths[0], store: nil)
      #expect(
        try world.run([], store: world.store).tables == expected.tables,
        "seed \(seed), \(rule), \(asked)")
    }
  }
}
