/// A header block of a tar archive: ustar, with GNU's and old tar's ways of saying the same.
///
///     name 100 | mode 8 | uid 8 | gid 8 | size 12 | time 12 | checksum 8 | type 1 | link 100
///     "ustar" 6 | version 2 | owner 32 | group 32 | device 16 | prefix 155 | 12
struct TarHeader {
  static let bytes = 512

  enum Kind: Equatable {
    case regular, folder, sparse
    /// Says something of the member that follows.
    case extended, longName
    /// Links, devices and whatever else has no content of its own.
    case other
  }

  let isSound: Bool
  let kind: Kind
  /// Prefix and name.
  let name: [UInt8]
  /// Bytes of content, nil for what is no number.
  let contentBytes: Int?

  /// Nil for what is too short to be one.
  init?(_ block: [UInt8]) {
    guard block.count >= Self.bytes else { return nil }
    isSound = block[0] != 0 && Self.hasItsChecksum(block)
    let name = Self.text(block[0..<100])
    let prefix =
      block[257..<263].elementsEqual(Array("ustar\u{0}".utf8)) ? Self.text(block[345..<500]) : []
    self.name = prefix.isEmpty ? name : prefix + [UInt8(ascii: "/")] + name
    let hasContent: Bool
    switch block[156] {
    case UInt8(ascii: "0"), UInt8(ascii: "7"), 0:
      // Old tar knows a folder by its name alone.
      kind = name.last == UInt8(ascii: "/") ? .folder : .regular
      hasContent = true
    case UInt8(ascii: "5"): (kind, hasContent) = (.folder, false)
    case UInt8(ascii: "1")...UInt8(ascii: "6"): (kind, hasContent) = (.other, false)
    case UInt8(ascii: "S"): (kind, hasContent) = (.sparse, true)
    case UInt8(ascii: "L"): (kind, hasContent) = (.longName, true)
    case UInt8(ascii: "x"), UInt8(ascii: "X"): (kind, hasContent) = (.extended, true)
    default: (kind, hasContent) = (.other, true)
    }
    contentBytes = hasContent ? Self.number(block[124..<136]) : 0
  }

  /// The sum of the block's bytes, its own counted as blanks. Some old tars sum signed bytes.
  private static func hasItsChecksum(_ block: [UInt8]) -> Bool {
    guard let stated = number(block[148..<156]) else { return false }
    var sum = 0
    var signedSum = 0
    for index in 0..<bytes {
      let byte = (148..<156).contains(index) ? 0x20 : block[index]
      sum += Int(byte)
      signedSum += Int(Int8(bitPattern: byte))
    }
    return stated == sum || stated == signedSum
  }

  private static func text(_ field: ArraySlice<UInt8>) -> [UInt8] {
    Array(field.prefix { $0 != 0 })
  }

  /// Octal digits between blanks or NULs, or, where the first bit is set, a number of bytes.
  static func number(_ field: ArraySlice<UInt8>) -> Int? {
    guard let first = field.first else { return nil }
    if first & 0x80 != 0 {
      // Negative numbers, FF in front, and those past 2^62 are no sizes.
      guard first == 0x80, field.dropFirst().dropLast(8).allSatisfy({ $0 == 0 }) else { return nil }
      let value = field.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return value < 1 << 62 ? Int(value) : nil
    }
    let digits = field.drop { $0 == 0x20 || $0 == 0 }.prefix { $0 != 0x20 && $0 != 0 }
    guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x37).contains($0) }) else { return nil }
    return digits.reduce(0) { $0 << 3 | Int($1 - 0x30) }
  }
}
