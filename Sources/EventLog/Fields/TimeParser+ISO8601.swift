import Values

/// ISO 8601 as RFC 3339 and the basic format write it, for example
///
///     2026-01-31    2026-01-31T13:45    2026-01-31 13:45:01,5+08:00    20260131T134501Z
///
/// Also with slashes in the date, one blank before `Z`, `UTC`, `GMT` or an offset, `+5:30`, and
/// `20260131134501`.
///
/// Strict: month lengths, hour at most 23 (or 24:00:00), no mixture of basic and extended format.
/// Not read: week dates, ordinal dates, hours alone, fractions of minutes, years beyond four digits.
extension TimeParser {
  @inline(__always)
  static func iso8601(
    _ bytes: Span<UInt8>, _ range: Range<Int>, day: inout WrittenDay
  ) -> TimeReading? {
    if let instant = instant(on: day, bytes, range) {
      return TimeReading(microseconds: instant, shape: .instant)
    }
    return anyDay(bytes, range, day: &day)
  }

  static func iso8601(_ bytes: Span<UInt8>, _ range: Range<Int>) -> TimeReading? {
    fixedLayout(bytes, range) ?? anyLayout(bytes, range)
  }

  @inline(never)
  private static func anyDay(
    _ bytes: Span<UInt8>, _ range: Range<Int>, day: inout WrittenDay
  ) -> TimeReading? {
    guard let reading = fixedLayout(bytes, range) else {
      day = WrittenDay()
      return anyLayout(bytes, range)
    }
    day = WrittenDay(bytes, range, reading)
    return reading
  }

  /// The two layouts that nearly all logs hold, `YYYY-MM-DDThh:mm:ssZ` and with `.fff`, on the day
  /// that the row before was on: only the clock is new. Nil says nothing about other days and
  /// layouts, nor about leap seconds, `24:00:00` and times before 1970.
  @inline(__always)
  static func instant(
    on day: WrittenDay, _ bytes: Span<UInt8>, _ range: Range<Int>
  ) -> Int64? {
    guard range.count == 24 || range.count == 20 else { return nil }
    let start = range.lowerBound
    let clock = WordScan.word(bytes, at: start + 11) ^ 0x3030_3A30_303A_3030
    // The day and the separator in two loads that overlap.
    guard WordScan.word(bytes, at: start) == day.head,
      WordScan.word(bytes, at: start + 3) == day.tail,
      WordScan.digitsAndZeros(clock, separators: 0x0000_FF00_00FF_0000)
    else { return nil }
    let pairs = WordScan.pairs(clock)
    let (hour, minute, second) = (pairs & 0xFF, pairs >> 24 & 0xFF, pairs >> 48 & 0xFF)
    guard hour <= 23, minute <= 59, second <= 59 else { return nil }
    let whole = day.start &+ Int64(hour &* 3600 &+ minute &* 60 &+ second) &* 1_000_000
    if range.count == 20 { return bytes[start + 19] == UInt8(ascii: "Z") ? whole : nil }
    let tail = WordScan.word(bytes, at: start + 16) ^ 0x5A30_3030_2E30_303A
    guard WordScan.digitsAndZeros(tail, separators: 0xFF00_0000_FF00_00FF) else { return nil }
    let milliseconds =
      (tail >> 32 & 0xFF) &* 100 &+ (tail >> 40 & 0xFF) &* 10 &+ (tail >> 48 & 0xFF)
    return whole &+ Int64(milliseconds) &* 1000
  }

  /// `YYYY-MM-DDThh:mm:ss` (`T` or a space), then nothing, `Z`, `.fffZ` or `.ffffffZ`: what nearly
  /// all logs hold, checked and converted eight bytes at a time. Nil says nothing about other
  /// layouts.
  @inline(always)
  private static func fixedLayout(_ bytes: Span<UInt8>, _ range: Range<Int>) -> TimeReading? {
    guard range.count >= 19 else { return nil }
    let start = range.lowerBound
    // The separators' places become zero, each digit's place its value.
    let date = WordScan.word(bytes, at: start) ^ 0x2D30_302D_3030_3030
    let clock = WordScan.word(bytes, at: start + 11) ^ 0x3030_3A30_303A_3030
    guard WordScan.digitsAndZeros(date, separators: 0xFF00_00FF_0000_0000),
      WordScan.digitsAndZeros(clock, separators: 0x0000_FF00_00FF_0000)
    else { return nil }
    let separator = bytes[start + 10]
    guard separator == UInt8(ascii: "T") || separator == UInt8(ascii: " ") else { return nil }
    let tens = bytes[start + 8] &- 0x30
    let ones = bytes[start + 9] &- 0x30
    guard tens <= 9, ones <= 9 else { return nil }

    let datePairs = WordScan.pairs(date)
    let clockPairs = WordScan.pairs(clock)
    var time = CivilTime()
    time.year = Int(datePairs & 0xFF) * 100 + Int(datePairs >> 16 & 0xFF)
    time.month = Int(datePairs >> 40 & 0xFF)
    time.day = Int(tens) * 10 + Int(ones)
    time.hour = Int(clockPairs & 0xFF)
    time.minute = Int(clockPairs >> 24 & 0xFF)
    time.second = Int(clockPairs >> 48 & 0xFF)

    switch range.count {
    case 19:
      break
    case 20:
      guard bytes[start + 19] == UInt8(ascii: "Z") else { return nil }
    case 24:
      // `:ss.fffZ` lies wholly inside the text: its last four bytes are the fraction and `Z`.
      let tail = WordScan.word(bytes, at: start + 16) ^ 0x5A30_3030_2E30_303A
      guard WordScan.digitsAndZeros(tail, separators: 0xFF00_0000_FF00_00FF) else { return nil }
      time.microsecond =
        Int(tail >> 32 & 0xFF) * 100_000 + Int(tail >> 40 & 0xFF) * 10_000
        + Int(tail >> 48 & 0xFF) * 1000
    case 27:
      let tail = WordScan.word(bytes, at: start + 19) ^ 0x5A30_3030_3030_302E
      guard WordScan.digitsAndZeros(tail, separators: 0xFF00_0000_0000_00FF) else { return nil }
      let tailPairs = WordScan.pairs(tail >> 8)
      time.microsecond =
        Int(tailPairs & 0xFF) * 10_000 + Int(tailPairs >> 16 & 0xFF) * 100
        + Int(tailPairs >> 32 & 0xFF)
    default:
      return nil
    }
    return time.reading(range.count == 19 ? .local : .instant)
  }
}

