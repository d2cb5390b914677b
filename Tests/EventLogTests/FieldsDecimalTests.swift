import Foundation
import TestSupport
import Testing

@testable import EventLog
@testable import Values

@Suite struct FieldsDecimalTests {
  /// 10^38.
  private static let limit: Int128 = 100_000_000_000_000_000_000_000_000_000_000_000_000

  private static let readsCases: [(String, ExactDecimal)] = [
    ("0", .of(0, 0)), ("-0", .of(0, 0)), ("0.000", .of(0, 0)), ("12", .of(12, 0)),
    ("-12.50", .of(-125, 1)), ("+3", .of(3, 0)), (".5", .of(5, 1)),
    ("5.", .of(5, 0)), ("-.25", .of(-25, 2)), ("007.10", .of(71, 1)),
    (" \t1.5\t ", .of(15, 1)), ("1e3", .of(1000, 0)), ("1.5E-3", .of(15, 4)),
    ("1.5e+1", .of(15, 0)), ("15e-1", .of(15, 1)), ("1500e-2", .of(15, 0)),
    ("999999999999999999", .of(999_999_999_999_999_999, 0)),
    ("-999999999999999999", .of(-999_999_999_999_999_999, 0)),
    ("0.999999999999999999", .of(999_999_999_999_999_999, 18)),
    ("0.000000000000000001", .of(1, 18)), ("1e-18", .of(1, 18)),
    ("1e17", .of(100_000_000_000_000_000, 0)),
    ("1.500000000000000000000000000000", .of(15, 1)),
    ("100000000000000000000e-10", .of(10_000_000_000, 0)),
    ("0.00000000000000000000000012e20", .of(12, 6)),
    ("0e99999999999999999999", .of(0, 0)), ("0e-99999999999999999999", .of(0, 0)),
    ("000000000000000000000000000001", .of(1, 0)),
    ("1000000000000000000", .of(1_000_000_000_000_000_000, 0)),
    ("1234567890123456789", .of(1_234_567_890_123_456_789, 0)),
    ("1.234567890123456789", .of(1_234_567_890_123_456_789, 18)),
    ("1e-19", .of(1, 19)), ("-1e18", .of(-1_000_000_000_000_000_000, 0)),
    ("5.551115123125783e-17", .of(5_551_115_123_125_783, 32)),
    ("1e-300", .of(1, 300)), ("4.9e-324", .of(49, 325)), ("1e-400", .of(1, 400)),
    ("1.7976931348623157e308", .of(17_976_931_348_623_157, -292)),
    ("99999999999999999999999999999999999999", .of(limit - 1, 0)),
    ("-0.99999999999999999999999999999999999999", .of(1 - limit, 38)),
    ("1e37", .of(limit / 10, 0)), ("1e38", .of(1, -38)), ("120e37", .of(12, -38)),
    ("1e399", .of(1, -399)),
    ("10000000000000000000000000000000000000000000000000000000000000000000000000", .of(1, -73)),
  ]

  @Test(arguments: readsCases)
  func reads(text: String, expected: ExactDecimal) {
    #expect(ExactDecimal.parse(text) == expected)
  }

  @Test(arguments: [
    "", " ", ".", "-", "+", "-.", "e5", ".e5", "1e", "1e+", "1e 5", "--1", "+-1", "1 2", "1,5",
    "1_000", "0x10", "NaN", "inf", "1.2.3", "1\n", "\u{a0}1", "١", "$1", "1e5.0", "1ee5",
    "1e400", "1e99999999999999999999", "1e-401", "1e-99999999999999999999",
    "100000000000000000000000000000000000001e2", "1.00000000000000000000000000000000000001",
    "1e-400000000000000000000000000000000000000000000000000000000000000000000000000000000000",
  ])
  func refuses(text: String) {
    #expect(ExactDecimal.parse(text) == nil)
  }

