import Foundation
import Testing

@testable import EventLog
@testable import Values

@Suite struct FieldsDecimalTests {
  private static func decimal(_ significand: Int64, _ scale: UInt8) -> ExactDecimal {
    ExactDecimal(significand: significand, scale: scale)
  }

  private static let readsCases: [(String, ExactDecimal)] = [
    ("0", decimal(0, 0)), ("-0", decimal(0, 0)), ("0.000", decimal(0, 0)), ("12", decimal(12, 0)),
    ("-12.50", decimal(-125, 1)), ("+3", decimal(3, 0)), (".5", decimal(5, 1)),
    ("5.", decimal(5, 0)), ("-.25", decimal(-25, 2)), ("007.10", decimal(71, 1)),
    (" \t1.5\t ", decimal(15, 1)), ("1e3", decimal(1000, 0)), ("1.5E-3", decimal(15, 4)),
    ("1.5e+1", decimal(15, 0)), ("15e-1", decimal(15, 1)), ("1500e-2", decimal(15, 0)),
    ("999999999999999999", decimal(999_999_999_999_999_999, 0)),
    ("-999999999999999999", decimal(-999_999_999_999_999_999, 0)),
    ("0.999999999999999999", decimal(999_999_999_999_999_999, 18)),
    ("0.000000000000000001", decimal(1, 18)), ("1e-18", decimal(1, 18)),
    ("1e17", decimal(100_000_000_000_000_000, 0)),
    ("1.500000000000000000000000000000", decimal(15, 1)),
    ("100000000000000000000e-10", decimal(10_000_000_000, 0)),
    ("0.00000000000000000000000012e20", decimal(12, 6)),
    ("0e99999999999999999999", decimal(0, 0)), ("0e-99999999999999999999", decimal(0, 0)),
    ("000000000000000000000000000001", decimal(1, 0)),
  ]

  @Test(arguments: readsCases)
  func reads(text: String, expected: ExactDecimal) {
    #expect(ExactDecimal.parse(text) == expected)
  }

  @Test(arguments: [
    "", " ", ".", "-", "+", "-.", "e5", ".e5", "1e", "1e+", "1e 5", "--1", "+-1", "1 2", "1,5",
    "1_000", "0x10", "NaN", "inf", "1.2.3", "1\n", "\u{a0}1", "١", "$1", "1e5.0", "1ee5",
    "1000000000000000000", "1234567890123456789", "0.0000000000000000001", "1e18", "1e-19",
    "1.234567890123456789", "1e99999999999999999999", "1e-99999999999999999999",
    "1.0000000000000000001",
  ])
  func refuses(text: String) {
    #expect(ExactDecimal.parse(text) == nil)
  }

