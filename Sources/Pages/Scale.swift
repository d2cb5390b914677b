import Values

/// An axis from 0 (or below, where values are) to a round number above the largest value.
struct Scale {
  let low: Double
  let high: Double
  let ticks: [Double]

  init(_ values: [Double], isFraction: Bool = false, wanted: Int = 4) {
    let top = max(0, values.max() ?? 0)
    let bottom = min(0, values.min() ?? 0)
    let span = max(top - bottom, isFraction ? 0.05 : 1e-9)
    let step = Self.round(span / Double(wanted))
    low = (bottom / step).rounded(.down) * step
    let end = max((top / step).rounded(.up) * step, low + step)
    high = isFraction && top <= 1 ? min(end, 1) : end
    var ticks: [Double] = []
    var tick = low
    // A few ticks: the step is a quarter of the span or so.
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
