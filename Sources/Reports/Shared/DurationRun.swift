/// Distinct durations in ascending order with how often each occurred, in some two bytes each.
///
///     per duration: what it is more than the one before, in units, twice (varint); plus 1 where it
///     occurred more than once, and then its count (varint)
struct DurationRun: Sendable {
  private(set) var bytes: [UInt8] = []
  /// Distinct durations.
  private(set) var count = 0
  /// Microseconds that all durations are multiples of.
  private let unit: Int64
  private var last: Int64 = 0

  private static let units: [Int64] = [1_000_000, 1000]

  /// Of durations in ascending order.
  init(_ sorted: [Int64]) {
    unit = Self.units.first { unit in sorted.allSatisfy { $0 % unit == 0 } } ?? 1
    bytes.reserveCapacity(sorted.count * 2)
    var start = 0
    while start < sorted.count {
      var end = start + 1
      while end < sorted.count, sorted[end] == sorted[start] { end += 1 }
      append(sorted[start], times: end - start)
      start = end
    }
  }

  private init(unit: Int64, room: Int) {
    self.unit = unit
    bytes.reserveCapacity(room)
  }

  /// Nothing, in microseconds: for durations that come one by one.
  init() { self.init(unit: 1, room: 0) }

  /// Both together.
  init(_ a: DurationRun, _ b: DurationRun) {
    self.init(unit: min(a.unit, b.unit), room: a.bytes.count + b.bytes.count)
    var (left, right) = (Cursor(a, per: unit), Cursor(b, per: unit))
    var (x, y) = (left.next(), right.next())
    while x != nil || y != nil {
      if let both = x, both.value == y?.value {
        append(units: both.value, times: both.times.clampedSum(y?.times ?? 0))
        (x, y) = (left.next(), right.next())
      } else if let one = x, one.value < y?.value ?? .max {
        append(units: one.value, times: one.times)
        x = left.next()
      } else if let one = y {
        append(units: one.value, times: one.times)
        y = right.next()
      }
    }
  }

  /// Adds a duration, longer than all before: at most some 10,000 years, of whatever sign.
  mutating func append(_ value: Int64, times: Int) { append(units: value / unit, times: times) }

  private mutating func append(units: Int64, times: Int) {
    // The first may be below zero; all others are more than the one before.
    let step = count == 0 ? Self.zigzag(units) : UInt64(bitPattern: units &- last)
    append(step &<< 1 | (times > 1 ? 1 : 0))
    if times > 1 { append(UInt64(times)) }
    last = units
    count += 1
  }

  private mutating func append(_ varint: UInt64) {
    var rest = varint
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  private static func zigzag(_ value: Int64) -> UInt64 {
    UInt64(bitPattern: value &<< 1 ^ value &>> 63)
  }

  /// Reads them again, in order.
  struct Cursor {
    private let run: DurationRun
    /// What the run's unit is in the one that durations are read in.
    private let scale: Int64
    private var at = 0
    private var units: Int64 = 0

    /// - Parameter unit: microseconds; it divides the run's.
    init(_ run: DurationRun, per unit: Int64 = 1) {
      self.run = run
      scale = run.unit / unit
    }

    mutating func next() -> (value: Int64, times: Int)? {
      if at == run.bytes.count { return nil }
      let isFirst = at == 0
      let step = varint()
      let delta = step &>> 1
      units =
        isFirst
        ? Int64(bitPattern: delta &>> 1) ^ -Int64(bitPattern: delta & 1)
        : units &+ Int64(bitPattern: delta)
      return (units * scale, step & 1 == 1 ? Int(truncatingIfNeeded: varint()) : 1)
    }

    private mutating func varint() -> UInt64 {
      var (value, shift): (UInt64, UInt64) = (0, 0)
      while true {
        let byte = run.bytes[at]
        at += 1
        value |= UInt64(byte & 0x7f) &<< shift
        if byte < 0x80 { return value }
        shift += 7
      }
    }
  }
}

extension Int {
  /// Counts that come from elsewhere may be beyond reason.
  fileprivate func clampedSum(_ other: Int) -> Int {
    let (sum, overflows) = addingReportingOverflow(other)
    return overflows ? .max : sum
  }
}
