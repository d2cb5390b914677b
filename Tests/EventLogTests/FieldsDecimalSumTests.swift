import Foundation
import TestSupport
import Testing

@testable import Values

/// Sums of decimals are exact, whatever they need.
@Suite struct FieldsDecimalSumTests {
  @Test func sumsAgreeWithFoundation() {
    // Foundation's Decimal has 38 digits: the sums here have at most 18 + 18 + 2.
    let seed: UInt64 = 5
    var random = SplitMix64(seed: seed)
    for round in 0..<Thorough.cases(500) {
      var sum = DecimalSum.zero
      var expected = Decimal(0)
      var parts: [ExactDecimal] = []
      for _ in 0..<Int.random(in: 0...20, using: &random) {
        let number = random.chance(10) ? ExactDecimal.absent : ExactDecimal.random(&random)
        parts.append(number)
        sum.add(number)
        if !number.isAbsent { expected += number.foundation }
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

  /// What a sum comes to decides, and not how its parts were written: states of a run on several
  /// machines have them without zeros at the end.
  @Test func quotientsOfEqualSumsAreEqual() throws {
    let written = DecimalSum(ExactDecimal.of(1_234_567_890_123_456_779, 1))
    var sum = DecimalSum(ExactDecimal.of(1_234_567_890_123_456_781, 1))
    for _ in 0..<199 { sum.add(written) }
    let again = try #require(DecimalSum(sum.description))
    for count in 1...40 { #expect(sum.divided(by: count) == again.divided(by: count)) }

    var random = SplitMix64(seed: 27)
    for _ in 0..<Thorough.cases(20_000) {
      let parts = (0..<Int.random(in: 1...6, using: &random)).map { _ in
        ExactDecimal.random(&random)
      }
      // The same with a part that is written with more digits, and goes again.
      let tail = DecimalSum(ExactDecimal.of(1, Int.random(in: 0...18, using: &random)))
      let sum = parts.reduce(DecimalSum.zero) { $0 + DecimalSum($1) }
      let other = sum + tail - tail
      let again = try #require(DecimalSum(sum.description))
      let count = Int.random(in: 1...1000, using: &random)
      #expect(sum.divided(by: count) == other.divided(by: count), "\(parts), \(count)")
      #expect(sum.divided(by: count) == again.divided(by: count), "\(parts), \(count)")
      #expect(sum.approximation == other.approximation)
    }
  }

  @Test func tenthsAreExact() {
    let sum = DecimalSum(ExactDecimal.of(1, 1)) + DecimalSum(ExactDecimal.of(2, 1))
    #expect(sum.description == "0.3")
    #expect(sum == DecimalSum(ExactDecimal.of(3, 1)))
    var million = DecimalSum.zero
    for _ in 0..<100_000 { million.add(ExactDecimal.of(1, 2)) }
    #expect(million.description == "1000")
    #expect(million.hashValue == DecimalSum(ExactDecimal.of(1000, 0)).hashValue)
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
        let number = ExactDecimal.ofAnySize(&random)
        numbers.append(number)
        // Large ones cancel, so that what is left is small again.
        if random.chance(50) {
          numbers.append(ExactDecimal.of(-number.significand, Int(number.scale)))
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
      let (left, right) = (ExactDecimal.ofAnySize(&random), ExactDecimal.ofAnySize(&random))
      var difference = SlowSum()
      difference.add(left)
      difference.add(ExactDecimal.of(-right.significand, Int(right.scale)))
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
}
