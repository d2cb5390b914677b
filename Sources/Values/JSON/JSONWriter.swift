/// JSON text as RFC 8259 has it, in UTF-8, keys in the order given.
///
/// Non-ASCII text stays as it is, except for the characters that some reader takes for a line end
/// or a terminal for a command: controls, and the line separators U+2028 and U+2029. So one value
/// written compactly is one line for every tool. A NaN or an infinity has no JSON form: null.
package enum JSONWriter {
  /// Indented by two spaces, with a line feed at the end. A list of plain values that fits into a
  /// line stays on one.
  package static func pretty(_ value: JSONValue) -> [UInt8] {
    var bytes: [UInt8] = []
    append(value, indentation: 0, to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  /// On one line, without a line end: `{"a": 1, "b": [true, null]}`.
  package static func compact(_ value: JSONValue) -> [UInt8] {
    var bytes: [UInt8] = []
    appendInline(value, to: &bytes)
    return bytes
  }

  /// Pretty, for a value whose first byte stands at the depth `indentation` of the document.
  package static func append(_ value: JSONValue, indentation: Int, to bytes: inout [UInt8]) {
    switch value {
    case .list(let values) where !values.isEmpty:
      if values.allSatisfy(\.isPlain) {
        let start = bytes.count
        appendInline(value, to: &bytes)
        if bytes.count - start <= lineBytes { return }
        bytes.removeSubrange(start...)
      }
      bytes.append(UInt8(ascii: "["))
      for (index, element) in values.enumerated() {
        appendLineStart(isFirst: index == 0, indentation: indentation + 1, to: &bytes)
        append(element, indentation: indentation + 1, to: &bytes)
      }
      appendLineStart(isFirst: true, indentation: indentation, to: &bytes)
      bytes.append(UInt8(ascii: "]"))
    case .object(let members) where !members.isEmpty:
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        appendLineStart(isFirst: index == 0, indentation: indentation + 1, to: &bytes)
        append(member.key, to: &bytes)
        bytes.append(contentsOf: ": ".utf8)
        append(member.value, indentation: indentation + 1, to: &bytes)
      }
      appendLineStart(isFirst: true, indentation: indentation, to: &bytes)
      bytes.append(UInt8(ascii: "}"))
    default:
      appendInline(value, to: &bytes)
    }
  }

  package static func appendInline(_ value: JSONValue, to bytes: inout [UInt8]) {
    switch value {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .boolean(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): PlainNumber.append(value, to: &bytes)
    case .number(let value):
      if !PlainNumber.append(value, to: &bytes) { bytes.append(contentsOf: "null".utf8) }
    case .digits(let digits): bytes.append(contentsOf: (digits.isEmpty ? "null" : digits).utf8)
    case .text(let text): append(text, to: &bytes)
    case .list(let values):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in values.enumerated() {
        if index > 0 { bytes.append(contentsOf: ", ".utf8) }
        appendInline(element, to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { bytes.append(contentsOf: ", ".utf8) }
        append(member.key, to: &bytes)
        bytes.append(contentsOf: ": ".utf8)
        appendInline(member.value, to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  /// A string with its quotes.
  package static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    if text.utf8.contains(where: mayNeedEscape) {
      for scalar in text.unicodeScalars { append(scalar, to: &bytes) }
    } else {
      bytes.append(contentsOf: text.utf8)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// 0xC2 leads the controls from U+0080 on, 0xE2 the line separators.
  private static func mayNeedEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F
      || byte == 0xC2 || byte == 0xE2
  }

  private static func append(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
    switch scalar {
    case "\"": bytes.append(contentsOf: #"\""#.utf8)
    case "\\": bytes.append(contentsOf: #"\\"#.utf8)
    case "\n": bytes.append(contentsOf: #"\n"#.utf8)
    case "\r": bytes.append(contentsOf: #"\r"#.utf8)
    case "\t": bytes.append(contentsOf: #"\t"#.utf8)
    case "\u{8}": bytes.append(contentsOf: #"\b"#.utf8)
    case "\u{C}": bytes.append(contentsOf: #"\f"#.utf8)
    case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
      bytes.append(contentsOf: #"\u"#.utf8)
      for shift in [12, 8, 4, 0] {
        bytes.append(hexDigits[Int(scalar.value >> UInt32(shift)) & 0xF])
      }
    default:
      bytes.append(contentsOf: UTF8.encode(scalar)!)
    }
  }

  private static func appendLineStart(
    isFirst: Bool, indentation: Int, to bytes: inout [UInt8]
  ) {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indentation * 2))
  }

  /// Lists of plain values longer than this are written one value per line.
  private static let lineBytes = 100
}

let hexDigits = Array("0123456789abcdef".utf8)

extension JSONValue {
  /// Neither a list nor an object.
  var isPlain: Bool {
    switch self {
    case .list, .object: false
    default: true
    }
  }
}
