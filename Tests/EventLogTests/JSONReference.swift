@testable import EventLog

/// The obvious JSON reader: recursive descent over bytes, one function per rule of RFC 8259, values as
/// a tree. Slow, and short enough to be checked by eye.
struct JSONReference {
  indirect enum Value: Equatable {
    case null
    case boolean(Bool)
    /// In its own spelling.
    case number([UInt8])
    /// Decoded; `lone` halves of surrogate pairs became U+FFFD.
    case string([UInt8], lone: Int)
    /// With the raw text.
    case array([UInt8])
    /// Members in their order, repeated ones too, and the raw text.
    case object([(key: [UInt8], value: Value)], [UInt8])

    static func == (left: Value, right: Value) -> Bool {
      switch (left, right) {
      case (.null, .null): true
      case (.boolean(let a), .boolean(let b)): a == b
      case (.number(let a), .number(let b)): a == b
      case (.string(let a, _), .string(let b, _)): a == b
      case (.array(let a), .array(let b)): a == b
      case (.object(_, let a), .object(_, let b)): a == b
      default: false
      }
    }
  }

  enum Outcome: Equatable {
    case blank
    case rejected(RejectReason)
    case value(Value)
  }

  private struct Malformed: Error {
    var reason = RejectReason.malformedJSON
  }

  private let bytes: [UInt8]
  private var at = 0

  static func read(_ row: [UInt8]) -> Outcome {
    if row.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { return .blank }
    if String(validating: row, as: UTF8.self) == nil { return .rejected(.invalidUTF8) }
    var reader = JSONReference(bytes: row)
    do {
      let value = try reader.value(depth: 0)
      reader.blanks()
      if reader.at < row.count { throw Malformed() }
      if case .object = value { return .value(value) }
      return .rejected(.notAnObject)
    } catch {
      return .rejected((error as? Malformed)?.reason ?? .malformedJSON)
    }
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

  private mutating func blanks() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0D { at += 1 }
  }

  private mutating func expect(_ text: String) throws {
    guard bytes[at...].starts(with: text.utf8) else { throw Malformed() }
    at += text.utf8.count
  }

  private mutating func value(depth: Int) throws -> Value {
    blanks()
    switch next {
    case UInt8(ascii: "{"): return try object(depth: depth + 1)
    case UInt8(ascii: "["): return try array(depth: depth + 1)
    case UInt8(ascii: "\""):
      let (text, lone) = try string()
      return .string(text, lone: lone)
    case UInt8(ascii: "t"):
      try expect("true")
      return .boolean(true)
    case UInt8(ascii: "f"):
      try expect("false")
      return .boolean(false)
    case UInt8(ascii: "n"):
      try expect("null")
      return .null
    default: return .number(try number())
    }
  }

  private mutating func object(depth: Int) throws -> Value {
    if depth > 1024 { throw Malformed(reason: .tooDeep) }
    let start = at
    var members: [(key: [UInt8], value: Value)] = []
    try expect("{")
    blanks()
    if next == UInt8(ascii: "}") {
      at += 1
      return .object([], Array(bytes[start..<at]))
    }
    while true {
      blanks()
      let key = try string().0
      blanks()
      try expect(":")
      members.append((key, try value(depth: depth)))
      blanks()
      if next == UInt8(ascii: ",") {
        at += 1
        continue
      }
      try expect("}")
      return .object(members, Array(bytes[start..<at]))
    }
  }

  private mutating func array(depth: Int) throws -> Value {
    if depth > 1024 { throw Malformed(reason: .tooDeep) }
    let start = at
    try expect("[")
    blanks()
    if next == UInt8(ascii: "]") {
      at += 1
      return .array(Array(bytes[start..<at]))
    }
    while true {
      _ = try value(depth: depth)
      blanks()
      if next == UInt8(ascii: ",") {
        at += 1
        continue
      }
      try expect("]")
      return .array(Array(bytes[start..<at]))
    }
  }

