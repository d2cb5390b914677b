import TestSupport
import Testing

@testable import EventLog
@testable import Values

/// The format `auto`, spreadsheets' days, and lists of formats.
@Suite struct FieldsAutoTimeTests {
  private static let time = slowMicroseconds(2024, 1, 2, 3, 4, 5)
  private static let day = slowMicroseconds(2024, 1, 2)

  private static let printed: [(String, Int64, TimeReading.Shape)] = [
    ("2024-01-02 03:04:05.678901234 +0000 UTC", time + 678_901, .instant),
    ("2024-01-02 03:04:05 +0000 UTC", time, .instant),
    ("2024-01-02 03:04:05.678901234 +0000 UTC m=+0.000012", time + 678_901, .instant),
    ("2024-01-01 22:04:05.67 -0500 EST", time + 670_000, .instant),
    ("2024-01-02 11:04:05 +0800 CST m=-12.5", time, .instant),
    ("2024-01-02T04:04:05+01:00[Europe/Paris]", time, .instant),
    ("2024-01-02 03:04:05.678 UTC", time + 678_000, .instant),
    ("2024-01-02 03:04:05,678", time + 678_000, .local),
    ("Tue Jan 02 2024 04:04:05 GMT+0100 (Central European Standard Time)", time, .instant),
    ("Tue Jan 02 2024 03:04:05 GMT+0000 (UTC)", time, .instant),
    ("Tue, 02 Jan 2024 03:04:05 GMT", time, .instant),
    ("Tue, 2 Jan 2024 03:04:05 +0000", time, .instant),
    ("Tuesday, 02-Jan-24 03:04:05 GMT", time, .instant),
    ("Tue Jan  2 03:04:05 2024", time, .local), ("Tue Jan  2 03:04:05 UTC 2024", time, .instant),
    ("Tue Jan  2 11:04:05 +0800 2024", time, .instant),
    ("02/Jan/2024:03:04:05 +0000", time, .instant),
    ("/Date(1704164645678)/", time + 678_000, .instant),
    ("/Date(1704164645678+0100)/", time + 678_000, .instant), ("/Date(-1)/", -1000, .instant),
    ("02-Jan-2024 03:04:05", time, .local), ("Jan 2, 2024 3:04:05 AM", time, .local),
    ("Jan 2, 2024, 3:04:05\u{202F}AM", time, .local), ("2024-01-02 3:04:05 a.m.", time, .local),
    ("2 Jan 2024", day, .date), ("Jan 2, 2024", day, .date), ("2024/01/02", day, .date),
    ("1704164645", time, .instant), ("45293", day, .date),
    ("45293.5", day + 43_200_000_000, .local),
    ("20240102", day, .date), ("20240102030405", time, .local),
  ]

  @Test(arguments: printed)
  func readsWhatProgramsPrint(text: String, time: Int64, shape: TimeReading.Shape) {
    let reading = readTime(text, .auto)
    #expect(reading?.microseconds == time, "\(text)")
    #expect(reading?.shape == shape, "\(text)")
  }

  @Test(arguments: [
    "1/2/2024", "01/02/2024 03:04:05", "2.1.2024", "Tue Jan 2", "/Date()/", "/Date(12", "Date(1)",
    "/Date(1)", "/Date(1+)/", "2024-01-02 03:04:05 CST", "yesterday",
    "(2024-01-02)", "", "12:30", "Jan 2, 24", "2024-01-02T03:04:05+01:00[Paris",
  ])
  func refusesWhatMeansTwoThings(text: String) {
    #expect(readTime(text, .auto) == nil, "\(text)")
  }

  private static let excelCases: [(String, Int64?, TimeReading.Shape)] = [
    ("45293.1278", slowMicroseconds(2024, 1, 2, 3, 4, 1, 920_000), .local),
    ("45293", day, .date), ("45293.0", day, .date), ("1", slowMicroseconds(1900, 1, 1), .date),
    ("59", slowMicroseconds(1900, 2, 28), .date), ("60", nil, .date),
    ("61", slowMicroseconds(1900, 3, 1), .date), ("0", nil, .date), ("0.5", nil, .date),
    ("-1", nil, .date), ("2958465", slowMicroseconds(9999, 12, 31), .date), ("2958466", nil, .date),
    ("45293.9999999999", slowMicroseconds(2024, 1, 3), .local), ("x", nil, .date),
    ("45293.12780092593", slowMicroseconds(2024, 1, 2, 3, 4, 2), .local), ("1e400", nil, .date),
  ]

