import TestSupport
import Testing

@testable import EventLog
@testable import Values

@Suite struct FieldsTimeISOTests {
  private static let noon = slowMicroseconds(2026, 1, 31, 13, 45, 1)

  private static let day: Int64 = 86_400_000_000

  private static let readsCases: [(String, Int64)] = [
    ("2026-01-31", slowMicroseconds(2026, 1, 31)),
    ("20260131", slowMicroseconds(2026, 1, 31)),
    ("2026-01-31T13:45", slowMicroseconds(2026, 1, 31, 13, 45)),
    ("2026-01-31 13:45Z", slowMicroseconds(2026, 1, 31, 13, 45)),
    ("2026-01-31T13:45:01", noon),
    ("2026-01-31t13:45:01z", noon),
    ("2026-01-31 13:45:01", noon),
    ("2026-01-31T13:45:01Z", noon),
    ("20260131T134501Z", noon),
    ("20260131T1345Z", noon - 1_000_000),
    ("20260131 134501", noon),
    ("2026-01-31T13:45:01.5Z", noon + 500_000),
    ("2026-01-31T13:45:01,5Z", noon + 500_000),
    ("2026-01-31T13:45:01.123Z", noon + 123_000),
    ("2026-01-31T13:45:01.123456Z", noon + 123_456),
    ("2026-01-31T13:45:01.1234569Z", noon + 123_456),
    ("2026-01-31T13:45:01.123456999999999999999999999", noon + 123_456),
    ("20260131T134501.25Z", noon + 250_000),
    ("2026-01-31T21:45:01+08:00", noon),
    ("2026-01-31T21:45:01+0800", noon),
    ("2026-01-31T21:45:01+08", noon),
    ("2026-01-31T10:15:01-03:30", noon),
    ("20260131T101501-0330", noon),
    ("2026-01-31T13:45:01-00:00", noon),
    ("2026/01/31 13:45:01", noon), ("2026/01/31T13:45:01Z", noon), ("2026/01/31", noon / day * day),
    ("2026-01-31T13:45:01 Z", noon), ("2026-01-31 13:45:01 UTC", noon),
    ("2026-01-31 13:45:01UTC", noon), ("2026-01-31 13:45:01.5 gmt", noon + 500_000),
    ("2026-01-31 21:45:01 +0800", noon), ("2026-01-31 19:15:01+5:30", noon),
    ("2026-01-31 08:00:01 -5:45", noon), ("20260131134501", noon),
    ("2026-01-31T24:00:00Z", slowMicroseconds(2026, 2, 1)),
    ("2026-01-31T24:00", slowMicroseconds(2026, 2, 1)),
    ("2026-12-31T23:59:60Z", slowMicroseconds(2027, 1, 1)),
    ("2026-12-31T23:59:60.5Z", slowMicroseconds(2027, 1, 1) + 500_000),
    ("2024-02-29", slowMicroseconds(2024, 2, 29)),
    ("2000-02-29", slowMicroseconds(2000, 2, 29)),
    ("1969-12-31T23:59:59.999999Z", -1),
    ("0001-01-01T00:00:00Z", CivilDate.instants.lowerBound),
    ("9999-12-31T23:59:59.999999Z", CivilDate.instants.upperBound - 1),
  ]

  @Test(arguments: readsCases)
  func reads(text: String, expected: Int64) {
    #expect(parseTime(text, .iso8601) == expected)
    #expect(parseTime(text, .auto) == expected)
    #expect(readTime(text, .auto)?.unit == .iso8601)
  }

