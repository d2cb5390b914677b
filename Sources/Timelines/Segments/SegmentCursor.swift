import Values

/// Reads numbers and strings in the forms of `RunFormat`, with every count and code in its bounds:
/// hostile bytes are damage, never a trap.
struct SegmentCursor {
  /// What is wrong, in a word.
  struct Damage: Error {
    var what: String
  }

  let bytes: [UInt8]
  private(set) var at: Int

  init(_ bytes: [UInt8], at: Int = 0) {
    self.bytes = bytes
    self.at = at
  }

  var isAtEnd: Bool { at == bytes.count }

  @inline(__always)
  mutating func byte() throws(Damage) -> UInt8 {
    guard at < bytes.count else { throw Damage(what: "a segment ends too early") }
    at += 1
    return bytes[at - 1]
  }

  @inline(__always)
  mutating func varint() throws(Damage) -> UInt64 {
    var value = UInt64(try byte())
    if value < 128 { return value }
    value &= 127
    var shift: UInt64 = 7
    while true {
      let next = UInt64(try byte())
      guard shift < 64 else { throw Damage(what: "a number is too long") }
      value |= (next & 127) << shift
      if next < 128 { return value }
      shift += 7
    }
  }

  @inline(__always)
  static func signed(_ value: UInt64) -> Int64 {
    Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  @inline(__always)
  mutating func zigzag() throws(Damage) -> Int64 { Self.signed(try varint()) }

  @inline(__always)
  mutating func code(below end: Int) throws(Damage) -> UInt64 {
    let code = try varint()
    guard code < UInt64(end) else { throw Damage(what: "a code too large") }
    return code
  }

  mutating func fixed(_ count: Int) throws(Damage) -> UInt64 {
    var value: UInt64 = 0
    for at in try range(count) { value = value >> 8 | UInt64(bytes[at]) << 56 }
    return value >> UInt64(64 - 8 * count)
  }

  /// A count or length: bounded by what memory could hold, so that sums do not overflow.
  mutating func count() throws(Damage) -> Int {
    let value = try varint()
    guard value < 1 << 40 else { throw Damage(what: "a count too large") }
    return Int(value)
  }

  /// A count of things that take a byte each at least, so that it cannot ask for much memory.
  mutating func countOfParts() throws(Damage) -> Int {
    let count = try count()
    guard count <= bytes.count - at else { throw Damage(what: "a table is too long") }
    return count
  }

  mutating func range(_ count: Int) throws(Damage) -> Range<Int> {
    guard count <= bytes.count - at else { throw Damage(what: "a segment ends too early") }
    at += count
    return at - count..<at
  }

  mutating func table() throws(Damage) -> ByteTable {
    var table = ByteTable()
    let count = try countOfParts()
    table.ends.reserveCapacity(count)
    var end = 0
    for _ in 0..<count {
      end += try self.count()
      guard end <= bytes.count else { throw Damage(what: "a table is too long") }
      table.ends.append(end)
    }
    table.bytes = Array(bytes[try range(end)])
    return table
  }

  mutating func numbers() throws(Damage) -> PackedDecimals {
    var numbers = PackedDecimals()
    for _ in 0..<(try countOfParts()) {
      let form = try varint()
      var significand: Int128
      if form & 1 == 0 {
        significand = Int128(try zigzag())
      } else {
        significand = 0
        for shift in 0..<16 { significand |= Int128(try byte()) << Int128(8 * shift) }
      }
      guard
        let number = ExactDecimal(
          stored: significand, scale: Int(truncatingIfNeeded: Self.signed(form >> 1)))
      else { throw Damage(what: "a number has too many digits") }
      numbers.append(number)
    }
    return numbers
  }
}
