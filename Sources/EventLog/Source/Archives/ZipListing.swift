import System

/// Lists the members of a zip archive by its directory, which stands at its end.
///
///     local header, content | local header, content | ... | directory | its end (zip64's before it)
///
/// What the directory says is checked as far as it can be here: places inside the file that do not
/// overlap, so that no byte is inflated twice however many members claim it.
struct ZipListing {
  private let archive: ArchiveFile
  private var listing = ArchiveListing()
  /// Bytes in front of the archive, of a program that unpacks it.
  private var base = 0

  private struct Directory {
    var entries: UInt64
    var bytes: UInt64
    var offset: UInt64
    /// Where the record that says this begins.
    var end: Int
  }

  static func read(_ archive: ArchiveFile) throws -> ArchiveListing {
    var reader = ZipListing(archive: archive)
    try reader.readEntries(of: reader.directory())
    try reader.checkOverlap()
    return reader.listing
  }

  private init(archive: ArchiveFile) {
    self.archive = archive
  }

  private static let broken = ArchiveError(
    "the zip archive is cut off or damaged: its directory cannot be read; fetch it again")

  private func directory() throws -> Directory {
    // The end record has 22 bytes and a comment of up to 65,535.
    let tailStart = max(0, archive.count - 22 - 0xffff)
    let tail = try archive.bytes(at: tailStart, count: archive.count - tailStart)
    guard
      let place = (0...max(0, tail.count - 22)).reversed().first(where: { place in
        tail.count >= 22 && tail[place...].starts(with: Self.signature(5, 6))
          && place + 22 + Int(tail.littleEndian(at: place + 20, count: 2)) <= tail.count
      })
    else { throw Self.broken }
    func number(_ offset: Int, _ count: Int) -> UInt64 {
      tail.littleEndian(at: place + offset, count: count)
    }
    guard number(4, 2) == number(6, 2) || number(4, 2) == 0xffff else {
      throw ArchiveError("a part of a split zip archive: join and unpack the parts first")
    }
    let end = tailStart + place
    if end >= 20 {
      let locator = try archive.bytes(at: end - 20, count: 20)
      if locator.starts(with: Self.signature(6, 7)) {
        return try directory64(at: locator.littleEndian(at: 8, count: 8), before: end - 20)
      }
    }
    return Directory(
      entries: number(10, 2), bytes: number(12, 4), offset: number(16, 4), end: end)
  }

  private func directory64(at stated: UInt64, before locator: Int) throws -> Directory {
    // Where something stands in front of the archive, the record ends at its locator all the same.
    for place in [Int(clamping: stated), locator - 56] where place >= 0 && place <= locator - 56 {
      let record = try archive.bytes(at: place, count: 56)
      guard record.count == 56, record.starts(with: Self.signature(6, 6)) else { continue }
      return Directory(
        entries: record.littleEndian(at: 32, count: 8),
        bytes: record.littleEndian(at: 40, count: 8),
        offset: record.littleEndian(at: 48, count: 8), end: place)
    }
    throw Self.broken
  }

  private mutating func readEntries(of directory: Directory) throws {
    guard directory.entries <= UInt64(ArchiveListing.membersMax),
      directory.bytes <= UInt64(ArchiveListing.directoryBytesMax)
    else {
      throw ArchiveError(
        "the zip archive's directory has \(directory.entries) members in \(directory.bytes) bytes, "
          + "more than \(ArchiveListing.membersMax) or \(ArchiveListing.directoryBytesMax): "
          + "unpack it first")
    }
    let start = directory.end - Int(directory.bytes)
    base = start - Int(clamping: directory.offset)
    guard start >= 0, base >= 0 else { throw Self.broken }
    let bytes = try archive.bytes(at: start, count: Int(directory.bytes))
    guard bytes.count == Int(directory.bytes) else { throw Self.broken }
    var place = 0
    for _ in 0..<directory.entries {
      guard let entry = ZipDirectoryEntry(bytes, at: place) else { throw Self.broken }
      place += entry.count
      if entry.name.last != UInt8(ascii: "/") { try add(entry, directoryStart: start) }
    }
  }

