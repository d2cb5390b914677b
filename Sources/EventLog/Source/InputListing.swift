import System

/// The inputs of a run: the files that were found, an archive's members in its place, without what
/// holds the same as another.
///
/// Each file's first bytes are looked at, so that all that cannot be read are named at once, before
/// any row is read. What comes from a pipe is looked at when it is read.
package struct InputListing: Sendable, Equatable {
  /// Sorted by the bytes of their paths.
  package private(set) var files: [InputFile] = []
  package private(set) var errors: [InputError] = []
  /// What is not read although it was given, in words.
  package private(set) var warnings: [String] = []
  package private(set) var notices: [String] = []

  /// - Parameters:
  ///   - found: files and pipes, no members.
  ///   - encoding: what the spec says of text; nil for UTF-8.
  ///   - others: what it says of the texts of further sources.
  package init(_ found: [InputFile], encoding: String? = nil, others: [String?] = []) {
    for file in found {
      do {
        try add(file, encoding: file.source == 0 ? encoding : others[file.source - 1])
      } catch let error as InputError {
        errors.append(error)
      } catch let error as ArchiveError {
        errors.append(InputError(path: file.path, reason: error.reason))
      } catch let error as SystemError {
        errors.append(InputError(path: file.path, reason: error.reason))
      } catch {
        errors.append(InputError(path: file.path, reason: "\(error)"))
      }
    }
    files.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    if errors.isEmpty { leaveOutSameContent() }
  }

  private mutating func add(_ file: InputFile, encoding: String?) throws {
    // Without a size: a pipe, whose bytes can be had once only.
    guard file.bytes > 0 else { return files.append(file) }
    let content = HeadedContent(
      FileContent(source: try FileBytes(path: file.path), readBytes: 4 << 10))
    let kind = ContentKind(content.head, encoding: encoding)
    switch (kind, content.isGzip) {
    case (.zip, false):
      try add(ZipListing.read(ArchiveFile(path: file.path)), of: file)
    case (.tar, false):
      try add(TarListing.read(ArchiveFile(path: file.path), place: .file), of: file)
    case (.tar, true):
      try add(TarListing.read(ArchiveStream(path: file.path), place: .stream), of: file)
    case (.foreign, _), (.zip, _):
      throw InputError(
        path: file.path, reason: kind.refusal(of: file, isInflated: content.isGzip))
    case (.text, _), (.markedUTF8, _), (.marked, _), (.gzip, _): files.append(file)
    }
  }

  private mutating func add(_ listing: ArchiveListing, of file: InputFile) throws {
    var latest: [String: InputFile] = [:]
    var order: [String] = []
    for member in listing.members {
      let name = InputName.plain(member.name)
      if InputName.isHidden(name) { continue }
      let path = "\(file.path):\(name)"
      if InputName.isUnfinished(name) {
        notices.append(InputName.notice(path))
        continue
      }
      if latest[name] == nil {
        order.append(name)
      } else {
        warnings.append("\(path): the archive has it more than once, the last is read")
      }
      var input = InputFile(
        path: path, bytes: member.range.count,
        member: ArchiveMember(archive: file.path, place: member.place, range: member.range),
        name: file.name)
      input.source = file.source
      latest[name] = input
    }
    var members = order.compactMap { latest[$0] }
    if let flaw = listing.flaw {
      guard
        let last = members.indices.max(by: {
          (members[$0].member?.range.upperBound ?? 0) < (members[$1].member?.range.upperBound ?? 0)
        })
      else {
        throw InputError(path: file.path, reason: "the archive is damaged: none of it can be read")
      }
      members[last].member?.flaw = flaw
    }
    if members.isEmpty {
      throw InputError(path: file.path, reason: "the archive holds no files")
    }
    files += members
  }

  private mutating func leaveOutSameContent() {
    var search = SameContent()
    let repeated = search.repeated(in: files)
    for (index, original) in repeated.sorted(by: { $0.key < $1.key }) {
      warnings.append(
        "\(files[index].path): byte for byte the same as \(files[original].path), read once")
    }
    files = files.indices.filter { repeated[$0] == nil }.map { files[$0] }
  }
}
