import Foundation
import TestSupport
import Testing

@testable import Pipeline

/// `forget` where sources have ids of their own: the store is, to the last byte, as if the rows had never
/// been, and nobody goes whose id only looks the same.
@Suite struct ForgetSourcesTests {
  private static let spec = """
    sources:
      - name: product
        files: "product*"
        format: jsonl
        user: user
        anonymous: device
        account: account
        event: event
        time: time
      - {name: billing, files: "billing*", format: csv, ids: {account: billing}, user: user, account: account, event: event, time: time}
      - {name: crm, files: "crm*", format: csv, ids: {account: crm, user: contacts}, user: user, account: account, event: event, time: time}
    maps:
      - {files: customers.csv, optional: true, from: {column: from, space: billing}, to: {column: to, space: crm}}
      - {files: companies.csv, optional: true, from: {column: from, space: crm}, to: {column: to}}
      - {files: contacts.csv, optional: true, kind: user, from: {column: from, space: contacts}, to: {column: to}}
    reports:
      daily: {type: activity, interval: day}
      accounts: {type: activity, entity: account, interval: day}
      way: {type: funnel, steps: [a, b], within: 2d, list: true}
      sale: {type: funnel, entity: account, steps: [a, b], within: 2d, list: true}

    """

  private struct Row {
    var source: Int
    var user: String?
    var device: String?
    var account: String?
    var event: String
    var time: String
  }

  private struct Story {
    var rows: [Row] = []
    /// By map: pairs.
    var maps = [[(from: String, to: String)]](repeating: [], count: 3)

    /// Ids that no byte of a store has by chance; a third of them look alike in all spaces.
    static func id(_ kind: String, _ number: Int) -> String {
      "\(number % 3 == 0 ? "x" : kind)\(number)-0123456789abcdef"
    }

    init(_ random: inout SplitMix64) {
      for number in 0..<6 {
        // Some lead elsewhere than where they look, some nowhere.
        for (map, kinds) in [("b", "k"), ("k", "o"), ("c", "p")].enumerated() {
          if random.oneIn(4) { continue }
          let other = random.oneIn(2) ? number : (number + 1) % 6
          maps[map].append((Self.id(kinds.0, number), Self.id(kinds.1, other)))
        }
      }
      for _ in 0..<Int.random(in: 20...80, using: &random) {
        let source = Int.random(in: 0..<3, using: &random)
        func some(_ kind: String, _ random: inout SplitMix64) -> String? {
          random.oneIn(4) ? nil : Self.id(kind, Int.random(in: 0..<6, using: &random))
        }
        var row = Row(source: source, event: random.oneIn(2) ? "a" : "b", time: "")
        row.user = some(["p", "p", "c"][source], &random)
        row.account = some(["o", "b", "k"][source], &random)
        if source == 0 { row.device = some("d", &random) }
        let (day, hour) = (
          Int.random(in: 1...6, using: &random), Int.random(in: 10...23, using: &random)
        )
        row.time = "2026-03-0\(day)T\(hour):00:00Z"
        if row.user ?? row.account ?? row.device != nil { rows.append(row) }
      }
    }

    /// What all sources call an id.
    func account(_ id: String, of source: Int) -> String {
      switch source {
      case 0: return id
      case 1:
        return maps[0].first { $0.from == id }.map { account($0.to, of: 2) } ?? "billing:\(id)"
      default: return maps[1].first { $0.from == id }?.to ?? "crm:\(id)"
      }
    }

    func user(_ id: String, of source: Int) -> String {
      source < 2 ? id : maps[2].first { $0.from == id }?.to ?? "contacts:\(id)"
    }

    /// The same without a user and an account.
    func without(user gone: String?, account lost: String?) -> Story {
      var story = self
      story.rows = rows.compactMap { row in
        var row = row
        let isLost = row.account.map { account($0, of: row.source) } == lost && lost != nil
        // A device is called by its own id.
        guard let user = row.user.map({ user($0, of: row.source) }) ?? row.device else {
          return isLost ? nil : row
        }
        if user == gone { return nil }
        if isLost { row.account = nil }
        return row
      }
      story.maps[0].removeAll { account($0.from, of: 1) == lost }
      story.maps[1].removeAll { account($0.from, of: 2) == lost }
      story.maps[2].removeAll { user($0.from, of: 2) == gone }
      return story
    }

