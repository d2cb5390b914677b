import Foundation
import TestSupport

@testable import Values

extension ExactDecimal {
  static func of(_ significand: Int128, _ scale: Int) -> ExactDecimal {
    ExactDecimal(significand: significand, scale: scale)
  }

  /// Of at most 18 digits, as many of them behind the point.
  static func random(_ random: inout SplitMix64) -> ExactDecimal {
    let digits = Int.random(in: 1...18, using: &random)
    let limit = Int64((0..<digits).reduce(1) { product, _ in product * 10 }) - 1
    return of(
      Int128(Int64.random(in: -limit...limit, using: &random)),
      Int.random(in: 0...18, using: &random))
  }

  static func ofAnySize(_ random: inout SplitMix64) -> ExactDecimal {
    var value = Int128(0)
    for _ in 0..<Int.random(in: 1...38, using: &random) {
      value = value * 10 + Int128(Int.random(in: 0...9, using: &random))
    }
    let scale = random.chance(50) ? 0...20 : -362...400
    return of(random.chance(50) ? value : -value, Int.random(in: scale, using: &random))
  }

  var foundation: Decimal {
    Decimal(string: description, locale: Locale(identifier: "en_US_POSIX"))!
  }
}
