#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A scratch file that is unlinked as soon as it is open: whatever ends the process, nothing stays.
///
/// `@unchecked Sendable`: the descriptor is constant and `pread` needs no position; `length` is
/// changed by `append` only, which callers serialise (`ListSpools` holds its lock).
final class ScratchSpool: @unchecked Sendable {
  private let descriptor: Int32
  private let folder: String
  private var length = 0

  init(folder: String) throws(RunFailure) {
    self.folder = folder
    var template = Array("\(folder)/twinfunnel-XXXXXX".utf8CString)
    // `mkstemp` writes the name it chose over the template, inside its bounds.
    descriptor = unsafe template.withUnsafeMutableBufferPointer { unsafe mkstemp($0.baseAddress!) }
    guard descriptor >= 0 else { throw Self.failure(folder, errno) }
    _ = unsafe template.withUnsafeBufferPointer { unsafe unlink($0.baseAddress!) }
  }

  deinit { close(descriptor) }

  /// - Returns: where the bytes begin.
  func append(_ bytes: [UInt8]) throws(RunFailure) -> Int {
    let start = length
    var done = 0
    while done < bytes.count {
      // The pointer is used during the call only.
      let wrote = unsafe bytes.withUnsafeBytes { buffer in
        unsafe pwrite(
          descriptor, buffer.baseAddress! + done, bytes.count - done, off_t(start + done))
      }
      if wrote < 0, errno == EINTR { continue }
      guard wrote > 0 else { throw Self.failure(folder, errno) }
      done += wrote
    }
    length += bytes.count
    return start
  }

  func read(at offset: Int, count: Int) throws(RunFailure) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      // The pointer is used during the call only.
      let got = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe pread(descriptor, buffer.baseAddress! + done, count - done, off_t(offset + done))
      }
      if got < 0, errno == EINTR { continue }
      guard got > 0 else { throw Self.failure(folder, errno) }
      done += got
    }
    return bytes
  }

  private static func failure(_ folder: String, _ code: Int32) -> RunFailure {
    // The C library's text is copied before anything else can overwrite it.
    RunFailure(
      .cannotWrite,
      "\(folder): scratch file: \(unsafe String(cString: strerror(code))); see --scratch")
  }
}