    /// Writes its files into a folder of the world.
    func write(to folder: String, in world: StoreWorld) throws {
      let header = "user,account,event,time"
      var files = ["product.jsonl": [], "billing.csv": [header], "crm.csv": [header]]
      for row in rows {
        if row.source > 0 {
          files[["billing.csv", "crm.csv"][row.source - 1]]!.append(
            "\(row.user ?? ""),\(row.account ?? ""),\(row.event),\(row.time)")
          continue
        }
        let ids = [("user", row.user), ("device", row.device), ("account", row.account)]
          .compactMap { name, id in id.map { "\"\(name)\":\"\($0)\"," } }
        files["product.jsonl"]!.append(
          "{\(ids.joined())\"event\":\"\(row.event)\",\"time\":\"\(row.time)\"}")
      }
      for (map, name) in ["customers.csv", "companies.csv", "contacts.csv"].enumerated() {
        files[name] = ["from,to"] + maps[map].map { "\($0.from),\($0.to)" }
      }
      for (name, lines) in files {
        // A source without rows has one that nobody counts.
        try GeneratedSources.write(lines, to: world.path("\(folder)/\(name)"))
      }
    }

    /// All text that a store may hold of it.
    var text: String { "\(rows) \(maps)" }
  }

  @Test func asIfTheyHadNeverBeen() throws {
    for seed in 0..<UInt64(Thorough.cases(200)) {
      var random = SplitMix64(seed: 1300 + seed)
      let story = Story(&random)
      var world = try StoreWorld()
      world.spec = Self.spec
      try story.write(to: "logs", in: world)
      _ = try world.run([world.path("logs")], store: world.store)
      // Whom: by an id that all sources share, or by one of a space.
      let number = Int.random(in: 0..<6, using: &random)
      let asked: String
      let rest: Story
      switch Int.random(in: 0..<5, using: &random) {
      case 0:
        asked = Story.id("p", number)
        rest = story.without(user: asked, account: asked)
      case 1:
        asked = Story.id("o", number)
        rest = story.without(user: asked, account: asked)
      case 2:
        asked = "contacts:" + Story.id("c", number)
        rest = story.without(user: story.user(Story.id("c", number), of: 2), account: nil)
      case 3:
        asked = "billing:" + Story.id("b", number)
        rest = story.without(user: nil, account: story.account(Story.id("b", number), of: 1))
      default:
        asked = "crm:" + Story.id("k", number)
        rest = story.without(user: nil, account: story.account(Story.id("k", number), of: 2))
      }
      do {
        _ = try world.keeper.forget([asked])
      } catch {
        // Only where no row has to change.
        #expect(
          error.kind == .noInput && "\(rest.rows)" == "\(story.rows)", "seed \(seed): \(error)")
        continue
      }
      let kept = rest.text
      let files = try world.files()
      for kind in ["p", "o", "b", "k", "c", "d"] {
        for number in 0..<6 where !kept.contains(Story.id(kind, number)) {
          let id = Story.id(kind, number)
          for (name, bytes) in files {
            let packed = Data(id.utf8.map { String($0, radix: 16) }.joined().utf8)
            #expect(
              bytes.range(of: Data(id.utf8)) == nil && bytes.range(of: packed) == nil,
              "seed \(seed), \(asked): \(id) in \(name)")
          }
        }
      }
      if rest.rows.isEmpty || Set(rest.rows.map(\.source)).count < 3 { continue }
      try rest.write(to: "rest", in: world)
      let expected = try world.run([world.path("rest")], store: nil)
      #expect(
        try world.run([], store: world.store).tables == expected.tables, "seed \(seed), \(asked)")
    }
  }
}
