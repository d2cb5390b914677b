import CSystem

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A folder by its descriptor, and what lies right in it by name.
///
/// Whoever may write in a folder above can put another one, or a link, in the place of a path at any
/// moment; a descriptor goes on meaning the folder that was opened. Names are bytes without a slash,
/// and a link is never followed: to work on one means to work on the link itself.
///
/// Names go to C as NUL-terminated copies that live for the call, which is why each `unsafe` below
/// is right.
package final class Folder: Sendable {
  private let descriptor: Int32

  private init(_ descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit { _ = close(descriptor) }

  /// The folder at a path whose links are followed; one that may not be listed is a place for names.
  package static func open(_ path: FilePath) throws(SystemError) -> Folder {
    do {
      return try opened { unsafe path.withCString { unsafe openFolder($0) } }
    } catch {
      if error.code != EACCES { throw error }
      return try opened { unsafe path.withCString { unsafe twinfunnel_open_place($0) } }
    }
  }

  /// A folder in this one.
  package func folder(_ name: [UInt8]) throws(SystemError) -> Folder {
    try Self.opened { unsafe name.withCString { unsafe openFolder(at: descriptor, $0) } }
  }

  /// Makes a folder in this one and opens it. EEXIST when there is anything by that name, also when
  /// somebody put another in its place before it was open.
  package func makeFolder(_ name: [UInt8], mode: UInt32) throws(SystemError) -> Folder {
    try check(unsafe name.withCString { unsafe mkdirat(descriptor, $0, mode_t(mode)) })
    let made: Folder
    do {
      made = try folder(name)
    } catch {
      // Without a descriptor left, what was made would stay. What is no empty folder stays anyway.
      if SystemError.tooManyOpen.contains(error.code) { try? removeFolder(name) }
      throw error
    }
    if try made.status().owner != geteuid() { throw SystemError(code: EEXIST) }
    return made
  }

  /// A new file to be written.
  package func createFile(_ name: [UInt8]) throws(SystemError) -> FileHandle {
    try file(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW)
  }

  /// A file to be read; what is no regular file is refused with EINVAL, and never waited for.
  package func openFile(_ name: [UInt8]) throws(SystemError) -> FileHandle {
    try regular(try file(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK))
  }

  /// The lock of a file, which is created if need be and read by nobody; nil when another has it.
  package func lock(_ name: [UInt8]) throws(SystemError) -> FileLock? {
    try FileLock(try openLockFile(name))
  }

  private func openLockFile(_ name: [UInt8]) throws(SystemError) -> FileHandle {
    do {
      return try regular(try file(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK))
    } catch {
      // Another user's, left by a run that was killed: to lock it, reading is enough.
      if error.code != EACCES { throw error }
      do {
        return try openFile(name)
      } catch {
        // There is none: that we may not make one is what the caller has to know.
        throw error.code == ENOENT ? SystemError(code: EACCES) : error
      }
    }
  }

  private func regular(_ file: consuming FileHandle) throws(SystemError) -> FileHandle {
    if try file.status().kind != .regular { throw SystemError(code: EINVAL) }
    return file
  }

  private func file(_ name: [UInt8], _ flags: Int32) throws(SystemError) -> FileHandle {
    while true {
      let opened = unsafe name.withCString { unsafe openAny(at: descriptor, $0, flags) }
      if opened >= 0 { return FileHandle(opened) }
      if errno != EINTR { throw SystemError(code: errno) }
    }
  }

  private static func opened(_ open: () -> Int32) throws(SystemError) -> Folder {
    while true {
      let descriptor = open()
      if descriptor >= 0 { return Folder(descriptor) }
      if errno != EINTR { throw SystemError(code: errno) }
    }
  }

  /// Of the folder itself.
  package func status() throws(SystemError) -> FileStatus {
    var info = stat()
    try check(unsafe fstat(descriptor, &info))
    return FileStatus(info)
  }

  /// Nil when there is nothing by that name.
  package func status(_ name: [UInt8]) throws(SystemError) -> FileStatus? {
    var info = stat()
    let result = unsafe name.withCString {
      unsafe fstatat(descriptor, $0, &info, AT_SYMLINK_NOFOLLOW)
    }
    if result == 0 { return FileStatus(info) }
    if errno == ENOENT { return nil }
    throw SystemError(code: errno)
  }

  package func mayWrite() throws(SystemError) {
    try check(
      unsafe [dot].withCString { unsafe faccessat(descriptor, $0, W_OK | X_OK, AT_EACCESS) })
  }

  package func removeFile(_ name: [UInt8]) throws(SystemError) {
    try check(unsafe name.withCString { unsafe unlinkat(descriptor, $0, 0) })
  }

  package func removeFolder(_ name: [UInt8]) throws(SystemError) {
    try check(unsafe name.withCString { unsafe unlinkat(descriptor, $0, AT_REMOVEDIR) })
  }

  /// Replaces a file of that name, or an empty folder by a folder.
  package func move(
    _ name: [UInt8], to folder: Folder, as newName: [UInt8]
  ) throws(SystemError) {
    try check(
      unsafe name.withCString { from in
        unsafe newName.withCString { to in
          unsafe renameat(descriptor, from, folder.descriptor, to)
        }
      })
  }

  /// Replaces nothing: EEXIST. Where the system cannot promise that, it is looked at before.
  package func moveNew(
    _ name: [UInt8], to folder: Folder, as newName: [UInt8]
  ) throws(SystemError) {
    let result = unsafe name.withCString { from in
      unsafe newName.withCString { to in
        unsafe twinfunnel_move_new(descriptor, from, folder.descriptor, to)
      }
    }
    if result == 0 { return }
    let error = SystemError(code: errno)
    guard SystemError.unsupported.contains(error.code) else { throw error }
    if try folder.status(newName) != nil { throw SystemError(code: EEXIST) }
    try move(name, to: folder, as: newName)
  }

  /// Lets two names trade what they name, in one step. ENOSYS, EINVAL or ENOTSUP where the system
  /// or the file system cannot, EXDEV where one of them comes from a lower layer.
  package func exchange(
    _ name: [UInt8], with folder: Folder, _ otherName: [UInt8]
  ) throws(SystemError) {
    try check(
      unsafe name.withCString { from in
        unsafe otherName.withCString { to in
          unsafe twinfunnel_exchange(descriptor, from, folder.descriptor, to)
        }
      })
  }

  /// A second name for a file; for a symbolic link, of the link itself.
  package func link(
    _ name: [UInt8], in folder: Folder, as newName: [UInt8]
  ) throws(SystemError) {
    try check(
      unsafe name.withCString { from in
        unsafe newName.withCString { to in
          unsafe linkat(descriptor, from, folder.descriptor, to, 0)
        }
      })
  }

  /// A new symbolic link in this folder; EEXIST when there is anything by its name.
  package func makeLink(_ name: [UInt8], to target: [UInt8]) throws(SystemError) {
    // Both are NUL-terminated copies that live for the call.
    let result = unsafe target.withCString { target in
      unsafe name.withCString { unsafe symlinkat(target, descriptor, $0) }
    }
    if result != 0 { throw SystemError(code: errno) }
  }

  /// Where a symbolic link in this folder leads, as it was written; nil for what is no link.
  package func linkTarget(_ name: [UInt8]) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = unsafe name.withCString { name in
      // The call writes at most the buffer's count, without a NUL.
      unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
          unsafe characters.baseAddress.map { start in
            unsafe readlinkat(descriptor, name, start, characters.count)
          } ?? -1
        }
      }
    }
    return count < 0 ? nil : Array(buffer.prefix(count))
  }

  /// A path to what lies in the folder, for a library that knows only paths: through the descriptor, so
  /// that it leads here whatever happens to the folder's own; nil where the system has no such paths.
  package var ownPath: String? {
    let path = "/proc/self/fd/\(descriptor)"
    guard let there = try? FileStatus(path: path), let here = try? status(),
      there.isSameFile(as: here)
    else { return nil }
    return path
  }

  /// Gives the folder another's permissions.
  package func copyMode(of status: FileStatus) throws(SystemError) {
    try check(fchmod(descriptor, mode_t(status.mode & 0o7777)))
  }

  /// Makes the names in the folder last. File systems that cannot sync a folder need not.
  package func sync() throws(SystemError) {
    while fsync(descriptor) != 0 {
      switch errno {
      case EINTR: continue
      case EINVAL, ENOTSUP, EBADF: return
      default: throw SystemError(code: errno)
      }
    }
  }

  /// The names in the folder without `.` and `..`, in no order.
  package func names() throws(SystemError) -> [[UInt8]] {
    // A listing has a position, so it gets a descriptor of its own.
    let copy = unsafe [dot].withCString { unsafe openFolder(at: descriptor, $0) }
    if copy < 0 { throw SystemError(code: errno) }
    guard let listing = unsafe fdopendir(copy) else {
      let error = SystemError(code: errno)
      _ = close(copy)
      throw error
    }
    defer { unsafe _ = closedir(listing) }
    var names: [[UInt8]] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(listing) else {
        if errno != 0 { throw SystemError(code: errno) }
        return names
      }
      // The entry stays valid until the next `readdir` of this stream; its name ends in NUL.
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe bytes.prefix { $0 != 0 }.map { $0 }
      }
      if name != [dot], name != [dot, dot] { names.append(name) }
    }
  }

  private func check(_ result: Int32) throws(SystemError) {
    if result != 0 { throw SystemError(code: errno) }
  }
}

