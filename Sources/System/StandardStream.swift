#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The two streams of the process; whole strings, written at once.
package enum StandardStream: Int32, Sendable {
  case output = 1
  case error = 2

  /// Opens what the caller has closed among the three standard descriptors, so that no file of ours
  /// gets their number and is taken for one of them. Reading or writing them fails all the same.
  package static func openAll() {
    for (number, mode) in [(Int32(0), O_WRONLY), (1, O_RDONLY), (2, O_WRONLY)]
    where fcntl(number, F_GETFD) < 0 {
      // The lowest free number is taken, which is this one.
      _ = unsafe open("/dev/null", mode)
    }
  }

  package var isTerminal: Bool { isatty(rawValue) == 1 }

  /// Columns of the terminal that the stream is; nil when it is none, or does not say.
  package var terminalWidth: Int? {
    var size = winsize()
    // The kernel fills the structure that is given.
    guard unsafe ioctl(rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Writes all of it, or throws what stopped it; `SystemError.brokenPipe` when the reader has gone.
  package func writeAll(_ text: String) throws(SystemError) {
    let bytes = Array(text.utf8)
    var done = 0
    while done < bytes.count {
      // The pointer is used during the call only.
      let wrote = unsafe bytes.withUnsafeBytes { buffer in
        unsafe write(rawValue, buffer.baseAddress! + done, bytes.count - done)
      }
      if wrote < 0 {
        if errno == EINTR { continue }
        throw SystemError(code: errno)
      }
      done += wrote
    }
  }
}
