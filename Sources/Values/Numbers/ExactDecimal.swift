/// A number from the logs as its decimal digits: `significand * 10^-scale`. 0.1 + 0.2 is 0.3.
///
/// At most 18 significant digits and scale 0 to 18 (trailing zeros are dropped, so equal numbers
/// are equal values); what does not fit is a bad number, never a rounded one.
package struct ExactDecimal: Sendable, Hashable {
  package let significand: Int64
  /// Digits after the point, 0 to 18; 255 marks an absent number.
  package let scale: UInt8

  /// - Precondition: What is left of the scale without trailing zeros is at most 18.
  @inlinable
  package init(significand: Int64, scale: UInt8) {
    var significand = significand
    var scale = significand == 0 ? 0 : scale
    while scale > 0, significand % 10 == 0 {
      significand /= 10
      scale -= 1
    }
    precondition(scale <= 18, "more than 18 digits after the point")
    self.significand = significand
    self.scale = scale
  }

  @inlinable
  package init(absentMark: Void) {
    significand = 0
    scale = 255
  }

  package static let absent = ExactDecimal(absentMark: ())
  package static let zero = ExactDecimal(significand: 0, scale: 0)

  @inlinable
  package var isAbsent: Bool { scale == 255 }
}

extension ExactDecimal: Comparable {
  /// By value. Absent sorts below every number.
  package static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
    if left.isAbsent || right.isAbsent { return left.isAbsent && !right.isAbsent }
    if left.scale == right.scale { return left.significand < right.significand }
    return DecimalSum(left).value(atScale: 18) < DecimalSum(right).value(atScale: 18)
  }
}

/// An exact sum of decimals, or a difference: 128 bits, enough for 10^20 at scale 18.
///
/// A sum that needs more is marked, and stays so: never a wrong number, and no crash, since numbers
/// come from the logs. At money's two digits that is past 10^36.
package struct DecimalSum: Sendable, Hashable {
  package private(set) var significand: Int128
  package private(set) var scale: UInt8

  package static let zero = DecimalSum()

  package init() {
    significand = 0
    scale = 0
  }

  /// `significand * 10^-scale`.
  package init(significand: Int128, scale: UInt8) {
    self.significand = significand
    self.scale = scale
  }

  /// An absent number counts as nothing.
  package init(_ number: ExactDecimal) {
    significand = number.isAbsent ? 0 : Int128(number.significand)
    scale = number.isAbsent ? 0 : number.scale
  }

  /// A sum that was too large to be kept.
  package static let overflowed = DecimalSum(significand: 0, scale: 255)

  package var isOverflowed: Bool { scale == 255 }

  /// - Precondition: it fits, as every single number does.
  package func value(atScale target: UInt8) -> Int128 {
    var value = significand
    for _ in scale..<max(scale, target) { value *= 10 }
    return value
  }

  package mutating func add(_ other: DecimalSum) {
    if other.scale == scale {
      // Two marked sums are both zero: their sum stays marked.
      let (sum, hasOverflowed) = significand.addingReportingOverflow(other.significand)
      significand = sum
      if hasOverflowed { self = .overflowed }
    } else {
      addRescaled(other)
    }
  }

  private mutating func addRescaled(_ other: DecimalSum) {
    let common = max(scale, other.scale)
    guard common < 255, let left = rescaled(to: common), let right = other.rescaled(to: common)
    else {
      self = .overflowed
      return
    }
    self = DecimalSum(significand: left, scale: common)
    add(DecimalSum(significand: right, scale: common))
  }

  private func rescaled(to target: UInt8) -> Int128? {
    var value = significand
    for _ in scale..<target {
      let (product, hasOverflowed) = value.multipliedReportingOverflow(by: 10)
      if hasOverflowed { return nil }
      value = product
    }
    return value
  }

  package mutating func add(_ number: ExactDecimal) {
    if !number.isAbsent { add(DecimalSum(number)) }
  }

  package static func + (left: DecimalSum, right: DecimalSum) -> DecimalSum {
    var sum = left
    sum.add(right)
    return sum
  }

  package static prefix func - (sum: DecimalSum) -> DecimalSum {
    if sum.significand == .min { return .overflowed }
    var negated = sum
    negated.significand = -sum.significand
    return negated
  }

  package static func - (left: DecimalSum, right: DecimalSum) -> DecimalSum { left + -right }

  package static func < (left: DecimalSum, right: DecimalSum) -> Bool {
    let difference = left - right
    if difference.isOverflowed { return left.approximation < right.approximation }
    return difference.significand < 0
  }

  package static func == (left: DecimalSum, right: DecimalSum) -> Bool {
    let difference = left - right
    if difference.isOverflowed { return left.isOverflowed && right.isOverflowed }
    return difference.significand == 0
  }

  package func hash(into hasher: inout Hasher) {
    var (value, digits) = (significand, scale)
    while digits > 0, value % 10 == 0 { (value, digits) = (value / 10, digits - 1) }
    hasher.combine(value)
    hasher.combine(digits)
  }

  package var isZero: Bool { significand == 0 && !isOverflowed }

  /// A double within a unit of its last place: for quotients only, never for a sum. It is the nearest
  /// one up to 2^53 in the significand.
  package var approximation: Double { divided(by: 1) }

  /// The quotient, rounded once: it is the nearest double up to 2^53 in the significand, and in the
  /// count times 10^scale.
  package func divided(by count: Int) -> Double {
    if isOverflowed { return .nan }
    var divisor = Double(count)
    for _ in 0..<scale { divisor *= 10 }
    return Double(significand) / divisor
  }
}

extension DecimalSum: Comparable {}

extension DecimalSum: CustomStringConvertible {
  /// Plain decimal digits without an exponent and without trailing zeros: `-12.5`, `0`, `0.001`.
  package var description: String {
    var (value, digits) = (significand.magnitude, Int(scale))
    while digits > 0, value % 10 == 0 { (value, digits) = (value / 10, digits - 1) }
    var text = String(value)
    if digits > 0 {
      if text.utf8.count <= digits {
        text = String(repeating: "0", count: digits - text.utf8.count + 1) + text
      }
      text.insert(".", at: text.index(text.endIndex, offsetBy: -digits))
    }
    return significand < 0 ? "-" + text : text
  }
}

extension ExactDecimal: CustomStringConvertible {
  package var description: String { isAbsent ? "" : DecimalSum(self).description }
}
