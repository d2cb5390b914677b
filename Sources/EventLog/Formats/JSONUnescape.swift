/// Decoding of JSON string escapes (RFC 8259, section 7).
enum JSONUnescape {
  /// Appends the text that `range`, the inside of a valid JSON string, stands for.
  ///
  /// - Returns: how many `\u` escapes were half a surrogate pair; each became U+FFFD.
  static func append(_ bytes: Span<UInt8>, _ range: Range<Int>, to text: inout [UInt8]) -> Int {
    var loneSurrogates = 0
    var at = range.lowerBound
    let end = range.upperBound
    while at < end {
      let byte = bytes[at]
      guard byte == UInt8(ascii: "\\") else {
        text.append(byte)
        at += 1
        continue
      }
      let escape = bytes[at + 1]
      at += 2
      guard escape == UInt8(ascii: "u") else {
        text.append(single(escape))
        continue
      }
      var scalar = codeUnit(bytes, at)
      at += 4
      if scalar & 0xFC00 == 0xD800, at + 6 <= end, bytes[at] == UInt8(ascii: "\\"),
        bytes[at + 1] == UInt8(ascii: "u"), codeUnit(bytes, at + 2) & 0xFC00 == 0xDC00
      {
        scalar = 0x10000 + (scalar & 0x3FF) << 10 + codeUnit(bytes, at + 2) & 0x3FF
        at += 6
      } else if scalar & 0xF800 == 0xD800 {
        scalar = 0xFFFD
        loneSurrogates += 1
      }
      append(scalar: scalar, to: &text)
    }
    return loneSurrogates
  }

  /// What a backslash and one letter stand for; quote, backslash and slash mean themselves.
  private static func single(_ escape: UInt8) -> UInt8 {
    switch escape {
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: escape
    }
  }

  /// The four hexadecimal digits at `at`, checked when the row was.
  private static func codeUnit(_ bytes: Span<UInt8>, _ at: Int) -> UInt32 {
    var value: UInt32 = 0
    for place in at..<at + 4 {
      let byte = bytes[place]
      value = value << 4 | UInt32(byte <= UInt8(ascii: "9") ? byte & 0x0F : (byte & 0x0F) + 9)
    }
    return value
  }

  private static func append(scalar: UInt32, to text: inout [UInt8]) {
    func continuation(_ shift: UInt32) -> UInt8 { UInt8(0x80 | scalar >> shift & 0x3F) }
    switch scalar {
    case ..<0x80:
      text.append(UInt8(scalar))
    case ..<0x800:
      text.append(UInt8(0xC0 | scalar >> 6))
      text.append(continuation(0))
    case ..<0x10000:
      text.append(UInt8(0xE0 | scalar >> 12))
      text.append(continuation(6))
      text.append(continuation(0))
    default:
      text.append(UInt8(0xF0 | scalar >> 18))
      text.append(continuation(12))
      text.append(continuation(6))
      text.append(continuation(0))
    }
  }
}

/// Whether there is an escape in the inside of a string.
@inline(__always)
func hasBackslash(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
  let ones: UInt64 = 0x0101_0101_0101_0101
  var at = range.lowerBound
  while range.upperBound - at >= 8 {
    // Any eight bytes make an integer, and the load checks that they are there.
    let word = unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self)
    // Zero bytes where the backslashes are; taking 1 off each borrows from those alone, or from what
    // stands above one.
    let other = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
    if (other &- ones) & ~other & (ones &* 0x80) != 0 { return true }
    at += 8
  }
  while at < range.upperBound {
    if bytes[at] == UInt8(ascii: "\\") { return true }
    at += 1
  }
  return false
}
