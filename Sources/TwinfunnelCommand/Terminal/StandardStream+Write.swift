import System

extension StandardStream {
  /// Writes all of it. On stdout a broken pipe ends the process quietly, as a reader that has seen
  /// enough expects, and any other failure is exit 73. On stderr nothing can be said any more, and a
  /// run goes on without.
  func write(_ text: String) {
    do throws(SystemError) {
      try writeAll(text)
    } catch {
      if self == .error { return }
      if error == .brokenPipe { Machine.end(code: 0) }
      Self.error.write("twinfunnel: cannot write to standard output: \(error.reason)\n")
      Machine.end(code: 73)
    }
  }
}
