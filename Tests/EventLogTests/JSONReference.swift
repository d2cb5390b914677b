@testable import EventLog

/// The obvious JSON reader: recursive descent over bytes, one function per rule of RFC 8259, values as
/// a tree. Slow, and short enough to be checked by eye. Lenient, it forgives what the readers forgive.
struct JSONReference {
  indirect enum Value: Equatable {
    case null
    case boolean(Bool)
    /// In its own spelling.
    case number([UInt8])
    /// Decoded; `lone` halves of surrogate pairs became U+FFFD.
    case string([UInt8], lone: Int)
    /// With the raw text.
    case array([Value], [UInt8])
    /// Members in their order, repeated ones too, and the raw text.
    case object([(key: [UInt8], value: Value)], [UInt8])

    static func == (left: Value, right: Value) -> Bool {
      switch (left, right) {
      case (.null, .null): true
      case (.boolean(let a), .boolean(let b)): a == b
      case (.number(let a), .number(let b)): a == b
      case (.string(let a, _), .string(let b, _)): a == b
      case (.array(_, let a), .array(_, let b)): a == b
      case (.object(_, let a), .object(_, let b)): a == b
      default: false
      }
    }
  }

  enum Outcome: Equatable {
    case blank
    case rejected(RejectReason)
    /// The objects of a line; of an array, its elements.
    case values([Value], repairs: Set<Repair>)
  }

  private struct Malformed: Error {
    var reason = RejectReason.malformedJSON
  }

  private let bytes: [UInt8]
  private let isLenient: Bool
  private var at = 0
  private var repairs: Set<Repair> = []

  /// What a line holds. Where it is no single valid object, it is read once more: leniently, or for
  /// several values; if that fails, the reason is that of the first reading.
  static func read(_ row: [UInt8], isLenient: Bool = true) -> Outcome {
    if row.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { return .blank }
    var reason = RejectReason.malformedJSON
    switch one(row) {
    case .success(let value):
      if case .object = value, isLenient {
        return .values([value], repairs: value.hasRepeatsAnywhere ? [.duplicateKey] : [])
      }
      if case .object = value {} else { reason = .notAnObject }
    case .failure(let found): reason = found.reason
    }
    var reader = JSONReference(bytes: row, isLenient: isLenient)
    reader.skipMarks()
    if reader.at == row.count { return .blank }
    guard let values = try? reader.several() else { return .rejected(reason) }
    if !isLenient, reader.repairs.contains(.loneSurrogate) { return .rejected(.malformedJSON) }
    var objects: [Value] = []
    for value in values {
      guard case .array(let elements, _) = value else {
        objects.append(value)
        continue
      }
      if elements.isEmpty { return .rejected(reason) }
      objects += elements.map { $0.held(isLenient: isLenient) ?? $0 }
    }
    for value in objects {
      guard case .object = value else { return .rejected(reason) }
    }
    if values.contains(where: \.hasRepeatsAnywhere) {
      if !isLenient { return .rejected(.malformedJSON) }
      reader.repairs.insert(.duplicateKey)
    }
    return .values(objects, repairs: reader.repairs)
  }

  static func isOneObject(_ row: [UInt8]) -> Bool {
    if case .success(.object) = one(row) { true } else { false }
  }

  /// The letter of RFC 8259: the whole row is one value.
  private static func one(_ row: [UInt8]) -> Result<Value, Malformed> {
    if String(validating: row, as: UTF8.self) == nil {
      return .failure(Malformed(reason: .invalidUTF8))
    }
    var reader = JSONReference(bytes: row, isLenient: false)
    do {
      let value = try reader.value(depth: 0)
      reader.blanks()
      if reader.at < row.count { throw Malformed() }
      return .success(value)
    } catch {
      return .failure(error as? Malformed ?? Malformed())
    }
  }

