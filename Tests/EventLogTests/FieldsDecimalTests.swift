import Foundation
import TestSupport
import Testing

@testable import EventLog
@testable import Values

@Suite struct FieldsDecimalTests {
  /// 10^38.
  private static let limit: Int128 = 100_000_000_000_000_000_000_000_000_000_000_000_000

  private static func decimal(_ significand: Int128, _ scale: Int) -> ExactDecimal {
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
    ("1000000000000000000", decimal(1_000_000_000_000_000_000, 0)),
    ("1234567890123456789", decimal(1_234_567_890_123_456_789, 0)),
    ("1.234567890123456789", decimal(1_234_567_890_123_456_789, 18)),
    ("1e-19", decimal(1, 19)), ("-1e18", decimal(-1_000_000_000_000_000_000, 0)),
    ("5.551115123125783e-17", decimal(5_551_115_123_125_783, 32)),
    ("1e-300", decimal(1, 300)), ("4.9e-324", decimal(49, 325)), ("1e-400", decimal(1, 400)),
    ("1.7976931348623157e308", decimal(17_976_931_348_623_157, -292)),
    ("99999999999999999999999999999999999999", decimal(limit - 1, 0)),
    ("-0.99999999999999999999999999999999999999", decimal(1 - limit, 38)),
    ("1e37", decimal(limit / 10, 0)), ("1e38", decimal(1, -38)), ("120e37", decimal(12, -38)),
    ("1e399", decimal(1, -399)),
    ("10000000000000000000000000000000000000000000000000000000000000000000000000", decimal(1, -73)),
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
  @Test(arguments: [
    ("1.00000000000000000000000000000000000005", decimal(1, 0)),
    ("1.00000000000000000000000000000000000015", decimal(limit / 10 + 2, 37)),
    ("1.000000000000000000000000000000000000050001", decimal(limit / 10 + 1, 37)),
    ("1.000000000000000000000000000000000000049999", decimal(1, 0)),
    ("-1.00000000000000000000000000000000000009", decimal(-limit / 10 - 1, 37)),
    ("99999999999999999999999999999999999999.5", decimal(1, -38)),
    ("999999999999999999999999999999999999995e10", decimal(1, -49)),
    ("100000000000000000000000000000000000005e1", decimal(1, -39)),
    ("1e-401", decimal(0, 0)), ("5e-401", decimal(0, 0)), ("5.1e-401", decimal(1, 400)),
    ("15e-401", decimal(2, 400)), ("25e-401", decimal(2, 400)), ("1e-9999", decimal(0, 0)),
    ("9.9999e-400", decimal(10, 400)),
  ])
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
      let number = Self.random(&random)
      #expect(ExactDecimal.parse(number.description) == number, "\(number)")
    }
    #expect(ExactDecimal.absent.description == "")
    #expect(Self.decimal(-125, 1).description == "-12.5")
    #expect(Self.decimal(1, 3).description == "0.001")
    #expect(Self.decimal(-5, 18).description == "-0.000000000000000005")
  }

  private static func random(_ random: inout SplitMix64) -> ExactDecimal {
    let digits = Int.random(in: 1...18, using: &random)
    let limit = Int64((0..<digits).reduce(1) { product, _ in product * 10 }) - 1
    return decimal(
      Int128(Int64.random(in: -limit...limit, using: &random)),
      Int.random(in: 0...18, using: &random))
  }

  /// Of all sizes.
  private static func anyNumber(_ random: inout SplitMix64) -> ExactDecimal {
    var value = Int128(0)
    for _ in 0..<Int.random(in: 1...38, using: &random) {
      value = value * 10 + Int128(Int.random(in: 0...9, using: &random))
    }
    let scale = random.chance(50) ? 0...20 : -362...400
    return decimal(random.chance(50) ? value : -value, Int.random(in: scale, using: &random))
  }

  private static func foundation(_ number: ExactDecimal) -> Decimal {
    Decimal(string: number.description, locale: Locale(identifier: "en_US_POSIX"))!
  }

  @Test func sumsAgreeWithFoundation() {
    // Foundation's Decimal has 38 digits: the sums here have at most 18 + 18 + 2.
    let seed: UInt64 = 5
    var random = SplitMix64(seed: seed)
    for round in 0..<Thorough.cases(500) {
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
    var random = SplitMix64(seed: 6)
    for _ in 0..<2000 {
      let left = Self.random(&random)
      let right =
        random.chance(20)
        ? Self.decimal(left.significand, min(18, Int(left.scale) + 1)) : Self.random(&random)
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

  /// A sum as an array of digits in two's complement of tens: slow and obvious.
  private struct SlowSum {
    /// Digit i has the weight 10^(i - 400); the last is the sign, 0 or 9.
    var digits = [Int](repeating: 0, count: 900)

    mutating func add(_ number: ExactDecimal) {
      var rest = number.significand.magnitude
      var place = 400 - Int(number.scale)
      while rest > 0 {
        let digit = Int(rest % 10)
        carry(number.significand < 0 ? -digit : digit, to: place)
        (rest, place) = (rest / 10, place + 1)
      }
    }

    private mutating func carry(_ amount: Int, to place: Int) {
      var (amount, place) = (amount, place)
      while amount != 0, place < digits.count {
        let sum = digits[place] + amount
        digits[place] = (sum + 10) % 10
        amount = sum < 0 ? -1 : sum / 10
        place += 1
      }
    }

    var description: String {
      var digits = digits
      let isNegative = digits.last == 9
      if isNegative {
        digits = digits.map { 9 - $0 }
        var place = 0
        while digits[place] == 9 {
          digits[place] = 0
          place += 1
        }
        digits[place] += 1
      }
      var whole = digits[400...].reversed().map(String.init).joined().drop { $0 == "0" }
      if whole.isEmpty { whole = "0" }
      var fraction = digits[..<400].reversed().map(String.init).joined()[...]
      while fraction.last == "0" { fraction.removeLast() }
      return (isNegative ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + fraction)
    }
  }

  /// Numbers come from the logs: sums are exact whatever they need, in any order.
  @Test func sumsOfAllSizesAreExact() {
    let seed: UInt64 = 7
    var random = SplitMix64(seed: seed)
    for round in 0..<Thorough.cases(400) {
      var numbers: [ExactDecimal] = []
      for _ in 0..<Int.random(in: 1...12, using: &random) {
        let number = Self.anyNumber(&random)
        numbers.append(number)
        // Large ones cancel, so that what is left is small again.
        if random.chance(50) {
          numbers.append(Self.decimal(-number.significand, Int(number.scale)))
        }
      }
      var slow = SlowSum()
      for number in numbers { slow.add(number) }
      let sum = numbers.reduce(DecimalSum.zero) { $0 + DecimalSum($1) }
      #expect(sum.description == slow.description, "seed \(seed), round \(round): \(numbers)")
      let shuffled = numbers.shuffled(using: &random).reduce(DecimalSum.zero) {
        $0 + DecimalSum($1)
      }
      #expect(shuffled == sum && shuffled.hashValue == sum.hashValue)
      #expect(shuffled.description == sum.description)
      #expect(DecimalSum(sum.description) == sum)
      #expect((sum + -sum).isZero && (sum - shuffled).isZero)
      #expect(sum.isZero || (sum < -sum) != (-sum < sum))
    }
  }

  @Test func numbersOfAllSizesCompareAsTheyAre() {
    var random = SplitMix64(seed: 8)
    for _ in 0..<1000 {
      let (left, right) = (Self.anyNumber(&random), Self.anyNumber(&random))
      var difference = SlowSum()
      difference.add(left)
      difference.add(Self.decimal(-right.significand, Int(right.scale)))
      #expect((left < right) == difference.description.hasPrefix("-"), "\(left) \(right)")
      #expect((left == right) == (difference.description == "0"))
      #expect(ExactDecimal.parse(left.description) == left)
      #expect(ExactDecimal(stored: left.significand, scale: Int(left.scale)) == left)
    }
    #expect(ExactDecimal(stored: 10, scale: 1) == nil && ExactDecimal(stored: 1, scale: 401) == nil)
  }

  @Test func theEdgesOf128BitsDoNotShow() throws {
    // 2^127 = 170141183460469231731687303715884105728.
    let half = try #require(ExactDecimal.parse("85070591730234615865843651857942052864"))
    var sum = DecimalSum(half)
    sum.add(half)
    #expect(sum.description == "170141183460469231731687303715884105728")
    #expect((-sum).description == "-170141183460469231731687303715884105728")
    let least = -DecimalSum(half) - DecimalSum(half)
    #expect(least == -sum && least.hashValue == (-sum).hashValue && least < sum && !(sum < least))
    #expect((least + DecimalSum(1)).description == "-170141183460469231731687303715884105727")
    #expect((sum + least).isZero && (sum + least) == .zero)
    #expect(sum.approximation == 0x1p127 && sum.divided(by: 2) == 0x1p126)
  }

  @Test func pointsMove() {
    #expect(Self.decimal(1250, 0).shifted(by: -2) == Self.decimal(125, 1))
    #expect(Self.decimal(125, 1).shifted(by: 3) == Self.decimal(12500, 0))
    #expect(Self.decimal(1, 400).shifted(by: -1) == nil)
    #expect(Self.decimal(1, -399).shifted(by: 1) == nil)
    #expect(ExactDecimal.absent.shifted(by: 2) == .absent)
    #expect(ExactDecimal.zero.shifted(by: -400) == .zero)
  }

  @Test func packedNumbersAreThoseThatWerePacked() {
    var random = SplitMix64(seed: 9)
    var (all, first, second) = ([ExactDecimal](), PackedDecimals(), PackedDecimals())
    for _ in 0..<300 { all.append(random.chance(30) ? .absent : Self.anyNumber(&random)) }
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