/// Every layout, a part at a time.
extension TimeParser {
  @inline(never)
  private static func anyLayout(_ bytes: Span<UInt8>, _ range: Range<Int>) -> TimeReading? {
    var cursor = TimeCursor(range)
    var time = CivilTime()
    guard let year = cursor.digits(4, in: bytes) else { return nil }
    let hasSlashes = cursor.take("/", in: bytes)
    let isExtended = hasSlashes || cursor.take("-", in: bytes)
    guard let month = cursor.digits(2, in: bytes) else { return nil }
    if isExtended, !cursor.take(hasSlashes ? "/" : "-", in: bytes) { return nil }
    guard let day = cursor.digits(2, in: bytes) else { return nil }
    (time.year, time.month, time.day) = (year, month, day)
    if cursor.isAtEnd { return time.reading(.date) }

    // Fourteen digits and no more need nothing between day and hour.
    let isDigitsOnly = !isExtended && range.count == 14 && cursor.isAtDigit(in: bytes)
    guard
      isDigitsOnly || cursor.take("T", in: bytes) || cursor.take("t", in: bytes)
        || cursor.take(" ", in: bytes),
      let hour = cursor.digits(2, in: bytes)
    else { return nil }
    if isExtended, !cursor.take(":", in: bytes) { return nil }
    guard let minute = cursor.digits(2, in: bytes) else { return nil }
    (time.hour, time.minute) = (hour, minute)
    if isExtended ? cursor.take(":", in: bytes) : cursor.isAtDigit(in: bytes) {
      guard let second = cursor.digits(2, in: bytes) else { return nil }
      time.second = second
      if cursor.take(".", in: bytes) || cursor.take(",", in: bytes) {
        guard let microsecond = cursor.fraction(in: bytes) else { return nil }
        time.microsecond = microsecond
      }
    }
    if cursor.isAtEnd { return time.reading(.local) }
    _ = cursor.take(" ", in: bytes)
    if !cursor.takeWord("utc", in: bytes), !cursor.takeWord("gmt", in: bytes) {
      guard let offset = cursor.offset(in: bytes) else { return nil }
      time.offsetSeconds = offset
    }
    return cursor.isAtEnd ? time.reading(.instant) : nil
  }
}

/// The day of the last time in a layout that leaves one behind, with the separator behind it:
/// rows of a log come by days, so that the next row's day is found by comparing bytes.
struct WrittenDay: Sendable {
  /// Bytes 0 to 8 and 3 to 11 of a time. Of no day they contradict one another: no text has both.
  fileprivate var head: UInt64 = 0
  fileprivate var tail: UInt64 = .max
  /// Microseconds since 1970 of its first instant.
  fileprivate var start: Int64 = 0

  init() {}

  var isKnown: Bool { head != 0 }

  /// - Parameter reading: of these bytes, which begin with a date and a separator.
  fileprivate init(_ bytes: Span<UInt8>, _ range: Range<Int>, _ reading: TimeReading) {
    // In other layouts the next row's day is not looked for.
    guard range.count == 24 || range.count == 20 else { return }
    // Before 1970, and on its first day, a time may be the zero of some program, which others judge.
    if reading.microseconds < 2 * Microseconds.day { return }
    // 24:00:00 and second 60 may lie on the next day.
    let clock = WordScan.word(bytes, at: range.lowerBound + 11)
    if clock & 0xFFFF == 0x3432 || clock >> 48 & 0xFF == 0x36 { return }
    head = WordScan.word(bytes, at: range.lowerBound)
    tail = WordScan.word(bytes, at: range.lowerBound + 3)
    start = floorDivide(reading.microseconds, Microseconds.day) * Microseconds.day
  }
}

extension CivilTime {
  @inline(__always)
  func reading(_ shape: TimeReading.Shape) -> TimeReading? {
    microseconds.map { TimeReading(microseconds: $0, shape: shape) }
  }
}
