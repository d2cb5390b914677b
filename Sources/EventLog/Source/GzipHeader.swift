/// Reads a gzip member's header (RFC 1952, section 2.3) byte by byte, so that it may be cut anywhere.
///
///     1f 8b | method 8 | flags | time (4) | extra flags | system
///     [extra: length (2), fields] [name, NUL] [comment, NUL] [CRC-16 of the header (2)]
struct GzipHeader {
  enum Status { case incomplete, complete, malformed }

  static let magic: (UInt8, UInt8) = (0x1f, 0x8b)

  private enum Part {
    /// Through byte 9.
    case fixed
    case extraLength
    case extra
    case name
    case comment
    case checksum
    case done
  }

  private struct Flags: OptionSet {
    let rawValue: UInt8
    static let checksum = Flags(rawValue: 1 << 1)
    static let extra = Flags(rawValue: 1 << 2)
    static let name = Flags(rawValue: 1 << 3)
    static let comment = Flags(rawValue: 1 << 4)
    static let reserved = Flags(rawValue: 0b1110_0000)
  }

  private var part = Part.fixed
  private var flags: Flags = []
  private var checksum = Checksum()
  /// Bytes of the header so far.
  private(set) var count = 0
  /// Bytes of the current part so far, and the value of a two-byte number while it is read.
  private var partCount = 0
  private var number = 0
  private var extraLength = 0
  private var blockSize = BlockSizeField()

  /// The member's whole size in bytes, header and trailer included, when the member says so: BGZF
  /// (SAM specification, section 4.1) does, in the extra field `BC`. Such a member can be cut out
  /// and decoded apart from the others, by a `GzipDecoder` of its own.
  var memberBytes: Int? { part == .done ? blockSize.memberBytes : nil }

  /// Takes one byte more. After `complete` or `malformed` no more may come.
  mutating func take(_ byte: UInt8) -> Status {
    // The header's own checksum is over all bytes before it.
    if part != .checksum { checksum.update(byte) }
    count += 1
    partCount += 1
    switch part {
    case .fixed:
      switch count {
      case 1: if byte != Self.magic.0 { return .malformed }
      case 2: if byte != Self.magic.1 { return .malformed }
      case 3: if byte != 8 { return .malformed }
      case 4:
        flags = Flags(rawValue: byte)
        if !flags.isDisjoint(with: .reserved) { return .malformed }
      case 10: begin(after: .fixed)
      default: break
      }
    case .extraLength:
      number |= Int(byte) << (8 * (partCount - 1))
      if partCount == 2 {
        extraLength = number
        if extraLength == 0 { begin(after: .extra) } else { enter(.extra) }
      }
    case .extra:
      blockSize.take(byte)
      if partCount == extraLength { begin(after: .extra) }
    case .name: if byte == 0 { begin(after: .name) }
    case .comment: if byte == 0 { begin(after: .comment) }
    case .checksum:
      number |= Int(byte) << (8 * (partCount - 1))
      if partCount == 2 {
        if number != Int(checksum.value & 0xffff) { return .malformed }
        enter(.done)
      }
    case .done: preconditionFailure("the header is complete")
    }
    return part == .done ? .complete : .incomplete
  }

  private mutating func enter(_ next: Part) {
    part = next
    partCount = 0
    number = 0
  }

  /// Goes on to the next part that the flags announce.
  private mutating func begin(after previous: Part) {
    switch previous {
    case .fixed:
      if flags.contains(.extra) { enter(.extraLength) } else { begin(after: .extra) }
    case .extraLength, .extra:
      if flags.contains(.name) { enter(.name) } else { begin(after: .name) }
    case .name:
      if flags.contains(.comment) { enter(.comment) } else { begin(after: .comment) }
    case .comment:
      if flags.contains(.checksum) { enter(.checksum) } else { enter(.done) }
    case .checksum, .done: enter(.done)
    }
  }
}

/// Finds the subfield `BC` among a header's extra fields: two bytes of name, two of length, content.
private struct BlockSizeField {
  private var name: (UInt8, UInt8) = (0, 0)
  private var position = 0
  private var length = 0
  private var value = 0
  private(set) var memberBytes: Int?

  mutating func take(_ byte: UInt8) {
    switch position {
    case 0: name.0 = byte
    case 1: name.1 = byte
    case 2: length = Int(byte)
    case 3: length |= Int(byte) << 8
    default:
      if name == (UInt8(ascii: "B"), UInt8(ascii: "C")) && length == 2 {
        value |= Int(byte) << (8 * (position - 4))
        // It holds the size less one.
        if position == 5 { memberBytes = value + 1 }
      }
    }
    position += 1
    if position >= 4 && position == 4 + length {
      position = 0
      value = 0
    }
  }
}
