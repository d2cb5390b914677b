import EventLog
import Foundation
import TestSupport
import Testing

@testable import Timelines

/// Whatever the log, the links, and the way the rows are dealt: the timelines of persons are those of
/// the reference.
@Suite struct PersonTimelinesTests {
  private struct Case {
    var log: GeneratedLog
    var rules: IdentityRules
    /// Links go with the rows of users.
    var linksAreKeys: Bool
    /// Links leave memory.
    var spillsLinks = false

    init(_ random: inout SplitMix64) {
      log = GeneratedLog(&random, rows: Int.random(in: 0...50, using: &random))
      if random.oneIn(3) { log.takeSources(&random) }
      log.user.hasPersons = true
      log.account.hasPersons = true
      if !log.user.deliveries.isEmpty, random.oneIn(2) {
        // Whom nothing else names.
        log.user = GeneratedLog.schema(.user, &random, delivers: false)
        log.user.hasPersons = true
        log.user.sources = log.account.sources
      }
      linksAreKeys = TimelineShards.takesLinks(log.user) && !random.oneIn(4)
      spillsLinks = random.oneIn(2)
      rules = IdentityRules(
        anonymousRows: IdentityRules.AnonymousRows.allCases.randomElement(using: &random)!,
        knownMax: random.oneIn(4) ? 2 : 50, anonymousMax: random.oneIn(4) ? 2 : 1000)
      let devices = ["u", "u1", "d1", "d2", "d3"].prefix(Int.random(in: 1...5, using: &random))
      let aliases = random.oneIn(2)
      for index in log.rows.indices {
        log.rows[index].anonymous = (0..<Int.random(in: 0...2, using: &random)).map { _ in
          devices.randomElement(using: &random)!
        }
        if random.oneIn(2) { log.rows[index].user = "" }
        if aliases, random.oneIn(8) {
          log.rows[index].formerUser = GeneratedLog.ids.randomElement(using: &random)!
        }
        if aliases, random.oneIn(8) {
          log.rows[index].formerAccount = GeneratedLog.ids.randomElement(using: &random)!
        }
      }
    }
  }

  private static func append(
    _ row: LogRow, to batch: inout EventBatch, linksAreKeys: Bool
  ) {
    batch.append(
      time: row.time, name: row.name, account: row.account, id: row.id, texts: row.texts,
      numbers: row.numbers)
    func add(_ bytes: [UInt8]) -> ByteSlice {
      let slice = ByteSlice(offset: batch.bytes.count, count: bytes.count)
      batch.bytes += bytes
      return bytes.isEmpty ? .absent : slice
    }
    func ended(_ ids: [String]) -> [UInt8] { ids.flatMap { Array($0.utf8) + IdentityRow.end } }
    let isLink = !row.user.isEmpty && !row.anonymous.isEmpty
    batch.users[batch.count - 1] = add(row.userKey)
    let link = isLink ? ended([row.user] + row.anonymous) : []
    if linksAreKeys {
      batch.keys.append(
        isLink ? add(link.dropLast() + [EntityKey.linkEnd]) : batch.users[batch.count - 1])
    } else {
      batch.links.append(add(link))
    }
    let alias = row.identity.former.map { ended([$0, row.user]) }
    batch.aliases.append(add(alias ?? []))
    let account = row.accountIdentity.former.map { ended([$0, row.account]) }
    batch.accountAliases.append(add(account ?? []))
  }

  private static func run(
    _ item: Case, _ dealing: Dealing, _ random: inout SplitMix64
  ) throws -> [ShownTimelines] {
    let (log, rules) = (item.log, item.rules)
    let accountRules = IdentityRules(anonymousRows: .own, hasAnonymous: false)
    let spilling =
      item.spillsLinks ? LinkSpilling.some(workers: 2 * dealing.workers, &random) : nil
    let placing: Placing = random.oneIn(2) ? .here : .everywhere
    var workers = (0..<dealing.workers).map { _ in
      [log.user, log.account].map {
        TimelineShards(
          schema: $0, textColumns: log.textColumns, numberColumns: log.numberColumns,
          partitions: dealing.partitions, budget: dealing.budget, scratch: dealing.scratch,
          placing: placing, links: item.linksAreKeys && $0.entity == .user ? rules : nil,
          linkSpilling: spilling,
          hashMask: dealing.hashMask)
      }
    }
    var logs = workers.map { _ in
      IdentityLog(
        rules: rules, budget: dealing.budget, scratch: dealing.scratch, spilling: spilling)
    }
    var accountLogs = workers.map { _ in IdentityLog(rules: accountRules) }
    var shown = [ShownTimelines(), ShownTimelines()]
    var rest = log.rows.shuffled(using: &random)
    var batch = EventBatch()
    while let file = rest.last?.file {
      batch.removeAll()
      batch.source = log.fileSources.isEmpty ? 0 : log.fileSources[Int(file)]
      while let row = rest.last, row.file == file, batch.count < dealing.batchRows {
        append(row, to: &batch, linksAreKeys: item.linksAreKeys)
        rest.removeLast()
      }
      let worker = Int.random(in: 0..<dealing.workers, using: &random)
      try logs[worker].append(batch)
      accountLogs[worker].appendAccounts(batch)
      var used: [UInt8] = []
      for schema in 0..<2 {
        shown[schema].counts += try workers[worker][schema].append(batch, file: file, used: &used)
      }
    }
    if item.spillsLinks {
      for index in workers.indices {
        try logs[index].spill()
        try workers[index][0].spillLinks()
      }
    }
    let users = try source(
      logs, with: workers.compactMap { $0[0].linkedRows }, item, &random)
    let accounts = PersonSource.whole(
      try Persons(accountLogs, rules: accountRules, findsOpen: true))
    for schema in 0..<2 {
      let merge = try TimelineMerge(
        workers.map { $0[schema] },
        persons: PersonLookup(entities: schema == 0 ? users : accounts, users: users),
        fileSources: log.fileSources)
      try deal(merge, dealing, &random)
      try shown[schema].add(merge)
    }
    return shown
  }

