import System

/// Lists the members of a tar archive by walking from header to header.
///
///     header | content, padded to 512 | header | content ... | two blocks of NULs
///
/// A long name comes before its member, as content of a header of its own: pax records, or GNU's `L`.
struct TarListing {
  private var listing = ArchiveListing()
  private var offset = 0
  /// What was said of the next member.
  private var nextName: [UInt8]?
  private var nextBytes: Int?

  /// Content of a header that says something of the next member.
  private static let notesBytesMax = 1 << 20

  static func read(
    _ archive: any ArchiveBytes, place: ArchiveMember.Place
  ) throws -> ArchiveListing {
    var walk = TarListing()
    while try walk.step(archive, place: place) {}
    return walk.listing
  }

  /// Goes on by one header. False at the end.
  private mutating func step(
    _ archive: any ArchiveBytes, place: ArchiveMember.Place
  ) throws -> Bool {
    let block = try archive.bytes(at: offset, count: TarHeader.bytes)
    // Many a writer leaves the end marker out, and NULs may stand between archives that were joined.
    if block.isEmpty { return false }
    if block.allSatisfy({ $0 == 0 }) {
      offset += block.count
      return block.count == TarHeader.bytes
    }
    guard let header = TarHeader(block) else { return end(.cutMember) }
    guard header.isSound, let bytes = nextBytes ?? header.contentBytes else {
      return end(.brokenArchive)
    }
    let start = offset + TarHeader.bytes
    guard bytes <= Int.max / 4, start <= Int.max / 4 else { return end(.brokenArchive) }
    offset = start + (bytes + TarHeader.bytes - 1) / TarHeader.bytes * TarHeader.bytes
    switch header.kind {
    case .extended, .longName:
      guard bytes <= Self.notesBytesMax else { return end(.brokenArchive) }
      let notes = try archive.bytes(at: start, count: bytes)
      guard notes.count == bytes else { return end(.cutMember) }
      if header.kind == .longName {
        nextName = Array(notes.prefix { $0 != 0 })
      } else {
        guard take(notes) else { return end(.brokenArchive) }
      }
      return true
    case .regular:
      let name = nextName ?? header.name
      try listing.add(
        ArchiveListing.Member(
          name: String(decoding: name.prefix(4096), as: UTF8.self), place: place,
          range: start..<start + bytes))
    case .sparse:
      throw ArchiveError("its member '\(Self.shown(header.name))' is sparse: unpack it first")
    case .folder, .other: break
    }
    nextName = nil
    nextBytes = nil
    return true
  }

  private mutating func end(_ flaw: Damage.Kind) -> Bool {
    listing.flaw = flaw
    return false
  }

  private static func shown(_ name: [UInt8]) -> String { String(decoding: name, as: UTF8.self) }

  /// Takes pax records, each `length key=value` and a line feed. False for what is none.
  private mutating func take(_ records: [UInt8]) -> Bool {
    var rest = records[...]
    while !rest.isEmpty {
      let digits = rest.prefix { (0x30...0x39).contains($0) }
      guard (1...7).contains(digits.count),
        let length = Int(String(decoding: digits, as: UTF8.self)),
        length > digits.count + 1, length <= rest.count
      else { return false }
      let record = rest.prefix(length).dropFirst(digits.count + 1).dropLast()
      rest = rest.dropFirst(length)
      guard let sign = record.firstIndex(of: UInt8(ascii: "=")) else { return false }
      let value = record[(sign + 1)...]
      switch String(decoding: record[..<sign], as: UTF8.self) {
      case "path": nextName = Array(value)
      case "size":
        guard let bytes = Int(String(decoding: value, as: UTF8.self)), bytes >= 0 else {
          return false
        }
        nextBytes = bytes
      default: break
      }
    }
    return true
  }
}
