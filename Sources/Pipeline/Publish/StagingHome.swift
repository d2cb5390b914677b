import System

/// The working directory of a set, which nobody but its user may look into.
///
///     .NAME.twinfunnel-staging/     beside the target, or `.twinfunnel-staging` inside it; mode 0700
///         new/                      the set's files; becomes the target
///         old/                      second names of what is replaced one by one, for the way back
///         book.*                    a workbook while it is made
///         journal.json              from just before the target changes until all is tidied up
///
/// The journal makes a crash at any point harmless. Without one, everything in `new` is ours and
/// unfinished. With one, `disposable` names what may be deleted; whatever else lies in `new` belongs to
/// other people and goes back into the target.
///
/// What is found by this name is taken for ours only if it is a folder, no link, of this user, closed
/// to all others, and holds nothing else: others cannot have put anything there.
struct StagingHome: Sendable {
  let folder: Folder
  /// The folder that it lies in, and its name there.
  let site: Folder
  let name: [UInt8]
  /// Its path, for messages.
  let shown: String
  /// For removing it: a folder in it, what that is listed by, and a folder in that. Nil for one that
  /// another run left.
  var reserve: DescriptorReserve?

  private static let reserved = 3

  static let new = Array("new".utf8)
  static let old = Array("old".utf8)
  private static let book = Array("book.".utf8)
  private static let known = [new, old, PublishJournal.name, PublishJournal.draftName]

  static func make(
    in site: Folder, name: [UInt8], shown: String
  ) throws(PublishError) -> (home: StagingHome, files: Folder) {
    let home = try naming(shown) { () throws(SystemError) in
      StagingHome(
        folder: try site.makeFolder(name, mode: 0o700), site: site, name: name, shown: shown)
    }
    do throws(SystemError) {
      let files = try home.folder.makeFolder(new, mode: 0o777)
      var home = home
      home.reserve = try DescriptorReserve(reserved, in: home.folder)
      return (home, files)
    } catch {
      try? home.folder.removeFolder(new)
      try? site.removeFolder(name)
      throw .cannotWrite(path: shown, errno: error.code)
    }
  }

  /// What a run that was killed left, nil when there is nothing.
  static func left(
    in site: Folder, name: [UInt8], shown: String
  ) throws(PublishError) -> StagingHome? {
    guard let status = try naming(shown, { () throws(SystemError) in try site.status(name) }) else {
      return nil
    }
    guard status.kind == .folder else { throw .foreign(path: shown, why: "is no folder") }
    let folder = try naming(shown) { () throws(SystemError) in try site.folder(name) }
    let opened = try naming(shown) { () throws(SystemError) in try folder.status() }
    guard opened.isOurs else { throw .foreign(path: shown, why: "belongs to somebody else") }
    guard opened.mode & 0o077 == 0 else { throw .foreign(path: shown, why: "is open to others") }
    for inner in try naming(shown, { () throws(SystemError) in try folder.names() }) {
      guard known.contains(inner) || inner.starts(with: book) else {
        let inner = String(decoding: inner, as: UTF8.self)
        throw .foreign(path: shown, why: "holds \(inner)")
      }
    }
    return StagingHome(folder: folder, site: site, name: name, shown: shown)
  }

  func journal() throws(PublishError) -> PublishJournal? {
    do {
      return try PublishJournal.read(in: folder)
    } catch {
      throw .foreign(path: shown, why: "holds a journal that cannot be read")
    }
  }

  /// Removes all of it. What is left in `new` and `old` is ours, or a second name of a file in the
  /// target; a folder in them is neither.
  func remove() throws(PublishError) {
    reserve?.release()
    for inner in [Self.new, Self.old] {
      guard let opened = try? folder.folder(inner) else { continue }
      let names = try naming(shown) { () throws(SystemError) in
        try opened.setNames(lookingIntoFigures: true)
      }
      for name in names {
        try naming(shown + "/" + String(decoding: inner + [slash] + name, as: UTF8.self)) {
          () throws(SystemError) in try opened.removeSetFile(name)
        }
      }
      opened.removeEmptyFigures()
      try naming(shown) { () throws(SystemError) in try folder.removeFolder(inner) }
    }
    try naming(shown) { () throws(SystemError) in
      // The journal goes last: without it, all that is left is ours.
      for name in try folder.names() where name != PublishJournal.name {
        try folder.removeFile(name)
      }
      if try folder.status(PublishJournal.name) != nil {
        try folder.removeFile(PublishJournal.name)
      }
      try site.removeFolder(name)
    }
  }
}

private let slash = UInt8(ascii: "/")
