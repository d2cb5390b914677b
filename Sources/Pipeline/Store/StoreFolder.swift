import System
import Values

/// A store on disk: a manifest, the segments it names, and a lock.
///
///     store.json            the manifest, replaced by rename
///     lock                  held by the one run that writes
///     segment-*.twf         immutable; one that no manifest names is an orphan of a killed run
///
/// A reader needs no lock: it opens the manifest and then all segments. A segment that was replaced
/// stays for one more generation, so that only a reader that slept through two commits has to begin
/// anew.
struct StoreFolder: ~Copyable, Sendable {
  let path: FilePath
  /// Nil for readers.
  private let lock: FileHandle?

  static let manifestName = "store.json"
  private static let lockName = "lock"
  private static let newName = "store.json.new"
  private static let manifestBytesMax = 1 << 30

  /// For readers.
  init(reading path: String) {
    self.path = FilePath(path)
    lock = nil
  }

  /// For the one who writes; makes the folder if need be.
  init(writing path: String) throws(RunFailure) {
    self.path = FilePath(path)
    do throws(SystemError) {
      if try FileSystem.status(self.path) == nil { try FileSystem.makeDirectory(self.path) }
      let file = try FileSystem.openLockFile(self.path.child(Self.lockName))
      guard try file.tryLock() else { throw SystemError(code: SystemError.wouldBlock) }
      lock = consume file
    } catch {
      if error.code == SystemError.wouldBlock {
        throw RunFailure(.locked, "another run is writing to the store \(path)")
      }
      throw RunFailure(.cannotWrite, "cannot write to the store \(path): \(error.reason)")
    }
  }

  func segmentPath(_ name: String) -> String { path.child(name).description }

  /// Nil for a folder that is no store yet.
  func manifest() throws(RunFailure) -> StoreManifest? {
    let file = path.child(Self.manifestName)
    let bytes: [UInt8]
    do {
      bytes = try FileSystem.read(file, limit: Self.manifestBytesMax)
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
    let known = Set((manifest?.segments.map(\.name) ?? []) + (manifest?.replaced ?? []))
    guard lock != nil, let names = try? FileSystem.names(in: path) else { return }
    for bytes in names {
      let name = String(decoding: bytes, as: UTF8.self)
      let isOurs = name.hasPrefix("segment-") && name.hasSuffix(".twf") || name == Self.newName
      if isOurs, !known.contains(name) { try? FileSystem.removeFile(path.child(bytes)) }
    }
  }

  /// Replaces the manifest: from then on the store is what it says. Segments must be on the device.
  ///
  /// - Parameter old: files that go, unless the manifest still names them.
  func commit(_ manifest: StoreManifest, removing old: [String]) throws(RunFailure) {
    do throws(SystemError) {
      try FileSystem.syncDirectory(path)
      let new = path.child(Self.newName)
      if try FileSystem.status(new) != nil { try FileSystem.removeFile(new) }
      let file = try FileSystem.createFile(new)
      try file.write(manifest.bytes.span)
      try file.sync()
      try file.close()
      try FileSystem.move(new, to: path.child(Self.manifestName))
      try FileSystem.syncDirectory(path)
    } catch {
      throw RunFailure(.cannotWrite, "cannot write to the store \(path): \(error.reason)")
    }
    let named = Set(manifest.segments.map(\.name) + manifest.replaced)
    for name in old where !named.contains(name) {
      // What cannot be removed is an orphan, which the next run tries again.
      try? FileSystem.removeFile(path.child(name))
    }
  }
}