extension Folder {
  /// Why something may not be replaced or removed, though its folder may be written.
  package enum Obstacle: String, Sendable {
    case folder = "a folder"
    case mount = "a mount point"
    case immutable = "immutable"
    case appendOnly = "append-only"
    case othersInStickyFolder = "another user's, in a sticky folder"
  }

  /// Nil when nothing is known to be in the way; what is not there is not.
  package func obstacle(_ name: [UInt8]) throws(SystemError) -> Obstacle? {
    guard let found = try status(name) else { return nil }
    if found.kind == .folder { return .folder }
    let bits = unsafe name.withCString { unsafe twinfunnel_obstacles(descriptor, $0) }
    if bits & Int32(TWINFUNNEL_MOUNT) != 0 { return .mount }
    if bits & Int32(TWINFUNNEL_IMMUTABLE) != 0 { return .immutable }
    if bits & Int32(TWINFUNNEL_APPEND_ONLY) != 0 { return .appendOnly }
    let folder = try status()
    let me = geteuid()
    if folder.mode & UInt32(S_ISVTX) != 0, me != 0, found.owner != me, folder.owner != me {
      return .othersInStickyFolder
    }
    return nil
  }

  /// The kind of network file system that the folder lies on, such as NFS, whose locks and renames
  /// other machines may not see; nil for a file system of this machine.
  package var network: String? {
    // Safe: the text is a constant of the program.
    unsafe twinfunnel_network(descriptor).map { unsafe String(cString: $0) }
  }

