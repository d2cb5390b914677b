import EventLog
import System

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

  /// Opens what the caller has closed among the three standard descriptors, so that no file of ours
  /// gets their number and is taken for one of them. Reading or writing them fails all the same.
  static func openAll() {
    for (number, mode) in [(Int32(0), O_WRONLY), (1, O_RDONLY), (2, O_WRONLY)]
    where fcntl(number, F_GETFD) < 0 {
      // The lowest free number is taken, which is this one.
      _ = unsafe open("/dev/null", mode)
    }
  }

  var isTerminal: Bool { isatty(rawValue) == 1 }

  /// Writes all of it. On stdout a broken pipe ends the process quietly, as a reader that has seen
  /// enough expects, and any other failure is exit 73. On stderr nothing can be said any more, and a
  /// run goes on without.
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
        if self == .error { return }
        let code = errno
        if code == EPIPE { exit(0) }
        let reason = systemMessage(code)
        Self.error.write("twinfunnel: cannot write to standard output: \(reason)\n")
        exit(73)
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
