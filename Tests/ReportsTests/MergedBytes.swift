import TestSupport
import Testing

@testable import Reports
@testable import Timelines
@testable import Values

/// The folds of all workers merged into one, with half of them gone through bytes on the way, and with
/// the same bytes for any split: what every report's generated tests merge with.
func mergedThroughBytes(
  _ folds: [any ReportFold], _ observed: ClosedRange<Int64>, fresh: () -> any ReportFold
) throws -> any ReportFold {
  let whole = merged(folds)
  var sum = fresh()
  for fold in folds { try sum.add(encoded: fold.encodedCounts, observed: observed) }
  #expect(sum.encodedCounts == whole.encodedCounts)
  // Through one more pair of hands, as in a tree of merges.
  var again = fresh()
  try again.add(encoded: sum.encodedCounts, observed: observed)
  #expect(again.encodedCounts == whole.encodedCounts)
  #expect(whole.heapBytes >= 0 && again.heapBytes >= 0)
  damage(whole.encodedCounts, observed, fresh: fresh)
  return again
}

/// Damaged bytes are an error; those whose checksum was mended never trap, nor do their tables.
private func damage(
  _ good: [UInt8], _ observed: ClosedRange<Int64>, fresh: () -> any ReportFold
) {
  var random = SplitMix64(seed: UInt64(good.count) &* 31 &+ UInt64(good.last ?? 0))
  for round in 0..<Thorough.cases(20) {
    var bad = Array(good.dropLast(8))
    for _ in 0..<Int.random(in: 1...3, using: &random) where bad.count > 1 {
      let place = Int.random(in: 1..<bad.count, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bad[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bad.removeSubrange(place...)
      case 2: bad.insert(0xFF, at: place)
      case 3: bad.insert(contentsOf: [0x80, 0xFF, 0xFF, 0xFF, 0x7F], at: place)
      default: bad[place] = UInt8.random(in: 0...255, using: &random)
      }
    }
    var fold = fresh()
    if bad != Array(good.dropLast(8)) {
      #expect(throws: CountsDamage.self) {
        try fold.add(encoded: bad + good.suffix(8), observed: observed)
      }
    }
    let sum = RunFormat.checksum(bad.span)
    bad += (0..<8).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) }
    // Where the end of all logs is not known, instants may be anywhere, and tables too long to make.
    let (from, until) = (observed.lowerBound, observed.upperBound)
    if from == .min || until > 1 << 53 { continue }
    if (try? fold.add(encoded: bad, observed: observed)) != nil, round % 4 == 0 {
      _ = try? fold.tables()
    }
  }
}
