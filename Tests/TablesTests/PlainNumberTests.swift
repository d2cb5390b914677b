import TestSupport
import Testing

@testable import Tables
@testable import Values

@Suite struct PlainNumberTests {
  private func plain(_ value: Double) -> String? {
    var bytes: [UInt8] = []
    return PlainNumber.append(value, to: &bytes) ? String(decoding: bytes, as: UTF8.self) : nil
  }

  @Test(
    arguments: [
      (0, "0"), (-0.0, "0"), (1, "1"), (-1, "-1"), (0.5, "0.5"), (0.1 + 0.2, "0.30000000000000004"),
      (1.0 / 3, "0.3333333333333333"), (2.0 / 3, "0.6666666666666666"), (1e-7, "0.0000001"),
      (-1.25e-7, "-0.000000125"), (1e15, "1000000000000000"), (1e16, "10000000000000000"),
      (1.5e16, "15000000000000000"), (123456789.125, "123456789.125"),
      (1e21, "1000000000000000000000"),
      (9_007_199_254_740_992, "9007199254740992"), (9_007_199_254_740_994, "9007199254740994"),
      (1.7976931348623158e18, "1797693134862315800"), (0.001, "0.001"), (0.0001, "0.0001"),
      (0.00001, "0.00001"),
    ] as [(Double, String)])
  func handWorked(value: Double, expected: String) {
    #expect(plain(value) == expected)
  }

  @Test func extremes() {
    #expect(plain(.leastNonzeroMagnitude) == "0." + String(repeating: "0", count: 323) + "5")
    #expect(plain(1e308) == "1" + String(repeating: "0", count: 308))
    #expect(plain(.nan) == nil)
    #expect(plain(.infinity) == nil)
    #expect(plain(-.infinity) == nil)
  }

  @Test func everyDoubleReadsBackAndHasNoExponent() {
    for seed in UInt64(0)..<5000 {
      var random = SplitMix64(seed: seed)
      // Any bit pattern, then numbers of the sizes that reports make.
      let values = [
        Double(bitPattern: random.next()), Double.random(in: -1...1, using: &random),
        Double(Int.random(in: 0...1000, using: &random))
          / Double(Int.random(in: 1...1000, using: &random)),
        Double.random(in: 0...1e20, using: &random),
      ]
      for value in values where value.isFinite {
        let text = plain(value) ?? ""
        #expect(Double(text) == value, "seed \(seed): \(value) became \(text)")
        #expect(
          text.utf8.allSatisfy { "-.0123456789".utf8.contains($0) }, "seed \(seed): \(text)")
        let significant = value.description.prefix { $0 != "e" }.filter(\.isNumber)
        #expect(
          trimmed(text.filter(\.isNumber)) == trimmed(significant), "seed \(seed): \(text)")
      }
    }
  }

  /// Digits without the zeros at either end: the shortest digits, wherever the point is.
  private func trimmed(_ digits: String) -> String {
    let start = digits.drop { $0 == "0" }
    return String(start.reversed().drop { $0 == "0" }.reversed())
  }

  @Test func integers() {
    for value in [0, 1, -1, 9, 10, -10, 99, 100, Int.max, Int.min] {
      var bytes: [UInt8] = []
      PlainNumber.append(value, to: &bytes)
      #expect(String(decoding: bytes, as: UTF8.self) == String(value))
    }
  }

  @Test(
    arguments: [
      (0.125, 2, false, "0.13"), (0.124, 2, false, "0.12"), (-0.125, 2, false, "-0.13"),
      (0.995, 2, false, "1.00"), (99.999, 2, false, "100.00"), (3, 2, false, "3.00"),
      (2.5, 0, false, "3"), (-0.001, 2, false, "0.00"), (1.0 / 3, 1, true, "33.3%"),
      (0.9996, 1, true, "100.0%"), (1, 1, true, "100.0%"), (0, 1, true, "0.0%"),
      (0.0004, 1, true, "0.0%"), (0.0005, 1, true, "0.1%"), (12.3456, 1, true, "1234.6%"),
      (1e-9, 2, false, "0.00"),
    ] as [(Double, Int, Bool, String)])
  func roundedForTheEye(value: Double, places: Int, percent: Bool, expected: String) {
    let text = PlainNumber.rounded(value, places: places, percent: percent)
    #expect(text.map { percent ? $0 + "%" : $0 } == expected)
  }
}
