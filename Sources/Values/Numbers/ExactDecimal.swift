/// A number from the logs as its decimal digits: `significand * 10^-scale`. 0.1 + 0.2 is 0.3.
///
/// At most 38 significant digits, 400 before the point and 400 after it: every double that a program
/// prints fits. Equal numbers are equal values: zeros at the end of a fraction are dropped, and the
/// scale is negative only where a whole number has more than 38 digits, when it ends in no zero.
package struct ExactDecimal: Sendable, Hashable {
  // Two words rather than an Int128, whose alignment would make it 32 bytes for 24.
  @usableFromInline let low: UInt64
  @usableFromInline let high: Int64
  /// Digits after the point, -399 to 400; `Int16.max` marks an absent number.
  package let scale: Int16

  package static let digitsMax = 38
  /// Digits after the point.
  package static let scaleMax = 400
  /// Digits before the point.
  package static let wholeDigitsMax = 400

  /// - Precondition: the value is within the type's limits.
  package init(significand: some BinaryInteger, scale: some BinaryInteger) {
    var (value, digits) = (Int128(significand), Int(scale))
    if value == 0 { digits = 0 }
    while digits > 0, value % 10 == 0 { (value, digits) = (value / 10, digits - 1) }
    while digits < 0, value.magnitude < Self.limit / 10 {
      (value, digits) = (value * 10, digits + 1)
    }
    if digits < 0 || value.magnitude >= Self.limit {
      // Its zeros do not all fit: none is kept.
      while value % 10 == 0 { (value, digits) = (value / 10, digits - 1) }
    }
    precondition(Self.fits(value, scale: digits), "a number beyond the limits of decimals")
    self.init(canonical: value, scale: digits)
  }

  private static func fits(_ value: Int128, scale: Int) -> Bool {
    if value == 0 { return true }
    let digits = String(value.magnitude).utf8.count
    return digits <= digitsMax && scale <= scaleMax && digits - scale <= wholeDigitsMax
  }

  /// Nil beyond the limits, or where it is not in its one form: for numbers that were written down.
  package init?(stored significand: Int128, scale: Int) {
    guard Self.fits(significand, scale: scale) else { return nil }
    let number = ExactDecimal(significand: significand, scale: scale)
    guard number.significand == significand, number.scale == scale else { return nil }
    self = number
  }

  /// 10^38.
  private static let limit: UInt128 = 100_000_000_000_000_000_000_000_000_000_000_000_000

  /// A value in the one form that it has.
  @inlinable
  init(canonical value: Int128, scale: Int) {
    low = UInt64(truncatingIfNeeded: value)
    high = Int64(truncatingIfNeeded: value >> 64)
    self.scale = Int16(truncatingIfNeeded: scale)
  }

  /// The same for a value of one word, as nearly all are.
  @inlinable
  init(canonical value: Int64, scale: Int16) {
    low = UInt64(bitPattern: value)
    high = value < 0 ? -1 : 0
    self.scale = scale
  }

  @inlinable
  package var significand: Int128 { Int128(high) << 64 | Int128(low) }

  package static let absent = ExactDecimal(canonical: 0, scale: Int16.max)
  package static let zero = ExactDecimal(canonical: 0, scale: Int16(0))

  @inlinable
  package var isAbsent: Bool { scale == .max }

  /// The number with its point moved by `places` to the right, or to the left if negative: the same
  /// digits. Nil where it then has too many before or behind the point.
  package func shifted(by places: Int) -> ExactDecimal? {
    if isAbsent || significand == 0 || places == 0 { return self }
    let scale = Int(scale) - places
    guard Self.fits(significand, scale: scale) else { return nil }
    return ExactDecimal(significand: significand, scale: scale)
  }
}

extension ExactDecimal: Comparable {
  /// By value. Absent sorts below every number.
  package static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
    if left.isAbsent || right.isAbsent { return left.isAbsent && !right.isAbsent }
    if left.scale == right.scale { return left.significand < right.significand }
    return DecimalSum(left) < DecimalSum(right)
  }
}

extension ExactDecimal: CustomStringConvertible {
  package var description: String { isAbsent ? "" : DecimalSum(self).description }
}
