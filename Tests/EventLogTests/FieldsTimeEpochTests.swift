import TestSupport
import Testing

@testable import EventLog
@testable import Values

@Suite struct FieldsTimeEpochTests {
  private static let readsCases: [(String, TimeFormat, Int64)] = [
    ("0", .seconds, 0),
    ("-0", .seconds, 0),
    ("1700000000", .seconds, 1_700_000_000_000_000),
    ("1700000000.123", .seconds, 1_700_000_000_123_000),
    ("1700000000.1234567", .seconds, 1_700_000_000_123_456),
    ("1700000000.999999999999999999999999", .seconds, 1_700_000_000_999_999),
    ("-1", .seconds, -1_000_000),
    ("-0.000001", .seconds, -1),
    ("-0.0000001", .seconds, -1),
    ("-0.0000000", .seconds, 0),
    ("-1.5", .seconds, -1_500_000),
    ("0001700000000", .seconds, 1_700_000_000_000_000),
    ("0.00000000000000000000000000000001", .seconds, 0),
    ("-62135596800", .seconds, CivilDate.instants.lowerBound),
    ("253402300799.999999", .seconds, CivilDate.instants.upperBound - 1),
    ("1700000000123", .milliseconds, 1_700_000_000_123_000),
    ("1700000000123.4567", .milliseconds, 1_700_000_000_123_456),
    ("-1", .milliseconds, -1000),
    ("1700000000123456", .microseconds, 1_700_000_000_123_456),
    ("1700000000123456.9", .microseconds, 1_700_000_000_123_456),
    ("-1700000000123456.9", .microseconds, -1_700_000_000_123_457),
  ]

  @Test(arguments: readsCases)
  func reads(text: String, format: TimeFormat, expected: Int64) {
    #expect(parseTime(text, format) == expected)
    #expect(parseTime(text, format, isNumber: true) == expected)
  }

  @Test(arguments: [
    "", "-", "+1", "1.", ".5", "1e", "1e+", "1.5.5", "0x10", "1 ", " 1", "1_000", "NaN", "--1",
    "253402300800", "-62135596800.000001", "99999999999999999999", "1e999999999999999999999",
    "2026-01-31", "١",
  ])
  func refuses(text: String) {
    #expect(parseTime(text, .seconds) == nil)
    #expect(parseTime(text, .seconds, isNumber: true) == nil)
  }

  @Test func exponentsAreForNumbersOnly() {
    #expect(parseTime("1.7E+9", .seconds, isNumber: true) == 1_700_000_000_000_000)
    #expect(parseTime("17000000001234e-4", .seconds, isNumber: true) == 1_700_000_000_123_400)
    #expect(parseTime("0e999999999", .seconds, isNumber: true) == 0)
    #expect(parseTime("1e-999999999", .seconds, isNumber: true) == 0)
    #expect(parseTime("-1e-999999999", .seconds, isNumber: true) == -1)
    #expect(parseTime("1.7E+9", .seconds) == nil)
  }

  private static let automaticUnitsCases: [(String, TimeUnit, Int64?)] = [
    ("1", .seconds, 1_000_000),
    ("99999999999.999999", .seconds, 99_999_999_999_999_999),
    ("-99999999999", .seconds, nil),
    ("100000000000", .milliseconds, 100_000_000_000_000),
    ("99999999999999", .milliseconds, 99_999_999_999_999_000),
    ("100000000000000", .microseconds, 100_000_000_000_000),
    ("99999999999999999", .microseconds, 99_999_999_999_999_999),
    ("100000000000000000", .nanoseconds, 100_000_000_000_000),
    ("1700000000123456789", .nanoseconds, 1_700_000_000_123_456),
    ("17000000001234567891", .nanoseconds, 17_000_000_001_234_567),
    ("-1700000000123456789", .nanoseconds, -1_700_000_000_123_457),
    ("0001", .seconds, 1_000_000),
    ("20260131", .iso8601, slowMicroseconds(2026, 1, 31)),
    ("20261331", .seconds, 20_261_331_000_000),
    ("20260131134501", .iso8601, slowMicroseconds(2026, 1, 31, 13, 45, 1)),
    ("20261331134501", .milliseconds, 20_261_331_134_501_000),
    ("45293.5", .excel, slowMicroseconds(2024, 1, 2, 12)),
    ("45293", .excel, slowMicroseconds(2024, 1, 2)),
    ("25568", .seconds, 25_568_000_000),
    ("99999", .seconds, 99_999_000_000),
    ("0", .seconds, 0),
  ]