  private static func source(
    _ logs: [IdentityLog], with rows: [LinkedRows], _ item: Case, _ random: inout SplitMix64
  ) throws -> PersonSource {
    if item.spillsLinks {
      var links = try SpilledLinks(
        logs + rows.map(\.log), rules: item.rules, findsOpen: true)
      try links.survey(&random)
      return .spilled(links)
    }
    let join = LinkJoin(rows, rules: item.rules).joined(threads: 3, &random)
    return .whole(try Persons(logs, with: join, findsOpen: true))
  }

  private static func deal(
    _ merge: TimelineMerge, _ dealing: Dealing, _ random: inout SplitMix64
  ) throws {
    guard merge.mustDeal else { return }
    var dealers = (0..<dealing.workers).compactMap { _ in merge.makeDealer(scratch: dealing.scratch)
    }
    for partition in (0..<merge.partitionCount).shuffled(using: &random) {
      try merge.deal(
        partition: partition, by: &dealers[Int.random(in: dealers.indices, using: &random)])
    }
    try merge.takeOver(dealers)
  }

  private static func check(
    _ item: Case, _ dealing: Dealing, _ random: inout SplitMix64, _ label: String
  ) throws {
    let shown = try run(item, dealing, &random)
    let users = ReferencePersons(rows: item.log.rows.map(\.identity), rules: item.rules.reference)
    let accounts = ReferencePersons(
      rows: item.log.rows.map(\.accountIdentity),
      rules: ReferenceRules("own", hasAnonymous: false))
    var used = [Bool](repeating: false, count: item.log.rows.count)
    for (index, schema) in [item.log.user, item.log.account].enumerated() {
      let reference = ReferencePersonTimelines(
        base: ReferenceTimelines(
          schema: schema, textColumns: item.log.textColumns,
          numberColumns: item.log.numberColumns), users: users, accounts: accounts)
      let expected = reference.run(item.log.rows, used: &used)
      #expect(shown[index].counts == expected.counts, "\(label) \(schema.entity)")
      #expect(shown[index].duplicates == expected.duplicates, "\(label) \(schema.entity)")
      #expect(shown[index].unplaced == expected.unplaced, "\(label) \(schema.entity)")
      #expect(
        shown[index].timelines.map(\.id) == expected.timelines.map(\.id),
        "\(label) \(schema.entity)")
      for (a, b) in zip(shown[index].timelines, expected.timelines) where a != b {
        let same = a == b
        #expect(same, "\(label) \(schema.entity) \(item.rules): \(a) should be \(b)")
        return
      }
    }
  }

  @Test func inMemory() throws {
    for seed in 0..<UInt64(Thorough.cases(3000)) {
      var random = SplitMix64(seed: seed)
      let item = Case(&random)
      let dealing = Dealing(
        workers: Int.random(in: 1...3, using: &random),
        batchRows: Int.random(in: 1...20, using: &random),
        partitions: [1, 2, 4, 16].randomElement(using: &random)!,
        hashMask: random.oneIn(5) ? 1 : .max,
        scratch: item.spillsLinks ? FileManager.default.temporaryDirectory.path : nil)
      try Self.check(item, dealing, &random, "seed \(seed)")
    }
  }

  @Test func spilled() throws {
    let path = FileManager.default.temporaryDirectory.path
    for seed in 0..<UInt64(Thorough.cases(1000)) {
      var random = SplitMix64(seed: 1_000_000 + seed)
      let item = Case(&random)
      let dealing = Dealing(
        workers: Int.random(in: 1...2, using: &random), batchRows: random.oneIn(2) ? 5 : 60,
        partitions: random.oneIn(2) ? 1 : 4,
        budget: MemoryBudget(limit: random.oneIn(2) ? 0 : 20_000), scratch: path)
      try Self.check(item, dealing, &random, "seed \(seed)")
    }
  }
}
