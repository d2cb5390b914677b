import System

/// The right to publish into a directory, held through `flock` on a file beside it.
///
/// The kernel drops the lock with the process, however it ends, so a stale file locks nobody out.
/// The file is removed on release. That is free of races since taking the lock ends with a look
/// whether the name still means the locked file: who waited on a file that was removed meanwhile
/// starts over, and nobody removes a file whose lock he does not hold. Nothing is ever read from the
/// file or written to it, so it does not matter whose it is.
struct DirectoryLock: ~Copyable, Sendable {
  private let lock: FileLock
  private let folder: Folder
  private let name: [UInt8]

  /// Nil when another holds it.
  static func take(_ name: [UInt8], in folder: Folder) throws(SystemError) -> DirectoryLock? {
    while true {
      guard let lock = try folder.lock(name) else { return nil }
      let locked = try lock.status()
      if let named = try folder.status(name), named.isSameFile(as: locked) {
        return DirectoryLock(lock: lock, folder: folder, name: name)
      }
    }
  }

  private init(lock: consuming FileLock, folder: Folder, name: [UInt8]) {
    self.lock = lock
    self.folder = folder
    self.name = name
  }

  deinit {
    // A lock file that cannot be removed is only untidy.
    if let locked = try? lock.status(), let named = try? folder.status(name),
      named.isSameFile(as: locked)
    {
      try? folder.removeFile(name)
    }
  }
}