  @Test(arguments: excelCases)
  func readsSpreadsheetDays(text: String, expected: Int64?, shape: TimeReading.Shape) {
    let reading = readTime(text, .excel)
    #expect(reading?.microseconds == expected, "\(text)")
    #expect(reading?.shape == expected.map { _ in shape })
  }

  /// What programs put behind a time, without a time before it, at the start of the bytes.
  @Test func nothingBeforeWhatIsPutBehind() {
    for text in [
      "(Central European Time)", "[Europe/Paris]", " (Central European Time)", "(()))))))))))",
      "[[]]]]]]]]]]]]]", "( m=+0.000012)", " m=+0.000012", "/Date(", "/Date()/", "(", ")",
    ] {
      let bytes = Array(text.utf8)
      for count in 0...bytes.count {
        #expect(TimeParser([.auto]).parse(bytes.span, 0..<count, isNumber: false) == nil, "\(text)")
      }
    }
  }

  @Test func formatsAreTriedInOrder() {
    let formats: [TimeFormat] = [
      .pattern("%d.%m.%Y %H:%M"), .pattern("%d.%m.%Y"), .iso8601, .seconds,
    ]
    #expect(readTime("02.01.2024 03:04", formats)?.microseconds == Self.time - 5_000_000)
    #expect(readTime("02.01.2024", formats)?.shape == .date)
    #expect(readTime("2024-01-02T03:04:05Z", formats)?.shape == .instant)
    #expect(readTime("1704164645", formats)?.unit == .seconds)
    #expect(readTime("1704164645", formats, isNumber: true)?.microseconds == Self.time)
    #expect(readTime("02/01/2024", formats) == nil)
  }

  @Test func shapesOfPatterns() {
    let cases: [(String, String, TimeReading.Shape)] = [
      ("%Y%m%d", "20240102", .date), ("%F %T", "2024-01-02 03:04:05", .local),
      ("%F %T %z", "2024-01-02 03:04:05 +0000", .instant),
      ("%FT%TZ", "2024-01-02T03:04:05Z", .instant),
      ("%F %T UTC", "2024-01-02 03:04:05 UTC", .instant),
      ("%F %R", "2024-01-02 03:04", .local), ("%s", "1704164645", .instant),
      ("%F %T %Z", "2024-01-02 03:04:05 CET", .instant),
    ]
    for (pattern, text, shape) in cases {
      #expect(readTime(text, .pattern(pattern))?.shape == shape, "\(pattern)")
    }
  }

  /// Every form of a list comes back from `auto` as it was written.
  @Test func everyFormReadsBack() {
    var random = SplitMix64(seed: 41)
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    for round in 0..<1500 {
      let (year, month) = (
        Int.random(in: 1975...2090, using: &random), Int.random(in: 1...12, using: &random)
      )
      let (date, hour) = (
        Int.random(in: 1...28, using: &random), Int.random(in: 0...23, using: &random)
      )
      let (minute, second) = (
        Int.random(in: 0...59, using: &random), Int.random(in: 0...59, using: &random)
      )
      func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
      let time = slowMicroseconds(year, month, date, hour, minute, second)
      let (name, clock) = (months[month - 1], "\(two(hour)):\(two(minute)):\(two(second))")
      let dashed = "\(year)-\(two(month))-\(two(date))"
      let half = "\((hour + 11) % 12 + 1):\(two(minute)):\(two(second)) \(hour < 12 ? "AM" : "PM")"
      let forms = [
        "\(dashed)T\(clock)Z", "\(dashed) \(clock)", "\(dashed) \(clock) UTC",
        "\(dashed) \(clock) +0000 UTC", "\(year)/\(two(month))/\(two(date)) \(clock)",
        "\(two(date))/\(name)/\(year):\(clock) +0000",
        "Mon, \(two(date)) \(name) \(year) \(clock) GMT",
        "Mon \(name) \(two(date)) \(year) \(clock) GMT+0000 (UTC)",
        "Mon \(name) \(date < 10 ? " \(date)" : "\(date)") \(clock) \(year)",
        "\(name) \(date), \(year) \(half)",
        "\(year)\(two(month))\(two(date))\(clock.filter { $0 != ":" })",
        "/Date(\(time / 1000))/", "\(time / 1_000_000)", "\(time / 1000)", "\(time)",
      ]
      for form in forms where time / 1000 > 100_000_000_000 {
        #expect(readTime(form, .auto)?.microseconds == time, "round \(round): \(form)")
      }
    }
  }
}
