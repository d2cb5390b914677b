import TestSupport
import Testing
import Values

@testable import Reports

/// States add up in any order, and come back from bytes; no bytes make them trap.
@Suite struct StateTests {
  /// One of everything that states are made of.
  struct Sample: FieldwiseState {
    var count = 0
    var earliest = Minimum()
    var amount = DecimalSum.zero
    var places: [Int] = []
    var series = IntervalSeries<Cell>()
    var times: [Int: DurationStatistics] = [:]

    struct Cell: FieldwiseState {
      var events = 0
      var times = DurationStatistics()

      static func visit(_ fields: inout some FieldVisitor<Self>) {
        fields.visit(\.events)
        fields.visit(\.times)
      }
    }

    static func visit(_ fields: inout some FieldVisitor<Self>) {
      fields.visit(\.count)
      fields.visit(\.earliest)
      fields.visit(\.amount)
      fields.visit(\.places)
      fields.visit(\.series)
      fields.visit(\.times)
    }
  }

  typealias Grouped = GroupedStates<Sample>

  private func bytes(_ state: some State) -> [UInt8] {
    var writer = StateWriter()
    state.encode(to: &writer)
    return writer.bytes
  }

  private func touch(_ state: inout Grouped, _ random: inout SplitMix64) {
    let names = [[UInt8(ascii: "a")], [UInt8(0xC3), 0xA9], []]
    let group = state.group(of: [names[Int.random(in: 0..<3, using: &random)]])
    state[group].count += 1
    state[group].earliest.take(Int64.random(in: -1000...1000, using: &random))
    let digits = Int128(Int.random(in: -99_999...99_999, using: &random))
    state[group].amount.add(
      ExactDecimal(significand: digits, scale: Int16.random(in: 0...9, using: &random)))
    let place = Int.random(in: 0..<5, using: &random)
    while state[group].places.count <= place { state[group].places.append(0) }
    state[group].places[place] += 1
    let day = Int.random(in: -30...30, using: &random)
    state[group].series[day].events += 1
    state[group].series[day].times.add(Int64.random(in: 0...3_000_000_000, using: &random))
    state[group].times[day, default: .zero].add(Int64.random(in: 0...9, using: &random))
  }

  @Test func sameBytesForAnySplitAndOrder() {
    for seed in 0..<100 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      var whole = Grouped()
      var parts = [Grouped](repeating: Grouped(), count: 3)
      for _ in 0..<Int.random(in: 0...60, using: &random) {
        var again = random
        touch(&whole, &random)
        touch(&parts[Int.random(in: 0..<3, using: &random)], &again)
      }
      var sum = Grouped()
      for part in parts.shuffled(using: &random) {
        // What is added has been written down and read on the way.
        var reader = StateReader(bytes(part))
        sum.add(Grouped(from: &reader))
        #expect(!reader.isDamaged && reader.isAtEnd, "seed \(seed): \(reader.damage ?? "")")
      }
      #expect(bytes(sum) == bytes(whole), "seed \(seed)")
      #expect(sum.isZero == whole.isZero && sum.heapBytes >= 0)
    }
  }

  @Test func damageIsNotedAndNeverTraps() {
    var random = SplitMix64(seed: 1)
    var state = Grouped()
    for _ in 0..<40 { touch(&state, &random) }
    let good = bytes(state)
    for seed in 0..<UInt64(Thorough.cases(4000)) {
      var random = SplitMix64(seed: seed)
      var bad = good
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: bad.indices, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bad[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bad.removeSubrange(place...)
        default: bad.insert(0xFF, at: place)
        }
        if bad.isEmpty { bad = [0xFF] }
      }
      var reader = StateReader(bad)
      var read = Grouped(from: &reader)
      // Whatever was read adds up without a trap, too.
      read.add(state)
      read.add(read)
      _ = bytes(read)
    }
    var cut = StateReader(Array(good.dropLast()))
    _ = Grouped(from: &cut)
    #expect(cut.isDamaged)
  }
}
