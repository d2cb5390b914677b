/// Reading decimals: the digits as they stand, never through a binary float.
extension ExactDecimal {
  /// A number as text: `12`, `-0.5`, `+3`, `.5`, `5.`, `1.5e-3`, with spaces and tabs around it.
  ///
  /// Nil when it is no number, or has more digits than the type keeps: this form never rounds, and is
  /// for numbers that a person wrote.
  package static func parse(_ text: String) -> ExactDecimal? {
    let bytes = Array(text.utf8)
    var isRounded = false
    let number = parse(bytes.span, 0..<bytes.count, isRounded: &isRounded)
    return isRounded ? nil : number
  }

  /// The same, of bytes of a log: digits beyond the 38th, or the 400th after the point, are rounded
  /// half to even, and `isRounded` is set. Nil when it is no number, or as large as 10^400.
  package static func parse(
    _ bytes: Span<UInt8>, _ range: Range<Int>, isRounded: inout Bool
  ) -> ExactDecimal? {
    var at = range.lowerBound
    var end = range.upperBound
    while at < end, isBlank(bytes[at]) { at += 1 }
    while at < end, isBlank(bytes[end - 1]) { end -= 1 }
    guard at < end else { return nil }

    let isNegative = bytes[at] == UInt8(ascii: "-")
    if isNegative || bytes[at] == UInt8(ascii: "+") { at += 1 }
    let start = at
    var digits = SignificantDigits()
    digits.take(bytes, &at, end)
    if at < end, bytes[at] == UInt8(ascii: ".") {
      at += 1
      let places = digits.taken
      digits.take(bytes, &at, end)
      digits.exponent -= digits.taken - places
    }
    guard digits.taken > 0 else { return nil }
    let mantissa = start..<at
    if at < end, bytes[at] | 0x20 == UInt8(ascii: "e") {
      at += 1
      guard let exponent = exponent(bytes, &at, end) else { return nil }
      digits.exponent += exponent
    }
    guard at == end else { return nil }
    return digits.decimal(isNegative: isNegative)
      ?? long(
        bytes, mantissa, exponent: digits.exponent, isNegative: isNegative, isRounded: &isRounded)
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  private static func exponent(_ bytes: Span<UInt8>, _ at: inout Int, _ end: Int) -> Int? {
    guard at < end else { return nil }
    let isNegative = bytes[at] == UInt8(ascii: "-")
    if isNegative || bytes[at] == UInt8(ascii: "+") { at += 1 }
    let start = at
    var exponent = 0
    while at < end {
      let digit = bytes[at] &- UInt8(ascii: "0")
      guard digit <= 9 else { break }
      // No line is so long that digits could make up for a larger exponent.
      exponent = min(exponent * 10 + Int(digit), 1 << 40)
      at += 1
    }
    guard at > start else { return nil }
    return isNegative ? -exponent : exponent
  }

  /// Any mantissa (digits, at most one point among them), whose last digit has the weight
  /// 10^`exponent`.
  @inline(never)
  private static func long(
    _ bytes: Span<UInt8>, _ mantissa: Range<Int>, exponent: Int, isNegative: Bool,
    isRounded: inout Bool
  ) -> ExactDecimal? {
    // The digits from the first that is not zero: as many as may matter, and whether the others are
    // zeros.
    var digits: [UInt8] = []
    var (count, isTailZero) = (0, true)
    for place in mantissa where bytes[place] != UInt8(ascii: ".") {
      let digit = bytes[place] &- UInt8(ascii: "0")
      if count == 0, digit == 0 { continue }
      count += 1
      if count <= digitsMax + 1 { digits.append(digit) } else if digit != 0 { isTailZero = false }
    }
    guard count > 0 else { return .zero }
    let whole = count + exponent
    guard whole <= wholeDigitsMax else { return nil }
    let kept = min(digitsMax, whole + scaleMax)
    // Less than half of the last place.
    if kept < 0 {
      isRounded = true
      return .zero
    }
    var value: Int128 = 0
    for place in 0..<kept { value = value * 10 + Int128(place < digits.count ? digits[place] : 0) }
    let next = kept < digits.count ? digits[kept] : 0
    let isRestZero = isTailZero && digits.dropFirst(kept + 1).allSatisfy { $0 == 0 }
    if next > 0 || !isRestZero { isRounded = true }
    if next > 5 || next == 5 && (!isRestZero || value % 2 == 1) { value += 1 }
    // A whole number of just 10^400 comes of rounding one that is below.
    if whole == wholeDigitsMax, value == 100_000_000_000_000_000_000_000_000_000_000_000_000 {
      return nil
    }
    return ExactDecimal(significand: isNegative ? -value : value, scale: kept - whole)
  }
}

/// Digits without the zeros before and behind them: `001200` is 12 with two zeros pending.
private struct SignificantDigits {
  /// At most 18 digits, the last not zero.
  private var value: UInt64 = 0
  private var count = 0
  private var pendingZeros = 0
  private var isTooLong = false
  /// All digits read.
  private(set) var taken = 0
  /// Of ten, for the last digit read.
  var exponent = 0

  @inline(always)
  mutating func take(_ bytes: Span<UInt8>, _ at: inout Int, _ end: Int) {
    while at < end {
      let digit = bytes[at] &- UInt8(ascii: "0")
      guard digit <= 9 else { return }
      at += 1
      taken += 1
      if digit == 0 {
        // Zeros before the first other digit do not count.
        if count > 0 { pendingZeros += 1 }
        continue
      }
      count += pendingZeros + 1
      guard count <= 18 else {
        isTooLong = true
        continue
      }
      while pendingZeros > 0 {
        value *= 10
        pendingZeros -= 1
      }
      value = value * 10 + UInt64(digit)
    }
  }

  /// Numbers of one word, as nearly all are; nil says nothing about others.
  @inline(always)
  func decimal(isNegative: Bool) -> ExactDecimal? {
    if isTooLong { return nil }
    guard count > 0 else { return .zero }
    var value = Int64(value)
    let exponent = exponent + pendingZeros
    if exponent >= 0 {
      guard count + exponent <= 18 else { return nil }
      for _ in 0..<exponent { value *= 10 }
    }
    let scale = max(0, -exponent)
    guard scale <= ExactDecimal.scaleMax else { return nil }
    return ExactDecimal(canonical: isNegative ? -value : value, scale: Int16(scale))
  }
}
