#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Small files, whole.
enum FileBytes {
  /// A spec is text that a person wrote.
  static let bytesMax = 16 << 20

  /// - Throws: `RunFailure` with exit 66.
  static func read(_ path: String) throws(RunFailure) -> [UInt8] {
    // The path is only read during the call.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      // The pointer is used during the call only.
      let got = unsafe buffer.withUnsafeMutableBytes { buffer in
        #if canImport(Darwin)
          unsafe Darwin.read(descriptor, buffer.baseAddress!, buffer.count)
        #elseif canImport(Musl)
          unsafe Musl.read(descriptor, buffer.baseAddress!, buffer.count)
        #else
          unsafe Glibc.read(descriptor, buffer.baseAddress!, buffer.count)
        #endif
      }
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw failure(path) }
      if got == 0 { return bytes }
      bytes += buffer[..<got]
      guard bytes.count <= bytesMax else {
        throw RunFailure(.noInput, "\(path): larger than 16 MiB: not a spec")
      }
    }
  }

  private static func failure(_ path: String) -> RunFailure {
    // The C library's text is copied before anything else can overwrite it.
    RunFailure(.noInput, "\(path): \(unsafe String(cString: strerror(errno)))")
  }
}
