import Values

/// An axis from 0 (or below, where values are) to a round number above the largest value.
struct Scale {
  let low: Double
  let high: Double
  let ticks: [Double]

  init(_ values: [Double], isFraction: Bool = false) {
    let top = max(0, values.max() ?? 0)
    let bottom = min(0, values.min() ?? 0)
    let span = max(top - bottom, isFraction ? 0.05 : 1e-9)
    func ends(_ step: Double) -> (low: Double, high: Double) {
      let low = (bottom / step).rounded(.down) * step
      return (low, max((top / step - 1e-9).rounded(.up) * step, low + step))
    }
    // Three to six steps, of these those that leave the least room empty.
    let steps = [3.0, 4, 5, 6].map { Self.round(span / $0) }
    let step =
      steps.filter { (ends($0).high - ends($0).low) / $0 < 6.5 }.min {
        ends($0).high - ends($0).low < (ends($1).high - ends($1).low) * 0.999
      } ?? steps[0]
    low = ends(step).low
    high = isFraction && top <= 1 ? min(ends(step).high, 1) : ends(step).high
    var ticks: [Double] = []
    var tick = low
    while tick <= high + step / 1000, ticks.count < 20 {
      ticks.append(tick.magnitude < step / 1000 ? 0 : tick)
      tick += step
    }
    self.ticks = ticks
  }

  /// 1, 2, 2.5 or 5 times a power of ten.
  private static func round(_ step: Double) -> Double {
    var power = 1.0
    while power * 10 <= step { power *= 10 }
    while power > step { power /= 10 }
    for factor in [1.0, 2, 2.5, 5, 10] where factor * power >= step * 0.999 {
      return factor * power
    }
    return 10 * power
  }

  /// 0 at the bottom, 1 at the top.
  func place(_ value: Double) -> Double { (value - low) / (high - low) }
}
