/// Reads what `StateWriter` wrote, or what somebody else made of it. Nothing here traps: whatever
/// cannot be read is noted once, reads as 0 from then on, and is asked for at the end.
package struct StateReader: Sendable {
  private let bytes: [UInt8]
  private var position: Int
  package private(set) var damage: String?
  /// Microseconds since 1970: nothing that was counted lies outside.
  let observed: ClosedRange<Int64>
  /// Numbers that intervals can have, whatever their length.
  let intervals: ClosedRange<Int>
  /// Of all counts so far.
  private var total: UInt64 = 0

  /// Far enough from the ends of Int64 for any sum or difference of two.
  static let instantMax: UInt64 = 1 << 61
  /// A thousand states of this much add up without overflow.
  private static let totalMax: UInt64 = 1 << 52

  package init(
    _ bytes: [UInt8], from position: Int = 0, observed: ClosedRange<Int64> = .min ... .max
  ) {
    self.bytes = bytes
    self.position = position
    self.observed = observed
    let hour: Int64 = 3_600_000_000
    // Windows reach a little further than events.
    intervals =
      Int(min(0, observed.lowerBound / hour)) - 1000...Int(max(0, observed.upperBound / hour))
      + 1000
  }

  package var isDamaged: Bool { damage != nil }
  package var isAtEnd: Bool { position == bytes.count }

  package mutating func note(_ problem: String) {
    if damage == nil { damage = "\(problem) at byte \(position)" }
  }

  package mutating func unsigned() -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while !isDamaged {
      guard position < bytes.count else {
        note("it ends inside a number")
        break
      }
      let byte = bytes[position]
      position += 1
      if shift == 63, byte > 1 {
        note("a number has more than 64 bits")
        break
      }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    return 0
  }

  package mutating func signed() -> Int64 {
    let value = unsigned()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  /// A count of what was in the logs.
  package mutating func tally() -> Int {
    let value = signed()
    total += min(value.magnitude, Self.totalMax)
    if total > Self.totalMax {
      note("more is counted than logs can hold")
      total = Self.totalMax
      return 0
    }
    return Int(value)
  }

  /// An instant or a number of an interval; `Int64.max` for none.
  mutating func smallest() -> Int64 {
    let value = signed()
    if value != .max, value.magnitude > Self.instantMax {
      note("an instant lies outside all time")
      return .max
    }
    return value
  }

  /// The number of an interval.
  mutating func interval() -> Int {
    let value = Int(signed())
    if !intervals.contains(value) {
      note("an interval lies outside what was observed")
      return 0
    }
    return value
  }

  /// A number of things that follow: each takes a byte at least, so there cannot be more than bytes.
  package mutating func count() -> Int {
    let value = unsigned()
    guard value <= UInt64(bytes.count - position) else {
      note("it announces more than it holds")
      return 0
    }
    return Int(value)
  }

  package mutating func wide() -> Int128 {
    let high = signed()
    return Int128(high) << 64 | Int128(unsigned())
  }

  package mutating func text() -> [UInt8] {
    let count = count()
    defer { position += count }
    return Array(bytes[position..<position + count])
  }
}