  /// Digits as an array, moved by hand: the value as (digits without zeros around, exponent).
  private static func slow(_ text: String) -> ExactDecimal? {
    let trimmed = text.trimmingCharacters(in: CharacterSet(charactersIn: " \t"))
    guard
      let match = trimmed.wholeMatch(of: /([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?/)
    else { return nil }
    let fraction = match.output.3 ?? ""
    var digits = Array(match.output.2 + fraction)
    guard !digits.isEmpty else { return nil }
    var exponent = Int(match.output.4 ?? "0")! - fraction.count
    while digits.last == "0" {
      digits.removeLast()
      exponent += 1
    }
    while digits.first == "0" { digits.removeFirst() }
    if digits.isEmpty { return .zero }
    guard exponent <= 30 else { return nil }
    while exponent > 0 {
      digits.append("0")
      exponent -= 1
    }
    guard digits.count <= 18, exponent >= -18 else { return nil }
    let value = Int64(String(digits))!
    return ExactDecimal(
      significand: match.output.1 == "-" ? -value : value, scale: UInt8(-exponent))
  }

  @Test func agreesWithTheSlowReaderOnGeneratedNumbers() {
    let seed: UInt64 = 3
    var random = FieldsRandom(seed: seed)
    var read = 0
    for round in 0..<8000 {
      var text = random.chance(5) ? " " : ""
      text += ["", "", "-", "+"].randomElement(using: &random)!
      text += random.text(random.chance(30) ? "001" : "0123456789", 0...12)
      if random.chance(60) {
        text += "." + random.text(random.chance(40) ? "001" : "0123456789", 0...14)
      }
      if random.chance(20) { text += "e\(Int.random(in: -20...20, using: &random))" }
      if random.chance(5) { text += random.text(" \t.e-x", 1...2) }
      let expected = Self.slow(text)
      if expected != nil { read += 1 }
      #expect(ExactDecimal.parse(text) == expected, "seed \(seed), round \(round): \(text)")
    }
    #expect(read > 3000)
  }

  @Test func descriptionsReadBack() {
    var random = FieldsRandom(seed: 4)
    for _ in 0..<2000 {
      let number = Self.random(&random)
      #expect(ExactDecimal.parse(number.description) == number, "\(number)")
    }
    #expect(ExactDecimal.absent.description == "")
    #expect(Self.decimal(-125, 1).description == "-12.5")
    #expect(Self.decimal(1, 3).description == "0.001")
    #expect(Self.decimal(-5, 18).description == "-0.000000000000000005")
  }

  private static func random(_ random: inout FieldsRandom) -> ExactDecimal {
    let digits = Int.random(in: 1...18, using: &random)
    let limit = Int64((0..<digits).reduce(1) { product, _ in product * 10 }) - 1
    return decimal(
      Int64.random(in: -limit...limit, using: &random), UInt8.random(in: 0...18, using: &random))
  }

  private static func foundation(_ number: ExactDecimal) -> Decimal {
    Decimal(string: number.description, locale: Locale(identifier: "en_US_POSIX"))!
  }

  @Test func sumsAgreeWithFoundation() {
    // Foundation's Decimal has 38 digits: the sums here have at most 18 + 18 + 2.
    let seed: UInt64 = 5
    var random = FieldsRandom(seed: seed)
    for round in 0..<500 {
      var sum = DecimalSum.zero
      var expected = Decimal(0)
      var parts: [ExactDecimal] = []
      for _ in 0..<Int.random(in: 0...20, using: &random) {
        let number = random.chance(10) ? ExactDecimal.absent : Self.random(&random)
        parts.append(number)
        sum.add(number)
        if !number.isAbsent { expected += Self.foundation(number) }
      }
      #expect(sum.description == expected.description, "seed \(seed), round \(round): \(parts)")
      // In any order, and as a merge of parts.
      let half = parts.count / 2
      let merged =
        parts[half...].reversed().reduce(DecimalSum.zero) { $0 + DecimalSum($1) }
        + parts[..<half].reduce(DecimalSum.zero) { $0 + DecimalSum($1) }
      #expect(merged == sum && merged.hashValue == sum.hashValue)
      #expect(merged.description == sum.description)
      #expect((sum - merged).isZero)
      #expect((sum + -sum).isZero && (-sum).description == (-expected).description)
      let approximation = (expected as NSDecimalNumber).doubleValue
      #expect(abs(sum.approximation - approximation) <= abs(approximation) * 1e-15)
    }
  }

  @Test func orderAgreesWithFoundation() {
    var random = FieldsRandom(seed: 6)
    for _ in 0..<2000 {
      let left = Self.random(&random)
      let right =
        random.chance(20)
        ? Self.decimal(left.significand, min(18, left.scale + 1)) : Self.random(&random)
      let (slowLeft, slowRight) = (Self.foundation(left), Self.foundation(right))
      #expect((left < right) == (slowLeft < slowRight), "\(left) \(right)")
      #expect((left == right) == (slowLeft == slowRight), "\(left) \(right)")
      #expect((DecimalSum(left) < DecimalSum(right)) == (slowLeft < slowRight))
      #expect((DecimalSum(left) == DecimalSum(right)) == (slowLeft == slowRight))
    }
    #expect(ExactDecimal.absent < Self.decimal(-999_999_999_999_999_999, 0))
    #expect(!(ExactDecimal.absent < .absent))
    #expect(!(ExactDecimal.zero < .absent))
  }

  @Test func tenthsAreExact() {
    let sum = DecimalSum(Self.decimal(1, 1)) + DecimalSum(Self.decimal(2, 1))
    #expect(sum.description == "0.3")
    #expect(sum == DecimalSum(Self.decimal(3, 1)))
    var million = DecimalSum.zero
    for _ in 0..<100_000 { million.add(Self.decimal(1, 2)) }
    #expect(million.description == "1000")
    #expect(million.hashValue == DecimalSum(Self.decimal(1000, 0)).hashValue)
  }

  @Test func equalValuesAreEqualWhateverTheirScale() {
    #expect(Self.decimal(1500, 3) == Self.decimal(15, 1))
    #expect(Self.decimal(0, 18) == .zero)
    #expect(Self.decimal(1500, 3).scale == 1)
    #expect(!ExactDecimal.zero.isAbsent && ExactDecimal.absent.isAbsent)
  }

  /// Numbers come from the logs: sums that need too many digits are marked, and stay so.
  @Test func sumsThatDoNotFitAreMarked() throws {
    let large = try #require(ExactDecimal.parse("999999999999999999"))
    let small = try #require(ExactDecimal.parse("0.000000000000000001"))
    var sum = DecimalSum(small)
    var count = 0
    while !sum.isOverflowed {
      sum.add(large)
      count += 1
    }
    // 2^127 is 1.7014e38.
    #expect(count == 171)
    #expect(sum == .overflowed && !sum.isZero && sum.divided(by: 3).isNaN)
    for number in [large, small, .zero, .absent] {
      sum.add(number)
      #expect(sum.isOverflowed)
    }
    sum.add(.overflowed)
    #expect(sum.isOverflowed && (-sum).isOverflowed && (sum - sum).isOverflowed)
    #expect(sum != .zero && sum != DecimalSum(large))

    let most = DecimalSum(significand: .max, scale: 0)
    let least = DecimalSum(significand: .min, scale: 0)
    #expect((most + DecimalSum(significand: 1, scale: 0)).isOverflowed)
    #expect((-least).isOverflowed && !(-most).isOverflowed)
    #expect((most + DecimalSum(small)).isOverflowed)
    #expect(least < most && !(most < least) && least != most)
    #expect(DecimalSum(small) < most && most != DecimalSum(small))
    #expect(most == most && most + .zero == most)
  }
}
