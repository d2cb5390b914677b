import Dispatch
import Pipeline
import Synchronization
import System
import Tables

/// One line on stderr that says how far a run is: redrawn in a terminal that takes commands and wants
/// them, a new line every ten seconds with `plain`, nothing otherwise.
final class ProgressLine {
  private let control: RunControl
  private let timer: (any DispatchSourceTimer)?
  /// What a process has one of: whether a line is drawn, and whether it may still be.
  private static let isDrawn = Atomic<Bool>(false)
  private static let isOver = Atomic<Bool>(false)

  init(control: RunControl, mode: ProgressMode, quiet: Bool) {
    self.control = control
    let redraws = mode == .auto && StandardStream.error.takesCommands && !ColorMode.isUnwanted
    guard !quiet, mode == .plain || redraws else {
      timer = nil
      return
    }
    let start = DispatchTime.now()
    let timer = DispatchSource.makeTimerSource(queue: .global())
    let every = redraws ? DispatchTimeInterval.milliseconds(200) : .seconds(10)
    timer.schedule(deadline: .now() + every, repeating: every)
    timer.setEventHandler {
      let seconds = Double(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) / 1e9
      let text = Self.text(control.snapshot, seconds: seconds)
      if Self.isOver.load(ordering: .relaxed) { return }
      Self.isDrawn.store(redraws, ordering: .relaxed)
      // Back to the first column, and clear to the end: the line never grows into a second one, which
      // could not be taken back.
      StandardStream.error.write(redraws ? "\r\u{1B}[K" + Self.fitted(text) : text + "\n")
    }
    timer.resume()
    self.timer = timer
  }

  private static func fitted(_ text: String) -> String {
    guard let width = StandardStream.error.terminalWidth else { return text }
    return TerminalText.cut(text, to: max(1, width - 1))
  }

  /// Ends the line; a terminal is left as it was.
  func finish() {
    timer?.cancel()
    Self.clear()
  }

  /// Takes the line away, before anything else is said: a table on stdout starts at the left.
  static func clear() {
    isOver.store(true, ordering: .relaxed)
    if isDrawn.exchange(false, ordering: .relaxed) { StandardStream.error.write("\r\u{1B}[K") }
  }

  /// What takes the line away for a line that is said meanwhile; it is drawn anew below that.
  static func roomForLine() -> String {
    isDrawn.exchange(false, ordering: .relaxed) ? "\r\u{1B}[K" : ""
  }

  static func text(_ now: RunControl.Snapshot, seconds: Double) -> String {
    switch now.phase {
    case .reading:
      let rate = seconds > 0 ? Double(now.bytesRead) / seconds : 0
      var parts = [size(now.bytesRead) + (now.bytesTotal > 0 ? " of \(size(now.bytesTotal))" : "")]
      parts.append("\(size(Int(rate)))/s")
      parts.append("\(now.events) events")
      if now.rejected > 0 { parts.append("\(now.rejected) rejected") }
      if now.bytesTotal > now.bytesRead, rate > 0 {
        parts.append("\(Int(Double(now.bytesTotal - now.bytesRead) / rate) + 1) s left")
      }
      return "reading " + parts.joined(separator: ", ")
    case .folding:
      return "folding \(now.partitionsFolded) of \(now.partitionsTotal) partitions"
    case .writing:
      return "writing"
    }
  }

  /// Bytes in binary units with one digit: `374.2 MiB`.
  static func size(_ bytes: Int) -> String {
    var value = Double(bytes)
    var unit = 0
    let units = ["B", "KiB", "MiB", "GiB", "TiB"]
    while value >= 1024, unit < units.count - 1 { (value, unit) = (value / 1024, unit + 1) }
    if unit == 0 { return "\(bytes) B" }
    return "\(Double(Int(value * 10)) / 10) \(units[unit])"
  }
}
