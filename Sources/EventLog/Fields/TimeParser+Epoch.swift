import Values

/// A decimal number of epoch units in its own spelling: `-?digits(.digits)?([eE][+-]?digits)?`.
///
/// Nothing passes through a binary float: the value is the digits and where the point stands, so
/// that `1700000000.123456` keeps its last microsecond.
struct EpochNumber {
  private var isNegative = false
  /// The first 19 digits from the first that is not zero.
  private var head: UInt64 = 0
  private var headDigits = 0
  /// Some digit behind the head is not zero.
  private var hasTail = false
  /// Digits before the point, counted from the first digit of `head`; at most 0 for fractions.
  private var point = 0

  /// Nil when the text is not such a number.
  init?(_ bytes: Span<UInt8>, _ range: Range<Int>, exponents: Bool) {
    if takeWhole(bytes, range) { return }
    var at = range.lowerBound
    let end = range.upperBound
    if at < end, bytes[at] == UInt8(ascii: "-") {
      isNegative = true
      at += 1
    }
    let digitsStart = at
    takeDigits(bytes, &at, end, integer: true)
    guard at > digitsStart else { return nil }
    if at < end, bytes[at] == UInt8(ascii: ".") {
      at += 1
      let fractionStart = at
      takeDigits(bytes, &at, end, integer: false)
      guard at > fractionStart else { return nil }
    }
    if exponents, at < end, bytes[at] | 0x20 == UInt8(ascii: "e") {
      at += 1
      guard let exponent = takeExponent(bytes, &at, end) else { return nil }
      point += exponent
    }
    guard at == end else { return nil }
  }

  /// 8 to 18 digits and nothing else, the first not zero: what nearly all logs hold. False says
  /// nothing about other numbers.
  @inline(always)
  private mutating func takeWhole(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    let count = range.count
    guard count >= 8, count <= 18, bytes[range.lowerBound] > UInt8(ascii: "0"),
      var value = WordScan.eightDigits(bytes, at: range.lowerBound)
    else { return false }
    var at = range.lowerBound + 8
    if count >= 16 {
      guard let low = WordScan.eightDigits(bytes, at: at) else { return false }
      value = value &* 100_000_000 &+ low
      at += 8
    }
    while at < range.upperBound {
      let digit = bytes[at] &- UInt8(ascii: "0")
      guard digit <= 9 else { return false }
      value = value &* 10 &+ UInt64(digit)
      at += 1
    }
    head = value
    headDigits = count
    point = count
    return true
  }

  @inline(always)
  private mutating func takeDigits(
    _ bytes: Span<UInt8>, _ at: inout Int, _ end: Int, integer: Bool
  ) {
    while at < end {
      let digit = bytes[at] &- UInt8(ascii: "0")
      guard digit <= 9 else { return }
      at += 1
      if head == 0, digit == 0 {
        // A leading zero: nothing before the point, one place further from it behind.
        if !integer { point -= 1 }
        continue
      }
      if integer { point += 1 }
      if headDigits < 19 {
        head = head &* 10 &+ UInt64(digit)
        headDigits += 1
      } else if digit != 0 {
        hasTail = true
      }
    }
  }

  /// Exponents past any time stop counting at 100,000: the result is out of range either way.
  private func takeExponent(_ bytes: Span<UInt8>, _ at: inout Int, _ end: Int) -> Int? {
    var isNegative = false
    if at < end, bytes[at] == UInt8(ascii: "-") || bytes[at] == UInt8(ascii: "+") {
      isNegative = bytes[at] == UInt8(ascii: "-")
      at += 1
    }
    let start = at
    var exponent = 0
    while at < end {
      let digit = bytes[at] &- UInt8(ascii: "0")
      guard digit <= 9 else { break }
      exponent = min(exponent * 10 + Int(digit), 100_000)
      at += 1
    }
    guard at > start else { return nil }
    return isNegative ? -exponent : exponent
  }

  /// By the number of digits before the point: seconds below 1e11 (the year 5138), milliseconds
  /// below 1e14, microseconds below 1e17, else nanoseconds.
  var unitByMagnitude: TimeUnit {
    if head == 0 || point <= 11 { return .seconds }
    if point <= 14 { return .milliseconds }
    return point <= 17 ? .microseconds : .nanoseconds
  }

  func reading(_ unit: TimeUnit) -> TimeReading? {
    microseconds(unit).map { TimeReading(microseconds: $0, shape: .instant, unit: unit) }
  }

  /// Five digits before the point, as a spreadsheet's days from 1970 to 2099 have, and as an epoch
  /// time would be of the first of January 1970.
  var isLikelyExcelDay: Bool {
    guard point == 5, headDigits >= 5, !isNegative else { return false }
    var power: UInt64 = 1
    for _ in 5..<headDigits { power *= 10 }
    return (25_569...73_050).contains(head / power)
  }

  /// Microseconds since 1970: digits beyond them are cut towards the past, as a written date's
  /// fraction is. Nil outside the years 0001 to 9999.
  func microseconds(_ unit: TimeUnit) -> Int64? {
    let shift =
      switch unit {
      case .seconds: 6
      case .milliseconds: 3
      case .microseconds: 0
      case .nanoseconds: -3
      case .iso8601, .excel: preconditionFailure("not an epoch unit")
      }
    guard head != 0 else { return 0 }
    let wanted = point + shift
    // Times of four-digit years have at most 18 digits of microseconds.
    guard wanted <= 18 else { return nil }
    var value: UInt64 = 0
    var isCut = hasTail
    if wanted >= headDigits {
      value = head
      for _ in headDigits..<wanted { value *= 10 }
    } else if wanted > 0 {
      var power: UInt64 = 1
      for _ in wanted..<headDigits { power *= 10 }
      value = head / power
      isCut = isCut || head % power != 0
    } else {
      isCut = true
    }
    var result = Int64(value)
    if isNegative { result = isCut ? -result - 1 : -result }
    return CivilDate.instants.contains(result) ? result : nil
  }
}
