/// Reads what `StateWriter` wrote, or what somebody else made of it. Nothing here traps: whatever
/// cannot be read is noted once, reads as 0 from then on, and is asked for at the end.
struct StateReader: Sendable {
  private let bytes: [UInt8]
  private var position: Int
  private(set) var damage: String?

  init(_ bytes: [UInt8], from position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  var isDamaged: Bool { damage != nil }
  var isAtEnd: Bool { position == bytes.count }

  mutating func note(_ problem: String) {
    if damage == nil { damage = "\(problem) at byte \(position)" }
  }

  mutating func unsigned() -> UInt64 {
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

  mutating func signed() -> Int64 {
    let value = unsigned()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  /// A number of things that follow: each takes a byte at least, so there cannot be more than bytes.
  mutating func count() -> Int {
    let value = unsigned()
    guard value <= UInt64(bytes.count - position) else {
      note("it announces more than it holds")
      return 0
    }
    return Int(value)
  }

  mutating func wide() -> Int128 {
    let high = signed()
    return Int128(high) << 64 | Int128(unsigned())
  }

  mutating func text() -> [UInt8] {
    let count = count()
    defer { position += count }
    return Array(bytes[position..<position + count])
  }
}
