import System
import Values

/// A store on disk: a manifest, the segments it names, and a lock.
///
///     store.json            the manifest, replaced by rename
///     lock                  held by the one run that writes
///     segment-*.twf         immutable; one that no manifest names is an orphan of a killed run
///     maps-*.json           what maps said last (`StoredMaps`), likewise
///
/// A reader needs no lock: it opens the manifest and then all segments. A segment that was replaced
/// stays for one more generation, so that only a reader that slept through two commits has to begin
/// anew.
struct StoreFolder: ~Copyable, Sendable {
  private let path: FilePath
  /// Nil for a reader where there is no such folder.
  private let folder: Folder?
  /// Nil for readers.
  private let lock: FileLock?

  static let manifestName = "store.json"
  private static let lockName = "lock"
  private static let newName = "store.json.new"
  private static let manifestBytesMax = 1 << 30

  /// Whether a folder is a store.
  static func isThere(_ path: String) -> Bool {
    (try? FileSystem.status(FilePath(path).child(manifestName)))?.kind == .regular
  }

  /// For readers.
  init(reading path: String) {
    self.path = FilePath(path)
    folder = try? Folder.open(self.path)
    lock = nil
  }

  /// For the one who writes; makes the folder if need be.
  ///
  /// - Parameter allowsNetwork: also where other machines may not see its lock.
  init(writing path: String, allowsNetwork: Bool = false) throws(RunFailure) {
    let folder = try Self.made(path)
    if !allowsNetwork, let kind = folder.network { throw Self.refusal(path, network: kind) }
    let lock = try Self.locked(folder, path)
    self.path = FilePath(path)
    self.folder = folder
    self.lock = consume lock
  }

  private static func made(_ path: String) throws(RunFailure) -> Folder {
    do throws(SystemError) {
      if try FileSystem.status(FilePath(path)) == nil {
        try FileSystem.makeDirectory(FilePath(path))
      }
      return try Folder.open(FilePath(path))
    } catch {
      throw cannotWrite(path, error)
    }
  }

  /// Two machines that write at once would each take the other's night out again.
  static func refusal(_ path: String, network kind: String) -> RunFailure {
    RunFailure(
      .cannotWrite,
      "the store \(path) lies on a network file system (\(kind)), whose locks other machines may not "
        + "see: put it on a disk of this machine, or write it from one machine alone and say "
        + "--network-store")
  }

  private static func locked(_ folder: Folder, _ path: String) throws(RunFailure) -> FileLock {
    do throws(SystemError) {
      if let lock = try folder.lock(Array(lockName.utf8)) { return lock }
    } catch {
      throw cannotWrite(path, error)
    }
    throw RunFailure(.locked, "another run is writing to the store \(path)")
  }

  private static func cannotWrite(_ path: String, _ error: SystemError) -> RunFailure {
    RunFailure(.cannotWrite, "cannot write to the store \(path): \(error.reason)")
  }

  /// A new file, which nobody knows until a manifest names it.
  func createSegment(_ name: String) throws(RunFailure) -> SegmentSink {
    guard let folder else { throw RunFailure(.cannotWrite, "there is no store \(path)") }
    return try SegmentSink(name, in: folder, path: segmentPath(name))
  }

  func segmentPath(_ name: String) -> String { path.child(name).description }

  /// A small file that the manifest names.
  func read(_ name: String) throws(RunFailure) -> [UInt8] {
    guard let folder else { throw RunFailure(.badData, "there is no store \(path)") }
    do {
      return try folder.openFile(Array(name.utf8)).readAll(limit: Self.manifestBytesMax)
    } catch {
      throw RunFailure(.badData, "cannot read \(segmentPath(name)): \(error.reason)")
    }
  }

  /// Nil for a folder that is no store yet.
  func manifest() throws(RunFailure) -> StoreManifest? {
    let file = path.child(Self.manifestName)
    guard let folder else { return nil }
    let bytes: [UInt8]
    do {
      let handle = try folder.openFile(Array(Self.manifestName.utf8))
      bytes = try handle.readAll(limit: Self.manifestBytesMax)
    } catch {
      if error.code == SystemError.notFound { return nil }
      throw RunFailure(.badData, "cannot read \(file): \(error.reason)")
    }
    do {
      return try StoreManifest(bytes)
    } catch {
      switch error {
      case .damaged:
        throw RunFailure(
          .badData, "\(file) is damaged: the store cannot be read; restore it from a backup")
      case .version(let version):
        throw RunFailure(.badData, "\(file) has version \(version), which this program cannot read")
      }
    }
  }

  /// Removes segments that no manifest names: what a killed run left. Only for the writer.
  func removeOrphans(_ manifest: StoreManifest?) {
    let known = Set(manifest?.files ?? [])
    guard let folder, lock != nil, let names = try? folder.names() else { return }
    for bytes in names {
      let name = String(decoding: bytes, as: UTF8.self)
      let isOurs =
        name.hasPrefix("segment-") && name.hasSuffix(".twf")
        || name.hasPrefix("maps-") && name.hasSuffix(".json") || name == Self.newName
      if isOurs, !known.contains(name) { try? folder.removeFile(bytes) }
    }
  }

  /// Replaces the manifest: from then on the store is what it says. Segments must be on the device.
  ///
  /// - Parameter old: files that go, unless the manifest still names them.
  func commit(_ manifest: StoreManifest, removing old: [String]) throws(RunFailure) {
    guard let folder else { return }
    do throws(SystemError) {
      try folder.sync()
      let new = Array(Self.newName.utf8)
      if try folder.status(new) != nil { try folder.removeFile(new) }
      let file = try folder.createFile(new)
      try file.write(manifest.bytes.span)
      try file.sync()
      try file.close()
      try folder.move(new, to: folder, as: Array(Self.manifestName.utf8))
      try folder.sync()
    } catch {
      throw Self.cannotWrite(path.description, error)
    }
    let named = Set(manifest.files)
    for name in old where !named.contains(name) {
      // What cannot be removed is an orphan, which the next run tries again.
      try? folder.removeFile(Array(name.utf8))
    }
  }
}
