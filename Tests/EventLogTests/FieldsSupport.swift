import TestSupport

@testable import EventLog

extension SplitMix64 {
  mutating func chance(_ share: Int, of total: Int = 100) -> Bool {
    Int.random(in: 0..<total, using: &self) < share
  }

  /// A string of `length` characters from `alphabet`.
  mutating func text(_ alphabet: String, _ length: ClosedRange<Int>) -> String {
    let letters = Array(alphabet)
    return String(
      (0..<Int.random(in: length, using: &self)).map { _ in letters.randomElement(using: &self)! })
  }
}

/// Parses `text` in the middle of other bytes, so that a look beyond its ends shows.
func readTime(_ text: String, _ formats: [TimeFormat], isNumber: Bool = false) -> TimeReading? {
  let bytes = Array("0Z\(text)9.5".utf8)
  return TimeParser(formats).parse(bytes.span, 2..<(bytes.count - 3), isNumber: isNumber)
}

/// The same with the day of the row before.
func readTime(_ text: String, _ format: TimeFormat, day: inout WrittenDay) -> TimeReading? {
  let bytes = Array("0Z\(text)9.5".utf8)
  return TimeParser(format).parse(
    bytes.span, 2..<(bytes.count - 3), isNumber: false, day: &day)
}

func readTime(_ text: String, _ format: TimeFormat, isNumber: Bool = false) -> TimeReading? {
  readTime(text, [format], isNumber: isNumber)
}

/// The same without its shape and unit.
func parseTime(_ text: String, _ format: TimeFormat, isNumber: Bool = false) -> Int64? {
  readTime(text, format, isNumber: isNumber)?.microseconds
}

/// Microseconds since 1970 from parts, by counting whole years and months: slow and obvious.
func slowMicroseconds(
  _ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0, _ second: Int = 0,
  _ microsecond: Int = 0
) -> Int64 {
  func isLeap(_ year: Int) -> Bool { year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) }
  var days = 0
  for past in min(year, 1970)..<max(year, 1970) {
    days += (isLeap(past) ? 366 : 365) * (year < 1970 ? -1 : 1)
  }
  let lengths = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
  days += lengths[..<(month - 1)].reduce(0, +) + day - 1
  return Int64(((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000_000 + Int64(microsecond)
}
