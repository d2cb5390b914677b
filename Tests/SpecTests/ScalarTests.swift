import EventLog
import Tables
import Testing

@testable import Reports
@testable import Spec
@testable import Values

@Suite struct ScalarTests {
  @Test func durations() {
    let cases: [(String, Int64)] = [
      ("7d", 7 * Microseconds.day), ("12h", 12 * Microseconds.hour),
      ("30m", 30 * Microseconds.minute),
      ("45s", 45 * Microseconds.second), ("2w", 14 * Microseconds.day), ("500ms", 500_000),
      ("3us", 3), ("1d12h", 36 * Microseconds.hour), ("1d 12h", 36 * Microseconds.hour),
      ("1w2d3h4m5s6ms7us", 788_645_006_007), (" 90m ", 90 * Microseconds.minute),
      ("0d1s", Microseconds.second), ("007d", 7 * Microseconds.day),
      ("365250d", 365_250 * Microseconds.day),
    ]
    for (text, length) in cases {
      #expect(SpecDuration.parse(text) == .success(length), "\(text)")
    }
    let bad = [
      "", " ", "7", "d", "7 d", "7x", "7D", "-7d", "1.5h", "1h1d", "1d1d", "0s", "0d0h", "7d12",
      "365251d", "99999999999999999999d", "９d", "7d,", "1mo",
    ]
    for text in bad {
      if case .success = SpecDuration.parse(text) { Issue.record("\(text) was read") }
    }
    // What the tool prints, it reads.
    for (_, length) in cases {
      guard case .text(let printed) = JSONValue.describing(duration: length) else {
        Issue.record("\(length)")
        continue
      }
      #expect(SpecDuration.parse(printed) == .success(length))
    }
  }

  /// Decimals are unquoted, and exact or an error.
  @Test func decimals() {
    let context = SpecContext(reportTypes: [])
    func decimal(_ text: String, plain: Bool = true) -> ExactDecimal? {
      let node = SpecNode(
        mark: SpecMark(line: 1, column: 1), content: .scalar(text, plain: plain))
      return SpecValue(node, name: "target", context: context).decimal()
    }
    let cases: [(String, Int64, UInt8)] = [
      ("0", 0, 0), ("-0", 0, 0), ("12", 12, 0), ("-12.50", -125, 1), ("0.1", 1, 1),
      ("999999999999999999", 999_999_999_999_999_999, 0), ("0.000000000000000001", 1, 18),
      ("1234567890123456789", 1_234_567_890_123_456_789, 0),
    ]
    for (text, significand, scale) in cases {
      #expect(decimal(text) == ExactDecimal(significand: significand, scale: scale), "\(text)")
    }
    #expect(context.errors.isEmpty)
    let bad = ["-", ".", "0x10", "1_000", "1,5", "nan", "1e-401"]
    for text in bad { #expect(decimal(text) == nil, "\(text)") }
    #expect(decimal("5", plain: false) == nil)
    #expect(context.errors.count == bad.count + 1)
  }

  /// Every text `YYYY-MM-DD` with a month and day of two digits, over leap and common years.
  @Test func dates() {
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    for (year, leap) in [(1900, false), (2000, true), (2024, true), (2026, false), (2100, false)] {
      for month in 0...13 {
        for day in 0...32 {
          let text = "\(year)-\(two(month))-\(two(day))"
          var length = (1...12).contains(month) ? lengths[month - 1] : 0
          if month == 2, leap { length += 1 }
          let exists = day >= 1 && day <= length
          #expect(
            CalendarDate(text) == (exists ? CalendarDate(year: year, month: month, day: day) : nil))
          if let date = CalendarDate(text) { #expect(date.text == text) }
        }
      }
    }
    for text in [
      "", "2026-1-1", "2026-01-01T00:00", "20260101", "2026/01/01", "-026-01-01", "２026-01-1",
    ] {
      #expect(CalendarDate(text) == nil, "\(text)")
    }
    #expect(CalendarDate(year: 33, month: 4, day: 3).text == "0033-04-03")
  }

  @Test func intervalsAscend() {
    #expect(
      Interval(rawValue: "2 weeks") == .weeks(2) && Interval(rawValue: "30 days") == .days(30))
    #expect(Interval(rawValue: "1 day") == .day && Interval(rawValue: "1 weeks") == .week)
    for text in ["0 days", "3661 days", "521 weeks", "2 months", "two weeks", "2weeks", "-1 days"] {
      #expect(Interval(rawValue: text) == nil, "\(text)")
    }
    #expect(Interval.allCases.sorted() == [.hour, .day, .week, .month, .quarter, .year])
  }
}

@Suite struct NearestNameTests {
  @Test func nearest() {
    let valid = ["interval", "cohort_interval", "periods", "on", "on_or_after"]
    #expect(NearestName.of("intervall", among: valid) == "interval")
    #expect(NearestName.of("itnerval", among: valid) == "interval")
    #expect(NearestName.of("INTERVAL", among: valid) == "interval")
    #expect(NearestName.of("of", among: valid) == "on")
    #expect(NearestName.of("breakdown", among: valid) == nil)
    #expect(NearestName.of("", among: valid) == nil)
    #expect(NearestName.of("ab", among: ["ba", "ac"]) == "ba")
    #expect(NearestName.of("x", among: []) == nil)
  }

  @Test func hints() {
    #expect(NearestName.hint(for: "usr", among: ["user"]) == "; did you mean `user`?")
    #expect(
      NearestName.hint(for: "usr", among: ["user", "id"])
        == "; did you mean `user`? Valid: `user`, `id`")
    #expect(NearestName.hint(for: "zzz", among: ["user", "id"]) == "; valid: `user`, `id`")
    #expect(NearestName.hint(for: "zzz", among: []) == "")
    let many = (0..<30).map { "name_number_\($0)" }
    #expect(NearestName.hint(for: "zzz", among: many) == "")
    #expect(NearestName.hint(for: "name_numbr_7", among: many) == "; did you mean `name_number_7`?")
  }

  /// Optimal string alignment by its recursive definition.
  private func slow(_ a: ArraySlice<Unicode.Scalar>, _ b: ArraySlice<Unicode.Scalar>) -> Int {
    guard let x = a.last, let y = b.last else { return max(a.count, b.count) }
    var cost = min(
      slow(a.dropLast(), b.dropLast()) + (x == y ? 0 : 1), slow(a.dropLast(), b) + 1,
      slow(a, b.dropLast()) + 1)
    if a.count > 1, b.count > 1, x == b[b.endIndex - 2], y == a[a.endIndex - 2] {
      cost = min(cost, slow(a.dropLast(2), b.dropLast(2)) + 1)
    }
    return cost
  }

  /// All pairs of words of up to 3 letters of an alphabet of 3.
  @Test func distanceOfAllSmallWords() {
    var words: [[Unicode.Scalar]] = [[]]
    for length in 0..<3 {
      words += words.filter { $0.count == length }.flatMap { word in
        (["a", "b", "c"] as [Unicode.Scalar]).map { word + [$0] }
      }
    }
    #expect(words.count == 1 + 3 + 9 + 27)
    for a in words {
      for b in words {
        let distance = NearestName.distance(a, b)
        if distance != slow(a[...], b[...]) { Issue.record("\(a) \(b): \(distance)") }
      }
    }
  }
}