  @Test(arguments: [
    "", "2026", "2026-01", "2026-1-31", "202601", "26-01-31", "2026-01-31T", "2026-01-31T13",
    "2026-01-31T13:4", "2026-01-31T13:45:", "2026-01-31T13:45:1", "2026-01-31T13:45:01.",
    "2026-01-31T13:45.5", "2026-01-31  13:45", "2026-01-31_13:45", "2026-01-31T13:45:01.Z",
    "2026-01-31T13:45:01  Z", "2026-01-31T13:45:01+8", "2026/01-31", "2026-01/31", "2026/0131",
    "2026-01-31T13:45:01 ", "2026-01-31T13:45:01 CET", "2026-01-31T13:45:01+5:3", "202601311345",
    "20260131134501Z", "20260131134501.5", "202601311345011", "2026-01-31T13:45:01UTC+1",
    "2026-01-31T13:45:01+08:0",
    "2026-01-31T13:45:01+08:60", "2026-01-31T13:45:01+24:00", "2026-01-31T13:45:01+080",
    "2026-01-31T13:45:01+08:00:00", "2026-01-31T13:45:01ZZ", "2026-01-31Z", " 2026-01-31",
    "2026-01-31 ", "2026-0131", "202601-31", "20260131T13:45", "2026-01-31T1345",
    "2026-00-01", "2026-13-01", "2026-01-00", "2026-01-32", "2026-04-31", "2026-02-29",
    "1900-02-29", "2100-02-29", "0000-01-01", "2026-01-31T25:00", "2026-01-31T24:00:01",
    "2026-01-31T24:01", "2026-01-31T24:00:00.001", "2026-01-31T13:60:00", "2026-01-31T13:45:61",
    "9999-12-31T24:00:00Z", "9999-12-31T23:59:60Z", "0001-01-01T00:00:00+00:01",
    "9999-12-31T23:59:59-00:01", "2026-W05-6", "2026-031", "+2026-01-31", "２026-01-31",
    "2026-01-31T13:45:01.12٣Z",
  ])
  func refuses(text: String) {
    #expect(parseTime(text, .iso8601) == nil)
  }

  @Test func bareNumbersAreNoISOTimes() {
    #expect(parseTime("20260131", .iso8601, isNumber: true) == nil)
  }

