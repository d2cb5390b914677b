/// Reads a small JSON document whole: a manifest of an earlier run. Logs have a reader of their own.
///
/// Strict RFC 8259 in UTF-8. Whole numbers that fit an `Int` become `.integer`; every other number
/// keeps its digits as `.digits`. Nesting is limited, since it is read by recursion.
package struct JSONReader {
  package struct Failure: Error, Sendable, Equatable, CustomStringConvertible {
    /// Zero-based offset of the byte that cannot stand where it stands.
    package var offset: Int

    package var description: String { "not JSON at byte \(offset)" }
  }

  private let bytes: [UInt8]
  private var position = 0

  /// The value of a document; throws when there is anything else, or anything after it.
  package static func read(_ bytes: [UInt8]) throws(Failure) -> JSONValue {
    var reader = JSONReader(bytes: bytes)
    let value = try reader.value(depth: 0)
    reader.skipSpace()
    if reader.position < bytes.count { throw reader.failure }
    return value
  }

  private init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  private var failure: Failure { Failure(offset: position) }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    if next != byte { return false }
    position += 1
    return true
  }

  private mutating func take(_ word: StaticString, _ value: JSONValue) throws(Failure) -> JSONValue
  {
    for byte in word.description.utf8 where !take(byte) { throw failure }
    return value
  }

  private mutating func value(depth: Int) throws(Failure) -> JSONValue {
    if depth > depthMax { throw failure }
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try list(depth: depth)
    case UInt8(ascii: "\""): return .text(try string())
    case UInt8(ascii: "t"): return try take("true", .boolean(true))
    case UInt8(ascii: "f"): return try take("false", .boolean(false))
    case UInt8(ascii: "n"): return try take("null", .null)
    default: return try number()
    }
  }

  private mutating func object(depth: Int) throws(Failure) -> JSONValue {
    position += 1
    var members: [(key: String, value: JSONValue)] = []
    skipSpace()
    if take(UInt8(ascii: "}")) { return .object(members) }
    while true {
      skipSpace()
      let key = try string()
      skipSpace()
      if !take(UInt8(ascii: ":")) { throw failure }
      members.append((key, try value(depth: depth + 1)))
      skipSpace()
      if take(UInt8(ascii: "}")) { return .object(members) }
      if !take(UInt8(ascii: ",")) { throw failure }
    }
  }

  private mutating func list(depth: Int) throws(Failure) -> JSONValue {
    position += 1
    var values: [JSONValue] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return .list(values) }
    while true {
      values.append(try value(depth: depth + 1))
      skipSpace()
      if take(UInt8(ascii: "]")) { return .list(values) }
      if !take(UInt8(ascii: ",")) { throw failure }
    }
  }

  private mutating func number() throws(Failure) -> JSONValue {
    let start = position
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) { try digits() }
    var isWhole = true
    if take(UInt8(ascii: ".")) {
      isWhole = false
      try digits()
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      isWhole = false
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try digits()
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isWhole, let value = Int(text) { return .integer(value) }
    return .digits(text)
  }

  private mutating func digits() throws(Failure) {
    let start = position
    while let byte = next, UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte { position += 1 }
    if position == start { throw failure }
  }

  private mutating func string() throws(Failure) -> String {
    if !take(UInt8(ascii: "\"")) { throw failure }
    var content: [UInt8] = []
    let start = position
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: content, as: UTF8.self) else {
          throw Failure(offset: start)
        }
        position += 1
        return text
      case UInt8(ascii: "\\"):
        position += 1
        content.append(contentsOf: try escaped())
      case 0x00...0x1F: throw failure
      default:
        content.append(byte)
        position += 1
      }
    }
    throw failure
  }

  private mutating func escaped() throws(Failure) -> [UInt8] {
    guard let byte = next else { throw failure }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"):
      let start = position
      var scalar = try hexQuad()
      if 0xD800...0xDBFF ~= scalar, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
        let low = try hexQuad()
        if !(0xDC00...0xDFFF ~= low) { throw Failure(offset: start) }
        scalar = 0x1_0000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(scalar) else { throw Failure(offset: start) }
      return Array(UTF8.encode(scalar)!)
    default:
      position -= 1
      throw failure
    }
  }

  private mutating func hexQuad() throws(Failure) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw failure
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  private let depthMax = 128
}

extension JSONValue {
  /// The member of an object, the last one when a key comes twice.
  package subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.key == key }?.value
  }

  /// The elements of a list.
  package var elements: [JSONValue]? {
    guard case .list(let values) = self else { return nil }
    return values
  }

  package var string: String? {
    guard case .text(let text) = self else { return nil }
    return text
  }

  package var int: Int? {
    guard case .integer(let value) = self else { return nil }
    return value
  }
}
