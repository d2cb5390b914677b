#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Owns a descriptor that is open for reading, and closes it unless it is standard input.
package struct InputDescriptor: ~Copyable {
  private let descriptor: Int32
  private let isOwned: Bool
  private let isCancelled: @Sendable () -> Bool
  /// As it was when opened.
  package let status: FileStatus

  /// How often a wait for somebody else's bytes looks whether they are still wanted.
  private static let waitMilliseconds: Int32 = 50

  /// Opens `path`, or standard input for `-`.
  ///
  /// A pipe or a terminal may keep a reader waiting for ever: once `isCancelled` says so, such a read
  /// ends as a failure with `ECANCELED`. Files are never waited for.
  package init(
    path: String, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(SystemError) {
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
        throw SystemError(code: errno)
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
      throw error
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
  package func hasChanged() -> Bool {
    guard status.kind == .regular, case .success(let now) = Self.status(of: descriptor) else {
      return false
    }
    return now.bytes != status.bytes || now.modified != status.modified
  }

  /// Reads into `bytes[range]`; the count is 0 at the end of the file only.
  package func read(into bytes: inout [UInt8], range: Range<Int>) -> Result<Int, SystemError> {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count && !range.isEmpty)
    if !isOwned {
      let seen = InputPeek.take(into: &bytes, range: range)
      if seen > 0 { return .success(seen) }
    }
    while true {
      if status.kind != .regular, !waitForBytes() {
        return .failure(SystemError(code: ECANCELED))
      }
      let count = unsafe bytes.withUnsafeMutableBytes { buffer in
        // The range lies inside the array, by the precondition above.
        unsafe systemRead(descriptor, buffer.baseAddress! + range.lowerBound, range.count)
      }
      if count >= 0 {
        if !isOwned { InputPeek.note(bytes, range: range.lowerBound..<range.lowerBound + count) }
        return .success(count)
      }
      if errno != EINTR { return .failure(SystemError(code: errno)) }
    }
  }
}

extension InputDescriptor {
  /// Goes on reading from `offset`; only files can.
  package func seek(to offset: Int) throws(SystemError) {
    guard lseek(descriptor, off_t(offset), SEEK_SET) >= 0 else { throw SystemError(code: errno) }
  }

  /// `count` bytes from `offset` on, fewer only where the file ends; only files can. It does not
  /// change where `read` goes on.
  package func bytes(at offset: Int, count: Int) throws(SystemError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let read = unsafe bytes.withUnsafeMutableBytes { buffer in
        // `done` is less than the array's size, and not more than the rest is asked for.
        unsafe pread(descriptor, buffer.baseAddress! + done, count - done, off_t(offset + done))
      }
      if read < 0 {
        if errno == EINTR { continue }
        throw SystemError(code: errno)
      }
      if read == 0 { break }
      done += read
    }
    bytes.removeLast(count - done)
    return bytes
  }

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
