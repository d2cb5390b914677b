/// A decimal of any length, in limbs of nine digits: what an exact sum is where 128 bits are too few.
///
/// Slow and rare. Its size is bounded by what `ExactDecimal` allows before and after the point.
struct LongDecimal: Sendable, Hashable {
  private(set) var isNegative = false
  /// Limb i has the weight 10^(9 (i + low)); the first and the last are not zero, and zero has none.
  private var limbs: [UInt32] = []
  private var low = 0

  private static let base: UInt32 = 1_000_000_000
  private static let limbDigits = 9

  init(significand: Int128, scale: Int) {
    // The point goes between limbs: the lowest one gets zeros behind its digits.
    low = floorDivide(-scale, Self.limbDigits)
    let zeros = -scale - low * Self.limbDigits
    var rest = significand.magnitude
    var power: UInt32 = 1
    for _ in 0..<zeros { power *= 10 }
    var carry: UInt64 = 0
    while rest > 0 || carry > 0 {
      let product =
        UInt64(rest % UInt128(Self.base)) * UInt64(power) + carry
      limbs.append(UInt32(product % UInt64(Self.base)))
      carry = product / UInt64(Self.base)
      rest /= UInt128(Self.base)
    }
    isNegative = significand < 0
    trim()
  }

  /// Digits with an optional sign and point.
  init?(_ description: String) {
    var digits = Array(description.utf8)[...]
    let hasSign = digits.first == UInt8(ascii: "-")
    if hasSign { digits.removeFirst() }
    var scale = 0
    if let point = digits.firstIndex(of: UInt8(ascii: ".")) {
      scale = digits.endIndex - point - 1
      digits.remove(at: point)
    }
    guard !digits.isEmpty, digits.allSatisfy({ $0 &- UInt8(ascii: "0") <= 9 }) else { return nil }
    while scale % Self.limbDigits != 0 {
      digits.append(UInt8(ascii: "0"))
      scale += 1
    }
    low = -scale / Self.limbDigits
    while !digits.isEmpty {
      var limb: UInt32 = 0
      for digit in digits.suffix(Self.limbDigits) {
        limb = limb * 10 + UInt32(digit - UInt8(ascii: "0"))
      }
      limbs.append(limb)
      digits = digits.dropLast(Self.limbDigits)
    }
    isNegative = hasSign
    trim()
  }

  private mutating func trim() {
    while limbs.last == 0 { limbs.removeLast() }
    let zeros = limbs.prefix { $0 == 0 }.count
    limbs.removeFirst(zeros)
    low += zeros
    if limbs.isEmpty { (isNegative, low) = (false, 0) }
  }

  private func limb(_ place: Int) -> UInt32 {
    let index = place - low
    return index >= 0 && index < limbs.count ? limbs[index] : 0
  }

  private var high: Int { low + limbs.count }

  /// The same in 128 bits, if it fits there with a point that is not before the last digit.
  var short: (significand: Int128, scale: Int)? {
    if limbs.isEmpty { return (0, 0) }
    guard limbs.count <= 6 else { return nil }
    // Zeros at its end are only what fills the lowest limb up.
    var scale = -low * Self.limbDigits
    var limbs = limbs
    var zeros = 0
    while scale > 0, limbs[0] % 10 == 0 {
      limbs[0] /= 10
      (zeros, scale) = (zeros + 1, scale - 1)
    }
    var power: UInt128 = 1
    for _ in zeros..<Self.limbDigits { power *= 10 }
    var value: UInt128 = 0
    for (index, limb) in limbs.enumerated().reversed() {
      let (product, isTooLarge) = value.multipliedReportingOverflow(
        by: index == 0 ? power : UInt128(Self.base))
      let (sum, isOverflowed) = product.addingReportingOverflow(UInt128(limb))
      if isTooLarge || isOverflowed { return nil }
      value = sum
    }
    while scale < 0 {
      let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      if isTooLarge { return nil }
      (value, scale) = (product, scale + 1)
    }
    if isNegative { return Int128(exactly: value).map { (-$0, scale) } }
    return Int128(exactly: value).map { ($0, scale) }
  }

  static prefix func - (value: LongDecimal) -> LongDecimal {
    var negated = value
    negated.isNegative = !value.isNegative && !value.limbs.isEmpty
    return negated
  }

  static func + (left: LongDecimal, right: LongDecimal) -> LongDecimal {
    if left.limbs.isEmpty { return right }
    if right.limbs.isEmpty { return left }
    if left.isNegative == right.isNegative { return sum(left, right) }
    return left.hasLess(than: right) ? difference(right, left) : difference(left, right)
  }

  private func hasLess(than other: LongDecimal) -> Bool {
    for place in (min(low, other.low)..<max(high, other.high)).reversed()
    where limb(place) != other.limb(place) {
      return limb(place) < other.limb(place)
    }
    return false
  }

  /// Of two of one sign.
  private static func sum(_ left: LongDecimal, _ right: LongDecimal) -> LongDecimal {
    var result = left
    result.limbs = []
    result.low = min(left.low, right.low)
    var carry: UInt32 = 0
    for place in result.low..<max(left.high, right.high) {
      let sum = left.limb(place) + right.limb(place) + carry
      carry = sum >= base ? 1 : 0
      result.limbs.append(sum - carry * base)
    }
    result.limbs.append(carry)
    result.trim()
    return result
  }

  /// Of a larger and a smaller one of the other sign: it has the larger one's.
  private static func difference(_ large: LongDecimal, _ small: LongDecimal) -> LongDecimal {
    var result = large
    result.limbs = []
    result.low = min(large.low, small.low)
    var borrow: UInt32 = 0
    for place in result.low..<max(large.high, small.high) {
      let (minuend, subtrahend) = (large.limb(place), small.limb(place) + borrow)
      borrow = minuend < subtrahend ? 1 : 0
      result.limbs.append(minuend + borrow * base - subtrahend)
    }
    result.trim()
    return result
  }

  /// Plain digits; zeros between the last limb and the point are written out.
  var description: String {
    if limbs.isEmpty { return "0" }
    var digits = ""
    for limb in limbs.reversed() {
      let text = String(limb)
      digits += digits.isEmpty ? text : String(repeating: "0", count: 9 - text.utf8.count) + text
    }
    if low >= 0 {
      digits += String(repeating: "0", count: low * Self.limbDigits)
      return isNegative ? "-" + digits : digits
    }
    var scale = -low * Self.limbDigits
    while scale > 0, digits.last == "0" {
      digits.removeLast()
      scale -= 1
    }
    return DecimalSum.text(digits, scale, isNegative)
  }
}
