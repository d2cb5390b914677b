import EventLog
import Foundation
import Spec
import TestSupport
import Testing

@testable import Pipeline

/// `type: boolean | date | time` of properties, from rows of every format to tables.
@Suite struct PropertyTypeTests {
  private static let fields = """
    user: u
    event: e
    time: {path: t, zone: UTC}
    properties:
      on: {path: on, type: boolean}
      ends: {path: ends, type: date, format: [iso8601, "%d.%m.%Y"]}
      at: {path: at, type: time}
      amount: {path: amount, type: number}
    """

  @Test func rowsOfJSON() throws {
    let log = #"""
      {"u":"1","e":"x","t":"2024-01-02T00:00:00Z","on":true,"ends":"31.01.2024","at":"2024-01-02T10:00:00+01:00","amount":1}
      {"u":"2","e":"x","t":"2024-01-02T00:00:00Z","on":"No","ends":"2024-01-31T23:00:00Z","at":"2024-01-02"}
      {"u":"3","e":"x","t":"2024-01-02T00:00:00Z","on":1,"ends":null,"at":"0001-01-01T00:00:00Z"}
      {"u":"4","e":"x","t":"2024-01-02T00:00:00Z","on":"N/A","ends":"2024-02-30","at":"yesterday"}
      {"u":"5","e":"x","t":"2024-01-02T00:00:00Z","on":{"a":1},"ends":"2024-01-31","at":"2024-01-02T00\u003a00:00.25Z"}

      """#
    let read = try ReadRows(Self.fields, log)
    #expect(read.problem == nil)
    let day = "2024-01-02T00:00:00Z"
    // Texts by name: at, ends, on; then the number.
    #expect(
      read.rows == [
        "1|-|x|\(day)|-|2024-01-02T09:00:00.000000Z|2024-01-31|true|1",
        "2|-|x|\(day)|-|2024-01-02T00:00:00.000000Z|2024-01-31|false|-",
        "3|-|x|\(day)|-|-|-|true|-",
        "4|-|x|\(day)|-|-|-|-|-",
        "5|-|x|\(day)|-|2024-01-02T00:00:00.250000Z|2024-01-31|-|-",
      ])
    // Numbers, then at, ends and on: what was there, and what was none.
    #expect(read.tally.values.numbers.map(\.values) == [1, 4, 4, 4])
    #expect(read.tally.values.numbers.map(\.unreadable.count) == [0, 1, 1, 1])
    let first = read.tally.values.numbers.map {
      String(decoding: $0.unreadable.first?.text ?? [], as: UTF8.self)
    }
    #expect(first == ["", "yesterday", "2024-02-30", #"{"a":1}"#])
  }

  @Test func rowsOfOtherFormats() throws {
    let expected = ["1|-|x|2024-01-02T00:00:00Z|-|2024-01-02T09:00:00.000000Z|2024-01-31|true|2.5"]
    let values = [
      "1", "x", "2024-01-02T00:00:00Z", "T", "31.01.2024", "2024-01-02T09:00:00Z", "2.5",
    ]
    let names = "u e t on ends at amount"
    let separated: [(String, String, String)] = [
      ("csv", ",", "\n"), ("tsv", "\t", "\n"), ("{format: csv, delimiter: \";\"}", ";", "\r\n"),
    ]
    for (format, sign, end) in separated {
      let head = format.hasPrefix("{") ? "format: csv\ndelimiter: \";\"" : "format: \(format)"
      let log = names.replacing(" ", with: sign) + end + values.joined(separator: sign) + end
      for chunkBytes in [1, 256 << 10] {
        let read = try ReadRows("\(head)\n\(Self.fields)", log, chunkBytes: chunkBytes)
        #expect(read.problem == nil)
        #expect(read.rows == expected, "\(format)")
      }
    }
    let w3c = "#Fields: \(names)\n" + values.joined(separator: " ") + "\n"
    #expect(try ReadRows("format: w3c\n" + Self.fields, w3c).rows == expected)
    let server = "format: {nginx: '$u $e $t $on $ends $at $amount'}\n" + Self.fields
    #expect(try ReadRows(server, values.joined(separator: " ") + "\n").rows == expected)
    let pretty =
      "{\"u\": 1,\n \"e\": \"x\", \"t\": \"2024-01-02T00:00:00Z\", \"on\": true,\n"
      + " \"ends\": \"2024-01-31\", \"at\": \"2024-01-02T09:00:00Z\", \"amount\": 2.5}\n"
    #expect(try ReadRows("format: json\n" + Self.fields, pretty).rows == expected)
  }

  private static let spec = """
    source:
      user: u
      event: e
      time: t
      properties:
        paid: {path: paid, type: boolean}
        ends: {path: ends, type: date, format: "%d.%m.%Y"}
        at: {path: at, type: time}
    reports:
      by_paid: {type: activity, interval: month, breakdown: paid}
      by_end: {type: activity, interval: month, breakdown: ends}
      late: {type: activity, interval: month, where: {ends: {gte: 2024-02-01}}}
      early: {type: activity, interval: month, where: {at: {lt: "2024-01-02T10:00:00.5+01:00"}, paid: yes}}

    """
  private static let log = #"""
    {"u":"a","e":"x","t":"2024-01-02","paid":"Yes","ends":"31.01.2024","at":"2024-01-02T09:00:00Z"}
    {"u":"b","e":"x","t":"2024-01-02","paid":true,"ends":"01.02.2024","at":"2024-01-02T09:00:00.5Z"}
    {"u":"c","e":"x","t":"2024-01-02","paid":0,"ends":"28.02.2023","at":"2024-01-02T08:00:00Z"}
    {"u":"d","e":"x","t":"2024-01-02","paid":"no","ends":"15.02.2024"}

    """#

  /// By report: the group's value, where there is one, and its events.
  private static func events(_ tables: [String: Data], _ name: String) -> [String] {
    let text = String(decoding: tables["\(name).csv"] ?? Data(), as: UTF8.self)
    let lines = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    guard let header = lines.first, let column = header.firstIndex(of: "events") else { return [] }
    return lines.dropFirst().map { line in
      column > 1 ? "\(line[0]) \(line[column])" : String(line[column])
    }
  }

  @Test func tables() throws {
    let run = try RunOutcome(spec: Self.spec, files: ["log.jsonl": Data(Self.log.utf8)])
    #expect(Self.events(run.tables, "by_paid") == ["false 2", "true 2"])
    #expect(
      Self.events(run.tables, "by_end")
        == ["2023-02-28 1", "2024-01-31 1", "2024-02-01 1", "2024-02-15 1"])
    #expect(Self.events(run.tables, "late") == ["2"])
    #expect(Self.events(run.tables, "early") == ["1"])
  }

  /// Terms and ends of contracts read dates and times as they are spelled.
  @Test func termsOfContracts() throws {
    let spec = """
      source:
        user: u
        account: c
        event: e
        time: t
        properties:
          amount: {path: amount, type: number}
          from: {path: from, type: TYPE, format: "%d.%m.%Y"}
          to: {path: to, type: TYPE, format: "%d.%m.%Y"}
      reports:
        mrr:
          type: recurring
          interval: month
          entity: account
          start: {event: signed, amount: amount}
          cancel: left
          term: {from: from, to: to}

      """
    let log = #"""
      {"c":"a","u":"1","e":"signed","t":"2024-01-10T00:00:00Z","amount":5,"from":"01.02.2024","to":"31.03.2024"}
      {"c":"b","u":"2","e":"seen","t":"2024-05-10T00:00:00Z"}

      """#
    let typed = try ["date", "time"].map {
      try RunOutcome(
        spec: spec.replacing("TYPE", with: $0), files: ["log.jsonl": Data(log.utf8)]
      ).tables["mrr.csv"]
    }
    let plain = try RunOutcome(
      spec: spec.replacing("type: TYPE, format: \"%d.%m.%Y\"", with: "type: text"),
      files: [
        "log.jsonl": Data(
          log.replacing("01.02.2024", with: "2024-02-01").replacing(
            "31.03.2024", with: "2024-03-31"
          )
          .utf8)
      ]
    ).tables["mrr.csv"]
    #expect(plain != nil)
    #expect(typed == [plain, plain])
  }
}
