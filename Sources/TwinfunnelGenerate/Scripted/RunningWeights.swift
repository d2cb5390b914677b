/// Picks indices in proportion to their weights.
struct RunningWeights {
  private let sums: [Double]

  init(_ weights: [Double]) {
    var sum = 0.0
    sums = weights.map {
      sum += $0
      return sum
    }
  }

  /// There must be a weight to pick.
  func pick(_ random: inout SeededRandom) -> Int {
    let pick = random.unit() * sums[sums.count - 1]
    // The first whose running sum is beyond the pick.
    var (low, high) = (0, sums.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if sums[middle] > pick { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
