import Values

/// The format `auto`: whatever a program may have printed, where it can mean one thing only. Days and
/// months in figures alone, such as 1/2/2024, are not read.
extension TimeParser {
  /// Digits in full are a date or a date and time if they can be of the years 1970 to 2099
  /// (`20240102`, `20240102030405`), days since 1900 between 25569 (1970) and 73050 (2099), and else
  /// epoch units by magnitude. All else is ISO 8601 or a form that programs print.
  @inline(never)
  static func auto(
    _ bytes: Span<UInt8>, _ range: Range<Int>, isNumber: Bool, day: inout WrittenDay
  ) -> TimeReading? {
    // Most text times show a dash after four digits; it spares them the attempt as a number.
    let looksLikeDate =
      !isNumber && range.count >= 10 && bytes[range.lowerBound + 4] == UInt8(ascii: "-")
    if !looksLikeDate, let number = EpochNumber(bytes, range, exponents: isNumber) {
      if range.count == 8 || range.count == 14, let reading = iso8601(bytes, range),
        likelyTimes.contains(reading.microseconds)
      {
        return reading
      }
      if number.isLikelyExcelDay, let reading = excel(bytes, range) { return reading }
      return number.reading(number.unitByMagnitude)
    }
    if isNumber { return nil }
    return iso8601(bytes, range, day: &day) ?? printed(bytes, range)
  }

  /// The years 1970 to 2099.
  private static let likelyTimes = Int64(1)..<Int64(4_102_444_800_000_000)

  /// Forms of programs, without what they put behind a time.
  private static func printed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> TimeReading? {
    var range = range
    if let reading = dotNetDate(bytes, range) { return reading }
    // JavaScript's `(Central European Time)`, Java's `[Europe/Paris]`, Go's `m=+0.000012`.
    for (open, close) in [("(", ")"), ("[", "]")] as [(Unicode.Scalar, Unicode.Scalar)] {
      guard range.count > 10, bytes[range.upperBound - 1] == UInt8(ascii: close),
        let start = range.first(where: { bytes[$0] == UInt8(ascii: open) }),
        start > range.lowerBound
      else { continue }
      range = range.lowerBound..<start
      if bytes[start - 1] == UInt8(ascii: " ") { range = range.dropLast() }
    }
    if let start = monotonicReading(bytes, range) { range = range.lowerBound..<start }
    if let reading = iso8601(bytes, range) { return reading }
    // Go names the zone behind the offset.
    if let blank = range.last(where: { bytes[$0] == UInt8(ascii: " ") }),
      (blank + 1..<range.upperBound).allSatisfy({ isZoneByte(bytes[$0]) }),
      let reading = iso8601(bytes, range.lowerBound..<blank), reading.shape == .instant
    {
      return reading
    }
    for pattern in printedForms {
      if let reading = pattern.match(bytes, range) { return reading }
    }
    return nil
  }

  private static func isZoneByte(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") <= 9
      || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
  }

  /// `Date` of RFC 9110 and RFC 5322, of JavaScript, C's `asctime`, Unix `date`, access logs, and
  /// dates with a month's name.
  private static let printedForms: [TimePattern] = [
    "%d/%b/%Y:%H:%M:%S %z", "%a, %d %b %Y %H:%M:%S %z", "%a, %d %b %Y %H:%M:%S %Z",
    "%a %b %d %Y %H:%M:%S GMT%z", "%a %b %e %H:%M:%S %Y", "%a %b %e %H:%M:%S %Z %Y",
    "%a %b %e %H:%M:%S %z %Y", "%A, %d-%b-%y %H:%M:%S %Z", "%d %b %Y %H:%M:%S %z",
    "%d %b %Y %H:%M:%S.%f", "%d-%b-%Y %H:%M:%S.%f", "%b %e, %Y %H:%M:%S", "%b %e, %Y %I:%M:%S %p",
    "%b %e, %Y, %I:%M:%S %p", "%d %b %Y", "%d-%b-%Y", "%b %e, %Y", "%Y-%m-%d %I:%M:%S %p",
  ].map { text in
    guard let pattern = try? TimePattern(text) else { preconditionFailure("no pattern: \(text)") }
    return pattern
  }

  /// Where ` m=+0.000012` begins, which Go prints behind times that it took itself.
  static func monotonicReading(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    guard let start = range.last(where: { bytes[$0] == UInt8(ascii: " ") }),
      range.upperBound - start > 4, bytes[start + 1] == UInt8(ascii: "m"),
      bytes[start + 2] == UInt8(ascii: "=")
    else { return nil }
    let sign = bytes[start + 3]
    guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
      (start + 4..<range.upperBound).allSatisfy({
        bytes[$0] &- UInt8(ascii: "0") <= 9 || bytes[$0] == UInt8(ascii: ".")
      })
    else { return nil }
    return start
  }

  /// `/Date(1704164645678)/`, also with an offset, which says only where it was printed.
  private static func dotNetDate(_ bytes: Span<UInt8>, _ range: Range<Int>) -> TimeReading? {
    var cursor = TimeCursor(range)
    guard cursor.take("/", in: bytes), cursor.takeWord("date", in: bytes),
      cursor.take("(", in: bytes)
    else { return nil }
    var end = cursor.at
    if end < range.upperBound, bytes[end] == UInt8(ascii: "-") { end += 1 }
    while end < range.upperBound, bytes[end] &- UInt8(ascii: "0") <= 9 { end += 1 }
    let number = EpochNumber(bytes, cursor.at..<end, exponents: false)
    var rest = TimeCursor(end..<range.upperBound)
    if !rest.take(")", in: bytes) {
      guard rest.offset(in: bytes) != nil, rest.take(")", in: bytes) else { return nil }
    }
    guard rest.take("/", in: bytes), rest.isAtEnd else { return nil }
    return number?.reading(.milliseconds)
  }
}

/// Spreadsheets.
extension TimeParser {
  /// Days since 1899-12-30 with the time as a fraction, to the millisecond; without a fraction a
  /// date. Days before 1900-03-01 count a leap day that was none, and are one later.
  @inline(never)
  static func excel(_ bytes: Span<UInt8>, _ range: Range<Int>) -> TimeReading? {
    var isRounded = false
    guard let serial = ExactDecimal.parse(bytes, range, isRounded: &isRounded),
      serial.scale >= 0, serial.scale <= 24, serial.significand > 0
    else { return nil }
    var power: Int128 = 1
    for _ in 0..<serial.scale { power *= 10 }
    let days = serial.significand / power
    guard days >= 1, days <= 2_958_465, days != 60 else { return nil }
    let milliseconds = ((serial.significand % power) * 86_400_000 * 2 + power) / (power * 2)
    let epoch: Int128 = days < 60 ? 25_568 : 25_569
    return TimeReading(
      microseconds: Int64((days - epoch) * 86_400_000_000 + milliseconds * 1000),
      shape: serial.scale == 0 ? .date : .local, unit: .excel)
  }
}
