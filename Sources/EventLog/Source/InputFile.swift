/// An input that was named or found: a file, a member of an archive, or standard input.
package struct InputFile: Sendable, Hashable {
  /// As shown to people: the path as given or found, `-` for standard input, `ARCHIVE:NAME` for a
  /// member.
  package var path: String
  /// Size on disk in bytes (of a member in a stream, the size of its content), 0 when not known
  /// (standard input).
  package var bytes: Int
  /// Nil for a file by itself.
  package var member: ArchiveMember?
  /// The path below the folder that was given, of a member its archive's; of a file that was given
  /// itself its name. No part of equality: the same file is found below many folders.
  package var name: String
  /// Number of the source that it belongs to.
  package var source = 0

  package init(path: String, bytes: Int, member: ArchiveMember? = nil, name: String? = nil) {
    self.path = path
    self.bytes = bytes
    self.member = member
    self.name = name ?? path.split(separator: "/").last.map(String.init) ?? path
  }

  package static func == (left: InputFile, right: InputFile) -> Bool {
    left.path == right.path && left.bytes == right.bytes && left.member == right.member
      && left.source == right.source
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(path)
  }

  package var isStandardInput: Bool { path == "-" }

  /// What a pattern of files is matched with: the path, or a member's archive.
  package var filePath: String { member?.archive ?? path }
}

/// Where an archive has one of its files.
package struct ArchiveMember: Sendable, Hashable {
  package enum Place: Sendable, Hashable {
    /// Bytes of the archive as they are.
    case file
    /// Bytes of a zip archive, perhaps deflated.
    case zip(ZipEntry)
    /// Bytes of what the archive inflates to, which can be reached in sequence only.
    case stream
  }

  /// Path of the archive.
  package var archive: String
  package var place: Place
  /// Of the archive's bytes, or of those it inflates to.
  package var range: Range<Int>
  /// What is wrong with the archive behind this member, the last that could be listed.
  package var flaw: Damage.Kind?

  package init(
    archive: String, place: Place, range: Range<Int>, flaw: Damage.Kind? = nil
  ) {
    self.archive = archive
    self.place = place
    self.range = range
    self.flaw = flaw
  }
}

/// How a zip archive keeps a member, by its directory.
package struct ZipEntry: Sendable, Hashable {
  package var isDeflated: Bool
  package var inflatedBytes: Int
  package var checksum: UInt32
}
