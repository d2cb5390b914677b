internal import CByteScan

/// UUIDs in lower case with their four hyphens, as sixteen bytes in two words: the first digit is in
/// the high half of the first word's lowest byte. Another spelling of the same number has no such form,
/// so the form says how it was spelled.
enum UUIDForm {
  /// Bytes of the text.
  static let textBytes = 36

  /// The two words of a text; nil for any other.
  @inline(__always)
  static func packed(_ text: borrowing Span<UInt8>) -> (UInt64, UInt64)? {
    guard text.count == textBytes else { return nil }
    // Reads so many bytes, as there are, during the call.
    let words = unsafe text.withUnsafeBufferPointer { unsafe uuid_pack($0.baseAddress) }
    if !words.is_uuid { return nil }
    return (UInt64(littleEndian: words.first), UInt64(littleEndian: words.second))
  }

  /// Eight numbers below sixteen as digits.
  @inline(__always)
  private static func spelled(_ digits: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let letters = ((digits &+ ones &* 6) >> 4) & ones
    return digits &+ ones &* 0x30 &+ letters &* 0x27
  }

  /// The eight digits of four bytes, the first in the lowest byte.
  @inline(__always)
  private static func text(_ bytes: UInt64) -> UInt64 {
    var digits = (bytes | bytes << 16) & 0x0000_ffff_0000_ffff
    digits = (digits | digits << 8) & 0x00ff_00ff_00ff_00ff
    return spelled((digits >> 4 | digits << 8) & 0x0f0f_0f0f_0f0f_0f0f)
  }

  /// Spells a UUID at a place of `text`.
  static func spell(
    _ first: UInt64, _ second: UInt64, into text: inout MutableSpan<UInt8>, at start: Int
  ) {
    // Safe: any integer is bytes, and the span checks the bounds.
    var bytes = unsafe text.mutableBytes
    let (a, b) = (Self.text(first & 0xffff_ffff), Self.text(first >> 32))
    let (c, d) = (Self.text(second & 0xffff_ffff), Self.text(second >> 32))
    for (digits, low, high) in [(a, 0, 4), (b, 9, 14), (c, 19, 24), (d, 28, 32)] {
      bytes.storeBytes(
        of: UInt32(truncatingIfNeeded: digits).littleEndian, toByteOffset: start + low,
        as: UInt32.self)
      bytes.storeBytes(
        of: UInt32(truncatingIfNeeded: digits >> 32).littleEndian, toByteOffset: start + high,
        as: UInt32.self)
    }
    for hyphen in [8, 13, 18, 23] {
      bytes.storeBytes(of: UInt8(ascii: "-"), toByteOffset: start + hyphen, as: UInt8.self)
    }
  }
}
