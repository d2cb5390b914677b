/// Takes a state down as bytes: whole numbers of 7 bits a byte, the lowest first, with a bit for more
/// to come; signed ones with the sign in the lowest bit; texts with their length in front.
package struct StateWriter: Sendable {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func append(unsigned value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  package mutating func append(signed value: Int64) {
    append(unsigned: UInt64(bitPattern: value << 1 ^ value >> 63))
  }

  /// A number of things that follow.
  package mutating func append(count: Int) { append(unsigned: UInt64(count)) }

  /// The two halves of a number of 128 bits.
  package mutating func append(wide value: Int128) {
    append(signed: Int64(truncatingIfNeeded: value >> 64))
    append(unsigned: UInt64(truncatingIfNeeded: value))
  }

  /// What is written already.
  package mutating func append(raw other: [UInt8]) { bytes += other }

  package mutating func append(text: [UInt8]) {
    append(count: text.count)
    bytes += text
  }
}
