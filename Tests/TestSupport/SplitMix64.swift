/// The one random source of the tests: seeded, and the same everywhere. One for each generated case,
/// so that a seed repeats the case.
package struct SplitMix64: RandomNumberGenerator, Sendable {
  package var state: UInt64

  package init(seed: UInt64) {
    state = seed
  }

  package init(state: UInt64) {
    self.state = state
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// True once in `n` times.
  package mutating func oneIn(_ n: Int) -> Bool { Int.random(in: 0..<n, using: &self) == 0 }

  /// True for so many of `total`.
  package mutating func chance(_ share: Int, of total: Int = 100) -> Bool {
    Int.random(in: 0..<total, using: &self) < share
  }
}

/// What makes cases of a seed.
package protocol SeededGenerator {
  var random: SplitMix64 { get set }
}

extension SeededGenerator {
  package mutating func pick<Value>(_ values: [Value]) -> Value {
    values.randomElement(using: &random)!
  }

  /// True in so many of a hundred cases.
  package mutating func chance(_ percent: Int) -> Bool { random.chance(percent) }

  package mutating func number(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &random)
  }
}