  @Test(arguments: automaticUnitsCases)
  func automaticUnits(text: String, unit: TimeUnit, expected: Int64?) {
    for isNumber in [false, true] {
      let reading = readTime(text, .auto, isNumber: isNumber)
      #expect(reading?.microseconds == expected && reading?.unit == expected.map { _ in unit })
    }
  }

  @Test func automaticUnitsReadTextAsISO() {
    #expect(readTime("2026-01-31", .auto)?.unit == .iso8601)
    #expect(parseTime("20260131T000000Z", .auto) == slowMicroseconds(2026, 1, 31))
    let number = readTime("1.7e12", .auto, isNumber: true)
    #expect(number?.microseconds == 1_700_000_000_000_000 && number?.unit == .milliseconds)
    #expect(parseTime("soon", .auto) == nil)
    // A number whose fifth byte is a sign is no date.
    #expect(parseTime("1700-00000000", .auto, isNumber: true) == nil)
    #expect(parseTime("12e10-0000", .auto, isNumber: true) == nil)
    #expect(parseTime("170e-000000000002", .auto, isNumber: true) == 1_700_000)
  }

  @Test func fixedUnitsAreReported() {
    for (format, expected) in [
      (TimeFormat.seconds, TimeUnit.seconds), (.milliseconds, .milliseconds),
      (.microseconds, .microseconds), (.nanoseconds, .nanoseconds),
    ] {
      #expect(readTime("1000", format)?.unit == expected)
      #expect(readTime("1000", format)?.shape == .instant)
    }
  }

  /// Whole-number arithmetic on the digits with the point taken out: floor(value * 10^shift).
  private static func slow(_ text: String, shift: Int) -> Int64? {
    let isNegative = text.hasPrefix("-")
    let parts = text.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
    let fraction = parts.count > 1 ? String(parts[1]) : ""
    var digits = Array((String(parts[0]) + fraction).utf8.map { Int($0) - 48 })
    var places = fraction.utf8.count - shift
    while places < 0 {
      digits.append(0)
      places += 1
    }
    while digits.count < places { digits.insert(0, at: 0) }
    let cut = digits.suffix(places).contains { $0 != 0 }
    var value: Int128 = 0
    for digit in digits.dropLast(places) {
      value = min(value * 10 + Int128(digit), Int128(1) << 100)
    }
    let signed = isNegative ? -value - (cut ? 1 : 0) : value
    return signed >= Int128(CivilDate.instants.lowerBound)
      && signed < Int128(CivilDate.instants.upperBound) ? Int64(signed) : nil
  }

  @Test func agreesWithTheSlowReaderOnGeneratedNumbers() {
    let seed: UInt64 = 7
    var random = SplitMix64(seed: seed)
    let formats: [(TimeFormat, Int)] = [
      (.seconds, 6), (.milliseconds, 3), (.microseconds, 0), (.nanoseconds, -3),
    ]
    for round in 0..<Thorough.cases(8000) {
      var text = random.chance(30) ? "-" : ""
      if random.chance(20) { text += "000" }
      text += random.text(random.chance(20) ? "01" : "0123456789", 1...21)
      if random.chance(60) {
        text += "." + random.text(random.chance(40) ? "00001" : "0123456789", 1...24)
      }
      let (format, shift) = formats.randomElement(using: &random)!
      #expect(
        parseTime(text, format) == Self.slow(text, shift: shift),
        "seed \(seed), round \(round): \(text) \(format)")
    }
  }
}
