import System
import Tables
import Values

/// Where a set waits until it is complete: a working directory on the file system of its target.
///
///     parent/.NAME.twinfunnel-staging/     beside the target, or inside it: see `method`
///         new/                             the set's files; becomes the target
///         old/                             the target's files, while two renames stand in for one
///         journal.json                     from just before the swap until all is tidied up
///
/// The journal makes a crash at any point harmless. Without one, everything in `new` is ours and
/// unfinished. With one, `disposable` names what may be deleted; whatever else lies in `new` or
/// `old` belongs to other people and goes back into the target.
struct Staging: Sendable {
  /// Absolute, without symbolic links. May not exist yet.
  let target: FilePath
  let home: FilePath
  let method: Method

  enum Method: Sendable {
    /// Staged beside the target and swapped with it in one step.
    case swap
    /// Staged inside the target and moved up file by file, the manifest last: for a target that
    /// cannot be renamed.
    case fileByFile
  }

  init(target: FilePath, method: Method) {
    self.target = target
    self.method = method
    switch method {
    case .swap:
      let (parent, name) = target.split()
      home = parent.child(Self.siblingName(name, "staging"))
    case .fileByFile: home = target.child(Self.insideStaging)
    }
  }

  var files: FilePath { home.child("new") }
  var retired: FilePath { home.child("old") }
  var journal: FilePath { home.child("journal.json") }

  static func siblingName(_ name: [UInt8], _ role: String) -> [UInt8] {
    Array(".".utf8) + name + Array(".twinfunnel-\(role)".utf8)
  }

  static let insideStaging = ".twinfunnel-staging"
  static let insideLock = ".twinfunnel-lock"

  /// Names in the target that are the publisher's own.
  static let ownNames = Set([insideStaging, insideLock].map { Array($0.utf8) })

  func create() throws(SystemError) {
    try FileSystem.makeDirectory(home)
    try FileSystem.makeDirectory(files)
  }

  /// Removes a set that was not published. Nothing in it is anybody else's: what is not written by
  /// us is a second name of a file in the target.
  func remove() throws(SystemError) {
    guard try FileSystem.status(home) != nil else { return }
    if try FileSystem.status(files) != nil {
      for name in try FileSystem.names(in: files) {
        try FileSystem.removeFile(files.child(name))
      }
      try FileSystem.removeDirectory(files)
    }
    for name in try FileSystem.names(in: home) { try FileSystem.removeFile(home.child(name)) }
    try FileSystem.removeDirectory(home)
  }
}

/// What is about to happen, written down before it does.
struct PublishJournal: Equatable, Sendable {
  /// The set's files, the manifest last.
  var publish: [String]
  /// What an earlier run wrote: to be deleted, unless it is published anew.
  var obsolete: [String]

  var disposable: Set<[UInt8]> { Set((publish + obsolete).map { Array($0.utf8) }) }

  /// Nil when there is none, so that nothing was swapped yet.
  static func read(_ path: FilePath) -> PublishJournal? {
    guard let bytes = try? FileSystem.read(path, limit: 1 << 28),
      let json = try? JSONReader.read(bytes),
      let publish = json["publish"]?.elements, let obsolete = json["obsolete"]?.elements
    else { return nil }
    return PublishJournal(
      publish: publish.compactMap(\.string), obsolete: obsolete.compactMap(\.string))
  }

  /// All or nothing, and on the device when it returns.
  func write(_ path: FilePath) throws(SystemError) {
    let json = JSONValue.object([
      ("publish", .list(publish.map { .text($0) })),
      ("obsolete", .list(obsolete.map { .text($0) })),
    ])
    let (directory, name) = path.split()
    let draft = directory.child(name + Array(".draft".utf8))
    let file = try FileSystem.createFile(draft)
    try file.write(JSONWriter.pretty(json).span)
    try file.sync()
    try file.close()
    try FileSystem.move(draft, to: path)
    try FileSystem.syncDirectory(directory)
  }
}
