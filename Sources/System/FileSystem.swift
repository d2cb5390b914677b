#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The system calls of publishing, each as one function that throws.
///
/// Paths go to C as NUL-terminated copies
/// that live for the call, which is why each `unsafe` below is right.
package enum FileSystem {
  package static func createFile(_ path: FilePath) throws(SystemError) -> FileHandle {
    try open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW)
  }

  package static func readFile(_ path: FilePath) throws(SystemError) -> FileHandle {
    try open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
  }

  /// A file to be written from its start, new or in place of what it held.
  package static func overwriteFile(_ path: FilePath) throws(SystemError) -> FileHandle {
    try open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC)
  }

  /// Opens a file to hold a lock on, and creates it if need be.
  package static func openLockFile(_ path: FilePath) throws(SystemError) -> FileHandle {
    try open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW)
  }

  private static func open(_ path: FilePath, _ flags: Int32) throws(SystemError) -> FileHandle {
    while true {
      let descriptor = unsafe path.withCString { unsafe openFile($0, flags, 0o666) }
      if descriptor >= 0 { return FileHandle(descriptor) }
      if errno != EINTR { throw SystemError(code: errno) }
    }
  }

  /// All bytes of a file, at most `limit`; throws EFBIG past it.
  package static func read(_ path: FilePath, limit: Int) throws(SystemError) -> [UInt8] {
    let file = try open(path, O_RDONLY | O_CLOEXEC)
    return try file.readAll(limit: limit)
  }

  /// Makes the names in a directory last. File systems that cannot sync a directory need not.
  package static func syncDirectory(_ path: FilePath) throws(SystemError) {
    let directory = try open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    do {
      try directory.sync()
    } catch {
      if error.code != EINVAL, error.code != ENOTSUP { throw error }
    }
  }

  package static func makeDirectory(_ path: FilePath) throws(SystemError) {
    try check(unsafe path.withCString { unsafe mkdir($0, 0o777) })
  }

  package static func removeDirectory(_ path: FilePath) throws(SystemError) {
    try check(unsafe path.withCString { unsafe rmdir($0) })
  }

  package static func removeFile(_ path: FilePath) throws(SystemError) {
    try check(unsafe path.withCString { unsafe unlink($0) })
  }

  package static func move(_ source: FilePath, to target: FilePath) throws(SystemError) {
    try check(
      unsafe source.withCString { from in
        unsafe target.withCString { to in unsafe rename(from, to) }
      })
  }

  /// Lets two paths trade what they name, in one step. ENOSYS, EINVAL or ENOTSUP where the system
  /// or the file system cannot.
  package static func exchange(_ one: FilePath, _ other: FilePath) throws(SystemError) {
    try check(
      unsafe one.withCString { from in
        unsafe other.withCString { to in
          #if canImport(Darwin)
            unsafe renamex_np(from, to, UInt32(RENAME_SWAP))
          #else
            unsafe renameExchange(from, to)
          #endif
        }
      })
  }

  /// A second name for a file; for a symbolic link, of the link itself.
  package static func hardLink(_ source: FilePath, to target: FilePath) throws(SystemError) {
    try check(
      unsafe source.withCString { from in
        unsafe target.withCString { to in unsafe linkat(AT_FDCWD, from, AT_FDCWD, to, 0) }
      })
  }

  /// Gives a directory another's permissions, and its owner as far as we may.
  package static func copyOwnership(of status: FileStatus, to path: FilePath) throws(SystemError) {
    _ = unsafe path.withCString { unsafe chown($0, status.owner, status.group) }
    try check(unsafe path.withCString { unsafe chmod($0, mode_t(status.mode & 0o7777)) })
  }

  package static func mayWrite(_ path: FilePath) throws(SystemError) {
    try check(unsafe path.withCString { unsafe access($0, W_OK | X_OK) })
  }

  /// Nil when there is nothing at the path. Links are not followed.
  package static func status(_ path: FilePath) throws(SystemError) -> FileStatus? {
    var info = stat()
    if unsafe path.withCString({ unsafe lstat($0, &info) }) == 0 { return FileStatus(info) }
    if errno == ENOENT { return nil }
    throw SystemError(code: errno)
  }

  /// The absolute path without links, `.` and `..`.
  package static func resolve(_ path: FilePath) throws(SystemError) -> FilePath {
    // The result of realpath is ours to copy and to free.
    guard let resolved = unsafe path.withCString({ unsafe realpath($0, nil) }) else {
      throw SystemError(code: errno)
    }
    defer { unsafe free(resolved) }
    return FilePath(bytes: unsafe bytes(of: resolved))
  }

  /// The names in a directory without `.` and `..`, in no order.
  package static func names(in path: FilePath) throws(SystemError) -> [[UInt8]] {
    guard let directory = unsafe path.withCString({ unsafe opendir($0) }) else {
      throw SystemError(code: errno)
    }
    defer { unsafe _ = closedir(directory) }
    var names: [[UInt8]] = []
    while true {
      errno = 0
      // An entry is valid until the next call, and copied before it.
      guard let entry = unsafe readdir(directory) else {
        if errno != 0 { throw SystemError(code: errno) }
        return names
      }
      let offset = MemoryLayout<dirent>.offset(of: \.d_name)!
      let name = unsafe UnsafeRawPointer(entry).advanced(by: offset)
        .assumingMemoryBound(to: CChar.self)
      let copy = unsafe bytes(of: name)
      if copy != [UInt8(ascii: ".")], copy != [UInt8(ascii: "."), UInt8(ascii: ".")] {
        names.append(copy)
      }
    }
  }

  private static func bytes(of text: UnsafePointer<CChar>) -> [UInt8] {
    let count = unsafe strlen(text)
    return unsafe UnsafeRawBufferPointer(start: text, count: count).map { $0 }
  }

  private static func check(_ result: Int32) throws(SystemError) {
    if result != 0 { throw SystemError(code: errno) }
  }
}

#if !canImport(Darwin)
  /// `renameat2` with RENAME_EXCHANGE: a GNU extension that the importer does not show, and that an
  /// old or a fully static C library does not have.
  private func renameExchange(_ one: UnsafePointer<CChar>, _ other: UnsafePointer<CChar>) -> Int32 {
    typealias RenameAt2 =
      @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32) -> Int32
    guard let symbol = unsafe dlsym(nil, "renameat2") else {
      errno = ENOSYS
      return -1
    }
    // The symbol has this signature wherever it exists: renameat2(2).
    let renameAt2 = unsafe unsafeBitCast(symbol, to: RenameAt2.self)
    let exchange: UInt32 = 1 << 1
    return unsafe renameAt2(AT_FDCWD, one, AT_FDCWD, other, exchange)
  }
#endif

/// `open` with its mode: inside the types above, the name belongs to a method.
private func openFile(_ path: UnsafePointer<CChar>, _ flags: Int32, _ mode: mode_t) -> Int32 {
  unsafe open(path, flags, mode)
}

extension FilePath {
  fileprivate func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    let terminated = bytes.map { CChar(bitPattern: $0) } + [0]
    // The array outlives the call, and its last element ends the string.
    return unsafe terminated.withUnsafeBufferPointer { unsafe body($0.baseAddress!) }
  }
}
