/// Looking at eight bytes at a time, in plain integers: the same on every processor.
enum WordScan {
  /// High bit of every byte.
  static let highBits: UInt64 = 0x8080_8080_8080_8080

  /// The eight bytes from `start`, the first in the lowest place. They must all be there.
  @inline(always)
  static func word(_ bytes: Span<UInt8>, at start: Int) -> UInt64 {
    // The load is checked against the span's bounds, and every pattern of bits is a UInt64.
    UInt64(
      littleEndian: unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self))
  }

  /// The same up to `end`; NUL stands for what lies behind.
  @inline(always)
  static func word(_ bytes: Span<UInt8>, at start: Int, end: Int) -> UInt64 {
    start + 8 <= end ? word(bytes, at: start) : tail(bytes, at: start, end: end)
  }

  @inline(never)
  private static func tail(_ bytes: Span<UInt8>, at start: Int, end: Int) -> UInt64 {
    var word: UInt64 = 0
    var place = end
    while place > start {
      place -= 1
      word = word << 8 | UInt64(bytes[place])
    }
    return word
  }

  /// `byte` in all eight places.
  @inline(always)
  static func repeated(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }

  /// The high bit of each byte that is equal to `wanted`'s: exact, no byte touches another.
  @inline(always)
  static func matches(_ word: UInt64, _ wanted: UInt64) -> UInt64 {
    let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
    let difference = word ^ wanted
    return ~(((difference & low) &+ low) | difference | low)
  }

  /// Whether each byte is 0 to 9, and 0 in the bytes of `separators`.
  @inline(always)
  static func digitsAndZeros(_ word: UInt64, separators: UInt64) -> Bool {
    // A byte reaches its high bit from 10 up (a separator from 1 up). A carry out of a byte needs a
    // high bit in that byte, which fails by itself.
    let slack: UInt64 = 0x7676_7676_7676_7676 | (separators & 0x7F7F_7F7F_7F7F_7F7F)
    return (word | (word &+ slack)) & highBits == 0
  }

  /// Byte k becomes ten times digit k plus digit k + 1: at most 99, so nothing carries.
  @inline(always)
  static func pairs(_ digits: UInt64) -> UInt64 { digits &* 10 &+ digits >> 8 }

  /// The number that eight ASCII digits write, nil when they are not all digits.
  @inline(always)
  static func eightDigits(_ bytes: Span<UInt8>, at start: Int) -> UInt64? {
    let digits = word(bytes, at: start) ^ 0x3030_3030_3030_3030
    guard digitsAndZeros(digits, separators: 0) else { return nil }
    // Four pairs, then two numbers of four digits, then one of eight: each step adds neighbours.
    let two = pairs(digits) & 0x00FF_00FF_00FF_00FF
    let four = (two &* 100 &+ two >> 16) & 0x0000_FFFF_0000_FFFF
    return (four &* 10_000 &+ four >> 32) & 0xFFFF_FFFF
  }

  /// The place of the first `byte` in `range`, nil when there is none. `byte` is not NUL.
  @inline(always)
  static func first(_ byte: UInt8, in bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    let wanted = repeated(byte)
    var place = range.lowerBound
    while place < range.upperBound {
      let found = matches(word(bytes, at: place, end: range.upperBound), wanted)
      if found != 0 { return place + found.trailingZeroBitCount >> 3 }
      place += 8
    }
    return nil
  }
}
