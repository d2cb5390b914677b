/// Numbers as plain digits, without an exponent: what every CSV reader and every person can read.
package enum PlainNumber {
  /// The shortest digits that read back as the same double: `0.1`, `12`, `0.0000001`.
  ///
  /// A whole number has no point, zero no sign. Appends nothing and answers false for an infinity
  /// or a NaN, which no table has a place for.
  package static func append(_ value: Double, to bytes: inout [UInt8]) -> Bool {
    guard value.isFinite else { return false }
    // Up to 2^53 every whole double is its integer, digit by digit.
    if value.magnitude <= 9_007_199_254_740_992, let whole = Int(exactly: value) {
      append(whole, to: &bytes)
      return true
    }
    let shortest = value.description.utf8
    guard let mark = shortest.firstIndex(of: UInt8(ascii: "e")) else {
      bytes.append(contentsOf: shortest)
      if shortest.suffix(2).elementsEqual(".0".utf8) { bytes.removeLast(2) }
      return true
    }
    appendScaled(shortest[..<mark], exponent: shortest[shortest.index(after: mark)...], to: &bytes)
    return true
  }

  /// `-1.25`, `-7` becomes `-0.000000125`: the digits with the point moved.
  private static func appendScaled(
    _ mantissa: String.UTF8View.SubSequence, exponent: String.UTF8View.SubSequence,
    to bytes: inout [UInt8]
  ) {
    var digits: [UInt8] = []
    var pointPosition = 0
    var hasPoint = false
    for byte in mantissa {
      switch byte {
      case UInt8(ascii: "-"): bytes.append(byte)
      case UInt8(ascii: "."): hasPoint = true
      default:
        digits.append(byte)
        if !hasPoint { pointPosition += 1 }
      }
    }
    var power = 0
    for byte in exponent where byte >= UInt8(ascii: "0") {
      power = power * 10 + Int(byte - UInt8(ascii: "0"))
    }
    pointPosition += exponent.first == UInt8(ascii: "-") ? -power : power
    while digits.count > 1, digits.count > pointPosition, digits.last == UInt8(ascii: "0") {
      digits.removeLast()
    }
    if pointPosition <= 0 {
      bytes.append(contentsOf: "0.".utf8)
      bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: -pointPosition))
      bytes.append(contentsOf: digits)
    } else if pointPosition >= digits.count {
      bytes.append(contentsOf: digits)
      bytes.append(
        contentsOf: repeatElement(UInt8(ascii: "0"), count: pointPosition - digits.count))
    } else {
      bytes.append(contentsOf: digits[..<pointPosition])
      bytes.append(UInt8(ascii: "."))
      bytes.append(contentsOf: digits[pointPosition...])
    }
  }

  package static func append(_ value: Int, to bytes: inout [UInt8]) {
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    let start = bytes.count
    var rest = value.magnitude
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
  }

  /// Plain digits rounded half away from zero to `places` after the point, for people to look at.
  ///
  /// Works on the shortest digits, so that 0.125 to two places is 0.13 as everybody expects, on
  /// every machine.
  package static func rounded(_ value: Double, places: Int, percent: Bool = false) -> String? {
    var plain: [UInt8] = []
    guard append(value.magnitude, to: &plain) else { return nil }
    var (whole, fraction) = (plain[...], plain[plain.endIndex...])
    if let point = plain.firstIndex(of: UInt8(ascii: ".")) {
      whole = plain[..<point]
      fraction = plain[(point + 1)...]
    }
    let moved = percent ? 2 : 0
    var digits = Array(whole) + fraction.prefix(places + moved)
    digits += Array(
      repeating: UInt8(ascii: "0"), count: max(0, places + moved - fraction.count))
    if let next = fraction.dropFirst(places + moved).first, next >= UInt8(ascii: "5") {
      increment(&digits)
    }
    digits.insert(UInt8(ascii: "."), at: digits.count - places)
    while digits.first == UInt8(ascii: "0"), digits[1] != UInt8(ascii: ".") { digits.removeFirst() }
    if places == 0 { digits.removeLast() }
    let isZero = digits.allSatisfy { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: ".") }
    return (value < 0 && !isZero ? "-" : "") + String(decoding: digits, as: UTF8.self)
  }

  private static func increment(_ digits: inout [UInt8]) {
    for index in digits.indices.reversed() {
      if digits[index] != UInt8(ascii: "9") {
        digits[index] += 1
        return
      }
      digits[index] = UInt8(ascii: "0")
    }
    digits.insert(UInt8(ascii: "1"), at: 0)
  }
}
