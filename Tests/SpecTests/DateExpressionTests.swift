import TestSupport
import Testing

@testable import Values

/// Dates that hang on the day of a run.
@Suite struct DateExpressionTests {
  private func date(
    _ text: String, on today: String, sunday: Bool = false, yearStart: Int = 1
  ) -> String? {
    guard let expression = try? DateExpression.parse(text), let today = CalendarDate(today) else {
      return nil
    }
    return expression.date(
      today: today, IntervalStarts(weekStartsOnSunday: sunday, yearStart: yearStart))?.text
  }

  @Test func handWorked() {
    // 2026-03-31 is a Tuesday.
    let cases = [
      ("2026-01-31", "2026-01-31"), ("today", "2026-03-31"), ("yesterday", "2026-03-30"),
      ("tomorrow", "2026-04-01"), ("-30d", "2026-03-01"), ("-1 day", "2026-03-30"),
      ("+1d", "2026-04-01"), ("-2w", "2026-03-17"), ("-2 weeks", "2026-03-17"),
      ("-1 month", "2026-02-28"), ("-3 months", "2025-12-31"), ("-13 months", "2025-02-28"),
      ("-25 months", "2024-02-29"), ("-1 quarter", "2025-12-31"), ("-2y", "2024-03-31"),
      ("+1 month", "2026-04-30"), ("month_start", "2026-03-01"), ("week_start", "2026-03-30"),
      ("quarter_start", "2026-01-01"), ("year_start", "2026-01-01"),
      ("month_start - 1 month", "2026-02-01"), ("month_start-1month", "2026-02-01"),
      ("month_start - 1 month - 1d", "2026-01-31"), (" today - 1 year ", "2025-03-31"),
      ("2026-01-31 + 1 month", "2026-02-28"), ("week_start - 1 week", "2026-03-23"),
      ("-0d", "2026-03-31"),
    ]
    for (text, expected) in cases { #expect(date(text, on: "2026-03-31") == expected, "\(text)") }
    #expect(date("week_start", on: "2026-03-31", sunday: true) == "2026-03-29")
    #expect(date("week_start", on: "2026-03-29", sunday: true) == "2026-03-29")
    #expect(date("week_start", on: "2026-03-29") == "2026-03-23")
    // Years from April on: the last day of March ends one, the first of April begins the next.
    for (today, quarter, year) in [
      ("2026-03-31", "2026-01-01", "2025-04-01"), ("2026-04-01", "2026-04-01", "2026-04-01"),
      ("2026-09-30", "2026-07-01", "2026-04-01"), ("2026-12-02", "2026-10-01", "2026-04-01"),
    ] {
      #expect(date("quarter_start", on: today, yearStart: 4) == quarter)
      #expect(date("year_start", on: today, yearStart: 4) == year)
    }
    #expect(date("quarter_start", on: "2026-01-15", yearStart: 3) == "2025-12-01")
    #expect(date("-1 year", on: "2024-02-29") == "2023-02-28")
    #expect(date("-4 years", on: "2024-02-29") == "2020-02-29")
  }

  @Test func leadsNowhere() {
    for text in ["-9999999 years", "-3000 years", "+9000 years", "0001-01-01 - 1d"] {
      #expect(date(text, on: "2026-03-31") == nil, "\(text)")
    }
  }

  @Test func problems() {
    let cases = [
      ("", ", not ``"), ("soon", ", not `soon`"), ("2026-02-30", ", not `2026-02-30`"),
      ("2026-1-1", ", not `2026-1-1`"), ("today yesterday", ", not `today yesterday`"),
      ("-", ", not `-`"), ("- d", ", not `- d`"), ("day_start", ", not `day_start`"),
      ("-3m", ": `m` is no unit of dates: d, weeks, months, quarters or years"),
      ("-3h", ": `h` is no unit of dates: d, weeks, months, quarters or years"),
      ("-30", ": `-30` needs a unit: d, weeks, months, quarters or years"),
      ("-99999999d", ": `-99999999d` leads too far"),
      ("2026-01-31T00:00", ", not `2026-01-31T00:00`"),
      ("-１d", ", not `-１d`"),
    ]
    for (text, problem) in cases {
      do throws(DateExpression.Problem) {
        _ = try DateExpression.parse(text)
        Issue.record("\(text) was read")
      } catch {
        #expect(error.text == problem)
      }
    }
    let many = String(repeating: "+1d", count: 9)
    #expect(throws: DateExpression.Problem.self) { try DateExpression.parse(many) }
  }

  @Test func onlyWhatHangsOnTheDayIsRelative() throws {
    #expect(try !DateExpression.parse("2026-01-31 - 1 month").isRelative)
    for text in ["today", "-0d", "year_start"] {
      #expect(try DateExpression.parse(text).isRelative)
    }
  }

  /// Against a walk, day by day and month by month.
  @Test func againstAWalk() throws {
    var random = SplitMix64(state: 20)
    for _ in 0..<Thorough.cases(5000) {
      let today = CalendarDate(daysSince1970: Int.random(in: -3000...40_000, using: &random))
      let count = Int.random(in: -40...40, using: &random)
      let sign = count < 0 ? "-" : "+"
      func asked(_ unit: String) throws -> CalendarDate? {
        try DateExpression.parse("\(sign)\(abs(count)) \(unit)").date(today: today)
      }
      #expect(try asked("d") == Walk.days(from: today, count))
      #expect(try asked("weeks") == Walk.days(from: today, count * 7))
      #expect(try asked("months") == Walk.months(from: today, count))
      #expect(try asked("quarters") == Walk.months(from: today, count * 3))
      #expect(try asked("years") == Walk.months(from: today, count * 12))
    }
  }
}

/// The slow and obvious way.
private enum Walk {
  static func lastDay(_ year: Int, _ month: Int) -> Int {
    (28...31).last { CalendarDate(text(year, month, $0)) != nil } ?? 0
  }

  private static func text(_ year: Int, _ month: Int, _ day: Int) -> String {
    "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
  }

  static func days(from start: CalendarDate, _ count: Int) -> CalendarDate {
    var (year, month, day) = (start.year, start.month, start.day)
    for _ in 0..<abs(count) {
      day += count < 0 ? -1 : 1
      if day == 0 {
        (year, month) = month == 1 ? (year - 1, 12) : (year, month - 1)
        day = lastDay(year, month)
      } else if day > lastDay(year, month) {
        (year, month, day) = month == 12 ? (year + 1, 1, 1) : (year, month + 1, 1)
      }
    }
    return CalendarDate(year: year, month: month, day: day)
  }

  static func months(from start: CalendarDate, _ count: Int) -> CalendarDate {
    var (year, month) = (start.year, start.month)
    for _ in 0..<abs(count) {
      month += count < 0 ? -1 : 1
      if month == 0 { (year, month) = (year - 1, 12) }
      if month == 13 { (year, month) = (year + 1, 1) }
    }
    return CalendarDate(year: year, month: month, day: min(start.day, lastDay(year, month)))
  }
}
