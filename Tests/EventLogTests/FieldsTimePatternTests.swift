import TestSupport
import Testing

@testable import EventLog

@Suite struct FieldsTimePatternTests {
  private static let noon = slowMicroseconds(2026, 1, 31, 13, 45, 1)

  private static let readsCases: [(String, String, Int64)] = [
    ("%d/%b/%Y:%H:%M:%S %z", "31/Jan/2026:13:45:01 +0000", noon),
    ("%d/%b/%Y:%H:%M:%S %z", "31/jan/2026:21:45:01 +0800", noon),
    ("%d/%b/%Y:%H:%M:%S %z", "31/January/2026:10:15:01 -03:30", noon),
    ("%Y-%m-%d %H:%M:%S", "2026-01-31 13:45:01", noon),
    ("%Y-%m-%d %H:%M:%S", "2026-1-31 13:45:1", noon),
    ("%Y%m%d%H%M%S", "20260131134501", noon),
    ("%Y%m%d", "20260131", slowMicroseconds(2026, 1, 31)),
    ("%FT%T.%fZ", "2026-01-31T13:45:01.25Z", noon + 250_000),
    ("%F %T,%f", "2026-01-31 13:45:01,1234567", noon + 123_456),
    ("%F %R", "2026-01-31 13:45", noon - 1_000_000),
    ("%D %I:%M:%S %p", "01/31/26 1:45:01 pm", noon),
    ("%D %I%p", "01/31/26 12AM", slowMicroseconds(2026, 1, 31)),
    ("%D %I%p", "01/31/26 12PM", slowMicroseconds(2026, 1, 31, 12)),
    ("%m/%d/%y", "1/31/69", slowMicroseconds(1969, 1, 31)),
    ("%m/%d/%y", "1/31/68", slowMicroseconds(2068, 1, 31)),
    ("%a %b %e %H:%M:%S %Y", "Sat Jan  3 13:45:01 2026", slowMicroseconds(2026, 1, 3, 13, 45, 1)),
    ("%A, %d %B %Y %H:%M:%S %Z", "SATURDAY, 31 JANUARY 2026 13:45:01 GMT", noon),
    ("%a, %d %b %Y %T %z", "Mon, 31 Jan 2026 13:45:01 Z", noon),
    ("%F %T %Z", "2026-01-31 13:45:01 UTC", noon),
    ("%F %T.%f", "2026-01-31 13:45:01", noon), ("%F %T,%f %z", "2026-01-31 13:45:01 Z", noon),
    ("%F %T %Z", "2026-01-31 08:45:01 EST", noon), ("%F %T %Z", "2026-01-31 14:45:01 cet", noon),
    ("%F %T.%f %z %Z", "2026-01-31 13:45:01 +0000 UTC", noon),
    ("%F %T.%f %z %Z", "2026-01-31 08:45:01.25 -0500 EST", noon + 250_000),
    ("%F %T.%f %z %Z", "2026-01-31 19:15:01 +0530 +0530", noon),
    ("%F %T.%f %z %Z", "2026-01-31 21:45:01 +0800 CST m=+0.000012", noon),
    ("%D %I:%M:%S %p", "01/31/26 1:45:01\u{202F}PM", noon),
    ("%D %I:%M:%S %p", "01/31/26 1:45:01 p.m.", noon),
    ("%D %I:%M:%S %p", "01/31/26 1:45:01PM", noon),
    ("%D %I:%M:%S %p", "01/31/26 1:45:01\u{A0}P.M", noon),
    ("%Y.%j", "2026.031", slowMicroseconds(2026, 1, 31)),
    ("%Y.%j", "2024.366", slowMicroseconds(2024, 12, 31)),
    ("%Y%n%m%t%d", "2026 \t01\n31", slowMicroseconds(2026, 1, 31)),
    ("%Y%n%m%n%d", "20260131", slowMicroseconds(2026, 1, 31)),
    ("%s", "1700000000", 1_700_000_000_000_000),
    ("%s.%f", "1700000000.5", 1_700_000_000_500_000),
    ("at %s", "at -1", -1_000_000),
    ("%%%Y年%m月%d日", "%2026年01月31日", slowMicroseconds(2026, 1, 31)),
    ("%F %T", "2026-01-31 24:00:00", slowMicroseconds(2026, 2, 1)),
    ("%F %T", "2016-12-31 23:59:60", slowMicroseconds(2017, 1, 1)),
  ]

  @Test(arguments: readsCases)
  func reads(pattern: String, text: String, expected: Int64) {
    #expect(TimePattern.problem(in: pattern) == nil)
    #expect(parseTime(text, .pattern(pattern)) == expected)
    #expect(readTime(text, .pattern(pattern))?.unit == .iso8601)
  }

