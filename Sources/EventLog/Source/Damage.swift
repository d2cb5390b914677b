import System

/// What was wrong with a file below the level of rows; the rows before it were read.
package struct Damage: Sendable, Equatable {
  package enum Kind: Sendable, Hashable {
    /// The file ends inside a gzip member.
    case truncated
    /// The file ends after a block of BGZF that is not its end marker: it was cut between blocks.
    case noEndMarker
    /// A member's CRC-32 does not fit its content.
    case badChecksum
    /// A member's length field does not fit its content.
    case badLength
    /// The deflate stream or a member's header is malformed.
    case corrupt
    /// Something that is neither a gzip member nor padding follows the last member.
    case trailingBytes
    /// The archive ends inside this member.
    case cutMember
    /// The content of a zip archive's member is not what the archive's directory says of it.
    case badEntry
    /// After this member the archive goes on with something that is no member.
    case brokenArchive
    /// It inflates to more than any honest file does.
    case bomb
    /// Size or modification time changed while it was read.
    case changedWhileRead
    /// A read failed with this `errno`.
    case readFailed(Int32)
  }

  package var kind: Kind
  /// Bytes of the file (compressed) before the damage was seen.
  package var fileOffset: Int
  /// Inflated bytes before it.
  package var inflatedOffset: Int
  /// Bytes of a last row that the damage cut off: it is not read, and not counted as a row.
  package var partialRowBytes: Int

  package init(kind: Kind, fileOffset: Int, inflatedOffset: Int, partialRowBytes: Int = 0) {
    self.kind = kind
    self.fileOffset = fileOffset
    self.inflatedOffset = inflatedOffset
    self.partialRowBytes = partialRowBytes
  }
}

/// Why an input could not be read at all: exit 66.
package struct InputError: Error, Sendable, Equatable {
  package var path: String
  package var reason: String

  package init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }
}

extension Damage.Kind {
  /// Why a read failed, in the system's words; nil for other kinds.
  package var readFailure: String? {
    guard case .readFailed(let code) = self else { return nil }
    return "reading failed: \(SystemError(code: code).reason)"
  }
}
