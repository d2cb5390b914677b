#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What the system says of a path or an open file.
package struct FileStatus: Sendable, Equatable {
  package enum Kind: Sendable { case regular, folder, link, other }

  package var kind: Kind
  package var bytes: Int
  /// Nanoseconds since 1970.
  package var modified: Int64
  /// Together these tell whether two paths lead to one file.
  package var device: UInt64
  package var inode: UInt64
  package var mode: UInt32
  package var owner: UInt32
  package var group: UInt32

  /// Follows symbolic links.
  package init(path: String) throws(SystemError) {
    var status = stat()
    // The path is NUL-terminated for the call, and `status` is written before it returns.
    guard unsafe stat(path, &status) == 0 else { throw SystemError(code: errno) }
    self.init(status)
  }

  init(_ status: stat) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: kind = .regular
    case S_IFDIR: kind = .folder
    case S_IFLNK: kind = .link
    default: kind = .other
    }
    bytes = Int(status.st_size)
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    modified = Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    device = UInt64(truncatingIfNeeded: status.st_dev)
    inode = UInt64(truncatingIfNeeded: status.st_ino)
    mode = UInt32(status.st_mode)
    owner = status.st_uid
    group = status.st_gid
  }

  /// Of the user whose rights this process has.
  package var isOurs: Bool { owner == geteuid() }

  package func isSameFile(as other: FileStatus) -> Bool {
    device == other.device && inode == other.inode
  }
}
