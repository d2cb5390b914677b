#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Calls on paths, for what the user names himself; `Folder` is for all that must stay where it is.
///
/// Paths go to C as NUL-terminated copies
/// that live for the call, which is why each `unsafe` below is right.
package enum FileSystem {
  /// A file to be written from its start, new or in place of what it held.
  package static func overwriteFile(_ path: FilePath) throws(SystemError) -> FileHandle {
    try open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC)
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

  package static func makeDirectory(_ path: FilePath) throws(SystemError) {
    try check(unsafe path.withCString { unsafe mkdir($0, 0o777) })
  }

  package static func removeDirectory(_ path: FilePath) throws(SystemError) {
    try check(unsafe path.withCString { unsafe rmdir($0) })
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
    let count = unsafe strlen(resolved)
    return FilePath(bytes: unsafe UnsafeRawBufferPointer(start: resolved, count: count).map { $0 })
  }

  private static func check(_ result: Int32) throws(SystemError) {
    if result != 0 { throw SystemError(code: errno) }
  }
}

/// `open` with its mode: inside the type above, the name belongs to a method.
private func openFile(_ path: UnsafePointer<CChar>, _ flags: Int32, _ mode: mode_t) -> Int32 {
  unsafe open(path, flags, mode)
}

extension FilePath {
  func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    unsafe bytes.withCString(body)
  }
}

extension [UInt8] {
  /// The bytes as a C string that lives for the call.
  func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    let terminated = map { CChar(bitPattern: $0) } + [0]
    // The array outlives the call, and its last element ends the string.
    return unsafe terminated.withUnsafeBufferPointer { unsafe body($0.baseAddress!) }
  }
}