  /// The same of a type, as `statfs` of Linux numbers them.
  static func network(ofType type: UInt32) -> String? {
    // Safe: the text is a constant of the program.
    unsafe twinfunnel_network_type(type).map { unsafe String(cString: $0) }
  }

  /// Whether a folder made anew in `parent` would be another than this one: of another owner or group,
  /// or without the special bits, the extended attributes or the access control list that it has.
  package func hasIdentity(in parent: Folder) throws(SystemError) -> Bool {
    let own = try status()
    let above = try parent.status()
    let setGroup = UInt32(S_ISGID)
    let inherits = above.mode & setGroup != 0
    let special = inherits ? setGroup : 0
    return own.owner != geteuid() || own.group != (inherits ? above.group : getegid())
      || own.mode & 0o7000 != special || twinfunnel_has_attributes(descriptor) != 0
  }
}

private let dot = UInt8(ascii: ".")

// Inside the type, `open` is its own method.

private func openFolder(_ path: UnsafePointer<CChar>) -> Int32 {
  unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
}

private func openFolder(at folder: Int32, _ name: UnsafePointer<CChar>) -> Int32 {
  unsafe openat(folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
}

private func openAny(at folder: Int32, _ name: UnsafePointer<CChar>, _ flags: Int32) -> Int32 {
  unsafe openat(folder, name, flags, 0o666)
}
