import EventLog
import Tables
import Values

/// A number of a table: what goals and checks compare. Exact where the number is.
struct Figure {
  /// Integer, number or decimal.
  let cell: Cell
  private let exact: DecimalSum?
  let value: Double

  /// Nil for a cell that is no number.
  init?(_ cell: Cell) {
    self.cell = cell
    switch cell {
    case .integer(let number): exact = DecimalSum(number)
    case .decimal(let sum): exact = sum
    case .number(let number):
      exact = nil
      value = number
      return
    case .empty, .text, .boolean: return nil
    }
    value = exact?.approximation ?? 0
  }

  /// Negative, 0 or positive, as the number is below, at or above the target.
  func compare(to target: ExactDecimal) -> Int {
    let goal = DecimalSum(target)
    if let exact { return Self.order(exact, goal) }
    return Self.order(value, goal.approximation)
  }

  func isBelow(_ other: Figure) -> Bool {
    if let exact, let otherExact = other.exact { return exact < otherExact }
    return value < other.value
  }

  /// Whether it is below another number by more than a fraction of that, of at most 6 decimals.
  func fell(from other: Figure, byMoreThan fraction: ExactDecimal) -> Bool {
    let share = DecimalSum(fraction)
    guard let exact, let otherExact = other.exact else {
      return other.value - value > share.approximation * other.value
    }
    // Whole parts in a million on either side: nothing is rounded.
    let million = 1_000_000
    let parts = Int((share.approximation * Double(million)).rounded())
    return otherExact.times(parts) < (otherExact - exact).times(million)
  }

  private static func order<Number: Comparable>(_ left: Number, _ right: Number) -> Int {
    left == right ? 0 : left < right ? -1 : 1
  }
}

extension DecimalSum {
  /// A small multiple, by doubling.
  fileprivate func times(_ count: Int) -> DecimalSum {
    var (product, power, rest) = (DecimalSum.zero, self, count)
    while rest > 0 {
      if rest % 2 == 1 { product.add(power) }
      power.add(power)
      rest /= 2
    }
    return product
  }
}
