/// A short string as two words, so that a table may hold it without a pointer: one of 1 to 15 bytes,
/// or a UUID. The form follows from the string, so equal keys are equal strings.
///
///     text    bytes, filled up with zeros; the highest byte of the second word is their number
///     uuid    its sixteen bytes (`UUIDForm`)
struct PackedKey: Equatable, Sendable {
  var first: UInt64
  var second: UInt64
  var form: Form

  enum Form: UInt32 {
    case text, uuid
  }

  static let textBytesMax = 15

  init(first: UInt64, second: UInt64, form: Form) {
    self.first = first
    self.second = second
    self.form = form
  }

  /// Nil where a string is empty, or too long.
  @inline(__always)
  init?(_ text: borrowing Span<UInt8>) {
    let count = text.count
    if count <= Self.textBytesMax {
      if count == 0 { return nil }
      let (first, second) = Self.words(text)
      self.init(first: first, second: second | UInt64(count) << 56, form: .text)
    } else if let (first, second) = UUIDForm.packed(text) {
      self.init(first: first, second: second, form: .uuid)
    } else {
      return nil
    }
  }

  /// Bytes of the string.
  var count: Int {
    switch form {
    case .text: Int(second >> 56)
    case .uuid: UUIDForm.textBytes
    }
  }

  /// Spells the string at a place of `text`.
  func spell(into text: inout MutableSpan<UInt8>, at start: Int) {
    switch form {
    case .uuid: UUIDForm.spell(first, second, into: &text, at: start)
    case .text:
      for byte in 0..<count {
        let word = byte < 8 ? first : second
        text[start + byte] = UInt8(truncatingIfNeeded: word >> UInt64(8 * (byte & 7)))
      }
    }
  }

  /// One to fifteen bytes, the first in the lowest place.
  @inline(__always)
  private static func words(_ text: borrowing Span<UInt8>) -> (UInt64, UInt64) {
    let count = text.count
    // Safe: a byte has no padding, so every byte of the span is initialized.
    let text = unsafe text.bytes
    // Safe for every load below: any bit pattern is an integer, and the span checks the bounds.
    if count >= 8 {
      let first = unsafe text.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self)
      let last = unsafe text.unsafeLoadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
      // A shift by all 64 bits is 0.
      return (UInt64(littleEndian: first), UInt64(littleEndian: last) >> UInt64(8 * (16 - count)))
    }
    if count >= 4 {
      let first = unsafe text.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt32.self)
      let last = unsafe text.unsafeLoadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
      // The bytes that both have are the same.
      return (
        UInt64(UInt32(littleEndian: first)) | UInt64(UInt32(littleEndian: last))
          << UInt64(8 * (count - 4)), 0
      )
    }
    var word: UInt64 = 0
    for byte in 0..<count {
      word |=
        UInt64(unsafe text.unsafeLoadUnaligned(fromByteOffset: byte, as: UInt8.self))
        << UInt64(8 * byte)
    }
    return (word, 0)
  }
}
