/// Many decimals, 16 bytes each: those of one word as they are, the few that are longer beside them.
package struct PackedDecimals: Sendable {
  private struct Packed: Sendable {
    /// Of a longer one, its place in `long`.
    var significand: Int64
    var scale: Int16
    var isLong: Bool
  }

  private var packed: [Packed] = []
  private var long: [ExactDecimal] = []

  package init() {}

  package var count: Int { packed.count }

  /// Bytes of memory held.
  package var footprint: Int { packed.capacity * 16 + long.capacity * 24 }

  package mutating func append(_ number: ExactDecimal) {
    if number.high == Int64(bitPattern: number.low) >> 63 {
      packed.append(
        Packed(
          significand: Int64(bitPattern: number.low), scale: number.scale, isLong: false))
    } else {
      packed.append(Packed(significand: Int64(long.count), scale: number.scale, isLong: true))
      long.append(number)
    }
  }

  package mutating func append(contentsOf other: PackedDecimals) {
    let (start, shift) = (packed.count, Int64(long.count))
    packed += other.packed
    if other.long.isEmpty { return }
    for index in start..<packed.count where packed[index].isLong {
      packed[index].significand += shift
    }
    long += other.long
  }

  /// Whether one more needs more memory.
  package var isFull: Bool { packed.count == packed.capacity }

  package mutating func reserveCapacity(_ count: Int) { packed.reserveCapacity(count) }

  @inline(__always)
  package subscript(index: Int) -> ExactDecimal {
    let number = packed[index]
    if number.isLong { return long[Int(number.significand)] }
    return ExactDecimal(canonical: number.significand, scale: number.scale)
  }
}
