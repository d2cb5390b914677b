#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The lock of a file, which one at a time can have; given back when it goes.
///
/// The system keeps `flock` with the open file, of which a child process has a copy until it runs
/// another program. So the lock is given back by name: closing alone would leave it to such a child,
/// and the next run would find the file locked by nobody.
package struct FileLock: ~Copyable, Sendable {
  private let file: FileHandle

  /// Nil when another has it.
  init?(_ file: consuming FileHandle) throws(SystemError) {
    if try !file.lockIfFree() { return nil }
    self.file = file
  }

  deinit {
    // What cannot be unlocked goes with the last copy of the open file.
    file.unlock()
  }

  /// Of the file that is locked, whatever its name means by now.
  package func status() throws(SystemError) -> FileStatus { try file.status() }
}
