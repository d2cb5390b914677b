/// The decoding of backslash escapes in JSON strings that a format has already checked.
enum JSONEscapes {
  /// Appends the text of `range`, which holds only valid escapes, to `bytes`.
  ///
  /// - Returns: how many halves of surrogate pairs stood alone; each is read as U+FFFD.
  static func decode(
    _ chunk: Span<UInt8>, _ range: Range<Int>, into bytes: inout [UInt8]
  ) -> Int {
    var lone = 0
    var position = range.lowerBound
    while position < range.upperBound {
      let byte = chunk[position]
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        position += 1
        continue
      }
      let kind = chunk[position + 1]
      position += 2
      switch kind {
      case UInt8(ascii: "b"): bytes.append(0x08)
      case UInt8(ascii: "f"): bytes.append(0x0C)
      case UInt8(ascii: "n"): bytes.append(0x0A)
      case UInt8(ascii: "r"): bytes.append(0x0D)
      case UInt8(ascii: "t"): bytes.append(0x09)
      case UInt8(ascii: "u"):
        var scalar = unit(chunk, at: position)
        position += 4
        if (0xD800..<0xDC00).contains(scalar), position + 6 <= range.upperBound,
          chunk[position] == UInt8(ascii: "\\"), chunk[position + 1] == UInt8(ascii: "u")
        {
          let low = unit(chunk, at: position + 2)
          if (0xDC00..<0xE000).contains(low) {
            scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
            position += 6
          }
        }
        if (0xD800..<0xE000).contains(scalar) {
          lone += 1
          scalar = 0xFFFD
        }
        append(scalar, to: &bytes)
      default: bytes.append(kind)
      }
    }
    return lone
  }

  /// Four hexadecimal digits, already checked.
  private static func unit(_ chunk: Span<UInt8>, at position: Int) -> UInt32 {
    var value: UInt32 = 0
    for place in position..<position + 4 {
      let byte = chunk[place]
      // Letters differ from digits in bit 6, and their low bits count from 1.
      let digit = (byte & 15) + (byte & 64 == 0 ? 0 : 9)
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  private static func append(_ scalar: UInt32, to bytes: inout [UInt8]) {
    switch scalar {
    case 0..<0x80:
      bytes.append(UInt8(scalar))
    case 0x80..<0x800:
      bytes.append(UInt8(0xC0 | scalar >> 6))
      bytes.append(UInt8(0x80 | scalar & 0x3F))
    case 0x800..<0x10000:
      bytes.append(UInt8(0xE0 | scalar >> 12))
      bytes.append(UInt8(0x80 | scalar >> 6 & 0x3F))
      bytes.append(UInt8(0x80 | scalar & 0x3F))
    default:
      bytes.append(UInt8(0xF0 | scalar >> 18))
      bytes.append(UInt8(0x80 | scalar >> 12 & 0x3F))
      bytes.append(UInt8(0x80 | scalar >> 6 & 0x3F))
      bytes.append(UInt8(0x80 | scalar & 0x3F))
    }
  }
}
