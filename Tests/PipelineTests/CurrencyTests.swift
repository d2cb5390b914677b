import Foundation
import TestSupport
import Testing

@testable import Pipeline

/// Amounts of several currencies: each has rows of its own, and nothing adds them up.
@Suite struct CurrencyTests {
  private static func lines(_ name: String, _ outcome: RunOutcome) -> [String] {
    String(decoding: outcome.tables[name] ?? Data(), as: UTF8.self)
      .split(separator: "\n").map(String.init)
  }

  private static func run(_ spec: String, _ log: String, threads: Int = 2, memory: Int? = nil)
    throws -> RunOutcome
  {
    try RunOutcome(
      spec: spec, files: ["log.jsonl": Data(log.utf8)], threads: threads, memory: memory)
  }

  private static let source = """
    source: {format: jsonl, user: u, account: o, event: e, time: t, properties: {amount: {path: a, type: number, currency: {path: c}}, contract: k}}
    """

  @Test func revenueByHand() throws {
    let log = """
      {"u":"1","e":"pay","t":"2024-01-05T00:00:00Z","a":10,"c":"EUR"}
      {"u":"1","e":"pay","t":"2024-01-06T00:00:00Z","a":"2.50","c":"usd"}
      {"u":"2","e":"pay","t":"2024-01-07T00:00:00Z","a":4,"c":"USD"}
      {"u":"2","e":"pay","t":"2024-02-01T00:00:00Z","c":"USD"}
      {"u":"3","e":"pay","t":"2024-02-02T00:00:00Z","a":7}
      {"u":"4","e":"view","t":"2024-02-03T00:00:00Z","c":"GBP"}
      """
    let outcome = try Self.run(
      Self.source + "\nreports: {sales: {type: revenue, event: pay, amount: amount}}", log)
    // User 1 is a new payer of January in both currencies; the order without a currency, and the one
    // without an amount, are orders all the same.
    #expect(
      Self.lines("sales.csv", outcome) == [
        "currency,interval,revenue,orders,payers,new_payers,repeat_payers,revenue_new,"
          + "revenue_repeat,arpu,arppu,average_order,orders_without_amount,state",
        ",2024-01-01,0,0,0,0,0,0,0,0,,,0,complete",
        ",2024-02-01,7,1,1,1,0,7,0,2.3333333333333335,7,7,0,partial",
        "EUR,2024-01-01,10,1,1,1,0,10,0,5,10,10,0,complete",
        "EUR,2024-02-01,0,0,0,0,0,0,0,0,,,0,partial",
        "USD,2024-01-01,6.5,2,2,2,0,6.5,0,3.25,3.25,3.25,0,complete",
        "USD,2024-02-01,0,1,1,0,1,0,0,0,0,0,1,partial",
      ])
    #expect(
      Self.lines("sales.all.csv", outcome) == [
        "interval,orders,payers,new_payers,repeat_payers,orders_without_amount,state",
        "2024-01-01,3,2,2,0,0,complete",
        "2024-02-01,2,2,1,1,1,partial",
      ])
  }

  @Test func contractsKeepTheirs() throws {
    // Contract x moves from EUR to USD in March; its new price of April names no currency.
    let log = """
      {"u":"1","o":"A","k":"x","e":"sign","t":"2024-01-05T00:00:00Z","a":10,"c":"EUR"}
      {"u":"1","o":"A","k":"y","e":"sign","t":"2024-01-06T00:00:00Z","a":3,"c":"EUR"}
      {"u":"1","o":"A","k":"x","e":"sign","t":"2024-03-05T00:00:00Z","a":12,"c":"USD"}
      {"u":"1","o":"A","k":"x","e":"price","t":"2024-04-05T00:00:00Z","a":15}
      {"u":"1","o":"A","k":"y","e":"end","t":"2024-04-06T00:00:00Z"}
      {"u":"1","o":"B","e":"view","t":"2024-05-01T00:00:00Z"}
      """
    let outcome = try Self.run(
      Self.source + """

        reports:
          mrr:
            type: recurring
            start: {event: sign, amount: amount}
            change: {event: price, amount: amount}
            cancel: end
            contract: contract
          standing: {type: accounts, contracts: mrr}
        """, log)
    func columns(_ names: [String], _ file: String) -> [String] {
      let rows = Self.lines(file, outcome).map {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
      let places = names.map { rows[0].firstIndex(of: $0)! }
      return rows.dropFirst().map { row in places.map { row[$0] }.joined(separator: " ") }
    }
    #expect(
      columns(["currency", "interval", "start_mrr", "end_mrr", "churned_accounts"], "mrr.csv") == [
        "EUR 2024-01-01 0 13 0", "EUR 2024-02-01 13 13 0", "EUR 2024-03-01 13 3 0",
        "EUR 2024-04-01 3 0 1", "EUR 2024-05-01 0 0 0",
        "USD 2024-03-01 0 12 0", "USD 2024-04-01 12 15 0", "USD 2024-05-01 15 15 0",
      ])
    #expect(
      columns(["interval", "end_accounts"], "mrr.all.csv")
        == ["2024-01-01 1", "2024-02-01 1", "2024-03-01 1", "2024-04-01 1", "2024-05-01 1"])
    // An account without any contract has a row without a currency.
    #expect(
      columns(["currency", "account", "mrr"], "standing.csv") == [" B 0", "EUR A 0", "USD A 15"])
    #expect(columns(["account", "users"], "standing.all.csv") == ["A 1", "B 1"])
  }

  @Test func oneCurrencyIsAUnit() throws {
    let log = """
      {"u":"1","e":"pay","t":"2024-01-05T00:00:00Z","a":10}
      {"u":"2","e":"pay","t":"2024-01-06T00:00:00Z","a":2}
      """
    func spec(_ currency: String) -> String {
      """
      source: {format: jsonl, user: u, event: e, time: t, properties: {amount: {path: a, type: number\(currency)}}}
      reports: {sales: {type: revenue, event: pay, amount: amount}}
      """
    }
    let plain = try Self.run(spec(""), log)
    let priced = try Self.run(spec(", currency: CNY"), log)
    #expect(plain.tables["sales.csv"] == priced.tables["sales.csv"])
    #expect(priced.tables["sales.all.csv"] == nil)
    let package = String(decoding: priced.tables["datapackage.json"] ?? Data(), as: UTF8.self)
    #expect(package.components(separatedBy: #""unit": "CNY""#).count - 1 == 6)
  }

  /// The same report over a log in which what is of another currency is something else.
  private struct Reference {
    var report: String
    /// What becomes of a line with an amount of another currency.
    var other: @Sendable (Row) -> Row
    /// Columns that are compared; nil for all.
    var columns: [String]?
  }

  struct Row {
    var user: Int
    var event: String
    var minute: Int
    var amount: Int?
    var currency: String
    var contract: Int

    var line: String {
      let (day, clock) = (minute / 1440, minute % 1440)
      func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
      let time =
        "2024-0\(day / 28 + 1)-\(two(day % 28 + 1))T\(two(clock / 60)):\(two(clock % 60)):00Z"
      var text =
        #"{"u":"u\#(user)","o":"o\#(user % 7)","e":"\#(event)","t":"\#(time)","k":"\#(contract)""#
      if let amount { text += #","a":\#(amount)"# }
      if !currency.isEmpty { text += #","c":"\#(currency)""# }
      return text + "}"
    }
  }

  private static func renamed(_ row: Row, _ name: String) -> Row {
    var row = row
    row.event = name
    return row
  }

  private static let references = [
    Reference(
      report: "{type: revenue, event: pay, amount: amount, interval: week}",
      other: { renamed($0, "elsewhere") },
      columns: [
        "interval", "revenue", "orders", "orders_without_amount", "payers", "arpu", "arppu",
      ]),
    Reference(
      report:
        "{type: retention, start: join, return: pay, interval: week, periods: 4, measure: {sum: amount}}",
      other: { renamed($0, "elsewhere") }),
    Reference(
      report:
        "{type: aarrr, acquisition: join, activation: {event: view, within: 7d}, retention: {event: view, after: 1d, until: 8d}, revenue: {event: pay, amount: amount, within: 30d}}",
      other: { renamed($0, "elsewhere") }),
    Reference(
      report:
        "{type: vabs, start: join, value: {event: view, within: 7d}, benefit: {event: pay, amount: amount, within: 30d}, sign: join}",
      other: { renamed($0, "elsewhere") }),
    Reference(
      report:
        "{type: double_funnel, business: {steps: [join, pay], within: 30d, amount: amount}, consumer: {steps: [view, pay], within: 10d, amount: amount}}",
      other: { row in
        var row = row
        row.amount = nil
        return row
      }),
    Reference(
      report:
        "{type: recurring, entity: user, start: {event: pay, amount: amount}, cancel: end, contract: contract, interval: week}",
      other: { row in row.amount == nil ? renamed(row, "elsewhere") : renamed(row, "end") }),
  ]

  @Test(arguments: 0..<12) func againstLogsOfOneCurrency(_ seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed) + 77)
    let names = ["join", "view", "pay", "pay", "end"]
    let currencies = ["EUR", "USD", ""]
    // No two at one instant, whose order would hang on names.
    let minutes = (0..<300).map { $0 * 211 }.shuffled(using: &random)
    let rows = minutes.map { minute in
      let event = names.randomElement(using: &random)!
      return Row(
        user: Int.random(in: 0..<20, using: &random), event: event, minute: minute,
        amount: Int.random(in: 0..<9, using: &random) == 0
          ? nil : Int.random(in: 1..<500, using: &random),
        currency: currencies.randomElement(using: &random)!,
        contract: Int.random(in: 0..<3, using: &random))
    }
    func log(_ rows: [Row]) -> String { rows.map(\.line).joined(separator: "\n") + "\n" }
    let split =
      Self.source + "\nreports:\n"
      + Self.references.indices.map { "  r\($0): \(Self.references[$0].report)\n" }.joined()
    let outcome = try Self.run(split, log(rows))
    let again = try Self.run(split, log(rows.shuffled(using: &random)), threads: 3, memory: 1)
    func csv(_ outcome: RunOutcome) -> [String: Data] {
      outcome.tables.filter { $0.key.hasSuffix(".csv") }
    }
    #expect(csv(outcome) == csv(again))

    let plain = Self.source.replacingOccurrences(of: ", currency: {path: c}", with: "")
    // Contracts have a test of their own.
    for (number, reference) in Self.references.dropLast().enumerated() {
      let spec = plain + "\nreports: {r: \(reference.report)}"
      for currency in currencies {
        let own = rows.map { row in
          // A double funnel reads amounts on every step.
          let isOther = (row.event == "pay" || number == 4) && row.currency != currency
          return isOther ? reference.other(row) : row
        }
        let wanted = try Self.run(spec, log(own))
        let found = Self.lines("r\(number).csv", outcome)
        let head = found[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        #expect(head[0] == "currency")
        let places = reference.columns.map { $0.map { head.firstIndex(of: $0)! } }
        func chosen(_ line: String, shift: Int) -> String {
          guard let places else {
            return shift == 0 ? String(line.dropFirst(currency.utf8.count + 1)) : line
          }
          let cells = line.split(separator: ",", omittingEmptySubsequences: false)
          return places.map { String(cells[$0 - shift]) }.joined(separator: ",")
        }
        #expect(
          found.dropFirst().filter { $0.hasPrefix(currency + ",") }.map { chosen($0, shift: 0) }
            == Self.lines("r.csv", wanted).dropFirst().map { chosen($0, shift: 1) },
          "\(reference.report) \(currency)")
      }
    }
  }

  @Test func recurringAgainstLogsOfOneCurrency() throws {
    for seed in 0..<12 {
      var random = SplitMix64(seed: UInt64(seed) + 500)
      let rows = (0..<200).map { $0 * 311 }.shuffled(using: &random).map { minute in
        Row(
          user: Int.random(in: 0..<12, using: &random),
          event: ["pay", "pay", "end", "view"].randomElement(using: &random)!, minute: minute,
          amount: Int.random(in: 1..<50, using: &random),
          currency: ["EUR", "USD"].randomElement(using: &random)!,
          contract: Int.random(in: 0..<3, using: &random))
      }
      let reference = Self.references[5]
      let outcome = try Self.run(
        Self.source + "\nreports: {r: \(reference.report)}",
        rows.map(\.line).joined(separator: "\n"))
      for currency in ["EUR", "USD"] {
        let own = rows.map { row in
          row.event == "pay" && row.currency != currency ? reference.other(row) : row
        }
        let wanted = try Self.run(
          Self.source.replacingOccurrences(of: ", currency: {path: c}", with: "")
            + "\nreports: {r: \(reference.report)}",
          own.map(\.line).joined(separator: "\n"))
        let found = Self.lines("r.csv", outcome).filter { $0.hasPrefix(currency + ",") }
          .map { String($0.dropFirst(4)) }
        #expect(found == Array(Self.lines("r.csv", wanted).dropFirst()), "\(seed) \(currency)")
      }
    }
  }
}
