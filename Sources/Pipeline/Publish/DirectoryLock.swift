import System

/// The right to publish into a directory, held through `flock` on a file beside it.
///
/// The kernel drops the lock with the process, however it ends, so a stale file locks nobody out.
/// The file is removed on release. That is free of races since taking the lock ends with a look
/// whether the path still names the locked file: who waited on a file that was removed meanwhile
/// starts over, and nobody removes a file whose lock he does not hold.
struct DirectoryLock: ~Copyable, Sendable {
  private let file: FileHandle
  private let path: FilePath

  /// Nil when another holds it.
  static func take(_ path: FilePath) throws(SystemError) -> DirectoryLock? {
    while true {
      let file = try FileSystem.openLockFile(path)
      if try !file.tryLock() { return nil }
      let locked = try file.status()
      if let named = try FileSystem.status(path), named.isSameFile(as: locked) {
        return DirectoryLock(file: file, path: path)
      }
    }
  }

  private init(file: consuming FileHandle, path: FilePath) {
    self.file = file
    self.path = path
  }

  deinit {
    // A lock file that cannot be removed is only untidy.
    if let locked = try? file.status(), let named = try? FileSystem.status(path),
      named.isSameFile(as: locked)
    {
      try? FileSystem.removeFile(path)
    }
  }
}
