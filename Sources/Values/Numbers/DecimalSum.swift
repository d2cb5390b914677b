/// An exact sum of decimals, or a difference, whatever their number, size and order.
///
/// Nearly all are 128 bits and a scale; a sum that needs more is kept digit by digit beside them. A
/// value has one of the two forms, so that how it came about never shows.
package struct DecimalSum: Sendable, Hashable {
  /// 0 in the long form.
  private var significand: Int128
  /// Digits after the point.
  private var scale: Int16
  private var long: LongDecimal?

  package static let zero = DecimalSum()

  package init() {
    significand = 0
    scale = 0
  }

  package init(_ whole: Int) {
    significand = Int128(whole)
    scale = 0
  }

  private init(_ significand: Int128, _ scale: Int16) {
    self.significand = significand
    self.scale = scale
  }

  /// An absent number counts as nothing.
  package init(_ number: ExactDecimal) {
    if number.isAbsent {
      self.init(0, 0)
    } else if number.scale >= 0 {
      self.init(number.significand, number.scale)
    } else {
      self.init(LongDecimal(significand: number.significand, scale: Int(number.scale)))
    }
  }

  private init(_ long: LongDecimal) {
    let short = long.short
    self.init(short?.significand ?? 0, Int16(short?.scale ?? 0))
    if short == nil { self.long = long }
  }

  private var asLong: LongDecimal {
    long ?? LongDecimal(significand: significand, scale: Int(scale))
  }

  @inline(__always)
  package mutating func add(_ other: DecimalSum) {
    if other.scale == scale, long == nil, other.long == nil {
      let (sum, hasOverflowed) = significand.addingReportingOverflow(other.significand)
      if !hasOverflowed {
        significand = sum
        return
      }
    }
    addRescaled(other)
  }

  @inline(never)
  private mutating func addRescaled(_ other: DecimalSum) {
    let common = max(scale, other.scale)
    if let left = rescaled(to: common), let right = other.rescaled(to: common) {
      let (sum, hasOverflowed) = left.addingReportingOverflow(right)
      if !hasOverflowed {
        self = DecimalSum(sum, common)
        return
      }
    }
    self = DecimalSum(asLong + other.asLong)
  }

  /// Nil for what does not fit, and for the long form.
  private func rescaled(to target: Int16) -> Int128? {
    if long != nil { return nil }
    if significand == 0 { return 0 }
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
    if sum.long != nil || sum.significand == .min { return DecimalSum(-sum.asLong) }
    return DecimalSum(-sum.significand, sum.scale)
  }

  package static func - (left: DecimalSum, right: DecimalSum) -> DecimalSum { left + -right }

  package var isZero: Bool { significand == 0 && long == nil }

  private var isNegative: Bool { long?.isNegative ?? (significand < 0) }
}

extension DecimalSum: Comparable {
  package static func < (left: DecimalSum, right: DecimalSum) -> Bool {
    if left.isNegative != right.isNegative { return left.isNegative }
    return (left - right).isNegative
  }

  package static func == (left: DecimalSum, right: DecimalSum) -> Bool { (left - right).isZero }

  package func hash(into hasher: inout Hasher) {
    let form = shortest
    hasher.combine(form.significand)
    hasher.combine(form.scale)
    hasher.combine(form.long)
  }

  /// Without zeros at the end of a fraction.
  private var shortest: DecimalSum {
    // Its magnitude is one too large for 128 bits, as the long form sees it.
    if significand == .min { return DecimalSum(asLong) }
    var form = self
    while form.scale > 0, form.significand % 10 == 0 {
      (form.significand, form.scale) = (form.significand / 10, form.scale - 1)
      if form.significand == 0 { form.scale = 0 }
    }
    return form
  }
}

extension DecimalSum {
  /// A double within a unit of its last place: for quotients only, never for a sum. It is the nearest
  /// one up to 2^53 in the significand. Infinite beyond what a double holds.
  package var approximation: Double { divided(by: 1) }

  /// The quotient, rounded once: it is the nearest double up to 2^53 in the significand, and in the
  /// count times 10^scale. Sums that are equal have the same, whatever they are sums of.
  package func divided(by count: Int) -> Double {
    let form = shortest
    // 10^22 is the last power that a double holds exactly.
    guard form.long == nil, form.scale <= 22 else {
      // The nearest double to the digits, and rounded again.
      return (Double(description) ?? .nan) / Double(count)
    }
    var divisor = Double(count)
    for _ in 0..<form.scale { divisor *= 10 }
    return Double(form.significand) / divisor
  }
}

extension DecimalSum: CustomStringConvertible {
  /// Plain decimal digits without an exponent and without trailing zeros: `-12.5`, `0`, `0.001`.
  package var description: String {
    if let long { return long.description }
    let form = shortest
    return Self.text(String(form.significand.magnitude), Int(form.scale), form.significand < 0)
  }

  /// A sum from its description.
  package init?(_ description: String) {
    guard let long = LongDecimal(description) else { return nil }
    self.init(long)
  }

  /// Digits with a point before the last `scale` of them.
  static func text(_ digits: String, _ scale: Int, _ isNegative: Bool) -> String {
    var text = digits
    if scale > 0 {
      if text.utf8.count <= scale {
        text = String(repeating: "0", count: scale - text.utf8.count + 1) + text
      }
      text.insert(".", at: text.index(text.endIndex, offsetBy: -scale))
    }
    return isNegative ? "-" + text : text
  }
}
