import Foundation
import Testing
import Values

@testable import TwinfunnelGenerate

@Suite struct ScriptedLogTests {
  @Test func sameSeedSameBytes() throws {
    let one = try WrittenLog(BusinessStory(scale: .smallBusiness), threads: 1, parts: 1)
    let many = try WrittenLog(BusinessStory(scale: .smallBusiness), threads: 5, parts: 7)
    #expect(one.bytes == many.bytes)
    #expect(one.truth.json(profile: "x") == many.truth.json(profile: "x"))
    let consumers = try WrittenLog(ConsumerStory(scale: .smallConsumer), threads: 1, parts: 1)
    let again = try WrittenLog(ConsumerStory(scale: .smallConsumer), threads: 4, parts: 3)
    #expect(consumers.bytes == again.bytes)
    #expect(consumers.truth.json(profile: "x") == again.truth.json(profile: "x"))
    let other = try WrittenLog(
      ConsumerStory(scale: .small(events: 12_000, users: 1200, days: 150, seed: 8)))
    #expect(consumers.bytes != other.bytes)
  }

  @Test func lines() throws {
    try check(
      WrittenLog(BusinessStory(scale: .smallBusiness)), lines: 12_000, zone: "Europe/Berlin")
    try check(
      WrittenLog(ConsumerStory(scale: .smallConsumer)), lines: 12_000, zone: "Asia/Shanghai")
  }

  /// Counts the written lines over again, by Foundation's clock.
  private func check(_ log: WrittenLog, lines: Int, zone: String) throws {
    let rows = try log.rows()
    #expect(rows.count == lines)
    let events = try log.events()
    guard
      case .count(let duplicates)? = log.truth.log.first(where: { $0.name == "duplicates" })?
        .value
    else {
      Issue.record("no duplicates")
      return
    }
    #expect(rows.count - events.count == duplicates && duplicates > 0)
    for (row, next) in zip(rows, rows.dropFirst()) {
      #expect(row.received <= next.received)
    }
    for row in rows {
      #expect((0..<1_200_000 + 1000 + 7_200_000).contains(row.received - row.time))
    }
    // A tenth of the lines is late enough to be overtaken.
    let overtaken = zip(rows, rows.dropFirst()).filter { $0.time > $1.time }.count
    #expect(overtaken > lines / 50)

    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: zone))
    var months: [String: (events: Int, people: Set<String>)] = [:]
    var working = 0
    for event in events {
      let date = Date(timeIntervalSince1970: Double(event.time) / 1000)
      let parts = calendar.dateComponents([.year, .month, .weekday, .hour], from: date)
      let month = "\(parts.year!)-\(parts.month!)"
      months[month, default: (0, [])].events += 1
      months[month, default: (0, [])].people.insert(event.person)
      if (2...6).contains(parts.weekday!), (9..<18).contains(parts.hour!) { working += 1 }
    }
    let table = try log.table("monthly")
    #expect(table.sortedKeys.count == months.count)
    for key in table.sortedKeys {
      let date = CivilTime(milliseconds: key[0] * LocalClock.day)
      let found = months["\(date.year)-\(date.month)"]
      #expect(table.cells(key)["events"] == found?.events)
      #expect(table.cells(key)["active"] == found?.people.count)
    }
    #expect(table.total("new") == Set(events.map { $0.person }).count)
    #expect(try log.table("rhythm.summary").total("working_events") == working)
    guard
      case .time(let until)? = log.truth.log.first(where: { $0.name == "observed_until" })?.value
    else {
      Issue.record("no observed_until")
      return
    }
    #expect(until == events.map { $0.time }.max())
  }

  /// Amounts and contracts, from the text of the lines.
  @Test func contractsAsWritten() throws {
    let log = try WrittenLog(BusinessStory(scale: .smallBusiness))
    var contracts: [String: Decimal] = [:]
    for event in try log.events().sorted(by: { $0.time < $1.time }) {
      guard let contract = event.properties["contract_id"] as? String else { continue }
      #expect(event.account != nil)
      switch event.event {
      case "contract_signed":
        #expect(contracts[contract] == nil)
        contracts[contract] = try amount(event, "mrr")
      case "contract_changed":
        #expect((contracts[contract] ?? 0) > 0)
        contracts[contract] = try amount(event, "mrr")
      case "contract_cancelled":
        #expect((contracts[contract] ?? 0) > 0)
        contracts[contract] = 0
      default: #expect((contracts[contract] ?? 0) > 0)
      }
    }
    let sum = contracts.values.reduce(0, +)
    let table = try log.table("recurring")
    let last = try #require(table.sortedKeys.last)
    #expect(Decimal(table.cells(last)["end_mrr"] ?? -1) == sum * 100)
    #expect(contracts.count > 10 && sum > 0)
  }

  private func amount(_ row: WrittenLog.Row, _ property: String) throws -> Decimal {
    let number = try #require(row.properties[property] as? NSNumber)
    // Two places, which a double of this size holds.
    return Decimal(Int((number.doubleValue * 100).rounded())) / 100
  }

  @Test func contractValueReconciles() throws {
    let log = try WrittenLog(
      BusinessStory(scale: .small(events: 15_000, users: 0, accounts: 200, days: 540)))
    let table = try log.table("recurring")
    var before = 0
    for key in table.sortedKeys {
      let cells = table.cells(key)
      func cell(_ name: String) -> Int { cells[name] ?? 0 }
      #expect(cell("start_mrr") == before)
      before =
        cell("start_mrr") + cell("new_mrr") + cell("reactivated_mrr") + cell("expansion_mrr")
        - cell("contraction_mrr") - cell("churned_mrr")
      #expect(cell("end_mrr") == before)
      #expect(
        cell("end_accounts") == cell("start_accounts") + cell("new_accounts")
          + cell("reactivated_accounts") - cell("churned_accounts"))
    }
    for column in ["new_mrr", "expansion_mrr", "contraction_mrr", "churned_mrr"] {
      #expect(table.total(column) > 0)
    }
  }

  @Test func joinsAsWritten() throws {
    let log = try WrittenLog(ConsumerStory(scale: .smallConsumer))
    let events = try log.events()
    let people = Set(events.map { $0.person })
    let inviters = events.compactMap { row in
      row.event == "sign_up" ? row.properties["invited_by"] as? String : nil
    }
    let table = try log.table("referral.joins")
    #expect(table.total("unknown_inviter") == inviters.filter { !people.contains($0) }.count)
    #expect(table.total("unknown_inviter") > 0)
    #expect(table.total("joins") - table.total("without_inviter") == inviters.count)
    #expect(table.total("joined") > 10)
  }

  @Test func tooFewLines() {
    #expect(throws: WriteError.self) {
      _ = try ScriptedLog(
        ConsumerStory(scale: .small(events: 100, users: 1000)), threads: 1)
    }
    #expect(throws: WriteError.self) {
      _ = try ScriptedLog(
        BusinessStory(scale: .small(events: 100, users: 0, accounts: 100)), threads: 1)
    }
  }

  @Test func nothingAtAll() throws {
    let log = try ScriptedLog(
      BusinessStory(scale: .small(events: 0, users: 0, accounts: 0)), threads: 1)
    let truth = try #require(try log.truth(threads: 1))
    let json = Data(truth.json(profile: "b2b"))
    #expect(try JSONSerialization.jsonObject(with: json) is [String: Any])
  }
}