  // Constants, never changed; `Regex` is only not marked as such.
  nonisolated(unsafe) private static let extended =
    /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?: ?(Z|z|[+-]\d\d(?::?\d\d)?|[+-]\d:\d\d|(?i:utc|gmt)))?)?$/
    .asciiOnlyDigits()
  nonisolated(unsafe) private static let basic =
    /^(\d{4})(\d\d)(\d\d)(?:[Tt ](\d\d)(\d\d)(?:(\d\d)(?:[.,](\d+))?)?(?: ?(Z|z|[+-]\d\d(?::?\d\d)?|[+-]\d:\d\d|(?i:utc|gmt)))?)?$/
    .asciiOnlyDigits()

  /// Swift's regular expressions as the reference: the same grammar, said another way.
  private static func slow(_ text: String) -> Int64? {
    var text = text
    if text.utf8.count == 14, text.utf8.allSatisfy({ $0 >= 48 && $0 < 58 }) {
      text.insert("T", at: text.index(text.startIndex, offsetBy: 8))
    }
    let isMixed = text.prefix(8).contains("-") && text.prefix(8).contains("/")
    if !isMixed, text.count > 7, Array(text)[4] == "/", Array(text)[7] == "/" {
      text = String(text.prefix(8).replacing("/", with: "-") + text.dropFirst(8))
    }
    guard let match = text.wholeMatch(of: Self.extended) ?? text.wholeMatch(of: Self.basic) else {
      return nil
    }
    let parts = match.output
    let (year, month, day) = (Int(parts.1)!, Int(parts.2)!, Int(parts.3)!)
    let (hour, minute) = (Int(parts.4 ?? "0")!, Int(parts.5 ?? "0")!)
    let second = Int(parts.6 ?? "0")!
    let micros = Int((String(parts.7 ?? "") + "000000").prefix(6))!
    let isLeap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)
    let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard year >= 1, (1...12).contains(month), (1...lengths[month - 1]).contains(day),
      minute < 60, second <= 60, hour < 24 || (hour == 24 && minute + second + micros == 0)
    else { return nil }
    var offset = 0
    if let zone = parts.8, zone.first == "+" || zone.first == "-" {
      let isShort = zone.dropFirst(2).first == ":"
      let digits = (isShort ? "0" : "") + zone.filter(\.isNumber)
      let (hours, minutes) = (Int(digits.prefix(2))!, Int(digits.dropFirst(2)) ?? 0)
      guard hours < 24, minutes < 60 else { return nil }
      offset = (hours * 60 + minutes) * (zone.first == "-" ? -60 : 60)
    }
    let result =
      slowMicroseconds(year, month, day, hour, minute, second, micros) - Int64(offset) * 1_000_000
    return CivilDate.instants.contains(result) ? result : nil
  }

  @Test func agreesWithTheSlowReaderOnGeneratedTexts() {
    let seed: UInt64 = 20_260_131
    var random = SplitMix64(seed: seed)
    var read = 0
    for round in 0..<Thorough.cases(6000) {
      func two(_ range: ClosedRange<Int>) -> String {
        let value = Int.random(in: range, using: &random)
        return value < 10 ? "0\(value)" : "\(value)"
      }
      let isBasic = random.chance(20)
      let (dash, colon) = isBasic ? ("", "") : ("-", ":")
      let years = ["2026", "2024", "1970", "1969", "0001", "9999", "1900", "2000"]
      var text = years.randomElement(using: &random)! + dash + two(0...13) + dash + two(0...32)
      if random.chance(90) {
        text +=
          ["T", "T", " ", "t"].randomElement(using: &random)! + two(0...24) + colon + two(0...60)
        if random.chance(90) { text += colon + two(0...60) }
        if random.chance(60) {
          text += [".", ".", ","].randomElement(using: &random)! + random.text("0123456789", 1...9)
        }
        text +=
          [
            "", "Z", "Z", "z", "+08:00", "-0330", "+05", "-23:59", "+24:00", " Z", " UTC", "GMT",
            " +08:00", "+5:30", " -3:45",
          ].randomElement(using: &random)!
      }
      if random.chance(25), let place = text.indices.randomElement(using: &random) {
        text.replaceSubrange(place...place, with: random.text("0123456789-:TZ.+ /;xUTC", 0...2))
      }
      let expected = Self.slow(text)
      if expected != nil { read += 1 }
      #expect(parseTime(text, .iso8601) == expected, "seed \(seed), round \(round): \(text)")
    }
    // The generator must not have drifted into making refusals only.
    #expect(read > Thorough.cases(2000))
  }

  @Test func everyByteInEveryPlaceOfTheFixedLayouts() {
    for text in [
      "2026-01-31T13:45:01.123Z", "2026-01-31 13:45:01", "2026-01-31T13:45:01Z",
      "2026-01-31T13:45:01.123456Z",
    ] {
      var known = WrittenDay()
      #expect(readTime(text, .iso8601, day: &known)?.microseconds == Self.slow(text))
      for place in text.utf8.indices {
        for byte in UInt8(0)..<128 {
          var changed = text
          changed.unicodeScalars.replaceSubrange(place...place, with: [Unicode.Scalar(byte)])
          #expect(parseTime(changed, .iso8601) == Self.slow(changed), "\(changed)")
          var day = known
          #expect(
            readTime(changed, .iso8601, day: &day) == readTime(changed, .iso8601), "\(changed)")
        }
      }
      for place in 0..<text.utf8.count {
        for byte in UInt8(128)...255 {
          var bytes = Array(text.utf8)
          bytes[place] = byte
          let parsed = TimeParser(.iso8601).parse(bytes.span, 0..<bytes.count, isNumber: false)
          #expect(parsed == nil)
        }
      }
    }
  }

  /// Rows that come by days: what is remembered of the row before decides nothing.
  @Test func theDayOfTheRowBeforeDecidesNothing() {
    let seed: UInt64 = 20_261_126
    var random = SplitMix64(seed: seed)
    let days = ["2026-01-31", "2026-02-01", "2026-02-29", "9999-12-31", "1969-12-31"]
    let clocks = [
      "00:00:00", "23:59:59", "23:59:60", "24:00:00", "13:45:01", "13:60:01", "1:45:01",
    ]
    let ends = ["", "Z", ".123Z", ".123456Z", ",123Z", "+08:00", ".12Z", "Z "]
    for format in [TimeFormat.iso8601, .auto] {
      var day = WrittenDay()
      for round in 0..<Thorough.cases(3000) {
        let text =
          days[random.oneIn(4) ? Int.random(in: 0..<days.count, using: &random) : round / 50 % 2]
          + ["T", " "].randomElement(using: &random)! + clocks.randomElement(using: &random)!
          + ends.randomElement(using: &random)!
        #expect(
          readTime(text, format, day: &day) == readTime(text, format),
          "seed \(seed), round \(round): \(text)")
      }
    }
  }
}