  private static let refusesCases: [(String, String)] = [
    ("%Y-%m-%d", "2026-01-31 "), ("%Y-%m-%d", " 2026-01-31"), ("%Y-%m-%d", "2026-02-29"),
    ("%Y-%m-%d", "2026-13-01"), ("%Y-%m-%d", "26-01-31"), ("%Y-%m-%d", "0000-01-01"),
    ("%Y-%m-%d", "2026/01/31"), ("%Y-%m-%d", ""), ("%Y-%m-%d", "2026-01-"),
    ("%D %I%p", "01/31/26 0AM"), ("%D %I%p", "01/31/26 13PM"), ("%D %I%p", "01/31/26 1XM"),
    ("%d %b %Y", "31 Jänner 2026"), ("%d %b %Y", "31 Foo 2026"), ("%d %b %Y", "31 Ja"),
    ("%Y.%j", "2026.366"), ("%Y.%j", "2026.0"), ("%Y.%j", "2026.999"),
    ("%s", "253402300800"), ("%s", "999999999999999999"), ("%s", "9999999999999999999"),
    ("%s", "-"), ("%F %T %Z", "2026-01-31 13:45:01 CST"),
    ("%F %T %Z", "2026-01-31 13:45:01 XYZABC"), ("%F %T %z", "2026-01-31 13:45:01 "),
    ("%F %T", "2026-01-31 24:00:01"), ("%F %T.%f", "2026-01-31 13:45:01."),
    ("%F %z", "0001-01-01 +00:01"), ("%a %F", "Xyz 2026-01-31"),
  ]

  @Test(arguments: refusesCases)
  func refuses(pattern: String, text: String) {
    #expect(TimePattern.problem(in: pattern) == nil)
    #expect(parseTime(text, .pattern(pattern)) == nil)
  }

  private static let problemsCases: [(String, String)] = [
    ("%Y-%m-%d%", "it ends in a lone %"),
    ("%Y-%m-%q", "there is no conversion %q"),
    ("%Y-%m-%ä", "there is no conversion %ä"),
    ("%H:%M", "it holds no year (%Y or %y)"),
    ("", "it holds no year (%Y or %y)"),
    ("%Y-%d", "it holds no month (%m or %b)"),
    ("%Y-%m", "it holds no day (%d or %e)"),
    ("%Y-%y-%m-%d", "it holds the year twice"),
    ("%F %d", "it holds the day twice"),
    ("%j %F", "it holds the day twice"),
    ("%Y %m %j", "%j says the day and month, a month is there too"),
    ("%F %I:%M", "%I and %p need each other"),
    ("%F %H:%M %p", "%I and %p need each other"),
    ("%F %H:%M %H", "it holds the hour twice"),
    ("%F %M", "%M needs an hour (%H, or %I and %p)"),
    ("%F %H %S", "%S needs %M"),
    ("%F %R.%f", "%f needs %S"),
    ("%F %T %z %z", "it holds the offset twice"),
    ("%F %T %Z %Z", "it holds the zone's name twice"),
    ("%s %Y", "%s says the whole time, beside it stands the year"),
  ]

  @Test(arguments: problemsCases)
  func problems(pattern: String, problem: String) {
    #expect(TimePattern.problem(in: pattern) == problem)
  }

  @Test func everyDayNameAndMonthName() {
    let months = [
      "January", "February", "March", "April", "May", "June", "July", "August", "September",
      "October", "November", "December",
    ]
    for (index, month) in months.enumerated() {
      for name in [month, month.uppercased(), String(month.prefix(3)), month.lowercased()] {
        let expected = slowMicroseconds(2026, index + 1, 2)
        #expect(parseTime("2 \(name) 2026", .pattern("%d %B %Y")) == expected)
        #expect(parseTime("\(name)2 2026", .pattern("%h%d %Y")) == expected)
      }
      #expect(parseTime("2 \(month.prefix(2)) 2026", .pattern("%d %b %Y")) == nil)
    }
    for day in ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] {
      for name in [day, day.uppercased(), String(day.prefix(3))] {
        #expect(parseTime("\(name) 2026-01-02", .pattern("%a %F")) == slowMicroseconds(2026, 1, 2))
      }
    }
  }

  @Test func agreesWithISOWhereBothCanSpeak() {
    let seed: UInt64 = 99
    var random = SplitMix64(seed: seed)
    for round in 0..<Thorough.cases(4000) {
      func two(_ range: ClosedRange<Int>) -> String {
        let value = Int.random(in: range, using: &random)
        return value < 10 ? "0\(value)" : "\(value)"
      }
      let year = ["0001", "1969", "2024", "2026", "9999"].randomElement(using: &random)!
      let text =
        "\(year)-\(two(0...13))-\(two(0...32))T\(two(0...25)):\(two(0...61)):\(two(0...61))"
        + ".\(random.text("0123456789", 1...8))"
        + ["Z", "+08:00", "-0330", "+05", "-24:00"].randomElement(using: &random)!
      #expect(
        parseTime(text, .pattern("%FT%T.%f%z")) == parseTime(text, .iso8601),
        "seed \(seed), round \(round): \(text)")
    }
  }
}
