import System
import Values

extension StandardStream {
  /// Writes all of it. On stdout a broken pipe ends the process quietly, as a reader that has seen
  /// enough expects, and any other failure is exit 73. On stderr nothing can be said any more, and a
  /// run goes on without.
  func write(_ text: String) {
    if self == .output { ProgressLine.clear() }
    do throws(SystemError) {
      try writeAll(text)
    } catch {
      if self == .error { return }
      if error == .brokenPipe { Machine.end(code: 0) }
      Self.error.write("twinfunnel: cannot write to standard output: \(error.reason)\n")
      Machine.end(code: 73)
    }
  }

  /// Says one line, with the program's name before it. Nothing in it, a file's name or a field's, can
  /// be a second one or command the terminal.
  func say(_ line: String) {
    write(ProgressLine.roomForLine() + "twinfunnel: " + ShownText.escaped(line) + "\n")
  }

  /// A terminal that can be asked to move the cursor.
  var takesCommands: Bool { isTerminal && Machine.environment("TERM") != "dumb" }
}