  private mutating func add(_ entry: ZipDirectoryEntry, directoryStart: Int) throws {
    let name = String(decoding: entry.name.prefix(4096), as: UTF8.self)
    if name == "[Content_Types].xml" {
      throw ArchiveError("this is an Office file (.xlsx), not logs: save the sheet as CSV UTF-8")
    }
    if entry.isEncrypted {
      throw ArchiveError("its member '\(name)' is encrypted: unpack it with its password first")
    }
    guard let isDeflated = entry.isDeflated else {
      throw ArchiveError(
        "its member '\(name)' is compressed by a method that is not read here (\(entry.method)): "
          + "unpack it first, with 7z x")
    }
    let offset = Int(clamping: entry.offset)
    guard offset < directoryStart - base else { throw Self.broken }
    let local = try archive.bytes(at: base + offset, count: 30)
    guard local.count == 30, local.starts(with: Self.signature(3, 4)) else { throw Self.broken }
    let start =
      base + offset + 30 + Int(local.littleEndian(at: 26, count: 2))
      + Int(local.littleEndian(at: 28, count: 2))
    guard start <= directoryStart, entry.compressedBytes <= UInt64(directoryStart - start),
      entry.inflatedBytes <= UInt64(Int.max / 4)
    else { throw Self.broken }
    try listing.add(
      ArchiveListing.Member(
        name: name,
        place: .zip(
          ZipEntry(
            isDeflated: isDeflated, inflatedBytes: Int(entry.inflatedBytes),
            checksum: entry.checksum)),
        range: start..<start + Int(entry.compressedBytes)))
  }

  private func checkOverlap() throws {
    let ranges = listing.members.map(\.range).filter { !$0.isEmpty }
      .sorted { $0.lowerBound < $1.lowerBound }
    for (one, next) in zip(ranges, ranges.dropFirst()) where next.lowerBound < one.upperBound {
      throw ArchiveError("members of the zip archive overlap: it is damaged, or made to do harm")
    }
  }

  fileprivate static func signature(_ third: UInt8, _ fourth: UInt8) -> [UInt8] {
    [UInt8(ascii: "P"), UInt8(ascii: "K"), third, fourth]
  }
}

/// One entry of a zip archive's directory.
private struct ZipDirectoryEntry {
  var method: Int
  var isEncrypted: Bool
  var checksum: UInt32
  var compressedBytes: UInt64
  var inflatedBytes: UInt64
  /// Of the local header.
  var offset: UInt64
  var name: [UInt8]
  /// Bytes of the entry.
  var count: Int

  /// Nil for what is none.
  init?(_ bytes: [UInt8], at place: Int) {
    guard place + 46 <= bytes.count, bytes[place...].starts(with: ZipListing.signature(1, 2)) else {
      return nil
    }
    func number(_ offset: Int, _ count: Int) -> UInt64 {
      bytes.littleEndian(at: place + offset, count: count)
    }
    let flags = number(8, 2)
    method = Int(number(10, 2))
    isEncrypted = flags & 1 != 0 || flags & 1 << 13 != 0 || method == 99
    checksum = UInt32(number(16, 4))
    (compressedBytes, inflatedBytes, offset) = (number(20, 4), number(24, 4), number(42, 4))
    let nameEnd = place + 46 + Int(number(28, 2))
    let extraEnd = nameEnd + Int(number(30, 2))
    count = extraEnd + Int(number(32, 2)) - place
    guard place + count <= bytes.count else { return nil }
    name = Array(bytes[place + 46..<nameEnd])
    takeZip64(bytes, nameEnd..<extraEnd)
  }

  /// In the extra field 1, in this order, those numbers that are all ones where they belong.
  private mutating func takeZip64(_ bytes: [UInt8], _ extra: Range<Int>) {
    var place = extra.lowerBound
    while place + 4 <= extra.upperBound {
      let id = bytes.littleEndian(at: place, count: 2)
      var value = place + 4
      let end = value + Int(bytes.littleEndian(at: place + 2, count: 2))
      guard end <= extra.upperBound else { return }
      if id == 1 {
        for path in [\Self.inflatedBytes, \.compressedBytes, \.offset]
        where self[keyPath: path] == 0xffff_ffff && value + 8 <= end {
          self[keyPath: path] = bytes.littleEndian(at: value, count: 8)
          value += 8
        }
      }
      place = end
    }
  }

  /// Nil for another method.
  var isDeflated: Bool? { method == 8 ? true : method == 0 ? false : nil }
}
