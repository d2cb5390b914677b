/// Writes archives by hand, with whatever a hostile one may say.
package enum ArchiveWriter {
  package struct ZipMember {
    package var name: String
    package var content: [UInt8]
    /// The content deflated; nil for one that is stored.
    package var deflated: [UInt8]?
    package var flags: UInt16 = 0
    package var method: UInt16?
    package var checksumChange: UInt32 = 0
    /// What the directory says of the local header's place, in place of the truth.
    package var offset: Int?
    package var isZip64: Bool

    package init(
      name: String, content: [UInt8], deflated: [UInt8]? = nil, isZip64: Bool = false
    ) {
      (self.name, self.content) = (name, content)
      (self.deflated, self.isZip64) = (deflated, isZip64)
    }
  }

  package static func zip(_ members: [ZipMember]) -> [UInt8] {
    var bytes: [UInt8] = []
    var directory: [UInt8] = []
    for member in members {
      let data = member.deflated ?? member.content
      let method = member.method ?? (member.deflated == nil ? 0 : 8)
      let checksum = checksum(member.content) ^ member.checksumChange
      let name = Array(member.name.utf8)
      let start = member.offset ?? bytes.count
      bytes += [0x50, 0x4b, 3, 4] + le(20, 2) + le(Int(member.flags), 2) + le(Int(method), 2)
      bytes += le(0, 4) + le(Int(checksum), 4) + le(data.count, 4) + le(member.content.count, 4)
      bytes += le(name.count, 2) + le(3, 2) + name + [9, 9, 9] + data
      let extra =
        member.isZip64 ? le(1, 2) + le(16, 2) + le(member.content.count, 8) + le(data.count, 8) : []
      directory += [0x50, 0x4b, 1, 2] + le(20, 2) + le(20, 2) + le(Int(member.flags), 2)
      directory += le(Int(method), 2) + le(0, 4) + le(Int(checksum), 4)
      directory +=
        member.isZip64
        ? le(0xffff_ffff, 4) + le(0xffff_ffff, 4)
        : le(data.count, 4) + le(member.content.count, 4)
      directory += le(name.count, 2) + le(extra.count, 2) + le(0, 2) + le(0, 4) + le(0, 4)
      directory += le(start, 4) + name + extra
    }
    let place = bytes.count
    bytes += directory + [0x50, 0x4b, 5, 6] + le(0, 4) + le(members.count, 2)
    bytes += le(members.count, 2) + le(directory.count, 4) + le(place, 4) + le(0, 2)
    return bytes
  }

  /// CRC-32, bit by bit.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in
        sum & 1 == 1 ? sum >> 1 ^ 0xedb8_8320 : sum >> 1
      }
    }
  }

  private static func le(_ number: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  package enum LongName { case ustar, pax, gnu }

  package static func tar(_ members: [(name: String, content: [UInt8])], _ form: LongName)
    -> [UInt8]
  {
    var bytes: [UInt8] = []
    for member in members {
      let name = Array(member.name.utf8)
      switch form {
      case .ustar: bytes += header(name, member.content.count, type: "0")
      case .pax:
        let record = pax("path", member.name)
        bytes += header(Array("pax".utf8), record.count, type: "x") + padded(record)
        bytes += header(Array(name.prefix(100)), member.content.count, type: "0")
      case .gnu:
        bytes += header(Array("././@LongLink".utf8), name.count + 1, type: "L")
        bytes +=
          padded(name + [0]) + header(Array(name.prefix(100)), member.content.count, type: "0")
      }
      bytes += padded(member.content)
    }
    return bytes + [UInt8](repeating: 0, count: 1024)
  }

  private static func pax(_ key: String, _ value: String) -> [UInt8] {
    let rest = " \(key)=\(value)\n"
    var length = rest.utf8.count + 1
    while "\(length)".utf8.count + rest.utf8.count != length { length += 1 }
    return Array("\(length)\(rest)".utf8)
  }

  private static func header(_ name: [UInt8], _ size: Int, type: Character) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ bytes: [UInt8], at place: Int) {
      block.replaceSubrange(place..<place + bytes.count, with: bytes)
    }
    if name.count > 100, let slash = name.lastIndex(of: 0x2f) {
      put(Array(name[..<slash]), at: 345)
      put(Array(name[(slash + 1)...]), at: 0)
    } else {
      put(name, at: 0)
    }
    put(octal(size, 11), at: 124)
    put([type.asciiValue!], at: 156)
    put(Array("ustar".utf8) + [0, 0x30, 0x30], at: 257)
    put([UInt8](repeating: 0x20, count: 8), at: 148)
    put(octal(block.reduce(0) { $0 + Int($1) }, 6) + [0, 0x20], at: 148)
    return block
  }

  private static func octal(_ number: Int, _ digits: Int) -> [UInt8] {
    let text = String(number, radix: 8)
    return Array((String(repeating: "0", count: max(0, digits - text.count)) + text).utf8)
  }

  private static func padded(_ bytes: [UInt8]) -> [UInt8] {
    bytes + [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
  }
}
