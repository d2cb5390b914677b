import System
import Tables
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
  /// be a second one or command the terminal. In a terminal it breaks between words, and goes on
  /// further in.
  func say(_ line: String) {
    var text = "twinfunnel: " + ShownText.escaped(line)
    if isTerminal, let width = terminalWidth, width > 20, TerminalText.width(text) > width {
      text = ManualText.wrapped(text, to: width - 2, keepsBlanks: true).joined(separator: "\n  ")
    }
    write(ProgressLine.roomForLine() + text + "\n")
  }

  /// A terminal that can be asked to move the cursor.
  var takesCommands: Bool { isTerminal && Machine.environment("TERM") != "dumb" }
}
