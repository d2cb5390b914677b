import Pipeline
import Synchronization
import System

/// SIGINT and SIGTERM ask the run to stop and publish nothing. Whatever it is doing then, a table of a
/// million rows or a sync to a slow disk, it is given a third of a second; after that, and at a second
/// signal, the process ends at once, and removes what was not published yet.
final class Interruption {
  private let signals: Signals
  /// The signal that came, 0 for none.
  private let received: SignalNumber

  /// Outside the class, so that handlers hold it without holding the owner.
  private final class SignalNumber: Sendable {
    let value = Atomic<Int32>(0)
  }

  init(control: RunControl) {
    let received = SignalNumber()
    self.received = received
    signals = Signals { number in
      control.cancel()
      if received.value.exchange(number, ordering: .relaxed) != 0 {
        OutputSet.abandonAll()
        Machine.endNow(code: 128 + number)
      }
      Signals.after(milliseconds: 200) {
        // A set that is being swapped in this moment is not to be stopped: then the run has published.
        if control.isOver { return }
        OutputSet.abandonAll()
        if control.isOver { return }
        StandardStream.error.write("twinfunnel: interrupted: nothing was published\n")
        Machine.endNow(code: 128 + number)
      }
    }
  }

  /// 130 or 143 after a signal.
  var exitCode: Int32? {
    let number = received.value.load(ordering: .relaxed)
    return number == 0 ? nil : 128 + number
  }
}
