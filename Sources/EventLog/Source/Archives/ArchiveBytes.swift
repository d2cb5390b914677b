import System

/// An archive as what lists its members sees it: bytes at places that grow.
protocol ArchiveBytes: AnyObject {
  /// `count` bytes from `offset` on, fewer only at the end.
  func bytes(at offset: Int, count: Int) throws(SystemError) -> [UInt8]
}

/// An archive that is a file of its own.
final class ArchiveFile: ArchiveBytes {
  private let descriptor: InputDescriptor

  init(path: String) throws(InputError) {
    do throws(SystemError) {
      descriptor = try InputDescriptor(path: path)
    } catch {
      throw InputError(path: path, reason: error.reason)
    }
  }

  /// Size in bytes.
  var count: Int { descriptor.status.bytes }

  func bytes(at offset: Int, count: Int) throws(SystemError) -> [UInt8] {
    try descriptor.bytes(at: offset, count: count)
  }
}

/// What an archive holds: its regular files, in its order.
struct ArchiveListing {
  struct Member: Equatable {
    var name: String
    var place: ArchiveMember.Place
    var range: Range<Int>
  }

  var members: [Member] = []
  /// Why what comes after them could not be listed.
  var flaw: Damage.Kind?

  /// Bounds of what one archive may ask for.
  static let membersMax = 100_000
  static let directoryBytesMax = 16 << 20

  mutating func add(_ member: Member) throws(ArchiveError) {
    guard members.count < Self.membersMax else {
      throw ArchiveError("the archive has more than \(Self.membersMax) members: unpack it first")
    }
    members.append(member)
  }
}

/// Why an archive's members cannot be read.
struct ArchiveError: Error, Equatable {
  let reason: String

  init(_ reason: String) {
    self.reason = reason
  }
}

extension [UInt8] {
  /// A number of `count` bytes, the least significant first, at `offset`, which must lie inside.
  func littleEndian(at offset: Int, count: Int) -> UInt64 {
    (0..<count).reduce(0) { $0 | UInt64(self[offset + $1]) << (8 * UInt64($1)) }
  }
}