  /// In a log, digits that are too many are rounded, half to even.
  private static let roundsCases: [(String, ExactDecimal)] = [
    ("1.00000000000000000000000000000000000005", .of(1, 0)),
    ("1.00000000000000000000000000000000000015", .of(limit / 10 + 2, 37)),
    ("1.000000000000000000000000000000000000050001", .of(limit / 10 + 1, 37)),
    ("1.000000000000000000000000000000000000049999", .of(1, 0)),
    ("-1.00000000000000000000000000000000000009", .of(-limit / 10 - 1, 37)),
    ("99999999999999999999999999999999999999.5", .of(1, -38)),
    ("999999999999999999999999999999999999995e10", .of(1, -49)),
    ("100000000000000000000000000000000000005e1", .of(1, -39)),
    ("1e-401", .of(0, 0)), ("5e-401", .of(0, 0)), ("5.1e-401", .of(1, 400)),
    ("15e-401", .of(2, 400)), ("25e-401", .of(2, 400)), ("1e-9999", .of(0, 0)),
    ("9.9999e-400", .of(10, 400)),
  ]

  @Test(arguments: roundsCases)
  func rounds(text: String, expected: ExactDecimal) {
    let bytes = Array(text.utf8)
    var isRounded = false
    #expect(
      ExactDecimal.parse(bytes.span, 0..<bytes.count, isRounded: &isRounded) == expected, "\(text)")
    #expect(isRounded)
    #expect(ExactDecimal.parse(text) == nil)
  }

  /// Digits as an array, moved by hand: the number without zeros around, rounded at 38 digits or at
  /// the 400th after the point.
  private static func slow(_ text: String) -> (number: ExactDecimal, isRounded: Bool)? {
    let trimmed = text.trimmingCharacters(in: CharacterSet(charactersIn: " \t"))
    guard
      let match = trimmed.wholeMatch(of: /([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?/)
    else { return nil }
    let fraction = match.output.3 ?? ""
    var digits = (match.output.2 + fraction).map { $0.wholeNumberValue! }
    guard !digits.isEmpty else { return nil }
    var exponent = Int(match.output.4 ?? "0")! - fraction.count
    while digits.first == 0 { digits.removeFirst() }
    if digits.isEmpty { return (.zero, false) }
    if digits.count + exponent > 400 { return nil }
    var dropped: [Int] = []
    while digits.count > 38 || exponent < -400 {
      dropped.insert(digits.popLast() ?? 0, at: 0)
      exponent += 1
    }
    let isRounded = dropped.contains { $0 > 0 }
    let half = [5] + dropped.dropFirst().map { _ in 0 }
    let isOdd = digits.last.map { $0 % 2 == 1 } ?? false
    if isRounded, half.lexicographicallyPrecedes(dropped) || half == dropped && isOdd {
      var place = digits.count - 1
      while place >= 0, digits[place] == 9 {
        digits[place] = 0
        place -= 1
      }
      if place >= 0 { digits[place] += 1 } else { digits.insert(1, at: 0) }
    }
    while digits.last == 0 {
      digits.removeLast()
      exponent += 1
    }
    let value = digits.reduce(Int128(0)) { $0 * 10 + Int128($1) }
    return (
      ExactDecimal(significand: match.output.1 == "-" ? -value : value, scale: -exponent),
      isRounded
    )
  }

  @Test func agreesWithTheSlowReaderOnGeneratedNumbers() {
    let seed: UInt64 = 3
    var random = SplitMix64(seed: seed)
    var (read, roundings) = (0, 0)
    for round in 0..<Thorough.cases(8000) {
      let long = random.chance(30) ? 40 : 0
      var text = random.chance(5) ? " " : ""
      text += ["", "", "-", "+"].randomElement(using: &random)!
      text += random.text(random.chance(30) ? "001" : "0123456789", 0...(12 + long))
      if random.chance(60) {
        text += "." + random.text(random.chance(40) ? "0015" : "0123456789", 0...(14 + long))
      }
      if random.chance(30) {
        let most = random.chance(20) ? 450 : 40
        text += "e\(Int.random(in: -most...most, using: &random))"
      }
      if random.chance(5) { text += random.text(" \t.e-x", 1...2) }
      let expected = Self.slow(text)
      if expected != nil { read += 1 }
      let bytes = Array("9\(text)9".utf8)
      var isRounded = false
      let number = ExactDecimal.parse(bytes.span, 1..<bytes.count - 1, isRounded: &isRounded)
      #expect(number == expected?.number, "seed \(seed), round \(round): \(text)")
      #expect(isRounded == expected?.isRounded ?? isRounded, "\(text)")
      if isRounded { roundings += 1 }
    }
    #expect(read > Thorough.cases(3000) && roundings > Thorough.cases(300))
  }

  /// Shortest digits as Python's `repr` and JavaScript write them.
  @Test func everyDoubleThatProgramsPrintIsRead() throws {
    var random = SplitMix64(seed: 31)
    for round in 0..<Thorough.cases(4000) {
      let exponent = Double.random(in: -300...15, using: &random)
      let double = pow(10, exponent) * (random.chance(50) ? 1 : -1)
      let text = "\(double)"
      let forms = [
        text, text.replacing(/e-0/) { _ in "e-" }, String(format: "%.17g", double),
        String(format: "%.17e", double),
      ]
      for form in forms {
        let number = try #require(ExactDecimal.parse(form), "round \(round): \(form)")
        #expect(Double(number.description) == double, "\(form) \(number)")
        #expect(DecimalSum(number).approximation.isNearly(double), "\(form)")
      }
      #expect(ExactDecimal.parse(forms[0]) == ExactDecimal.parse(forms[1]))
    }
  }

  @Test func descriptionsReadBack() {
    var random = SplitMix64(seed: 4)
    for _ in 0..<2000 {
      let number = ExactDecimal.random(&random)
      #expect(ExactDecimal.parse(number.description) == number, "\(number)")
    }
    #expect(ExactDecimal.absent.description == "")
    #expect(ExactDecimal.of(-125, 1).description == "-12.5")
    #expect(ExactDecimal.of(1, 3).description == "0.001")
    #expect(ExactDecimal.of(-5, 18).description == "-0.000000000000000005")
  }

  @Test func orderAgreesWithFoundation() {
    var random = SplitMix64(seed: 6)
    for _ in 0..<2000 {
      let left = ExactDecimal.random(&random)
      let right =
        random.chance(20)
        ? ExactDecimal.of(left.significand, min(18, Int(left.scale) + 1))
        : ExactDecimal.random(&random)
      let (slowLeft, slowRight) = (left.foundation, right.foundation)
      #expect((left < right) == (slowLeft < slowRight), "\(left) \(right)")
      #expect((left == right) == (slowLeft == slowRight), "\(left) \(right)")
      #expect((DecimalSum(left) < DecimalSum(right)) == (slowLeft < slowRight))
      #expect((DecimalSum(left) == DecimalSum(right)) == (slowLeft == slowRight))
    }
    #expect(ExactDecimal.absent < ExactDecimal.of(-999_999_999_999_999_999, 0))
    #expect(!(ExactDecimal.absent < .absent))
    #expect(!(ExactDecimal.zero < .absent))
  }

  @Test func equalValuesAreEqualWhateverTheirScale() {
    #expect(ExactDecimal.of(1500, 3) == ExactDecimal.of(15, 1))
    #expect(ExactDecimal.of(0, 18) == .zero)
    #expect(ExactDecimal.of(1500, 3).scale == 1)
    #expect(!ExactDecimal.zero.isAbsent && ExactDecimal.absent.isAbsent)
  }

  @Test func pointsMove() {
    #expect(ExactDecimal.of(1250, 0).shifted(by: -2) == ExactDecimal.of(125, 1))
    #expect(ExactDecimal.of(125, 1).shifted(by: 3) == ExactDecimal.of(12500, 0))
    #expect(ExactDecimal.of(1, 400).shifted(by: -1) == nil)
    #expect(ExactDecimal.of(1, -399).shifted(by: 1) == nil)
    #expect(ExactDecimal.absent.shifted(by: 2) == .absent)
    #expect(ExactDecimal.zero.shifted(by: -400) == .zero)
  }

  @Test func packedNumbersAreThoseThatWerePacked() {
    var random = SplitMix64(seed: 9)
    var (all, first, second) = ([ExactDecimal](), PackedDecimals(), PackedDecimals())
    for _ in 0..<300 { all.append(random.chance(30) ? .absent : ExactDecimal.ofAnySize(&random)) }
    for number in all[..<100] { first.append(number) }
    for number in all[100...] { second.append(number) }
    first.append(contentsOf: second)
    #expect((0..<first.count).map { first[$0] } == all)
  }
}

extension Double {
  /// Within a unit of the last place.
  fileprivate func isNearly(_ other: Double) -> Bool {
    abs(self - other) <= max(self.ulp, other.ulp)
  }
}
