/// Text from outside as a terminal may show it: nothing in it can move the cursor, change colours, or
/// turn the direction of what stands beside it.
package enum ShownText {
  /// Control characters and bytes that are no UTF-8 as `\\n`, `\\t`, `\\x1b`, marks of direction as
  /// `\\u202e`; past `charactersMax` cut, with three dots.
  package static func escaped(_ bytes: [UInt8], charactersMax: Int = .max) -> String {
    var text = ""
    var count = 0
    var rest = bytes[...]
    while let first = rest.first {
      if count == charactersMax { return text + "..." }
      count += 1
      // The longest first: a valid sequence of four bytes has no valid shorter start.
      let length = (1...4).first { length in
        rest.count >= length && String(validating: rest.prefix(length), as: UTF8.self) != nil
      }
      guard let length, let decoded = String(validating: rest.prefix(length), as: UTF8.self),
        let scalar = decoded.unicodeScalars.first
      else {
        text += hexadecimal(first)
        rest = rest.dropFirst()
        continue
      }
      text += shown(scalar)
      rest = rest.dropFirst(length)
    }
    return text
  }

  /// The same of text. What is escaped already stays as it is.
  package static func escaped(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isHarmful) else { return text }
    return text.unicodeScalars.map(shown).joined()
  }

  /// The same of text of several lines: line feeds stay.
  package static func escaped(lines text: String) -> String {
    guard text.unicodeScalars.contains(where: { $0 != "\n" && isHarmful($0) }) else { return text }
    return text.unicodeScalars.map { $0 == "\n" ? "\n" : shown($0) }.joined()
  }

  private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7f..<0xa0, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069, 0xfeff: true
    default: false
    }
  }

  private static func shown(_ scalar: Unicode.Scalar) -> String {
    switch scalar.value {
    case 9: "\\t"
    case 10: "\\n"
    case 13: "\\r"
    case 0..<0x20, 0x7f..<0xa0: hexadecimal(UInt8(scalar.value))
    case _ where isHarmful(scalar): "\\u" + String(scalar.value, radix: 16)
    default: String(scalar)
    }
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }
}
