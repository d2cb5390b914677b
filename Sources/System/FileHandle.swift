#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// An open file, closed when it goes.
package struct FileHandle: ~Copyable, Sendable {
  private let descriptor: Int32

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit {
    _ = platformClose(descriptor)
  }

  package func write(_ bytes: Span<UInt8>) throws(SystemError) {
    var offset = 0
    while offset < bytes.count {
      // The span is alive during the call, and the count is its own.
      let written = unsafe bytes.extracting(offset...).withUnsafeBytes { rest in
        unsafe platformWrite(descriptor, rest.baseAddress, rest.count)
      }
      if written < 0 {
        if errno == EINTR { continue }
        throw SystemError(code: errno)
      }
      offset += written
    }
  }

  package func readAll(limit: Int) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    try forEachPiece { piece throws(SystemError) in
      if bytes.count + piece.count > limit { throw SystemError(code: EFBIG) }
      bytes.append(contentsOf: piece)
    }
    return bytes
  }

  /// The file from where it stands to its end.
  package func forEachPiece(
    _ body: (ArraySlice<UInt8>) throws(SystemError) -> Void
  ) throws(SystemError) {
    while case let piece = try read(bytesMax: 64 * 1024), !piece.isEmpty { try body(piece[...]) }
  }

  /// The next bytes, none at the end.
  package func read(bytesMax: Int) throws(SystemError) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: bytesMax)
    while true {
      // The buffer is ours during the call, and the count is its own.
      let count = unsafe buffer.withUnsafeMutableBytes { room in
        unsafe platformRead(descriptor, room.baseAddress, room.count)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw SystemError(code: errno)
      }
      buffer.removeLast(buffer.count - count)
      return buffer
    }
  }

  /// `count` bytes from `offset` on, or as many as there are.
  package func read(at offset: Int, count: Int) throws(SystemError) -> [UInt8] {
    try readBytes(of: descriptor, at: offset, count: count)
  }

  /// Returns when the content is on the device; on Darwin only F_FULLFSYNC promises that.
  package func sync() throws(SystemError) {
    #if canImport(Darwin)
      if fcntl(descriptor, F_FULLFSYNC) == 0 { return }
    #endif
    while fsync(descriptor) != 0 {
      if errno != EINTR { throw SystemError(code: errno) }
    }
  }

  /// Closes and says whether all went well: some file systems report a full disk only here.
  package consuming func close() throws(SystemError) {
    let result = platformClose(descriptor)
    let code = errno
    discard self
    // After EINTR the descriptor is gone all the same.
    if result != 0, code != EINTR { throw SystemError(code: code) }
  }

  /// For `FileLock`; false when another has it.
  func lockIfFree() throws(SystemError) -> Bool {
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      if errno == EWOULDBLOCK { return false }
      if errno != EINTR { throw SystemError(code: errno) }
    }
    return true
  }

  func unlock() {
    while flock(descriptor, LOCK_UN) != 0, errno == EINTR {}
  }

  package func status() throws(SystemError) -> FileStatus {
    var info = stat()
    if unsafe fstat(descriptor, &info) != 0 { throw SystemError(code: errno) }
    return FileStatus(info)
  }
}

// Inside a type, `write`, `read` and `close` are its own methods.

private func platformWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  unsafe write(descriptor, bytes, count)
}

private func platformRead(
  _ descriptor: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int
) -> Int {
  unsafe read(descriptor, bytes, count)
}

private func platformClose(_ descriptor: Int32) -> Int32 { close(descriptor) }