  private mutating func number() throws -> [UInt8] {
    let start = at
    if next == UInt8(ascii: "-") { at += 1 }
    if next == UInt8(ascii: "0") {
      at += 1
    } else {
      try digits()
    }
    if next == UInt8(ascii: ".") {
      at += 1
      try digits()
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      at += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { at += 1 }
      try digits()
    }
    return Array(bytes[start..<at])
  }

  private mutating func digits() throws {
    let start = at
    while let byte = next, (0x30...0x39).contains(byte) { at += 1 }
    if at == start { throw Malformed() }
  }

  /// UTF-16 code units of escapes are kept until their pairs are known.
  private mutating func string() throws -> ([UInt8], Int) {
    try expect("\"")
    var text: [UInt8] = []
    var lone = 0
    var high: UInt16?
    func half() -> [UInt8] { Array("\u{FFFD}".utf8) }
    while true {
      guard let byte = next else { throw Malformed() }
      at += 1
      var unit: UInt16?
      var plain: UInt8?
      switch byte {
      case UInt8(ascii: "\\"):
        guard let escape = next else { throw Malformed() }
        at += 1
        switch escape {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): plain = escape
        case UInt8(ascii: "b"): plain = 8
        case UInt8(ascii: "f"): plain = 12
        case UInt8(ascii: "n"): plain = 10
        case UInt8(ascii: "r"): plain = 13
        case UInt8(ascii: "t"): plain = 9
        case UInt8(ascii: "u"):
          guard at + 4 <= bytes.count else { throw Malformed() }
          let digits = bytes[at..<at + 4]
          let isHexadecimal = digits.allSatisfy { Character(UnicodeScalar($0)).isHexDigit }
          guard isHexadecimal, digits.allSatisfy({ $0 < 0x80 }) else { throw Malformed() }
          unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
          at += 4
        default: throw Malformed()
        }
      case UInt8(ascii: "\""): break
      case ..<0x20: throw Malformed()
      default: plain = byte
      }
      if let low = unit, let first = high, UTF16.isTrailSurrogate(low) {
        let scalar = 0x10000 + (UInt32(first) & 0x3FF) << 10 + UInt32(low) & 0x3FF
        text += Array(String(UnicodeScalar(scalar)!).utf8)
        high = nil
        continue
      }
      if high != nil {
        text += half()
        lone += 1
        high = nil
      }
      if let unit {
        if UTF16.isLeadSurrogate(unit) {
          high = unit
        } else if UTF16.isTrailSurrogate(unit) {
          text += half()
          lone += 1
        } else {
          text += Array(String(UnicodeScalar(unit)!).utf8)
        }
      } else if let plain {
        text.append(plain)
      } else {
        return (text, lone)
      }
    }
  }
}

extension JSONReference.Value {
  /// The value at a path: of repeated keys the last.
  func value(at path: [[UInt8]]) -> JSONReference.Value? {
    guard let key = path.first else { return self }
    guard case .object(let members, _) = self else { return nil }
    return members.last { $0.key == key }?.value.value(at: Array(path.dropFirst()))
  }

  /// Objects in which a key occurs again, among this one and those that `paths` lead through; of
  /// repeated members too, for each was an object of the log.
  func objectsWithRepeats(_ paths: [[[UInt8]]]) -> Int {
    guard case .object(let members, _) = self else { return 0 }
    var count = Set(members.map(\.key)).count < members.count ? 1 : 0
    for member in members {
      let below = paths.filter { $0.count > 1 && $0[0] == member.key }
      if !below.isEmpty {
        count += member.value.objectsWithRepeats(below.map { Array($0.dropFirst()) })
      }
    }
    return count
  }

  /// What a text property holds of the value, nil when absent.
  var text: (bytes: [UInt8], lone: Int)? {
    switch self {
    case .null: nil
    case .boolean(let flag): (Array((flag ? "true" : "false").utf8), 0)
    case .number(let spelling): (spelling, 0)
    case .string(let text, let lone): text.isEmpty ? nil : (text, lone)
    case .array(let raw): (raw, 0)
    case .object(_, let raw): (raw, 0)
    }
  }
}
