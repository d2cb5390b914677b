#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The two streams of the process; whole strings, written at once.
enum StandardStream: Int32 {
  case output = 1
  case error = 2

  var isTerminal: Bool { isatty(rawValue) == 1 }

  /// Writes all of it. A broken pipe ends the process quietly, as a reader that has seen enough
  /// expects; any other failure on stdout is exit 73.
  func write(_ text: String) {
    let bytes = Array(text.utf8)
    var done = 0
    while done < bytes.count {
      // The pointer is used during the call only.
      let wrote = unsafe bytes.withUnsafeBytes { buffer in
        unsafe posixWrite(rawValue, buffer.baseAddress! + done, bytes.count - done)
      }
      if wrote < 0 {
        if errno == EINTR { continue }
        if errno == EPIPE { exit(0) }
        if self == .output { exit(73) }
        return
      }
      done += wrote
    }
  }
}

private func posixWrite(_ descriptor: Int32, _ start: UnsafeRawPointer, _ count: Int) -> Int {
  #if canImport(Darwin)
    unsafe Darwin.write(descriptor, start, count)
  #elseif canImport(Musl)
    unsafe Musl.write(descriptor, start, count)
  #else
    unsafe Glibc.write(descriptor, start, count)
  #endif
}
