/// A POSIX `TZ` string as a zone file's footer holds it (RFC 9636, section 3.3.1), such as
/// `CET-1CEST,M3.5.0,M10.5.0/3` or `<+1030>-10:30<+11>-11,M10.1.0,M4.1.0`.
struct ZoneFooter: Equatable {
  /// Seconds east of UTC; the text counts west.
  var standardOffset: Int32
  var daylight: Daylight?

  struct Daylight: Equatable {
    var offset: Int32
    /// In standard time.
    var start: Day
    /// In daylight saving time.
    var end: Day
  }

  /// A day of every year, and a local time on it: -167 to 167 hours from its midnight.
  struct Day: Equatable {
    enum Rule: Equatable {
      /// `Jn`: 1 to 365, 29 February never counts.
      case yearDayWithoutLeapDay(Int)
      /// `n`: 0 to 365, 29 February counts.
      case yearDay(Int)
      /// `Mm.w.d`: the w-th weekday d (0 is Sunday) of month m; week 5 is the last.
      case weekday(month: Int, week: Int, day: Int)
    }

    var rule: Rule
    var time: Int32

    /// Local seconds since 1970 in a year.
    func seconds(in year: Int) -> Int64 {
      let day: Int
      switch rule {
      case .yearDayWithoutLeapDay(let number):
        let leapDay = CivilDate.isLeap(year: year) && number >= 60 ? 1 : 0
        day = CivilDate.days(year: year, month: 1, day: 1) + number - 1 + leapDay
      case .yearDay(let number):
        day = CivilDate.days(year: year, month: 1, day: 1) + number
      case .weekday(let month, let week, let weekday):
        let first = CivilDate.days(year: year, month: month, day: 1)
        // 1970-01-01 was a Thursday, and every day asked for is at most a few centuries away.
        let firstWeekday = (first + 4 + 7 * 10_000) % 7
        var ofMonth = 1 + (weekday - firstWeekday + 7) % 7 + (week - 1) * 7
        if ofMonth > CivilDate.days(inMonth: month, year: year) { ofMonth -= 7 }
        day = first + ofMonth - 1
      }
      return Int64(day) * 86_400 + Int64(time)
    }
  }

  /// Nil for an empty footer: nothing is known of later times.
  init?(_ text: ArraySlice<UInt8>) throws(ZoneFileError) {
    if text.isEmpty { return nil }
    var reader = FooterReader(text: text)
    try reader.skipName()
    standardOffset = -(try reader.duration(hoursMax: 24))
    daylight = nil
    if reader.rest.isEmpty { return }

    try reader.skipName()
    var offset = standardOffset + 3600
    if reader.rest.first != UInt8(ascii: ",") { offset = -(try reader.duration(hoursMax: 24)) }
    let start = try reader.day()
    let end = try reader.day()
    guard reader.rest.isEmpty else { throw reader.error }
    daylight = Daylight(offset: offset, start: start, end: end)
  }
}

private struct FooterReader {
  let text: ArraySlice<UInt8>
  var rest: ArraySlice<UInt8>

  init(text: ArraySlice<UInt8>) {
    self.text = text
    rest = text
  }

  var error: ZoneFileError {
    .corrupt("its footer is \"\(String(decoding: text, as: UTF8.self))\"")
  }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: scalar) else { return false }
    rest.removeFirst()
    return true
  }

  /// At least three letters, or anything between angle brackets.
  mutating func skipName() throws(ZoneFileError) {
    if take("<") {
      guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { throw error }
      rest = rest[(end + 1)...]
      return
    }
    let letters = rest.prefix {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20)
    }
    guard letters.count >= 3 else { throw error }
    rest = rest[letters.endIndex...]
  }

  mutating func number(_ allowed: ClosedRange<Int>) throws(ZoneFileError) -> Int {
    let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard (1...3).contains(digits.count) else { throw error }
    let value = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    guard allowed.contains(value) else { throw error }
    rest = rest[digits.endIndex...]
    return value
  }

  /// `[+-]hh[:mm[:ss]]` in seconds.
  mutating func duration(hoursMax: Int) throws(ZoneFileError) -> Int32 {
    let isNegative = take("-")
    if !isNegative { _ = take("+") }
    var seconds = try number(0...hoursMax) * 3600
    if take(":") {
      seconds += try number(0...59) * 60
      if take(":") { seconds += try number(0...59) }
    }
    return Int32(isNegative ? -seconds : seconds)
  }

  /// `,rule[/time]`.
  mutating func day() throws(ZoneFileError) -> ZoneFooter.Day {
    guard take(",") else { throw error }
    let rule: ZoneFooter.Day.Rule
    if take("M") {
      let month = try number(1...12)
      guard take(".") else { throw error }
      let week = try number(1...5)
      guard take(".") else { throw error }
      rule = .weekday(month: month, week: week, day: try number(0...6))
    } else if take("J") {
      rule = .yearDayWithoutLeapDay(try number(1...365))
    } else {
      rule = .yearDay(try number(0...365))
    }
    return ZoneFooter.Day(rule: rule, time: take("/") ? try duration(hoursMax: 167) : 7200)
  }
}