  /// The value that a text holds: an object or array, and nothing else.
  static func inside(_ text: [UInt8], isLenient: Bool) -> Value? {
    var start = 0
    var end = text.count
    while start < end, text[start] <= 0x20 { start += 1 }
    while end > start, text[end - 1] <= 0x20 { end -= 1 }
    guard start < end, text[start] == UInt8(ascii: "{") || text[start] == UInt8(ascii: "[") else {
      return nil
    }
    var reader = JSONReference(bytes: Array(text[start..<end]), isLenient: isLenient)
    guard let value = try? reader.value(depth: 0), reader.at == reader.bytes.count else {
      return nil
    }
    let isSound = !value.hasRepeatsAnywhere && !reader.repairs.contains(.loneSurrogate)
    return isLenient || isSound ? value : nil
  }

  private init(bytes: [UInt8], isLenient: Bool) {
    self.bytes = bytes
    self.isLenient = isLenient
  }

  private mutating func skipMarks() {
    guard isLenient else { return }
    while at < bytes.count {
      if bytes[at...].starts(with: [0xEF, 0xBB, 0xBF]) {
        at += 3
        repairs.insert(.mark)
      } else if bytes[at] == 0 || bytes[at] == 0x1E {
        if bytes[at] == 0 { repairs.insert(.mark) }
        at += 1
      } else {
        return
      }
    }
  }

  /// Values with blanks, record separators and at most one comma between them.
  private mutating func several() throws -> [Value] {
    var values: [Value] = []
    while true {
      values.append(try value(depth: 0))
      var commas = 0
      while let byte = next {
        if byte == UInt8(ascii: ",") { commas += 1 }
        guard commas < 2, [0x20, 0x09, 0x0D, 0x1E, UInt8(ascii: ",")].contains(byte) else { break }
        at += 1
      }
      if at == bytes.count {
        if commas > 0 {
          if !isLenient { throw Malformed() }
          repairs.insert(.trailingComma)
        }
        return values
      }
    }
  }

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
    default:
      for word in ["NaN", "Infinity", "-Infinity"] where isLenient {
        if bytes[at...].starts(with: word.utf8) {
          at += word.utf8.count
          repairs.insert(.notANumber)
          return .null
        }
      }
      return .number(try number())
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
        blanks()
        if !isLenient || next != UInt8(ascii: "}") { continue }
        repairs.insert(.trailingComma)
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
    var elements: [Value] = []
    if next == UInt8(ascii: "]") {
      at += 1
      return .array([], Array(bytes[start..<at]))
    }
    while true {
      elements.append(try value(depth: depth))
      blanks()
      if next == UInt8(ascii: ",") {
        at += 1
        blanks()
        if !isLenient || next != UInt8(ascii: "]") { continue }
        repairs.insert(.trailingComma)
      }
      try expect("]")
      return .array(elements, Array(bytes[start..<at]))
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
          guard let value = hexadecimal(4) else { throw Malformed() }
          unit = UInt16(value)
          at += 4
        case UInt8(ascii: "x") where isLenient:
          guard at + 2 <= bytes.count, let value = hexadecimal(2) else { throw Malformed() }
          repairs.insert(.byteEscape)
          plain = UInt8(value)
          at += 2
        default: throw Malformed()
        }
      case UInt8(ascii: "\""): break
      case ..<0x20:
        if !isLenient { throw Malformed() }
        repairs.insert(.controlCharacter)
        plain = byte
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
        if lone > 0 { repairs.insert(.loneSurrogate) }
        if String(validating: text, as: UTF8.self) != nil { return (text, lone) }
        if !isLenient { throw Malformed(reason: .invalidUTF8) }
        repairs.insert(.invalidUTF8)
        return (slowSpelled(text), lone)
      }
    }
  }

  private func hexadecimal(_ count: Int) -> Int? {
    guard at + count <= bytes.count else { return nil }
    let digits = bytes[at..<at + count]
    guard digits.allSatisfy({ $0 < 0x80 && Character(UnicodeScalar($0)).isHexDigit }) else {
      return nil
    }
    return Int(String(decoding: digits, as: UTF8.self), radix: 16)
  }
}
