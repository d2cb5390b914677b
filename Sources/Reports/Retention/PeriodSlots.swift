import Spec
import Values

/// The periods of a retention table: unit periods 0, 1, 2, ... one by one, or period 0 and then
/// brackets of several. A slot is what the `period` column numbers.
struct PeriodSlots: Sendable {
  /// By slot: its first and its last unit period.
  private(set) var first: [Int] = [0]
  private(set) var last: [Int] = [0]
  /// By unit period: its slot.
  private var slots: [Int] = [0]

  init(_ definition: RetentionDefinition) {
    let sizes =
      definition.brackets.isEmpty
      ? Array(repeating: 1, count: definition.periods) : definition.brackets
    for size in sizes {
      first.append(slots.count)
      last.append(slots.count + size - 1)
      slots += Array(repeating: first.count - 1, count: size)
    }
  }

  var count: Int { first.count }
  var lastPeriod: Int { slots.count - 1 }

  @inline(__always)
  func slot(of period: Int) -> Int { slots[period] }

  /// The last slot that is over when unit period `period` is; -1 if none is.
  @inline(__always)
  func lastEnded(by period: Int) -> Int {
    if period < 0 { return -1 }
    if period >= lastPeriod { return count - 1 }
    let slot = slots[period]
    return last[slot] == period ? slot : slot - 1
  }
}

extension Interval {
  /// Length of an elapsed period in microseconds: a month is 30 days of 24 hours, a quarter 90, a
  /// year 365.
  var elapsedLength: Int64 {
    switch self {
    case .hour: Microseconds.hour
    case .day: Microseconds.day
    case .week: 7 * Microseconds.day
    case .month: 30 * Microseconds.day
    case .quarter: 90 * Microseconds.day
    case .year: 365 * Microseconds.day
    case .days, .weeks: Int64(days) * Microseconds.day
    }
  }
}
