// All calls of the system and of the C library that reading needs: the one file that imports them.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the system says of an error number.
package func systemMessage(_ code: Int32) -> String {
  guard let text = unsafe strerror(code) else { return "error \(code)" }
  // Safe: the C library returns a string that outlives the call, and it is copied at once.
  return unsafe String(cString: text)
}

/// An `errno`, with its text for people.
struct SystemError: Error, Equatable {
  var code: Int32

  static let noPermission = SystemError(code: EACCES)

  var reason: String {
    systemMessage(code)
  }
}

/// What `stat` says of a path or an open file.
struct FileStatus: Equatable {
  enum Kind { case regular, folder, other }

  var kind: Kind
  var bytes: Int
  /// Nanoseconds since 1970.
  var modified: Int64
  /// Together these tell whether two paths lead to one file.
  var device: UInt64
  var inode: UInt64

  fileprivate init(_ status: stat) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: kind = .regular
    case S_IFDIR: kind = .folder
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
    inode = UInt64(status.st_ino)
  }

  /// Follows symbolic links.
  init(path: String) throws(SystemError) {
    var status = stat()
    // The path is NUL-terminated for the call, and `status` is written before it returns.
    guard unsafe stat(path, &status) == 0 else { throw SystemError(code: errno) }
    self.init(status)
  }
}

/// Whether this process may read the file.
func isReadable(path: String) -> Bool {
  // The path is NUL-terminated for the call.
  unsafe access(path, R_OK) == 0
}

/// The names in a folder without `.` and `..`, in the system's order; nil for a name that is not UTF-8.
func namesInFolder(path: String) throws(SystemError) -> [String?] {
  // The stream is closed on every way out, and used by nobody else.
  guard let folder = unsafe opendir(path) else { throw SystemError(code: errno) }
  defer { unsafe closedir(folder) }
  var names: [String?] = []
  while true {
    errno = 0
    guard let entry = unsafe readdir(folder) else {
      if errno != 0 { throw SystemError(code: errno) }
      return names
    }
    // The entry stays valid until the next `readdir` of this stream; its name ends in NUL.
    let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
      unsafe String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    if name == "." || name == ".." { continue }
    names.append(name)
  }
}

/// Owns a descriptor that is open for reading, and closes it unless it is standard input.
struct InputDescriptor: ~Copyable {
  private let descriptor: Int32
  private let isOwned: Bool
  private let isCancelled: @Sendable () -> Bool
  /// As it was when opened.
  let status: FileStatus

  /// How often a wait for somebody else's bytes looks whether they are still wanted.
  private static let waitMilliseconds: Int32 = 50

  /// Opens `path`, or standard input for `-`.
  ///
  /// A pipe or a terminal may keep a reader waiting for ever: once `isCancelled` says so, such a read
  /// ends as a failure with `ECANCELED`. Files are never waited for.
  init(
    path: String, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(InputError) {
    self.isCancelled = isCancelled
    let isOwned = path != "-"
    var descriptor: Int32 = 0
    if isOwned {
      repeat {
        // The path is NUL-terminated for the call. Without O_NONBLOCK, opening a named pipe would
        // wait for a writer; reading it does that, and can be cancelled.
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
      } while descriptor < 0 && errno == EINTR
      guard descriptor >= 0 else {
        throw InputError(path: path, reason: SystemError(code: errno).reason)
      }
    }
    var found: Result<FileStatus, SystemError> = Self.status(of: descriptor)
    if case .success(let status) = found, status.kind == .folder {
      found = .failure(SystemError(code: EISDIR))
    }
    switch found {
    case .success(let status):
      self.status = status
    case .failure(let error):
      if isOwned { close(descriptor) }
      throw InputError(path: path, reason: error.reason)
    }
    self.descriptor = descriptor
    self.isOwned = isOwned
    if isOwned { _ = fcntl(descriptor, F_SETFL, 0) }
    #if canImport(Glibc)
      // Read-ahead in larger steps; only advice, so a refusal does not matter.
      _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
    #endif
  }

  deinit {
    if isOwned { close(descriptor) }
  }

  private static func status(of descriptor: Int32) -> Result<FileStatus, SystemError> {
    var status = stat()
    // `status` is written before the call returns.
    guard unsafe fstat(descriptor, &status) == 0 else {
      return .failure(SystemError(code: errno))
    }
    return .success(FileStatus(status))
  }

  /// Whether size or modification time differ from when it was opened. Only files can change: a pipe
  /// has neither.
  func hasChanged() -> Bool {
    guard status.kind == .regular, case .success(let now) = Self.status(of: descriptor) else {
      return false
    }
    return now.bytes != status.bytes || now.modified != status.modified
  }

  /// Reads into `bytes[range]`; the count is 0 at the end of the file only.
  func read(into bytes: inout [UInt8], range: Range<Int>) -> Result<Int, SystemError> {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count && !range.isEmpty)
    while true {
      if status.kind != .regular, !waitForBytes() {
        return .failure(SystemError(code: ECANCELED))
      }
      let count = unsafe bytes.withUnsafeMutableBytes { buffer in
        // The range lies inside the array, by the precondition above.
        unsafe systemRead(descriptor, buffer.baseAddress! + range.lowerBound, range.count)
      }
      if count >= 0 { return .success(count) }
      if errno != EINTR { return .failure(SystemError(code: errno)) }
    }
  }
}

extension InputDescriptor {
  /// Waits until a read would not wait; false when it was cancelled first. What cannot be waited for
  /// is left to the read.
  private func waitForBytes() -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while !isCancelled() {
      // One entry, which is written before the call returns.
      let ready = unsafe poll(&entry, 1, Self.waitMilliseconds)
      if ready > 0 || (ready < 0 && errno != EINTR) { return true }
    }
    return false
  }
}

/// `read(2)`, under a name that the method above does not hide.
private func systemRead(_ descriptor: Int32, _ start: UnsafeMutableRawPointer, _ count: Int) -> Int
{
  // The caller owns `count` writable bytes at `start`.
  unsafe read(descriptor, start, count)
}

/// Offset of the first `byte` in `bytes[start...]`, at the speed of `memchr`.
func firstOffset(of byte: UInt8, in bytes: Span<UInt8>, from start: Int) -> Int? {
  precondition(start >= 0 && start <= bytes.count)
  return unsafe bytes.withUnsafeBufferPointer { buffer in
    // `start` is at most the count, and `memchr` looks at no more than what is left.
    guard let base = buffer.baseAddress,
      let found = unsafe memchr(base + start, Int32(byte), buffer.count - start)
    else { return nil }
    return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base)
  }
}
