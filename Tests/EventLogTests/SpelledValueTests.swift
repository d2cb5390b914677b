import Testing
import Values

@testable import EventLog

/// Booleans, dates and times, brought to one spelling.
@Suite struct SpelledValueTests {
  /// A zone that is two hours behind UTC, and times that are written one hour before it.
  private static let west = ZoneRules(name: "West", starts: [.min], offsets: [-7200])
  private static let east = ZoneRules(name: "East", starts: [.min], offsets: [3600])

  private static func read(
    _ type: PropertyType, _ text: String, formats: [TimeFormat] = [], zone: ZoneRules? = nil,
    rules: TimeRules = TimeRules()
  ) -> String {
    // Bytes around it do not matter.
    let bytes = Array("1\(text)1".utf8)
    let value = SpelledValue(type, formats: formats, zone: zone, rules: rules)
    switch value.reading(bytes.span, 1..<bytes.count - 1) {
    case .value(let bytes): return String(decoding: bytes, as: UTF8.self)
    case .absent: return "-"
    case .unreadable: return "?"
    }
  }

  @Test func booleans() {
    for text in ["true", "TRUE", "True", "t", "T", "yes", "Y", "on", "1", " true ", "tRuE\t"] {
      #expect(Self.read(.boolean, text) == "true", "\(text)")
    }
    for text in ["false", "FALSE", "f", "no", "N", "off", "0", " 0"] {
      #expect(Self.read(.boolean, text) == "false", "\(text)")
    }
    for text in ["2", "truth", "ye", "-1", "1.0", "да", "nul", "falsee", "\u{0}", "00"] {
      #expect(Self.read(.boolean, text) == "?", "\(text)")
    }
    for text in ["", " ", "\t "] { #expect(Self.read(.boolean, text) == "-") }
  }

  @Test func dates() {
    let cases: [(String, TimeFormat, String)] = [
      ("2024-02-29", .iso8601, "2024-02-29"), ("2023-02-29", .iso8601, "?"),
      ("2024/1/2", .iso8601, "?"), ("2024/01/02", .iso8601, "2024-01-02"),
      ("2024-01-02 23:59:59", .iso8601, "2024-01-02"),
      ("31/12/2024", .pattern("%d/%m/%Y"), "2024-12-31"),
      ("12/31/2024", .pattern("%d/%m/%Y"), "?"),
      ("20241231", .pattern("%Y%m%d"), "2024-12-31"),
      ("45293", .excel, "2024-01-02"), ("45293.99", .excel, "2024-01-02"),
      ("1704164645", .seconds, "2024-01-02"), ("1704164645678", .auto, "2024-01-02"),
      ("/Date(1704164645678)/", .auto, "2024-01-02"),
      ("0001-01-01", .iso8601, "-"), ("1970-01-01", .iso8601, "-"),
      ("1969-12-31", .iso8601, "1969-12-31"),
      ("0000-00-00", .iso8601, "-"), ("0000-00-00 00:00:00", .iso8601, "-"),
      ("9999-12-31", .iso8601, "9999-12-31"), ("10000-01-01", .iso8601, "?"),
      ("soon", .iso8601, "?"), ("", .iso8601, "-"),
    ]
    for (text, format, expected) in cases {
      #expect(Self.read(.date, text, formats: [format]) == expected, "\(text)")
    }
    // Formats are tried in order.
    let both: [TimeFormat] = [.pattern("%d.%m.%Y"), .iso8601]
    #expect(Self.read(.date, "31.01.2024", formats: both) == "2024-01-31")
    #expect(Self.read(.date, "2024-01-31", formats: both) == "2024-01-31")
  }

  /// The day of an instant is the calendar's; a written day stays the day that was written.
  @Test func daysInZones() {
    let rules = TimeRules(zone: Self.east, calendar: Self.west, endsDay: true)
    let cases = [
      ("2024-01-02T01:59:59Z", "2024-01-01"), ("2024-01-02T02:00:00Z", "2024-01-02"),
      ("2024-01-01T22:00:00-04:00", "2024-01-02"), ("2024-01-02T00:00:00", "2024-01-02"),
      ("2024-01-02", "2024-01-02"), ("9999-12-31T23:00:00-09:00", "?"),
    ]
    for (text, expected) in cases {
      #expect(Self.read(.date, text, rules: rules) == expected, "\(text)")
    }
    let times = [
      ("2024-01-02T01:59:59Z", "2024-01-02T01:59:59.000000Z"),
      ("2024-01-02T01:59:59.5+05:30", "2024-01-01T20:29:59.500000Z"),
      ("2024-01-02 01:59:59", "2024-01-02T00:59:59.000000Z"),
      ("2024-01-02", "2024-01-02T02:00:00.000000Z"),
    ]
    for (text, expected) in times {
      #expect(Self.read(.time, text, rules: rules) == expected, "\(text)")
    }
    // With a zone of its own a clock is an instant, also of a date.
    let own = [
      (PropertyType.date, "2024-01-02 02:59:59", "2024-01-01"),
      (.date, "2024-01-02 03:00:00", "2024-01-02"), (.date, "2024-01-02", "2024-01-02"),
      (.date, "2024-01-02T01:59:59Z", "2024-01-01"),
      (.time, "2024-01-02 01:59:59", "2024-01-02T00:59:59.000000Z"),
      (.time, "2024-01-02", "2024-01-02T02:00:00.000000Z"),
      (.time, "2024-01-02 01:59:59+05:00", "2024-01-01T20:59:59.000000Z"),
    ]
    for rules in [TimeRules(zone: nil, calendar: Self.west), rules] {
      let east = ZoneRules(name: "Farther", starts: [.min], offsets: [3600])
      for (type, text, expected) in own {
        #expect(Self.read(type, text, zone: east, rules: rules) == expected, "\(text)")
      }
    }
    // Where nobody says in which zone a clock hangs, there is no instant.
    let unknown = TimeRules(zone: nil, calendar: Self.west)
    #expect(Self.read(.time, "2024-01-02 01:59:59", rules: unknown) == "?")
    #expect(Self.read(.date, "2024-01-02 01:59:59", rules: unknown) == "2024-01-02")
  }

  /// The order of bytes is that of instants, over all widths of fractions and signs of epochs.
  @Test func orderOfTimes() {
    var state: UInt64 = 7
    var instants: [Int64] = []
    for _ in 0..<2_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      instants.append(Int64(state >> 14) - 60_000_000_000_000_000 / 64)
    }
    instants += [1, -1, 999_999, 1_000_000, -1_000_000, 253_402_300_799_999_999]
    let inRange = instants.filter { CivilDate.instants.contains($0) && $0 != 0 }
    #expect(inRange.count > 2_000)
    let texts = inRange.sorted().map { Self.read(.time, String($0), formats: [.microseconds]) }
    #expect(texts == texts.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) })
    for (instant, text) in zip(inRange.sorted(), texts) {
      #expect(TimeFormat.iso8601.parse(text) == instant, "\(text)")
      #expect(text.utf8.count == 27)
    }
  }

  @Test func operands() {
    func operand(_ type: PropertyType, _ text: String) -> String? {
      SpelledValue(type, rules: TimeRules()).operand(text)
    }
    #expect(operand(.boolean, "yes") == "true")
    #expect(operand(.boolean, "maybe") == nil)
    #expect(operand(.date, "2024-01-31") == "2024-01-31")
    #expect(operand(.date, "31.1.2024") == nil)
    #expect(operand(.time, "2024-01-31T10:00:00+01:00") == "2024-01-31T09:00:00.000000Z")
    #expect(operand(.time, "2024-01-31T10:00:00") == nil)
    #expect(operand(.time, "2024-01-31") == nil)
  }
}
